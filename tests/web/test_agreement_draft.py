"""A new agreement is put before its parties on a page; what is refused is kept, and pointed at in its row."""

import re

import pytest
from playwright.async_api import Browser

from tests.service.registry_agreements import SHA, Cast, an_organisation, the_cast
from tests.web.agreement_pages import A_NUMBER, a_party, fault_of
from tests.web.centre_pages import CentrePages
from tests.web.reading import text_of
from tests.web.signing_in import hidden
from tests.web.test_browser import barriers, sign_in, visit, width_of
from tests.web.test_catalogues import BOKMAL_ONLY

NEW = "/avtaler/ny"


@pytest.fixture
async def cast(centre: CentrePages) -> Cast:
    return await the_cast(centre.registry)


def filled(cast: Cast, **changed: str) -> dict[str, str]:
    """A form with one party, one municipality, one plan in the second row and commitments in the second and fourth."""
    told = {
        "kind": "focus", "party_1": a_party(cast.tromso_id), "unit_1": "5501",
        "title_nb": "Avtale om rus", "title_nn": "Avtale om rus", "scope_nb": "Langsiktig arbeid",
        "administrative_reference": "2026/1", "administrative_on": "1.2.2026",
        "political_reference": "KS 3/26", "political_on": "2026-03-01", "is_long_term": "1",
        "plan_1_name": "Folkehelseplan", "plan_1_type": "public_health_plan", "plan_1_from": "2026-01-01",
        "plan_1_topic": "1", "sha256": SHA.upper(), "media_type": "application/pdf", "archive_reference": "2026/2",
        "commitment_1_text_nb": "Kommunen kartlegger", "commitment_1_text_nn": "Kommunen kartlegg",
        "commitment_1_responsible": "party_1", "commitment_1_due_on": "2027-06-01",
        "commitment_1_evidence_kind": "survey",
        "commitment_3_text_nn": "Senteret held kurs", "commitment_3_responsible": "centre",
        "commitment_3_due_on": "2027-09-01", "commitment_3_evidence_kind": "report",
        "revise_by": "31.12.2028", "occurred_on": "2026-11-20",
    }  # fmt: skip
    return told | changed


async def test_what_the_form_says_is_put_before_the_parties(centre: CentrePages, cast: Cast):
    async with centre.signed_in("ED", cast.centre_id) as reader:
        form = (await reader.get(NEW)).text
        assert 'value="5501"' in form
        assert ">Tromsø kommune</option>" in form
        answer = await centre.sends(reader, NEW, NEW, filled(cast))
        assert answer.status_code == 303, answer.text
        assert "Avtale om rus" in (await reader.get(answer.headers["location"])).text
    agreement = await cast.shown(answer.headers["location"].replace("/avtaler", "/agreements"))
    edition = agreement["drafted"]
    assert agreement["parties"] == [an_organisation(cast.centre_id), an_organisation(cast.tromso_id)]
    assert (agreement["kind"], edition["unit_codes"], edition["revise_by"]) == ("focus", ["5501"], "2028-12-31")
    assert edition["document"]["sha256"] == SHA
    assert edition["anchoring"]["political"] == {"reference": "KS 3/26", "decided_on": "2026-03-01"}
    assert [each["name"] for each in edition["anchoring"]["plans"]] == ["Folkehelseplan"]
    assert [(each["text"], each["responsible"]) for each in edition["commitments"]] == [
        ({"nb": "Kommunen kartlegger", "nn": "Kommunen kartlegg"}, an_organisation(cast.tromso_id)),
        ({"nb": None, "nn": "Senteret held kurs"}, an_organisation(cast.centre_id)),
    ]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("commitment_3_evidence_kind", "", "Feltet mangler."),
        ("commitment_1_responsible", "", "Feltet mangler."),
        ("commitment_1_responsible", "party_0", "Feltet mangler."),
        ("commitment_1_due_on", "2020-01-01", "Datoen er før steget dette bygger på."),
        ("commitment_3_due_on", "", "Verdien er ikke en dato på formen ÅÅÅÅ-MM-DD."),
        ("commitment_3_text_nn", A_NUMBER, "Teksten har et fødselsnummer."),
        ("title_nb", A_NUMBER, "Teksten har et fødselsnummer."),
        ("scope_nb", "", "Verdien er ikke gyldig."),
        ("unit_1", "0301", "Kommunen er ikke part i avtalen."),
        ("plan_1_from", "", "Verdien er ikke en dato på formen ÅÅÅÅ-MM-DD."),
        ("political_on", "2031-01-01", "Datoen er ikke kommet ennå."),
        ("sha256", "abc", "Verdien har ikke riktig form."),
        ("archive_reference", "", "Verdien er for kort."),
        ("revise_by", "2020-01-01", "Datoen er før steget dette bygger på."),
        ("kind", "handshake", "Verdien er ikke et av valgene."),
    ],
)
async def test_what_is_refused_is_kept_and_the_fault_stands_at_its_field(
    centre: CentrePages, cast: Cast, name: str, value: str, fault: str
):
    async with centre.signed_in("GK", cast.centre_id) as reader:
        answer = await centre.sends(reader, NEW, NEW, filled(cast, **{name: value}))
        assert answer.status_code == 422
        assert fault_of(answer.text, name).strip() == fault
        assert ">Senteret held kurs</textarea>" in answer.text or name == "commitment_3_text_nn"
        assert 'name="administrative_reference" value="2026/1"' in answer.text
        assert f'value="{a_party(cast.tromso_id)}" selected' in answer.text
    assert await cast.editor.pages("/agreements") == []


async def test_only_bodies_that_are_there_are_offered_as_parties_and_each_once(centre: CentrePages, cast: Cast):
    async with centre.signed_in("ED", cast.centre_id) as reader:
        page = (await reader.get("/avtaler/ny")).text
    offered = re.findall(
        r"<option[^>]*>([^<]+)</option>", page.partition('name="party_0"')[2].partition("</select>")[0]
    )
    assert "Troms fylkeskommune" in offered
    assert "Tromsø kommune" in offered
    assert "Troms og Finnmark fylkeskommune" not in offered
    assert len(offered) == len(set(offered))


async def test_parties_that_cannot_be_are_pointed_at_in_their_rows(centre: CentrePages, cast: Cast):
    own, tromso = a_party(cast.centre_id), a_party(cast.tromso_id)
    async with centre.signed_in("ED", cast.centre_id) as reader:
        for changed, name, fault in (
            ({"party_2": tromso}, "party_2", "Det samme står her to ganger."),
            ({"party_2": own}, "party_2", "Det samme står her to ganger."),
            ({"party_2": "organisation/nobody"}, "party_2", "Verdien er ikke en id."),
            ({"party_2": "group/00000000-0000-7000-8000-000000000000"}, "party_2", "Det finnes ikke noe med denne id"),
        ):
            answer = await centre.sends(reader, NEW, NEW, filled(cast, **changed))
            assert answer.status_code == 422
            assert fault in fault_of(answer.text, name), changed
        alone = await centre.sends(reader, NEW, NEW, filled(cast, party_1="", commitment_1_responsible="centre"))
        assert (alone.status_code, 'aria-describedby="parter-feil"' in alone.text) == (422, True)
        nynorsk = await centre.sends(reader, f"/nn{NEW}", f"/nn{NEW}", filled(cast, scope_nb=""))
        assert fault_of(nynorsk.text, "scope_nb").strip() == "Verdien er ikkje gyldig."
        assert BOKMAL_ONLY.findall(text_of(nynorsk.text)) == []
    assert await cast.editor.pages("/agreements") == []


async def test_sent_twice_it_is_drafted_once_and_never_by_a_foreign_form(centre: CentrePages, cast: Cast):
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert (await centre.sends(reader, NEW, NEW, filled(cast), form_token="another")).status_code == 403
        form = (await reader.get(NEW)).text
        sent = {name: hidden(form, name) for name in ("form_token", "idempotency_key")}
        answers = [await reader.post(NEW, data={**sent, **filled(cast)}) for _ in range(2)]
        assert {(each.status_code, each.headers["location"]) for each in answers} == {
            (303, answers[0].headers["location"])
        }
    assert len(await cast.editor.pages("/agreements")) == 1


async def test_who_writes_no_agreements_has_no_form(centre: CentrePages, cast: Cast):
    for role, organisation_id in (("KOM+", cast.tromso_id), ("KOO", None), ("HD", None)):
        async with centre.signed_in(role, organisation_id) as reader:
            assert (await reader.get(NEW)).status_code == 403, role
            assert NEW not in (await reader.get("/avtaler")).text
    async with centre.reader() as reader:
        assert (await reader.get(NEW)).status_code == 401


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("/nn", 320)])
async def test_the_form_has_no_barrier_and_needs_no_scripts(
    centre: CentrePages, cast: Cast, browser: Browser, prefix: str, width: int
):
    await centre.add_account("an-editor", "ED", cast.centre_id)
    async with centre.served() as url:
        async with visit(browser, viewport={"width": width, "height": 900}) as (context, heard):
            page = await context.new_page()
            await sign_in(page, url, "an-editor")
            await page.goto(url + prefix + NEW)
            assert await barriers(page) == []
            assert await width_of(page) <= width
            assert heard == []
            await page.get_by_role("button", name="Legg fram for").click()
            assert await page.locator("[aria-invalid]").count() > 0
            assert await barriers(page) == []
            assert await width_of(page) <= width
        async with visit(browser, java_script_enabled=False) as (context, heard):
            page = await context.new_page()
            await sign_in(page, url, "an-editor")
            await page.goto(url + prefix + NEW)
            await page.get_by_label("Part 2").first.select_option(a_party(cast.tromso_id))
            await page.locator('[name="kind"]').select_option("cooperation")
            await page.locator('[name="title_nb"]').fill("Avtale om rus")
            await page.locator('[name="scope_nb"]').fill("Langsiktig arbeid")
            await page.get_by_role("button", name="Legg fram for").click()
            await page.wait_for_url("**/avtaler/0*")
            assert await page.locator("h1").inner_text() == "Avtale om rus"
            assert heard == []
