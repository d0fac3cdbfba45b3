"""What is agreed on is changed on a page, or another agreement comes in its place: nothing is dropped by looking."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.service.registry_agreements import SHA, Cast, a_commitment, a_group, an_organisation, the_cast
from tests.web.agreement_pages import A_NUMBER, fault_of, page_of, read
from tests.web.centre_pages import CentrePages
from tests.web.forms_shown import fields_of
from tests.web.reading import text_of
from tests.web.test_browser import barriers, sign_in, visit, width_of
from tests.web.test_catalogues import BOKMAL_ONLY

SOME = ["5501", "5503", "5601", "1804", "0301"]
"""Municipalities of 2026; the last is none that the centre covers."""
NEW = "/avtaler/ny"


@pytest.fixture
async def cast(centre: CentrePages) -> Cast:
    return await the_cast(centre.registry)


def terms_of(edition: dict[str, Any]) -> dict[str, Any]:
    """What an edition says, without what came of it."""
    promised = ("commitment_id", "text", "due_on", "evidence_kind", "responsible")
    told = {name: edition[name] for name in ("title", "scope", "unit_codes", "anchoring", "document", "revise_by")}
    return told | {"commitments": [{name: each[name] for name in promised} for each in edition["commitments"]]}


async def changed(
    centre: CentrePages, cast: Cast, path: str, left_out: tuple[str, ...] = (), /, **fields: str
) -> dict[str, Any]:
    """The agreement after its form was sent with some fields changed."""
    page, action = page_of(path), f"{page_of(path)}/endre"
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert f'href="{action}"' in (await reader.get(page)).text
        shown = fields_of((await reader.get(action)).text, action)
        sent = {name: value for name, value in shown.items() if name not in left_out} | fields
        answer = await reader.post(action, data=sent)
        assert (answer.status_code, answer.headers.get("location")) == (303, page), answer.text
    return await cast.shown(path)


async def test_a_form_that_is_sent_as_it_is_shown_changes_nothing(centre: CentrePages, cast: Cast):
    """However many municipalities, plans and commitments there are."""
    (plan,) = cast.terms()["anchoring"]["plans"]
    anchoring = cast.terms()["anchoring"] | {"plans": [plan | {"name": f"Plan {number}"} for number in range(4)]}
    sides = (cast.tromso_id, cast.centre_id)
    commitments = [a_commitment(sides[number % 2], due_on=f"2027-06-0{number + 1}") for number in range(6)]
    path = await cast.drafted(
        kind="cooperation",
        unit_codes=SOME,
        anchoring=anchoring,
        commitments=commitments,
        occurred_on="2026-11-01",
        revise_by="2028-12-31",
    )
    before = (await cast.shown(path))["drafted"]
    after = (await changed(centre, cast, path))["drafted"]
    assert terms_of(after) == terms_of(before)
    assert (after["number"], after["drafted_on"]) == (1, "2026-11-20")


async def test_what_is_to_be_signed_is_put_right(centre: CentrePages, cast: Cast):
    two = [a_commitment(cast.tromso_id), a_commitment(cast.centre_id, text={"nb": "Senteret holder kurs"})]
    path = await cast.drafted(commitments=[{**each, "due_on": "2027-01-01"} for each in two], revise_by="2028-12-31")
    first, second = (await cast.shown(path))["drafted"]["commitments"]
    agreement = await changed(
        centre, cast, path, title_nb="Avtale om vold", commitment_0_dropped="1", plan_0_dropped="1",
        commitment_2_text_nn="Kommunen lagar ein plan", commitment_2_due_on="1.5.2027",
        commitment_2_responsible=f"organisation/{cast.tromso_id}", commitment_2_evidence_kind="plan",
    )  # fmt: skip
    edition = agreement["drafted"]
    assert (edition["title"]["nb"], edition["number"], edition["anchoring"]["plans"]) == ("Avtale om vold", 1, [])
    kept, new = edition["commitments"]
    assert (kept["commitment_id"], kept["text"]) == (second["commitment_id"], second["text"])
    assert (new["text"], new["due_on"]) == ({"nb": None, "nn": "Kommunen lagar ein plan"}, "2027-05-01")
    assert first["commitment_id"] != new["commitment_id"] != second["commitment_id"]
    assert edition["document"]["sha256"] == SHA


async def test_what_binds_binds_until_all_have_signed_the_new_edition(centre: CentrePages, cast: Cast):
    path = await cast.signed(commitments=[a_commitment(cast.tromso_id, due_on="2027-01-01")], revise_by="2028-12-31")
    before = (await cast.shown(path))["signed"]
    action = f"{page_of(path)}/endre"
    async with centre.signed_in("ED", cast.centre_id) as reader:
        form = (await reader.get(action)).text
    assert "gjelder til alle har signert den nye utgaven" in text_of(form)
    shown = fields_of(form, action)
    # Tromsø is called otherwise today, and another edition is another document.
    assert (shown["unit_0"], shown["sha256"], shown["archive_reference"]) == ("5501", "", "")
    agreement = await changed(centre, cast, path, scope_nb="Mer av det samme")
    assert (agreement["status"], agreement["signed"]) == ("in_force", before)
    edition = agreement["drafted"]
    assert (edition["number"], edition["scope"], edition["document"]) == (
        2,
        {"nb": "Mer av det samme", "nn": None},
        None,
    )
    assert [each["commitment_id"] for each in edition["commitments"]] == [before["commitments"][0]["commitment_id"]]
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert "Ny utgave, til signering" in await read(reader, page_of(path))


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("title_nb", A_NUMBER, "Teksten har et fødselsnummer."),
        ("unit_1", "0301", "Kommunen er ikke part i avtalen."),
        ("commitment_0_due_on", "2020-01-01", "Datoen er før steget dette bygger på."),
        ("commitment_1_text_nb", "Bare en tekst", "Verdien er ikke en dato på formen ÅÅÅÅ-MM-DD."),
        ("plan_0_from", "", "Verdien er ikke en dato på formen ÅÅÅÅ-MM-DD."),
        ("sha256", "abc", "Verdien har ikke riktig form."),
        ("occurred_on", "2031-01-01", "Datoen er ikke kommet ennå."),
    ],
)
async def test_what_is_refused_is_kept_and_the_fault_stands_at_its_field(
    centre: CentrePages, cast: Cast, name: str, value: str, fault: str
):
    path = await cast.drafted(commitments=[a_commitment(cast.tromso_id, due_on="2027-01-01")], revise_by="2028-12-31")
    before, action = await cast.shown(path), f"{page_of(path)}/endre"
    async with centre.signed_in("GK", cast.centre_id) as reader:
        sent = fields_of((await reader.get(action)).text, action) | {"scope_nb": "Mer av det samme", name: value}
        answer = await reader.post(action, data=sent)
    assert answer.status_code == 422
    pointed = "commitment_1_due_on" if name == "commitment_1_text_nb" else name
    assert fault_of(answer.text, pointed).strip() == fault
    again = fields_of(answer.text, action)
    fresh = ("idempotency_key", "form_token", "version")
    assert {each: again[each] for each in sent if each not in fresh} == {
        each: value for each, value in sent.items() if each not in fresh
    }
    assert await cast.shown(path) == before


async def test_who_has_changed_it_meanwhile_is_not_overwritten(centre: CentrePages, cast: Cast):
    path = await cast.drafted(commitments=[a_commitment(cast.tromso_id, due_on="2027-01-01")], revise_by="2028-12-31")
    action = f"{page_of(path)}/endre"
    async with centre.signed_in("ED", cast.centre_id) as reader:
        sent = fields_of((await reader.get(action)).text, action) | {"title_nb": "Min tittel"}
        await changed(centre, cast, path, title_nb="En annens tittel")
        answer = await reader.post(action, data=sent)
        pressed_again = await reader.post(action, data=fields_of(answer.text, action))
    assert (answer.status_code, pressed_again.status_code) == (412, 412)
    shown = text_of(answer.text)
    assert "Noen har endret dette etter at du åpnet siden." in shown
    # What the other has told stands beside, with a way to begin from there.
    assert "En annens tittel" in shown.partition("Slik er avtalen nå")[2].partition("Forpliktelser")[0]
    assert f'href="{action}">Begynn på nytt' in answer.text
    assert fields_of(answer.text, action)["title_nb"] == "Min tittel"
    assert (await cast.shown(path))["drafted"]["title"]["nb"] == "En annens tittel"


async def test_only_the_centre_that_drafts_changes_and_only_what_is_not_over(centre: CentrePages, cast: Cast):
    path = await cast.drafted()
    page, action = page_of(path), f"{page_of(path)}/endre"
    other = await centre.registry.organisation_id("KoRus-Midt")
    for role, organisation_id in (("ED", other), ("KOM+", cast.tromso_id), ("KOO", None), ("HD", None)):
        async with centre.signed_in(role, organisation_id) as reader:
            assert action not in (await reader.get(page)).text
            assert (await reader.get(action)).status_code == 403, role
            assert (await reader.post(action, data={})).status_code == 403, role
    async with centre.reader() as reader:
        assert (await reader.get(action)).status_code == 401
    ended = await cast.moves(path, "end", {"reason": {"nb": "Det ble ikke noe av."}, "occurred_on": "2016-05-01"})
    assert ended.status_code == 200
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert action not in (await reader.get(page)).text
        assert (await reader.get(action)).status_code == 403


async def sign_for_all(cast: Cast, path: str, parties: list[dict[str, str]], on: str) -> None:
    """The centre signs, and enters the signatures of the others."""
    for party in parties:
        shown = {} if party["party_id"] == str(cast.centre_id) else {"document_reference": "2016/3"}
        body = {"party": party, "document_sha256": SHA, "occurred_on": on, **shown}
        assert (await cast.moves(path, "sign", body)).status_code == 200


async def test_another_agreement_comes_in_its_place_when_all_have_signed(centre: CentrePages, cast: Cast):
    group = (await centre.registry.anybody.get("/groups")).json()["items"][0]
    parties = [an_organisation(cast.centre_id), a_group(group["group_id"]), an_organisation(cast.tromso_id)]
    path = await cast.drafted(
        parties=parties, commitments=[a_commitment(cast.tromso_id, due_on="2027-01-01")], revise_by="2028-12-31"
    )
    old_id = path.removeprefix("/agreements/")
    replacing = f"{NEW}?i_stedet_for={old_id}"
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert replacing not in (await reader.get(page_of(path))).text
        assert (await reader.get(replacing)).status_code == 404, "nothing binds yet"
    await sign_for_all(cast, path, parties, "2016-03-10")
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert replacing in (await reader.get(page_of(path))).text
        form = (await reader.get(replacing)).text
        assert "kommer i stedet for «Avtale om innsats mot rus»" in text_of(form)
        sent = fields_of(form, NEW) | {"title_nb": "Ny avtale", "sha256": SHA, "archive_reference": "2026/9"}
        refused = await reader.post(NEW, data=sent | {"scope_nb": "", "scope_nn": ""})
        assert (refused.status_code, fields_of(refused.text, NEW)["replaces"]) == (422, old_id)
        answer = await reader.post(NEW, data=sent)
        assert answer.status_code == 303, answer.text
    new_path = answer.headers["location"].replace("/avtaler", "/agreements")
    new, old = await cast.shown(new_path), await cast.shown(path)
    assert (new["replaces"], new["parties"], new["kind"]) == (old_id, parties, "focus")
    (commitment,) = new["drafted"]["commitments"]
    (before,) = old["signed"]["commitments"]
    assert commitment["responsible"] == an_organisation(cast.tromso_id)
    assert commitment["commitment_id"] != before["commitment_id"]
    assert old["status"] == "in_force"
    await sign_for_all(cast, new_path, parties, "2026-11-20")
    assert ((await cast.shown(path))["status"], (await cast.shown(new_path))["status"]) == ("replaced", "in_force")
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert "Avtalen som kom i stedet" in await read(reader, page_of(path))


async def test_nothing_comes_in_the_place_of_anothers_agreement(centre: CentrePages, cast: Cast):
    path = await cast.signed()
    other = await centre.registry.organisation_id("KoRus-Midt")
    async with centre.signed_in("ED", other) as reader:
        for replaced in (path.removeprefix("/agreements/"), "00000000-0000-7000-8000-000000000000"):
            assert (await reader.get(f"{NEW}?i_stedet_for={replaced}")).status_code == 404
        assert (await reader.get(f"{NEW}?i_stedet_for=nothing")).status_code == 422


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("/nn", 320)])
async def test_the_form_has_no_barrier_and_needs_no_scripts(
    centre: CentrePages, cast: Cast, browser: Browser, prefix: str, width: int
):
    path = await cast.drafted(commitments=[a_commitment(cast.tromso_id, due_on="2027-01-01")], revise_by="2028-12-31")
    await centre.add_account("an-editor", "ED", cast.centre_id)
    async with centre.served() as url:
        async with visit(browser, viewport={"width": width, "height": 900}) as (context, heard):
            page = await context.new_page()
            await sign_in(page, url, "an-editor")
            await page.goto(f"{url}{prefix}{page_of(path)}/endre")
            assert await barriers(page) == []
            assert await width_of(page) <= width
            assert prefix == "" or BOKMAL_ONLY.findall(text_of(await page.inner_html("main"))) == []
            assert heard == []
            await page.locator('[name="title_nb"]').fill("")
            await page.locator('[name="title_nn"]').fill("")
            await page.get_by_role("button", name="Legg fram for").click()
            assert await page.locator("[aria-invalid]").count() > 0
            assert await barriers(page) == []
            await changed(centre, cast, path, title_nb="En annens tittel")
            await page.locator('[name="title_nb"]').fill("Min tittel")
            await page.get_by_role("button", name="Legg fram for").click()
            await page.locator("#slik-er-den-na").wait_for()
            assert await barriers(page) == []
            assert await width_of(page) <= width
            assert prefix == "" or BOKMAL_ONLY.findall(text_of(await page.inner_html("main"))) == []
        async with visit(browser, java_script_enabled=False) as (context, heard):
            page = await context.new_page()
            await sign_in(page, url, "an-editor")
            await page.goto(f"{url}{prefix}{page_of(path)}/endre")
            for form in ("nb", "nn"):
                await page.locator(f'[name="title_{form}"]').fill("En bedre tittel")
            await page.get_by_role("button", name="Legg fram for").click()
            await page.wait_for_url(f"**{page_of(path)}")
            assert await page.locator("h1").inner_text() == "En bedre tittel"
            assert heard == []
