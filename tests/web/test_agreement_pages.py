"""Agreements on pages: who reads which, with everything that binds, what is overdue, and what is to be signed."""

import re
from html import unescape
from uuid import UUID

import pytest
from playwright.async_api import Browser

from services.contracts.access import ROLES, Scope, cell
from tests.service.registry_agreements import SHA, Cast, a_commitment, a_group, an_organisation, the_cast
from tests.web.agreement_pages import new_edition, page_of, read, take_due
from tests.web.centre_pages import CentrePages
from tests.web.test_browser import barriers, sign_in, visit, width_of
from tests.web.test_catalogues import BOKMAL_ONLY

NOBODYS = "/avtaler/00000000-0000-7000-8000-000000000000"


@pytest.fixture
async def cast(centre: CentrePages) -> Cast:
    return await the_cast(centre.registry)


async def test_a_centre_reads_its_agreements_and_narrows_the_list(centre: CentrePages, cast: Cast):
    await cast.signed(title={"nb": "Avtale om rus", "nn": "Avtale om rus"}, revise_by="2027-12-31")
    await cast.drafted(title={"nn": "Avtale som ventar"})
    async with centre.signed_in("ED", cast.centre_id) as reader:
        page = await read(reader, "/avtaler")
        assert "(Kompetansesenter rus - region nord) og Tromsø kommune" in page
        assert "gjelder fra 10. mars 2016 · skal revideres innen 31. desember 2027" in page
        drafted = await read(reader, "/avtaler?status=drafted")
        assert ("Avtale som ventar" in drafted, "Avtale om rus" in drafted) == (True, False)
        assert "Ingen avtaler å vise." in await read(reader, "/avtaler?brudd=1")
        assert "Avtale om rus" in await read(reader, "/avtaler?status=what")
        assert '<span lang="nn">Avtale som ventar</span>' in (await reader.get("/avtaler")).text


async def test_br_19_and_br_43_a_breach_and_a_late_revision_are_said_in_words(centre: CentrePages, cast: Cast):
    path = await cast.signed()
    await take_due(centre)
    async with centre.signed_in("ED", cast.centre_id) as reader:
        for page in ("/avtaler", "/avtaler?brudd=1", page_of(path)):
            told = await read(reader, page)
            assert "brudd siden 2. juni 2016" in told, page
            assert "revisjonen er på overtid siden 1. januar 2017" in told, page
        assert "over fristen siden 2. juni 2016" in await read(reader, page_of(path))
        nynorsk = await read(reader, "/nn" + page_of(path))
        assert "brot sidan 2. juni 2016" in nynorsk
        assert "over fristen sidan 2. juni 2016" in nynorsk


async def test_a_list_of_several_pages_leads_on_and_back(
    centre: CentrePages, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gateway.web.registry.MOST", 2)
    for number in range(3):
        await cast.drafted(title={"nb": f"Avtale {number}"})
    async with centre.signed_in("ED", cast.centre_id) as reader:
        first = (await reader.get("/avtaler?status=drafted")).text
        assert "Til begynnelsen av listen" not in first
        address = unescape(first.rpartition('">Neste side')[0].rpartition('href="')[2])
        assert "status=drafted" in address
        second = (await reader.get(address)).text
        shown = [re.findall(r">(Avtale \d)<", page) for page in (first, second)]
        assert [len(each) for each in shown] == [2, 1]
        assert sorted(shown[0] + shown[1]) == ["Avtale 0", "Avtale 1", "Avtale 2"]
        assert ("Til begynnelsen av listen" in second, "Neste side" in second) == (True, False)


async def test_a_municipality_finds_its_own_agreements_and_no_others(centre: CentrePages, cast: Cast):
    own = await cast.signed()
    other_id = await cast.house.organisation_id("RVTS Nord")
    others = [an_organisation(cast.centre_id), an_organisation(other_id)]
    other = await cast.drafted(
        kind="cooperation", title={"nb": "En annen avtale"}, parties=others, commitments=[a_commitment(other_id)]
    )
    for role in ("KOM", "KOM+"):
        async with centre.signed_in(role, cast.tromso_id) as reader:
            first = (await reader.get("/")).text
            assert '<a href="/avtaler">Avtaler</a>' in first
            assert "/mine-kommuner" not in first
            page = await read(reader, "/avtaler")
            assert ("Avtale om innsats mot rus" in page, "En annen avtale" in page) == (True, False)
            assert "Lag en ny avtale" not in page
            assert "Kommunen kartlegger med BrukerPlan" in await read(reader, page_of(own))
            assert (await reader.get(page_of(other))).status_code == 404
            assert (await reader.get(NOBODYS)).status_code == 404


async def test_who_reads_the_whole_register_reads_all_and_a_coordinator_chooses_a_centre(
    centre: CentrePages, cast: Cast
):
    path = await cast.signed()
    async with centre.signed_in("HD") as reader:
        assert "Avtale om innsats mot rus" in await read(reader, "/avtaler")
        assert "Avslutt avtalen" not in await read(reader, page_of(path))
    async with centre.signed_in("KOO") as reader:
        assert "Avtale om innsats mot rus" in await read(reader, "/avtaler")
        assert "Avtale om innsats mot rus" in await read(reader, "/avtaler?senter=korus-nord")
        assert "Ingen avtaler å vise." in await read(reader, "/avtaler?senter=rvts-nord")


async def test_who_works_at_no_centre_reads_agreements_and_drafts_none(centre: CentrePages, cast: Cast):
    await cast.signed()
    other_id = await cast.house.organisation_id("Helsedirektoratet")
    async with centre.signed_in("ED", other_id) as reader:
        page = await read(reader, "/avtaler")
        assert ("Avtale om innsats mot rus" in page, "Lag en ny avtale" in page) == (True, False)
        for address in ("/avtaler/ny", "/innsatskommuner"):
            assert (await reader.get(address)).status_code == 403


async def test_a_member_of_a_group_reads_what_the_group_has_agreed_on(centre: CentrePages, cast: Cast):
    groups = (await cast.house.anybody.get("/groups")).json()["items"]
    group = next(each for each in groups if each["unit_codes"])
    body = {"reference": "a-member", "name": "Et medlem", "kind": "municipality", "unit_code": group["unit_codes"][0]}
    answer = await cast.house.caller("KOO").post("/organisations", {**body, "occurred_on": "2025-01-01"})
    assert answer.status_code == 201, answer.text
    parties = [an_organisation(cast.centre_id), a_group(group["group_id"])]
    path = await cast.drafted(kind="cooperation", parties=parties, commitments=[])
    await centre.told()
    async with centre.signed_in("KOM", UUID(answer.json()["organisation_id"])) as reader:
        assert group["name"] in await read(reader, "/avtaler")
        assert "har ikke signert" in await read(reader, page_of(path))


@pytest.mark.parametrize("page", ["/avtaler", NOBODYS])
async def test_who_is_nobody_signs_in_first_and_who_acts_for_none_reads_none(centre: CentrePages, page: str):
    async with centre.reader() as reader:
        answer = await reader.get(page)
        assert (answer.status_code, "Logg inn" in answer.text) == (401, True)
    for role in ROLES:
        if role not in ("PUB", "API") and cell("read_register", frozenset((role,))).scope is not Scope.all:
            async with centre.signed_in(role) as reader:
                assert (await reader.get(page)).status_code == 403, role


async def test_the_page_tells_everything_that_binds_in_both_languages(centre: CentrePages, cast: Cast):
    path = await cast.signed()
    async with centre.signed_in("KOM", cast.tromso_id) as reader:
        page = await read(reader, page_of(path))
        for told in (
            "Langsiktig arbeid med rusmiddelforebygging", "Kommuner Tromsø",
            "Administrativ forankring 2016/118-1, 11. januar 2016", "Politisk forankring KS 12/16, 3. februar 2016",
            "Langsiktig ja", "(Rusmiddelpolitisk handlingsplan, 1. januar 2016 til 1. januar 2020)",
            "2016/118-4 (application/pdf)", SHA, "Ansvarlig Tromsø kommune", "Frist 1. juni 2016",
            "Skal vises med kartlegging", "ikke dokumentert ennå", "signerte 10. mars 2016",
            "Skal revideres innen 31. desember 2016",
        ):  # fmt: skip
            assert told in page, told
        history = page.partition("Alt som er skjedd med avtalen")[2]
        assert history.index("Lagt fram for partene") < history.index("En part signerte") < history.index("Alle har")
        assert "Alle har signert 10. mars 2016 · Tromsø kommune" in history
        nynorsk = await read(reader, "/nn" + page_of(path))
        assert "Kommunen kartlegg med BrukerPlan Ansvarleg Tromsø kommune" in nynorsk
        assert "ikkje dokumentert enno" in nynorsk
        for address in ("/avtaler", page_of(path)):
            assert BOKMAL_ONLY.findall(await read(reader, "/nn" + address)) == [], address


async def test_what_is_to_be_signed_stands_beside_what_binds_with_what_differs(centre: CentrePages, cast: Cast):
    path = await cast.signed()
    kept = (await cast.shown(path))["signed"]["commitments"][0]["commitment_id"]
    changed = a_commitment(cast.tromso_id, commitment_id=kept, due_on="2027-06-01")
    new = a_commitment(cast.centre_id, text={"nb": "Senteret holder kurs"}, due_on="2027-01-01")
    await new_edition(cast, path, title={"nb": "Ny tittel"}, revise_by="2027-12-31", commitments=[changed, new])
    async with centre.signed_in("GK", cast.centre_id) as reader:
        page = await read(reader, page_of(path))
        difference = page.partition("Dette er annerledes enn det som gjelder nå")[2].partition("Ny tittel")[0]
        assert difference.split("Hva avtalen")[0].strip() == (
            "Endret: tittelen Endret: fristen for revisjon Ny forpliktelse: Senteret holder kurs"
            " Endret forpliktelse: Kommunen kartlegger med BrukerPlan"
        )
        assert "Dette gjelder nå" in page
        assert "Frist 1. juni 2016" in page.partition("Dette gjelder nå")[2]
        assert "en ny utgave er til signering" in await read(reader, "/avtaler")
        await new_edition(cast, path, title={"nb": "Ny tittel"}, commitments=[])
        assert "Forpliktelse som faller bort: Kommunen kartlegger" in await read(reader, page_of(path))


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("/nn", 320), ("", 320), ("/nn", 1280)])
async def test_no_page_of_agreements_has_a_barrier(
    centre: CentrePages, cast: Cast, browser: Browser, prefix: str, width: int
):
    path = await cast.signed()
    await take_due(centre)
    await new_edition(cast, path, title={"nb": "Ny tittel"})
    await centre.add_account("a-lead", "GK", cast.centre_id)
    await centre.add_account("a-coordinator", "KOO")
    await centre.told()
    async with centre.served() as url:
        for login_name in ("a-lead", "a-coordinator"):
            async with visit(browser, viewport={"width": width, "height": 900}) as (context, heard):
                page = await context.new_page()
                await sign_in(page, url, login_name)
                for address in ("/avtaler", "/avtaler?status=ended", page_of(path)):
                    await page.goto(url + prefix + address)
                    assert await barriers(page) == [], address
                    assert await width_of(page) <= width, address
                assert heard == []
