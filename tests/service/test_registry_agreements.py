"""Agreements over HTTP on both databases: who drafts and who signs, editions, and what cannot be agreed on."""

import asyncio
from typing import Any

from tests.service.registry_agreements import (
    DOCUMENT,
    DRAFTED,
    SHA,
    SIGNED,
    Cast,
    a_commitment,
    a_group,
    an_organisation,
    slug,
)

FIRST = '"1"'
NOBODY = "00000000-0000-7000-8000-000000000000"


async def test_an_agreement_is_drafted_signed_by_each_and_then_in_force(cast: Cast) -> None:
    drafted = await cast.editor.post("/agreements", cast.draft())
    assert drafted.status_code == 201, drafted.text
    path = drafted.headers["location"]
    assert (drafted.status_code, drafted.headers["etag"], drafted.json()["status"]) == (201, FIRST, "drafted")
    one = await cast.sign(path, cast.lead, cast.centre_id, "2016-03-04")
    assert (one.status_code, one.json()["status"], one.json()["signed"]) == (200, "drafted", None)
    two = await cast.sign(path, cast.tromso, cast.tromso_id, "2016-03-10")
    agreement = two.json()
    assert (two.headers["etag"], agreement["status"], agreement["drafted"]) == ('"3"', "in_force", None)
    edition = agreement["signed"]
    assert (edition["number"], edition["in_force_on"], edition["revise_by"]) == (1, "2016-03-10", "2016-12-31")
    assert [(each["party"]["party_id"], each["signed_on"]) for each in edition["signatures"]] == [
        (str(cast.centre_id), "2016-03-04"),
        (str(cast.tromso_id), "2016-03-10"),
    ]
    assert edition["document"] == DOCUMENT
    assert (await cast.shown(path), await cast.etag(path)) == (agreement, '"3"')
    assert await cast.facts("agreement") == ["drafted", "party_signed", "signed"]
    told = (await cast.house.told("agreement"))[-1]
    assert told["data"]["agreement"]["signed"]["in_force_on"] == told["data"]["occurred_on"] == "2016-03-10"


async def test_who_signs_first_does_not_matter_and_the_last_day_counts(cast: Cast) -> None:
    path = await cast.drafted()
    await cast.sign(path, cast.tromso, cast.tromso_id, "2016-03-20")
    last = await cast.sign(path, cast.lead, cast.centre_id, "2016-03-12")
    assert last.json()["signed"]["in_force_on"] == "2016-03-20"
    assert last.json()["signed"]["signatures"][0]["party"]["party_id"] == str(cast.centre_id)


async def test_nobody_signs_what_does_not_exist_or_before_it_did(cast: Cast) -> None:
    body = {"party": an_organisation(cast.centre_id), "document_sha256": SHA, "occurred_on": SIGNED}
    assert (await cast.lead.post(f"/agreements/{NOBODY}/sign", body, if_match=FIRST)).status_code == 404
    path = await cast.drafted()
    early = await cast.sign(path, cast.lead, cast.centre_id, "2016-02-29")
    assert (early.status_code, slug(early), early.json()["earliest"]) == (422, "date-out-of-order", DRAFTED)
    future = await cast.sign(path, cast.lead, cast.centre_id, "2016-04-09")
    assert slug(future) == "date-in-future"
    assert await cast.facts("agreement") == ["drafted"]


async def test_exactly_the_document_is_signed(cast: Cast) -> None:
    path = await cast.drafted(document=None)
    missing = await cast.sign(path, cast.lead, cast.centre_id)
    assert (missing.status_code, slug(missing)) == (409, "document-missing")
    await cast.moves(path, "change", cast.terms(), by=cast.editor)
    other = await cast.sign(path, cast.lead, cast.centre_id, document_sha256="a0" * 32)
    assert (other.status_code, slug(other)) == (409, "another-document")
    assert (await cast.sign(path, cast.lead, cast.centre_id)).status_code == 200
    again = await cast.sign(path, cast.lead, cast.centre_id)
    assert (again.status_code, slug(again)) == (409, "already-signed")


async def test_nobody_signs_for_another_but_the_drafting_centre(cast: Cast) -> None:
    path = await cast.drafted()
    napha_id = await cast.house.organisation_id("NAPHA")
    napha = cast.house.caller("GK", napha_id)
    for by, party_id in ((napha, cast.centre_id), (napha, napha_id), (cast.tromso, cast.centre_id)):
        answer = await cast.sign(path, by, party_id)
        assert (answer.status_code, slug(answer)) == (404, "not-found")
    stranger = await cast.sign(path, cast.lead, napha_id)
    assert (stranger.status_code, slug(stranger)) == (422, "not-a-party")
    for role in ("KOM", "ED", "SB", "KOO", "HD", "API"):
        answer = await cast.sign(path, cast.house.caller(role, cast.tromso_id), cast.tromso_id)
        assert answer.status_code == 403, role
    assert await cast.facts("agreement") == ["drafted"]


async def test_a_party_without_account_is_signed_for_by_what_its_own_signature_is_archived_as(cast: Cast) -> None:
    path = await cast.drafted()
    bare = await cast.sign(path, cast.lead, cast.tromso_id)
    assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (422, "/document_reference")
    told = await cast.sign(path, cast.lead, cast.tromso_id, document_reference="2016/118-5")
    signature = told.json()["drafted"]["signatures"][0]
    assert (signature["signed_for_by"], signature["document_reference"]) == (str(cast.centre_id), "2016/118-5")
    twice = await cast.sign(path, cast.lead, cast.tromso_id, document_reference="2016/118-6")
    assert slug(twice) == "already-signed"
    # The party that turns out to have an account signs itself, in the place of what was entered for it.
    own = await cast.sign(path, cast.tromso, cast.tromso_id, "2016-03-15")
    assert [each["signed_for_by"] for each in own.json()["drafted"]["signatures"]] == [None]
    assert (await cast.sign(path, cast.tromso, cast.tromso_id)).status_code == 409


async def test_a_group_is_a_party_and_its_members_read_what_is_agreed(cast: Cast) -> None:
    coordinator = cast.house.caller("KOO")
    members = [{"unit_code": code, "valid_from": "2016-01-01"} for code in ("1902", "1804")]
    group = {"reference": "to-byer", "name": "To byer", "kind": "cooperation", "members": members}
    made = await coordinator.post("/groups", {**group, "occurred_on": "2016-01-01"})
    group_id = made.json()["group_id"]
    parties = [an_organisation(cast.centre_id), a_group(group_id)]
    commitment = a_commitment(cast.tromso_id, responsible=a_group(group_id))
    path = await cast.drafted(parties=parties, commitments=[commitment], unit_codes=["1902", "1804"])
    await cast.sign(path, cast.lead, cast.centre_id)
    signed = await cast.sign(path, cast.lead, group_id, party=a_group(group_id), document_reference="2016/120-2")
    assert signed.json()["status"] == "in_force"
    assert (await cast.tromso.get(path)).json()["agreement_id"] == signed.json()["agreement_id"]
    bodo = cast.house.caller("KOM", await registered(cast, "Bodø kommune", "1804"))
    assert [each["agreement_id"] for each in await bodo.pages("/agreements")] == [signed.json()["agreement_id"]]
    senja = cast.house.caller("KOM", await registered(cast, "Lenvik kommune", "1931"))
    assert await senja.pages("/agreements") == []
    assert (await senja.get(path)).status_code == 404


async def registered(cast: Cast, name: str, unit_code: str) -> Any:
    """The id of a municipality that the coordinator makes known as a body."""
    body = {"reference": f"kommune-{unit_code}", "name": name, "kind": "municipality", "unit_code": unit_code}
    answer = await cast.house.caller("KOO").post("/organisations", {**body, "occurred_on": "2016-01-01"})
    assert answer.status_code == 201, answer.text
    return answer.json()["organisation_id"]


async def test_a_change_after_a_signature_is_a_new_edition_that_all_sign_again(cast: Cast) -> None:
    path = await cast.drafted()
    await cast.sign(path, cast.lead, cast.centre_id)
    changed = await cast.moves(path, "change", cast.terms(title={"nb": "Ny tittel"}), by=cast.editor)
    drafted = changed.json()["drafted"]
    assert (drafted["number"], drafted["title"]["nb"], drafted["signatures"]) == (2, "Ny tittel", [])
    for by, party_id in ((cast.lead, cast.centre_id), (cast.tromso, cast.tromso_id)):
        await cast.sign(path, by, party_id)
    assert (await cast.shown(path))["signed"]["number"] == 2
    versions = (await cast.editor.get(f"{path}/history")).json()["items"]
    assert [each["fact"].split(".")[3] for each in versions] == [
        "drafted", "party_signed", "changed", "party_signed", "signed",
    ]  # fmt: skip
    (change,) = versions[2]["changed"]
    earlier, later = change["before"], change["after"]
    assert (change["field"], earlier["number"], later["number"]) == ("drafted", 1, 2)
    assert (earlier["title"]["nb"], later["title"]["nb"]) == ("Avtale om innsats mot rus", "Ny tittel")
    assert [each["party"]["party_id"] for each in earlier["signatures"]] == [str(cast.centre_id)]
    assert (versions[2]["recorded_by"], versions[2]["command"]) == (str(cast.centre_id), "change_agreement")


async def test_a_draft_that_nobody_has_signed_is_changed_without_a_new_edition(cast: Cast) -> None:
    path = await cast.drafted()
    changed = await cast.moves(path, "change", cast.terms(unit_codes=["1902"], commitments=[]), by=cast.editor)
    assert (changed.json()["drafted"]["number"], changed.json()["drafted"]["commitments"]) == (1, [])


async def test_what_is_in_force_binds_until_all_have_signed_the_next_edition(cast: Cast) -> None:
    path = await cast.signed()
    commitment = (await cast.shown(path))["signed"]["commitments"][0]
    later = a_commitment(cast.tromso_id, commitment_id=commitment["commitment_id"], due_on="2016-09-01")
    terms = cast.terms(commitments=[later, a_commitment(cast.centre_id)], occurred_on="2016-04-01")
    early = await cast.moves(path, "change", terms | {"occurred_on": "2016-03-09"}, by=cast.editor)
    assert (slug(early), early.json()["earliest"]) == ("date-out-of-order", SIGNED)
    changed = (await cast.moves(path, "change", terms, by=cast.editor)).json()
    assert (changed["status"], changed["signed"]["number"], changed["drafted"]["number"]) == ("in_force", 1, 2)
    await cast.sign(path, cast.lead, cast.centre_id, "2016-04-02")
    assert (await cast.shown(path))["signed"]["commitments"] == [commitment]
    signed = (await cast.sign(path, cast.tromso, cast.tromso_id, "2016-04-03")).json()
    assert (signed["status"], signed["signed"]["number"], signed["signed"]["in_force_on"]) == (
        "in_force", 2, "2016-04-03",
    )  # fmt: skip
    kept, new = signed["signed"]["commitments"]
    assert (kept["commitment_id"], kept["due_on"]) == (commitment["commitment_id"], "2016-09-01")
    assert new["commitment_id"] != commitment["commitment_id"]


async def test_an_agreement_comes_in_the_place_of_another_when_all_have_signed(cast: Cast) -> None:
    before = await cast.signed()
    old_id = before.rpartition("/")[2]
    after = await cast.drafted(replaces=old_id, occurred_on="2016-04-01")
    assert (await cast.shown(before))["status"] == "in_force"
    await cast.sign(after, cast.lead, cast.centre_id, "2016-04-01")
    signed = await cast.sign(after, cast.tromso, cast.tromso_id, "2016-04-05")
    assert signed.headers["samla-version"] == f"agreement/{after.rpartition('/')[2]}@3"
    replaced = await cast.shown(before)
    assert (replaced["status"], replaced["replaced_by"]) == ("replaced", after.rpartition("/")[2])
    told = (await cast.house.told("agreement"))[-1]
    assert (told["type"], told["data"]["occurred_on"]) == ("samla.registry.agreement.replaced.v1", "2016-04-05")
    again = await cast.editor.post("/agreements", cast.draft(replaces=old_id))
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/replaces")
    late = await cast.moves(before, "change", cast.terms(), by=cast.editor)
    assert (slug(late), late.json()["current_status"]) == ("step-out-of-order", "replaced")


async def test_a_party_ends_it_and_says_why(cast: Cast) -> None:
    path = await cast.signed()
    end = {"reason": {"nn": "Kommunen vart slått saman"}, "occurred_on": "2016-04-01"}
    stranger = cast.house.caller("GK", await cast.house.organisation_id("NAPHA"))
    assert (await cast.moves(path, "end", end, by=stranger)).status_code == 404
    early = await cast.moves(path, "end", end | {"occurred_on": "2016-03-09"}, by=cast.tromso)
    assert (slug(early), early.json()["earliest"]) == ("date-out-of-order", SIGNED)
    ended = await cast.moves(path, "end", end, by=cast.tromso)
    assert (ended.status_code, ended.json()["status"], ended.json()["ended_on"]) == (200, "ended", "2016-04-01")
    assert ended.json()["end_reason"]["nn"] == "Kommunen vart slått saman"
    last = (await cast.tromso.get(f"{path}/history")).json()["items"][-1]
    assert (last["command"], last["reason"]) == ("end_agreement", "Kommunen vart slått saman")
    for verb, body in (("end", end), ("change", cast.terms())):
        late = await cast.moves(path, verb, body)
        assert (late.status_code, slug(late), late.json()["current_status"]) == (409, "step-out-of-order", "ended")
    assert slug(await cast.sign(path, cast.lead, cast.centre_id)) == "step-out-of-order"


async def test_each_step_needs_the_version_that_the_caller_has_seen(cast: Cast) -> None:
    path = await cast.drafted()
    sign = {"party": an_organisation(cast.centre_id), "document_sha256": SHA, "occurred_on": SIGNED}
    end = {"reason": {"nb": "Trukket"}, "occurred_on": SIGNED}
    for by, verb, body in ((cast.lead, "sign", sign), (cast.lead, "end", end), (cast.editor, "change", cast.terms())):
        assert (await by.post(f"{path}/{verb}", body)).status_code == 428
        assert (await by.post(f"{path}/{verb}", body, if_match='"2"')).status_code == 412
    assert await cast.facts("agreement") == ["drafted"]


async def test_of_two_who_sign_at_once_none_is_lost(cast: Cast) -> None:
    path = await cast.drafted()
    bodies = [(cast.lead, cast.centre_id), (cast.tromso, cast.tromso_id)]
    answers = await asyncio.gather(
        *(
            by.post(
                f"{path}/sign",
                {"party": an_organisation(party_id), "document_sha256": SHA, "occurred_on": SIGNED},
                if_match=FIRST,
            )
            for by, party_id in bodies
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len((await cast.shown(path))["drafted"]["signatures"]) == 1


async def test_only_the_own_centre_drafts_and_changes(cast: Cast) -> None:
    napha = cast.house.caller("ED", await cast.house.organisation_id("NAPHA"))
    assert (await napha.post("/agreements", cast.draft())).status_code == 404
    path = await cast.drafted()
    assert (await cast.moves(path, "change", cast.terms(), by=napha)).status_code == 404
    for role in ("KOM", "KOM+", "SB", "KOO", "HD", "API"):
        assert (await cast.house.caller(role, cast.centre_id).post("/agreements", cast.draft())).status_code == 403
    assert (await cast.house.anybody.post("/agreements", cast.draft())).status_code == 401


def wrong(cast: Cast) -> list[tuple[dict[str, Any], str, str]]:
    """What cannot be agreed on: the change to a draft, the problem and where it is."""
    centre, tromso = an_organisation(cast.centre_id), an_organisation(cast.tromso_id)
    commitment = a_commitment(cast.tromso_id)
    without_kind = {name: told for name, told in commitment.items() if name != "evidence_kind"}
    early, unknown, far = ({"due_on": "2016-02-29"}, {"commitment_id": NOBODY}, {"due_on": "9999-12-31"})
    political = {"political": {"reference": "1", "decided_on": "2016-04-09"}}
    plan = {"plan_type": "public_health_plan", "name": "Plan", "contains_topic": True, "valid_from": "2016-01-01"}
    no_day = {"plans": [plan | {"valid_to": "2016-01-01"}]}
    return [
        ({"commitments": [without_kind]}, "invalid", "/commitments/0/evidence_kind"),
        ({"commitments": [a_commitment(NOBODY)]}, "not-a-party", "/commitments/0/responsible"),
        ({"commitments": [commitment | early]}, "date-out-of-order", "/commitments/0/due_on"),
        ({"commitments": [commitment | unknown]}, "invalid", "/commitments/0/commitment_id"),
        ({"commitments": [commitment | far]}, "invalid", "/commitments/0/due_on"),
        ({"revise_by": "2016-02-01"}, "date-out-of-order", "/revise_by"),
        ({"parties": [centre]}, "invalid", "/parties"),
        ({"parties": [centre, tromso, centre]}, "invalid", "/parties/2"),
        ({"parties": [tromso, an_organisation(NOBODY)]}, "centre-not-a-party", "/parties"),
        ({"parties": [centre, an_organisation(NOBODY)]}, "unknown-organisation", "/parties/1/party_id"),
        ({"parties": [centre, a_group(NOBODY)]}, "invalid", "/parties/1/party_id"),
        ({"unit_codes": ["1804"]}, "municipality-not-a-party", "/unit_codes/0"),
        ({"unit_codes": []}, "invalid", "/unit_codes"),
        ({"unit_codes": ["1902", "1902"]}, "invalid", "/unit_codes/1"),
        ({"unit_codes": ["9999"]}, "unknown-unit", "/unit_codes/0"),
        ({"unit_codes": ["5501"]}, "unit-not-valid", "/unit_codes/0"),
        ({"anchoring": political}, "date-in-future", "/anchoring/political/decided_on"),
        ({"anchoring": no_day}, "period-reversed", "/anchoring/plans/0/valid_to"),
        ({"document": DOCUMENT | {"sha256": "ff"}}, "invalid", "/document/sha256"),
        ({"document": DOCUMENT | {"media_type": "a document"}}, "invalid", "/document/media_type"),
        ({"replaces": NOBODY}, "invalid", "/replaces"),
        ({"occurred_on": "2016-04-09"}, "date-in-future", "/occurred_on"),
        ({"title": {}}, "invalid", "/title"),
        ({"kind": "friendship"}, "invalid", "/kind"),
        ({"signatures": []}, "unknown-field", ""),
    ]  # fmt: skip


async def test_what_cannot_be_agreed_on_is_refused_by_name_and_nothing_is_stored(cast: Cast) -> None:
    for changes, problem, pointer in wrong(cast):
        answer = await cast.editor.post("/agreements", cast.draft(**changes))
        assert (answer.status_code, slug(answer)) == (422, problem), changes
        assert answer.json()["errors"][0]["pointer"] == pointer, changes
    assert await cast.facts("agreement") == []
    assert await cast.editor.pages("/agreements") == []


async def test_a_cooperation_between_centres_names_no_municipality(cast: Cast) -> None:
    napha_id = await cast.house.organisation_id("NAPHA")
    parties = [an_organisation(cast.centre_id), an_organisation(napha_id)]
    own = {"kind": "cooperation", "parties": parties, "commitments": [a_commitment(napha_id)], "unit_codes": []}
    path = await cast.drafted(**own)
    await cast.sign(path, cast.lead, cast.centre_id)
    napha = cast.house.caller("GK", napha_id)
    assert (await cast.sign(path, napha, napha_id)).json()["status"] == "in_force"
    # Where it is about some, they need not be parties.
    assert (await cast.editor.post("/agreements", cast.draft(**own | {"unit_codes": ["1804"]}))).status_code == 201


async def test_who_reads_a_part_of_the_register_reads_only_its_own_agreements(cast: Cast) -> None:
    path = await cast.drafted()
    agreement_id = path.rpartition("/")[2]
    stranger = cast.house.caller("API", await cast.house.organisation_id("NAPHA"))
    for reader in (cast.house.anybody, cast.house.caller("PRO"), stranger):
        assert await reader.pages("/agreements") == []
        for path_ in (path, f"{path}/history"):
            theirs, nobodys = await reader.get(path_), await reader.get(path_.replace(agreement_id, NOBODY))
            assert theirs.status_code == nobodys.status_code == 404
            assert theirs.json() | {"trace_id": ""} == nobodys.json() | {"trace_id": ""}
    for reader in (cast.tromso, cast.house.caller("API", cast.centre_id), cast.house.caller("HD")):
        assert [each["agreement_id"] for each in await reader.pages("/agreements")] == [agreement_id]
        assert (await reader.get(path)).status_code == 200


async def test_agreements_are_found_by_centre_party_unit_kind_and_status(cast: Cast) -> None:
    drafted, signed = await cast.drafted(), await cast.signed()

    async def found(**wanted: Any) -> list[str]:
        return [f"/agreements/{each['agreement_id']}" for each in await cast.editor.pages("/agreements", **wanted)]

    both = sorted((drafted, signed))  # in the order of their ids, which were given in the same millisecond
    assert await found() == await found(centre_id=cast.centre_id) == both
    assert await found(limit=1) == both
    assert await found(party_id=cast.tromso_id, unit_code="1902", kind="focus") == both
    assert (await found(status="in_force"), await found(status="drafted")) == ([signed], [drafted])
    assert (await found(in_breach="true"), await found(in_breach="false")) == ([], both)
    assert await found(unit_code="1804") == await found(party_id=NOBODY) == await found(kind="cooperation") == []
