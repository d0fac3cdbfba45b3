"""What everybody reads of a municipality's agreements, plans, programmes and services, on the day asked about."""

import pytest
from playwright.async_api import Browser

from tests.service.registry_agreements import Cast, the_cast
from tests.statements import fresh, selects
from tests.web.agreement_pages import read
from tests.web.centre_pages import CentrePages
from tests.web.test_browser import barriers, visit, width_of
from tests.web.test_focus_pages import ready

IN_2016 = "/kommuner/1902?dato=2016-06-01"
PLAN = {
    "unit_code": "1902", "plan_type": "alcohol_drug_action_plan", "name": "Plan for Tromsø", "valid_from": "2016-01-01",
    "valid_to": "2018-01-01", "contains_topic": True, "occurred_on": "2016-03-01",
}  # fmt: skip
SERVICE = {
    "unit_code": "1902", "owner_level": "municipality", "service_type": "low_threshold", "name": "Kafé Værested",
    "web_address": "https://tromso.example/kafe", "occurred_on": "2016-03-01",
}  # fmt: skip


@pytest.fixture
async def cast(centre: CentrePages) -> Cast:
    return await the_cast(centre.registry)


async def happened(centre: CentrePages, cast: Cast) -> None:
    """Tromsø becomes a focus municipality on 1 April 2016, with a plan, a role in a programme and a service."""
    path = await ready(cast)
    decided = await cast.moves(path, "designate", {"occurred_on": "2016-04-01"})
    assert decided.status_code == 200, decided.text
    programme = (await cast.editor.get("/membership-programmes")).json()["items"][0]
    role = {"programme": programme["reference"], "unit_code": "1902", "role": programme["roles"][0]}
    for address, told in (
        ("/plan-anchors", {**PLAN, "centre_id": str(cast.centre_id)}),
        ("/service-links", {**SERVICE, "centre_id": str(cast.centre_id)}),
        (
            "/programme-memberships",
            {**role, "valid_from": "2016-01-01", "occurred_on": "2016-03-01", "owner_id": str(cast.centre_id)},
        ),
    ):
        answer = await cast.editor.post(address, told)
        assert answer.status_code == 201, answer.text
    await centre.told()


async def test_anybody_reads_what_is_public_of_it_on_the_day(centre: CentrePages, cast: Cast):
    await happened(centre, cast)
    async with centre.reader() as reader:
        page = await read(reader, IN_2016)
        for told in (
            "Innsatskommune fra 1. april 2016, sammen med KORUS Nord", "Avtale om innsats mot rus",
            "gjelder fra 10. mars 2016 · skal revideres innen 31. desember 2016",
            "Plan for Tromsø Rusmiddelpolitisk handlingsplan · inneholder temaet 1. januar 2016 til 1. januar 2018",
            "Kafé Værested Lavterskeltilbud, fra kommunen",
        ):  # fmt: skip
            assert told in page, told
        assert 'href="https://tromso.example/kafe"' in (await reader.get(IN_2016)).text
        before = await read(reader, "/kommuner/1902?dato=2016-02-01")
        assert "Ingen avtaler er registrert." in before
        assert not [told for told in ("Innsatskommune fra", "Kafé Værested") if told in before]
        later = await read(reader, "/kommuner/5501")
        assert "Innsatskommune fra 1. april 2016" in later
        assert "Gjelder kommune 1902 Tromsø, som den var da." in later
        assert ("Kafé Værested" in later, "Plan for Tromsø" in later) == (True, False)
        nynorsk = await read(reader, "/nn" + IN_2016)
        assert "Innsatskommune frå 1. april 2016, saman med KORUS Nord" in nynorsk
        assert "inneheld temaet" in nynorsk


async def test_a_service_that_was_taken_out_is_told_of_the_days_on_which_it_was_there(centre: CentrePages, cast: Cast):
    await happened(centre, cast)
    (service,) = (await cast.editor.get("/service-links")).json()["items"]
    path = f"/service-links/{service['service_link_id']}"
    removed = await cast.editor.post(f"{path}/remove", {"occurred_on": "2016-07-01"}, if_match='"1"')
    assert removed.status_code == 200, removed.text
    await centre.told()
    async with centre.reader() as reader:
        for day, is_there in (("2016-02-29", False), ("2016-06-30", True), ("2016-07-01", False)):
            page = await read(reader, f"/kommuner/1902?dato={day}")
            assert ("Kafé Værested" in page) is is_there, day
        assert "Kafé Værested" not in await read(reader, "/kommuner/5501")


async def test_nobody_reads_what_is_between_the_parties(centre: CentrePages, cast: Cast):
    await happened(centre, cast)
    await cast.drafted(title={"nb": "Et utkast"})
    await centre.told()
    async with centre.reader() as reader:
        page = (await reader.get(IN_2016)).text
    hidden = ("Et utkast", "Kommunen kartlegger med BrukerPlan", "2016/118-4", "KS 12/16", "/avtaler")
    assert not [told for told in hidden if told in page]
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert 'href="/avtaler/' in (await reader.get(IN_2016)).text


async def test_the_page_asks_as_often_however_much_there_is(centre: CentrePages, cast: Cast):
    await happened(centre, cast)
    asked = []
    async with centre.reader() as reader, fresh(centre.app):
        for address in (IN_2016, "/kommuner/2011?dato=2016-06-01", "/kommuner/5501"):
            with selects(centre.gate.database) as statements:
                assert (await reader.get(address)).status_code == 200
            asked.append(len(statements))
    assert len(set(asked)) == 1, asked


@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("/nn", 320)])
async def test_the_page_has_no_barrier_with_it(
    centre: CentrePages, cast: Cast, browser: Browser, prefix: str, width: int
):
    await happened(centre, cast)
    async with (
        centre.served() as url,
        visit(browser, viewport={"width": width, "height": 900}) as (context, heard),
    ):
        page = await context.new_page()
        await page.goto(url + prefix + IN_2016)
        assert await barriers(page) == []
        assert await width_of(page) <= width
        assert heard == []
