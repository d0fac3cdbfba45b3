"""What is done with agreements on their pages is done in the registry, once, by whoever may, and refusals are told."""

from typing import Any

import httpx
import pytest

from tests.service.registry_agreements import SHA, Cast, a_commitment, a_group, an_organisation, the_cast
from tests.web.agreement_pages import A_NUMBER, a_party, fault_of, new_edition, page_of, read
from tests.web.centre_pages import CentrePages
from tests.web.reading import text_of
from tests.web.signing_in import hidden

SEES = {"kind": "survey", "reference": "BrukerPlan 2016", "occurred_on": "1.5.2016"}
ENDS = {"reason_nb": "Kommunen er slått sammen.", "occurred_on": "2016-05-01"}


@pytest.fixture
async def cast(centre: CentrePages) -> Cast:
    return await the_cast(centre.registry)


async def commitment_of(cast: Cast, path: str) -> dict[str, Any]:
    commitment: dict[str, Any] = (await cast.shown(path))["signed"]["commitments"][0]
    return commitment


def of_commitment(path: str, commitment: dict[str, Any], verb: str) -> str:
    return f"{page_of(path)}/forpliktelser/{commitment['commitment_id']}/{verb}"


async def test_both_sides_sign_exactly_what_they_are_shown(centre: CentrePages, cast: Cast):
    path = await cast.drafted()
    page = page_of(path)
    for role, party_id in (("GK", cast.centre_id), ("KOM+", cast.tromso_id)):
        async with centre.signed_in(role, party_id) as reader:
            shown = (await reader.get(page)).text
            assert SHA in text_of(shown)
            assert hidden(shown, "digest") == SHA
            sent = {"party": a_party(party_id), "occurred_on": "10.3.2016"}
            answer = await centre.sends(reader, page, f"{page}/signer", sent)
            assert (answer.status_code, answer.headers["location"]) == (303, page)
            assert f'action="{page}/signer"' not in (await reader.get(page)).text
    agreement = await cast.shown(path)
    assert (agreement["status"], agreement["in_force_since"]) == ("in_force", "2016-03-10")
    assert [each["signed_for_by"] for each in agreement["signed"]["signatures"]] == [None, None]


async def test_a_centre_enters_the_signature_of_a_party_without_account(centre: CentrePages, cast: Cast):
    path = await cast.drafted()
    page, action = page_of(path), f"{page_of(path)}/signer-for"
    sent = {"party": a_party(cast.tromso_id), "occurred_on": "2016-03-05"}
    async with centre.signed_in("GK", cast.centre_id) as reader:
        refused = await centre.sends(reader, page, action, {**sent, "document_reference": ""})
        assert refused.status_code == 422
        assert fault_of(refused.text, "document_reference")
        answer = await centre.sends(reader, page, action, {**sent, "document_reference": "Tromsø 16/2"})
        assert answer.status_code == 303
        assert "lagt inn av KORUS Nord" in await read(reader, page)
    (signature,) = (await cast.shown(path))["drafted"]["signatures"]
    assert (signature["signed_for_by"], signature["document_reference"]) == (str(cast.centre_id), "Tromsø 16/2")
    async with centre.signed_in("KOM+", cast.tromso_id) as reader:
        sent = {"party": a_party(cast.tromso_id), "occurred_on": "2016-03-10"}
        assert (await centre.sends(reader, page, f"{page}/signer", sent)).status_code == 303
    (signature,) = (await cast.shown(path))["drafted"]["signatures"]
    assert signature["signed_for_by"] is None


async def test_br_19_what_was_promised_is_shown_and_verified_by_the_other_side(centre: CentrePages, cast: Cast):
    path = await cast.signed()
    page, promised = page_of(path), await commitment_of(cast, path)
    shows, verifies = (of_commitment(path, promised, verb) for verb in ("dokumenter", "bekreft"))
    async with centre.signed_in("KOM+", cast.tromso_id) as reader:
        assert (await centre.sends(reader, page, shows, SEES)).status_code == 303
        told = await read(reader, page)
        assert "Dokumentasjon BrukerPlan 2016, 1. mai 2016" in told
        assert "dokumentert, ikke bekreftet" in told
        assert verifies not in (await reader.get(page)).text
    async with centre.signed_in("GK", cast.centre_id) as reader:
        assert (await centre.sends(reader, page, verifies, {"occurred_on": "2016-05-02"})).status_code == 303
        told = await read(reader, page)
        assert "bekreftet av KORUS Nord" in told
        assert not [each for each in (shows, verifies) if each in (await reader.get(page)).text]
    commitment = await commitment_of(cast, path)
    assert commitment["evidence"]["reference"] == "BrukerPlan 2016"
    assert (commitment["verified_on"], commitment["verified_by"]) == ("2016-05-02", str(cast.centre_id))


async def test_a_party_ends_it_with_a_reason_in_both_languages(centre: CentrePages, cast: Cast):
    path = await cast.signed()
    page, action = page_of(path), f"{page_of(path)}/avslutt"
    async with centre.signed_in("KOM+", cast.tromso_id) as reader:
        missing = await centre.sends(reader, page, action, {"occurred_on": "2016-05-01"})
        assert missing.status_code == 422
        assert fault_of(missing.text, "reason_nb") == fault_of(missing.text, "reason_nn")
        both = {**ENDS, "reason_nn": "Kommunen er slegen saman."}
        assert (await centre.sends(reader, page, action, both)).status_code == 303
        assert "Kommunen er slått sammen." in await read(reader, page)
        assert "Kommunen er slegen saman." in await read(reader, "/nn" + page)
        assert action not in (await reader.get(page)).text
    agreement = await cast.shown(path)
    assert (agreement["status"], agreement["ended_on"]) == ("ended", "2016-05-01")


async def test_what_was_filled_in_stays_when_it_is_refused_and_the_fault_stands_at_its_field(
    centre: CentrePages, cast: Cast
):
    path = await cast.signed()
    page, promised = page_of(path), await commitment_of(cast, path)
    action = of_commitment(path, promised, "dokumenter")
    async with centre.signed_in("KOM+", cast.tromso_id) as reader:
        for prefix, fault in (("", "Teksten har et fødselsnummer."), ("/nn", "Teksten har eit fødselsnummer.")):
            sent = {**SEES, "reference": A_NUMBER}
            answer = await centre.sends(reader, prefix + page, prefix + action, sent)
            assert answer.status_code == 422
            assert fault in fault_of(answer.text, "reference")
            assert f'value="{A_NUMBER}"' in answer.text
            assert f'href="{"" if prefix else "/nn"}{page}" hreflang' in answer.text
        for day, fault in (
            ("2031-01-01", "Datoen er ikke kommet ennå."),
            ("i morgen", "Verdien er ikke en dato på formen ÅÅÅÅ-MM-DD."),
            ("", "Verdien er ikke en dato på formen ÅÅÅÅ-MM-DD."),
        ):
            answer = await centre.sends(reader, page, action, {**SEES, "occurred_on": day})
            assert (answer.status_code, fault_of(answer.text, "occurred_on").strip()) == (422, fault)
        early = await centre.sends(reader, page, action, {**SEES, "occurred_on": "2016-01-01"})
        assert fault_of(early.text, "occurred_on").strip() == "Datoen er før steget dette bygger på."
    assert (await commitment_of(cast, path))["evidence"] is None


async def test_a_page_that_is_out_of_date_is_told_so_and_changes_nothing(centre: CentrePages, cast: Cast):
    path = await cast.drafted()
    page = page_of(path)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        stale = hidden((await reader.get(page)).text, "version")
        await cast.sign(path, cast.tromso, cast.tromso_id)
        sent = {"party": a_party(cast.centre_id), "occurred_on": "2016-03-10"}
        answer = await centre.sends(reader, page, f"{page}/signer", sent, version=stale)
        assert answer.status_code == 412
        assert "Noen har endret dette etter at du åpnet siden." in answer.text
        assert (await cast.shown(path))["status"] == "drafted"
        assert hidden(answer.text, "version") != stale
        again = await centre.sends(reader, page, f"{page}/signer", sent)
        assert again.status_code == 303
    assert (await cast.shown(path))["status"] == "in_force"


async def test_another_document_than_the_one_shown_is_not_signed(centre: CentrePages, cast: Cast):
    path = await cast.drafted()
    page = page_of(path)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        sent = {"party": a_party(cast.centre_id), "occurred_on": "2016-03-10"}
        answer = await centre.sends(reader, page, f"{page}/signer", sent, digest="00" * 32)
        assert (answer.status_code, "Dette er ikke dokumentet som skal signeres" in answer.text) == (409, True)
        answer = await centre.sends(reader, "/nn" + page, f"/nn{page}/signer", sent, digest="00" * 32)
        assert (answer.status_code, "Dette er ikkje dokumentet som skal signerast" in answer.text) == (409, True)
    assert (await cast.shown(path))["drafted"]["signatures"] == []


async def test_a_form_that_is_sent_twice_does_it_once(centre: CentrePages, cast: Cast):
    path = await cast.drafted()
    page = page_of(path)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        shown = (await reader.get(page)).text
        sent = {name: hidden(shown, name) for name in ("form_token", "idempotency_key", "version", "digest")}
        sent |= {"party": a_party(cast.centre_id), "occurred_on": "2016-03-10"}
        for _ in range(2):
            assert (await reader.post(f"{page}/signer", data=sent)).status_code == 303
    assert await cast.facts("agreement") == ["drafted", "party_signed"]


async def test_only_a_form_of_the_page_itself_signs(centre: CentrePages, cast: Cast):
    path = await cast.drafted()
    page = page_of(path)
    sent = {"party": a_party(cast.centre_id), "occurred_on": "2016-03-10"}
    async with centre.signed_in("GK", cast.centre_id) as reader:
        for changed, status in (
            ({"form_token": "another"}, 403),
            ({"idempotency_key": ""}, 400),
            ({"version": ""}, 400),
            ({"version": '"1"\r\nx: y'}, 400),
            ({"version": "*"}, 400),
        ):
            assert (await centre.sends(reader, page, f"{page}/signer", sent, **changed)).status_code == status
        elsewhere = await reader.post(f"{page}/signer", data=sent, headers={"Origin": "https://elsewhere.example"})
        assert elsewhere.status_code == 403
    async with centre.reader() as reader:
        assert (await reader.post(f"{page}/signer", data=sent)).status_code in (401, 403)
    assert (await cast.shown(path))["drafted"]["signatures"] == []


@pytest.mark.parametrize("step", ["signer", "signer-for", "avslutt"])
async def test_who_may_not_sign_is_not_shown_how_and_is_refused(centre: CentrePages, cast: Cast, step: str):
    path = await cast.drafted()
    page = page_of(path)
    for role, organisation_id in (("ED", cast.centre_id), ("KOM", cast.tromso_id), ("HD", None)):
        async with centre.signed_in(role, organisation_id) as reader:
            assert f"{page}/{step}" not in (await reader.get(page)).text
            assert (await posted(reader, page, step)).status_code == 403, role
    other_id = await cast.house.organisation_id("RVTS Nord")
    async with centre.signed_in("GK", other_id) as reader:
        assert f"{page}/{step}" not in (await reader.get(page)).text
        assert (await posted(reader, page, step, party=a_party(other_id))).status_code in (404, 422)
    assert (await cast.facts("agreement")) == ["drafted"]


async def posted(reader: httpx.AsyncClient, page: str, step: str, **told: str) -> httpx.Response:
    """Send a form that the page does not have, with what the page knows."""
    shown = (await reader.get(page)).text
    sent = {"form_token": hidden(shown, "form_token"), "idempotency_key": "a key", "version": '"1"'}
    return await reader.post(f"{page}/{step}", data={**sent, **ENDS, "digest": SHA, **told})


async def test_nobody_verifies_its_own_evidence_nor_shows_another_partys(centre: CentrePages, cast: Cast):
    other = a_commitment(cast.centre_id, text={"nb": "Senteret holder kurs"})
    path = await cast.signed(commitments=[other])
    page, promised = page_of(path), await commitment_of(cast, path)
    shows, verifies = (of_commitment(path, promised, verb) for verb in ("dokumenter", "bekreft"))
    async with centre.signed_in("KOM+", cast.tromso_id) as reader:
        assert shows not in (await reader.get(page)).text
    async with centre.signed_in("GK", cast.centre_id) as reader:
        assert (await centre.sends(reader, page, shows, SEES)).status_code == 303
        assert verifies not in (await reader.get(page)).text
        answer = await posted(reader, page, verifies.removeprefix(f"{page}/"))
        assert answer.status_code in (403, 412)
    assert (await commitment_of(cast, path))["verified_on"] is None


async def test_a_group_that_is_a_party_is_signed_for(centre: CentrePages, cast: Cast):
    group = (await cast.house.anybody.get("/groups")).json()["items"][0]
    parties = [an_organisation(cast.centre_id), a_group(group["group_id"])]
    path = await cast.drafted(kind="cooperation", parties=parties, commitments=[])
    page = page_of(path)
    async with centre.signed_in("GK", cast.centre_id) as reader:
        assert group["name"] in await read(reader, page)
        sent = {"party": f"group/{group['group_id']}", "document_reference": "16/3", "occurred_on": "2016-03-10"}
        assert (await centre.sends(reader, page, f"{page}/signer-for", sent)).status_code == 303
    (signature,) = (await cast.shown(path))["drafted"]["signatures"]
    assert signature["party"] == a_group(group["group_id"])


async def test_a_new_edition_is_signed_while_the_old_one_binds(centre: CentrePages, cast: Cast):
    path = await cast.signed()
    await new_edition(cast, path, title={"nb": "Ny tittel"})
    page = page_of(path)
    for role, party_id in (("GK", cast.centre_id), ("KOM+", cast.tromso_id)):
        assert (await cast.shown(path))["signed"]["number"] == 1
        async with centre.signed_in(role, party_id) as reader:
            sent = {"party": a_party(party_id), "occurred_on": "2016-04-10"}
            assert (await centre.sends(reader, page, f"{page}/signer", sent)).status_code == 303
    agreement = await cast.shown(path)
    assert (agreement["signed"]["number"], agreement["drafted"]) == (2, None)
