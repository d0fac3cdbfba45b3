"""Focus municipalities on pages: nominated, assessed, ranked, designated or refused by whoever works at the centre."""

from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from tests.service.registry_agreements import ANCHORED, Cast, the_cast
from tests.web.agreement_pages import A_NUMBER, fault_of, page_of, read
from tests.web.centre_pages import CentrePages
from tests.web.signing_in import hidden
from tests.web.test_browser import barriers, sign_in, visit, width_of
from tests.web.test_catalogues import BOKMAL_ONLY

TROMSO, BODO, HAMMERFEST = "1902", "1804", "2004"
NEEDS = {"needs_reason_nb": "Mange overdoser", "needs_reason_nn": "Mange overdosar", "needs_source": "Statistikk 2015"}
ANCHORS = {
    "administrative_reference": "2016/118-1", "administrative_on": "11.1.2016",
    "political_reference": "KS 12/16", "political_on": "2016-02-03", "is_long_term": "1",
    "plan_1_name": "Rusmiddelpolitisk handlingsplan", "plan_1_type": "alcohol_drug_action_plan",
    "plan_1_from": "2016-01-01", "plan_1_to": "2020-01-01", "plan_1_topic": "1",
}  # fmt: skip
ASSESSED, DECIDED = {"occurred_on": "2016-03-20"}, {"occurred_on": "2016-04-01"}


@pytest.fixture
async def cast(centre: CentrePages) -> Cast:
    return await the_cast(centre.registry)


async def nominated(cast: Cast, unit_code: str = TROMSO, **told: Any) -> str:
    """The path of a nomination of 2016."""
    body = {"unit_code": unit_code, "centre_id": str(cast.centre_id), "occurred_on": "2016-03-15", **told}
    answer = await cast.editor.post("/focus-nominations", body)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def assessed(cast: Cast, path: str, **told: Any) -> None:
    body = {"anchoring": ANCHORED, "occurred_on": "2016-03-20", **told}
    answer = await cast.moves(path, "assess", body, by=cast.editor)
    assert answer.status_code == 200, answer.text


async def ready(cast: Cast) -> str:
    """The path of a nomination that fulfils all that it must."""
    agreement, path = await cast.signed(), await nominated(cast)
    await assessed(cast, path, agreement_id=agreement.rpartition("/")[2])
    return path


async def test_an_editor_nominates_a_municipality_that_the_centre_covers(centre: CentrePages, cast: Cast):
    async with centre.signed_in("ED", cast.centre_id) as reader:
        form = (await reader.get("/innsatskommuner/ny")).text
        assert ("Tromsø (5501)" in form, "Oslo" in form) == (True, False)
        sent = {"unit_code": "5501", **NEEDS}
        answer = await centre.sends(reader, "/innsatskommuner/ny", "/innsatskommuner/ny", sent)
        assert answer.status_code == 303, answer.text
        page = await read(reader, answer.headers["location"])
        assert "nominert 20. november 2026" in page
        assert "Særskilte behov: Mange overdoser (Statistikk 2015)" in page
        again = await centre.sends(reader, "/innsatskommuner/ny", "/innsatskommuner/ny", sent)
        assert (again.status_code, "Kommunen er allerede nominert" in again.text) == (409, True)
        assert 'value="5501" selected' in again.text
        assert "Mange overdosar</textarea>" in again.text
    (nomination,) = await cast.editor.pages("/focus-nominations")
    assert (nomination["unit_code"], nomination["special_needs"]["source"]) == ("5501", "Statistikk 2015")


async def test_what_is_wrong_with_a_nomination_stands_at_its_field(centre: CentrePages, cast: Cast):
    new = "/innsatskommuner/ny"
    async with centre.signed_in("ED", cast.centre_id) as reader:
        for sent, name, fault in (
            ({}, "unit_code", "Verdien har ikke riktig form."),
            ({"unit_code": "0301"}, "unit_code", "Senteret dekker ikke kommunen."),
            ({"unit_code": "5501", **NEEDS, "needs_source": ""}, "needs_source", "Verdien er for kort."),
            ({"unit_code": "5501", "needs_source": "x"}, "needs_reason_nb", "Verdien er ikke gyldig."),
            ({"unit_code": "5501", **NEEDS, "needs_reason_nb": A_NUMBER}, "needs_reason_nb", "Teksten har et fødselsn"),
        ):
            answer = await centre.sends(reader, new, new, sent)
            assert answer.status_code == 422
            assert fault in fault_of(answer.text, name), sent
        answer = await centre.sends(reader, f"/nn{new}", f"/nn{new}", {"unit_code": "0301"})
        assert fault_of(answer.text, "unit_code").strip().startswith("Senteret dekkjer ikkje")
    assert await cast.editor.pages("/focus-nominations") == []


async def test_br_13_br_14_and_br_18_an_assessment_tells_all_five_criteria_with_their_evidence(
    centre: CentrePages, cast: Cast
):
    agreement, path = await cast.signed(), await nominated(cast)
    page, agreement_id = page_of(path), agreement.rpartition("/")[2]
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert "Kommunen er ikke vurdert ennå." in await read(reader, page)
        assert f'<option value="{agreement_id}">Avtale om innsats mot rus' in (await reader.get(page)).text
        sent = {**ANCHORS, **NEEDS, **ASSESSED, "agreement_id": agreement_id}
        assert (await centre.sends(reader, page, f"{page}/vurder", sent)).status_code == 303
        told = await read(reader, page)
        for criterion in (
            "1. Langsiktig, og forankret administrativt og politisk oppfylt 2016/118-1; KS 12/16",
            "2. Forankret i kommunale planer oppfylt Rusmiddelpolitisk handlingsplan",
            "3. Forpliktende skriftlig avtale oppfylt 2016/118-4",
            "4. Rimelig geografisk spredning oppfylt Se fordelingen på fylker under.",
            "5. Særskilte behov oppfylt Statistikk 2015 Mange overdoser",
        ):
            assert criterion in told, criterion
        assert "Troms 24 27,6 % 0 1 100,0 %" in told
        for address in ("/innsatskommuner", "/innsatskommuner/ny", page):
            assert BOKMAL_ONLY.findall(await read(reader, "/nn" + address)) == [], address
        form = (await reader.get(page)).text
        assert 'name="political_reference" value="KS 12/16"' in form
        assert f'<option value="{agreement_id}" selected>' in form
    assessment = (await cast.shown(path))["assessment"]
    assert (assessment["agreement_id"], len(assessment["anchoring"]["plans"])) == (agreement_id, 1)


async def test_a_fault_in_an_assessment_stands_in_its_row_and_everything_is_kept(centre: CentrePages, cast: Cast):
    path = await nominated(cast)
    page = page_of(path)
    async with centre.signed_in("ED", cast.centre_id) as reader:
        for changed, name, fault in (
            ({"plan_1_to": "2015-01-01"}, "plan_1_to", "Siste dag er før første dag."),
            ({"plan_1_from": ""}, "plan_1_from", "ikke en dato"),
            ({"political_on": "2031-01-01"}, "political_on", "ikke kommet ennå"),
            ({"political_reference": A_NUMBER}, "political_reference", "fødselsnummer"),
        ):
            answer = await centre.sends(reader, page, f"{page}/vurder", {**ANCHORS, **ASSESSED, **changed})
            assert answer.status_code == 422
            assert fault in fault_of(answer.text, name), name
            assert 'name="administrative_reference" value="2016/118-1"' in answer.text
            assert 'name="plan_1_name" value="Rusmiddelpolitisk handlingsplan"' in answer.text
    assert (await cast.shown(path))["assessment"] is None


async def test_br_15_special_needs_come_first_whatever_the_order(centre: CentrePages, cast: Cast):
    await nominated(cast, HAMMERFEST)
    needs = {"reason": {"nb": "Mange overdoser"}, "source": "Statistikk 2015"}
    await nominated(cast, TROMSO, special_needs=needs)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        page = await read(reader, "/innsatskommuner")
        assert page.index("1. Tromsø") < page.index("særskilte behov", page.index("1. T")) < page.index("2. Hammerfest")
        assert "Ingen innsatskommuner." in page
    async with centre.signed_in("KOO") as reader:
        assert "Velg et senter." in await read(reader, "/innsatskommuner")
        page = await read(reader, "/innsatskommuner?senter=korus-nord")
        assert ("1. Tromsø" in page, "Nominer en kommune" in page) == (True, False)


async def test_br_12_a_lead_designates_who_has_an_agreement_and_no_other(centre: CentrePages, cast: Cast):
    without = await nominated(cast, HAMMERFEST)
    await assessed(cast, without)
    path = await ready(cast)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        page = page_of(without)
        answer = await centre.sends(reader, page, f"{page}/utpek", DECIDED)
        assert (answer.status_code, "Det er ingen avtale som kan etterprøves" in answer.text) == (409, True)
        answer = await centre.sends(reader, f"/nn{page}", f"/nn{page}/utpek", DECIDED)
        assert (answer.status_code, "Det er ingen avtale som kan etterprøvast" in answer.text) == (409, True)
        page = page_of(path)
        assert (await centre.sends(reader, page, f"{page}/utpek", DECIDED)).status_code == 303
        assert "Innsatskommune fra 1. april 2016. Avtalen det bygger på" in await read(reader, page)
        listed = await read(reader, "/innsatskommuner")
        assert "Tromsø innsatskommune fra 1. april 2016" in listed.partition("Utpekt 1")[2]
    assert (await cast.shown(path))["status"] == "designated"
    assert (await cast.shown(without))["status"] == "assessed"


async def test_br_13_who_is_not_anchored_is_not_designated_but_refused_with_the_criteria(
    centre: CentrePages, cast: Cast
):
    agreement, path = await cast.signed(), await nominated(cast)
    unanchored = {**ANCHORED, "political": None}
    await assessed(cast, path, anchoring=unanchored, agreement_id=agreement.rpartition("/")[2])
    page = page_of(path)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        answer = await centre.sends(reader, page, f"{page}/utpek", DECIDED)
        assert (answer.status_code, "Kommunen oppfyller ikke kriteriene" in answer.text) == (409, True)
        missing = await centre.sends(reader, page, f"{page}/avsla", DECIDED)
        assert missing.status_code == 422
        assert fault_of(missing.text, "reasons_nb")
        sent = {**DECIDED, "reasons_nb": "Ikke vedtatt politisk", "reasons_nn": "Ikkje vedteke politisk"}
        assert (await centre.sends(reader, page, f"{page}/avsla", sent)).status_code == 303
        told = await read(reader, page)
        assert "Avslått 1. april 2016 Ikke vedtatt politisk" in told
        assert "Ikke oppfylt: Langsiktig, og forankret administrativt og politisk" in told
        assert "Ikkje vedteke politisk" in await read(reader, f"/nn{page}")
        assert "Tromsø avslått 1. april 2016 Ikke oppfylt: Langsiktig" in await read(reader, "/innsatskommuner")
    assert (await cast.shown(path))["refusal"]["criteria"] == ["anchoring"]


async def test_a_focus_municipality_is_ended_with_a_reason(centre: CentrePages, cast: Cast):
    path = await ready(cast)
    await cast.moves(path, "designate", {"occurred_on": "2016-04-01"})
    page = page_of(path)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        sent = {"reason_nb": "Arbeidet er i mål.", "occurred_on": "2026-01-01"}
        assert (await centre.sends(reader, page, f"{page}/avslutt", sent)).status_code == 303
        assert "Avsluttet 1. januar 2026: Arbeidet er i mål." in await read(reader, page)
        listed = await read(reader, "/innsatskommuner")
        assert "innsatskommune fra 1. april 2016 til 1. januar 2026" in listed
    assert (await cast.shown(path))["ended_on"] == "2026-01-01"


async def test_br_16_a_skewed_spread_is_a_warning_in_words(centre: CentrePages, cast: Cast):
    path = await ready(cast)
    await cast.moves(path, "designate", {"occurred_on": "2016-04-01"})
    second = await nominated(cast, "1903")
    await assessed(cast, second, occurred_on="2016-04-02")
    async with centre.signed_in("ED", cast.centre_id) as reader:
        page = await read(reader, page_of(second))
        assert "har fylket flere innsatskommuner enn antallet kommuner tilsier" in page
        assert "Troms 24 27,6 % 1 2 100,0 %" in page
        assert "flere innsatskommuner enn" not in await read(reader, page_of(path))


async def test_a_stale_page_a_double_post_and_a_foreign_form_change_nothing_more(centre: CentrePages, cast: Cast):
    path = await ready(cast)
    page = page_of(path)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        stale = await centre.sends(reader, page, f"{page}/utpek", DECIDED, version='"1"')
        assert (stale.status_code, "Noen har endret dette etter" in stale.text) == (412, True)
        foreign = await centre.sends(reader, page, f"{page}/utpek", DECIDED, form_token="another")
        assert foreign.status_code == 403
        assert (await cast.shown(path))["status"] == "assessed"
        shown = (await reader.get(page)).text
        sent = {name: hidden(shown, name) for name in ("form_token", "idempotency_key", "version")}
        for _ in range(2):
            assert (await reader.post(f"{page}/utpek", data={**sent, **DECIDED})).status_code == 303
    assert await cast.facts("focus_nomination") == ["nominated", "assessed", "designated"]


async def test_who_may_not_decide_is_not_shown_how_and_is_refused(centre: CentrePages, cast: Cast):
    path = await ready(cast)
    page = page_of(path)
    async with centre.signed_in("ED", cast.centre_id) as reader:
        shown = (await reader.get(page)).text
        assert (f"{page}/vurder" in shown, f"{page}/utpek" in shown) == (True, False)
        assert (await posted(reader, page, "utpek")).status_code == 403
    other_id = await cast.house.organisation_id("RVTS Nord")
    async with centre.signed_in("GK", other_id) as reader:
        shown = (await reader.get(page)).text
        assert not [step for step in ("vurder", "utpek", "avsla", "avslutt") if f"{page}/{step}" in shown]
        assert (await posted(reader, page, "utpek")).status_code == 404
    for role, organisation_id in (("KOM+", cast.tromso_id), ("HD", None)):
        async with centre.signed_in(role, organisation_id) as reader:
            for address in ("/innsatskommuner", page, "/innsatskommuner/ny"):
                assert (await reader.get(address)).status_code == 403, (role, address)
    async with centre.reader() as reader:
        for address in ("/innsatskommuner", page, "/innsatskommuner/ny"):
            assert (await reader.get(address)).status_code == 401
    async with centre.signed_in("GK", cast.centre_id) as reader:
        assert (await reader.get("/innsatskommuner/00000000-0000-7000-8000-000000000000")).status_code == 404
    assert (await cast.shown(path))["status"] == "assessed"


async def posted(reader: httpx.AsyncClient, page: str, step: str) -> httpx.Response:
    """Send a form that the page does not have."""
    token = hidden((await reader.get("/innsatskommuner")).text, "form_token")
    sent = {"form_token": token, "idempotency_key": "a key", "version": '"2"', **DECIDED}
    return await reader.post(f"{page}/{step}", data=sent)


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("/nn", 320)])
async def test_no_page_of_focus_municipalities_has_a_barrier(
    centre: CentrePages, cast: Cast, browser: Browser, prefix: str, width: int
):
    path = await ready(cast)
    await nominated(cast, HAMMERFEST, special_needs={"reason": {"nb": "Behov"}, "source": "Statistikk"})
    await centre.add_account("a-lead", "GK", cast.centre_id)
    async with centre.served() as url, visit(browser, viewport={"width": width, "height": 900}) as (context, heard):
        page = await context.new_page()
        await sign_in(page, url, "a-lead")
        for address in ("/innsatskommuner", "/innsatskommuner/ny", page_of(path)):
            await page.goto(url + prefix + address)
            assert await barriers(page) == [], address
            assert await width_of(page) <= width, address
        assert heard == []
        await page.goto(url + prefix + page_of(path))
        await page.get_by_role("button", name="Peik ut" if prefix else "Pek ut").click()
        assert await barriers(page) == []
        assert await width_of(page) <= width
