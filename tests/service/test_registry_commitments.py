"""Commitments over HTTP on both databases: evidence and verification; breaches, revisions and mails as days go by."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from deploy.smtp import SmtpPostbox
from gateway.sink import SunkMail
from services.kernel.clock import FixedClock
from services.kernel.database import Database
from services.kernel.deadlines import Deadlines
from services.kernel.effects import Sender, effects_by_status
from services.registry.commands.agreement_checks import check_commitment
from services.registry.service import registry
from tests.mail_server import MailServer, mail_server, sent_all
from tests.service.registry_agreements import DRAFTED, Cast, a_commitment, a_group, an_organisation, slug
from tests.statements import selects

FIRST = '"1"'
NOBODY = "00000000-0000-7000-8000-000000000000"
KORUS, TROMSO = "post@korusnord.example", "postmottak@tromso.example"


@dataclass
class Post:
    """A mail server that is put what the registry has to send."""

    database: Database
    server: MailServer

    async def sent(self) -> list[SunkMail]:
        """Send what waits, and give what came of it: the mails that are new, by their addresses."""
        before = len(self.server.mails)
        await sent_all(Sender(self.database, registry.effects, SmtpPostbox(self.server.url, "samla@senter.example")))
        return sorted(self.server.mails[before:], key=lambda mail: mail.to)


@dataclass
class World:
    """The cast, what falls due, and where the mails come."""

    cast: Cast
    clock: FixedClock
    post: Post

    async def on(self, day: str, *, hour: int = 12) -> int:
        """Let time go on to a day, and let fall due what does. Returns how much that was."""
        moment = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=hour)
        self.clock.advance(moment - self.clock.now())
        self.cast.__post_init__()  # Whoever acts signs in anew: their tokens are of another day.
        return await Deadlines(self.cast.house.database, registry.deadlines).take_due()

    async def waiting(self) -> set[tuple[str, str]]:
        """What will fall due, and on which day."""
        rows = await self.cast.house.database.read(
            lambda connection: connection.execute(sa.text("SELECT kind, due_at FROM deadline")).all()
        )
        return {(row.kind, datetime.fromtimestamp(row.due_at, UTC).date().isoformat()) for row in rows}


@pytest.fixture
async def world(cast: Cast, clock: FixedClock) -> AsyncIterator[World]:
    async with mail_server() as server:
        for organisation_id, mailbox in ((cast.centre_id, KORUS), (cast.tromso_id, TROMSO)):
            await given_mailbox(cast, organisation_id, mailbox)
        yield World(cast, clock, Post(cast.house.database, server))


async def given_mailbox(cast: Cast, organisation_id: Any, mailbox: str) -> None:
    path = f"/organisations/{organisation_id}"
    told = await cast.shown(path)
    kept = {name: told[name] for name in ("name", "coverage", "mandates", "core_areas", "elects_in", "members")}
    body = {**kept, "official_mailbox": mailbox, "source": "a test", "occurred_on": "2016-04-08"}
    answer = await cast.moves(path, "change", body, by=cast.house.caller("KOO"))
    assert answer.status_code == 200, answer.text


async def the_commitment(cast: Cast, path: str) -> dict[str, Any]:
    found: dict[str, Any] = (await cast.shown(path))["signed"]["commitments"][0]
    return found


async def test_br_19_a_commitment_past_its_date_without_evidence_is_a_breach_that_both_are_told_of(
    world: World,
) -> None:
    path = await world.cast.signed()
    assert await world.waiting() == {
        ("commitment-reminder", "2016-05-02"),
        ("commitment-check", "2016-06-02"),
        ("revision-reminder", "2016-12-01"),
        ("revision-check", "2017-01-01"),
    }
    assert await world.on("2016-05-02", hour=4) == 0
    assert await world.on("2016-05-02") == 1
    reminders = await world.post.sent()
    assert [mail.to for mail in reminders] == [KORUS, TROMSO]
    assert reminders[1].subject == "Frist 1. juni 2016 i avtalen «Avtale om innsats mot rus»"
    assert "Ansvarlig part: Tromsø kommune" in reminders[1].text
    assert await world.on("2016-06-01") == 0
    assert (await world.cast.shown(path))["in_breach_since"] is None
    assert await world.on("2016-06-02") == 1
    agreement = await world.cast.shown(path)
    assert agreement["in_breach_since"] == agreement["signed"]["commitments"][0]["overdue_on"] == "2016-06-02"
    breaches = await world.post.sent()
    assert [(mail.to, mail.subject) for mail in breaches] == [
        (to, "Fristen er ute i avtalen «Avtale om innsats mot rus»") for to in (KORUS, TROMSO)
    ]
    assert "Kommunen kartlegger med BrukerPlan" in breaches[0].text
    told = (await world.cast.house.told("agreement"))[-1]
    assert (told["type"], told["data"]["occurred_on"], told["actor"]) == (
        "samla.registry.agreement.commitment_overdue.v1", "2016-06-02", "installation",
    )  # fmt: skip
    assert told["data"]["commitment_id"] == agreement["signed"]["commitments"][0]["commitment_id"]
    (overdue,) = await world.cast.editor.pages("/commitments", overdue="true")
    assert (overdue["agreement_id"], overdue["title"]["nb"]) == (path.rpartition("/")[2], "Avtale om innsats mot rus")
    assert [each["in_breach_since"] for each in await world.cast.editor.pages("/agreements", in_breach="true")] == [
        "2016-06-02"
    ]


async def test_br_19_a_check_that_comes_late_tells_the_day_on_which_the_breach_began(world: World) -> None:
    path = await world.cast.signed()
    await world.on("2016-06-20")
    assert (await world.cast.shown(path))["in_breach_since"] == "2016-06-02"
    # The day that nobody was reminded of has passed: there is more to tell than a reminder.
    assert [mail.subject[:14] for mail in await world.post.sent()] == ["Fristen er ute"] * 2


async def test_br_19_evidence_clears_the_breach_and_what_was_to_fall_due(world: World) -> None:
    path = await world.cast.signed()
    await world.on("2016-06-02")
    commitment = await the_commitment(world.cast, path)
    thing = f"{path}/commitments/{commitment['commitment_id']}"
    shows = {"kind": "survey", "reference": "BrukerPlan 2016", "occurred_on": "2016-06-02"}
    provided = await provide(world.cast, path, commitment, shows)
    assert (provided.status_code, provided.json()["in_breach_since"]) == (200, None)
    after = provided.json()["signed"]["commitments"][0]
    assert (after["overdue_on"], after["evidence"]["reference"]) == (None, "BrukerPlan 2016")
    # What had not left is not sent any more: at the moment of sending there is no cause.
    assert await world.post.sent() == []
    assert {kind for kind, _ in await world.waiting()} == {"revision-reminder", "revision-check"}
    assert await world.cast.editor.pages("/commitments", overdue="true") == []
    assert len(await world.cast.editor.pages("/commitments", is_met="true")) == 1
    assert (await world.cast.editor.post(f"{thing}/evidence", shows, if_match=FIRST)).status_code == 403


async def provide(cast: Cast, path: str, commitment: dict[str, Any], body: dict[str, Any], **chosen: Any) -> Any:
    by, thing = chosen.get("by", cast.tromso), f"{path}/commitments/{commitment['commitment_id']}"
    return await by.post(f"{thing}/evidence", body, if_match=await cast.etag(path))


async def to_be_shown_otherwise(world: World, path: str, signed_on: str) -> None:
    """Let evidence come, and let all sign that the same is to be shown by a report instead."""
    commitment = await the_commitment(world.cast, path)
    shows = {"kind": commitment["evidence_kind"], "reference": "BrukerPlan 2016", "occurred_on": "2016-06-02"}
    assert (await provide(world.cast, path, commitment, shows)).json()["in_breach_since"] is None
    its_id = commitment["commitment_id"]
    report = a_commitment(world.cast.tromso_id, commitment_id=its_id, evidence_kind="report")
    terms = world.cast.terms(commitments=[report], occurred_on="2016-06-01")
    assert (await world.cast.moves(path, "change", terms, by=world.cast.editor)).status_code == 200
    for by, party_id in ((world.cast.lead, world.cast.centre_id), (world.cast.tromso, world.cast.tromso_id)):
        assert (await world.cast.sign(path, by, party_id, signed_on)).status_code == 200


@pytest.mark.parametrize("signed_on", ["2016-06-10", "2016-06-01"])
async def test_br_19_a_second_breach_of_a_commitment_is_told_as_well_and_each_once(
    world: World, signed_on: str
) -> None:
    path = await world.cast.signed()
    await world.on("2016-06-02")
    assert len(await world.post.sent()) == 2
    await world.on("2016-06-10")
    await to_be_shown_otherwise(world, path, signed_on)
    await world.on("2016-06-11")
    assert (await world.cast.shown(path))["in_breach_since"] == max(signed_on, "2016-06-02")
    assert [(mail.to, mail.subject[:14]) for mail in await world.post.sent()] == [
        (to, "Fristen er ute") for to in (KORUS, TROMSO)
    ]
    commitment = await the_commitment(world.cast, path)
    subject = f"{path.rpartition('/')[2]}/{commitment['commitment_id']}"
    await world.cast.house.database.write(check_commitment, subject)
    assert await world.post.sent() == []


async def test_br_19_a_breach_that_nobody_was_written_to_about_is_not_told_when_the_next_is(world: World) -> None:
    path = await world.cast.signed()
    await world.on("2016-06-10")
    await to_be_shown_otherwise(world, path, "2016-06-10")
    await world.on("2016-06-11")
    assert [mail.to for mail in await world.post.sent()] == [KORUS, TROMSO]


async def test_br_19_evidence_in_time_is_no_breach(world: World) -> None:
    path = await world.cast.signed()
    commitment = await the_commitment(world.cast, path)
    await provide(
        world.cast, path, commitment, {"kind": "survey", "reference": "BrukerPlan", "occurred_on": "2016-04-08"}
    )
    assert await world.on("2016-08-01") == 0
    assert (await world.cast.shown(path))["in_breach_since"] is None
    assert await world.post.sent() == []


async def test_br_19_a_new_edition_with_a_new_date_clears_the_breach(world: World) -> None:
    path = await world.cast.signed()
    await world.on("2016-06-02")
    commitment = await the_commitment(world.cast, path)
    later = a_commitment(world.cast.tromso_id, commitment_id=commitment["commitment_id"], due_on="2016-10-01")
    kept = a_commitment(world.cast.tromso_id, commitment_id=commitment["commitment_id"])
    for terms in (kept, later):
        body = world.cast.terms(commitments=[terms], occurred_on="2016-06-02")
        assert (await world.cast.moves(path, "change", body, by=world.cast.editor)).status_code == 200
        for by, party_id in ((world.cast.lead, world.cast.centre_id), (world.cast.tromso, world.cast.tromso_id)):
            await world.cast.sign(path, by, party_id, "2016-06-02")
        since = (await world.cast.shown(path))["in_breach_since"]
        assert since == ("2016-06-02" if terms is kept else None)
    assert ("commitment-check", "2016-10-02") in await world.waiting()
    await world.on("2016-10-02")
    assert (await world.cast.shown(path))["in_breach_since"] == "2016-10-02"


async def test_br_19_what_was_shown_and_verified_does_not_count_for_another_promise(world: World) -> None:
    path = await world.cast.signed()
    commitment = await the_commitment(world.cast, path)
    thing = f"{path}/commitments/{commitment['commitment_id']}"
    shows = {"kind": "survey", "reference": "BrukerPlan 2016", "occurred_on": "2016-03-20"}
    assert (await provide(world.cast, path, commitment, shows)).status_code == 200
    verify = {"occurred_on": "2016-03-21"}
    verified = await world.cast.lead.post(f"{thing}/verify", verify, if_match=await world.cast.etag(path))
    assert verified.status_code == 200
    text = {"nb": "Kommunen gjennomfører Ungdata"}
    others = {"commitment_id": commitment["commitment_id"], "due_on": "2018-06-01", "text": text}
    terms = world.cast.terms(commitments=[a_commitment(world.cast.tromso_id, **others)], occurred_on="2016-04-01")
    await world.cast.moves(path, "change", terms, by=world.cast.editor)
    for by, party_id in ((world.cast.lead, world.cast.centre_id), (world.cast.tromso, world.cast.tromso_id)):
        assert (await world.cast.sign(path, by, party_id, "2016-04-06")).status_code == 200
    after = await the_commitment(world.cast, path)
    assert (after["text"]["nb"], after["evidence"], after["verified_on"]) == (text["nb"], None, None)
    assert ("commitment-check", "2018-06-02") in await world.waiting()
    assert await world.cast.editor.pages("/commitments", is_met="true") == []


async def test_br_19_of_what_has_ended_nothing_falls_due(world: World) -> None:
    path = await world.cast.signed()
    await world.cast.moves(path, "end", {"reason": {"nb": "Avsluttet"}, "occurred_on": "2016-04-08"})
    assert await world.waiting() == set()
    assert await world.on("2017-06-02") == 0
    assert await world.cast.editor.pages("/commitments") == []


async def test_br_43_an_agreement_whose_term_has_passed_is_overdue_for_revision(world: World) -> None:
    path = await world.cast.signed(commitments=[])
    await world.on("2016-12-01")
    reminders = await world.post.sent()
    assert [(mail.to, mail.subject) for mail in reminders] == [
        (to, "Avtalen «Avtale om innsats mot rus» skal revideres innen 31. desember 2016") for to in (KORUS, TROMSO)
    ]
    await world.on("2016-12-31")
    assert (await world.cast.shown(path))["revision_overdue_on"] is None
    await world.on("2017-01-01")
    agreement = await world.cast.shown(path)
    assert (agreement["revision_overdue_on"], agreement["status"]) == ("2017-01-01", "in_force")
    assert (await world.cast.facts("agreement"))[-1] == "revision_due"
    assert [mail.subject for mail in await world.post.sent()] == [
        "Avtalen «Avtale om innsats mot rus» er ikke revidert"
    ] * 2


async def test_br_43_a_revision_clears_it_and_sets_the_next_term(world: World) -> None:
    path = await world.cast.signed(commitments=[])
    await world.on("2017-01-01")
    terms = world.cast.terms(commitments=[], revise_by="2017-12-31", occurred_on="2017-01-01")
    await world.cast.moves(path, "change", terms, by=world.cast.editor)
    assert (await world.cast.shown(path))["revision_overdue_on"] == "2017-01-01"
    for by, party_id in ((world.cast.lead, world.cast.centre_id), (world.cast.tromso, world.cast.tromso_id)):
        await world.cast.sign(path, by, party_id, "2017-01-01")
    assert (await world.cast.shown(path))["revision_overdue_on"] is None
    assert await world.waiting() == {("revision-reminder", "2017-12-01"), ("revision-check", "2018-01-01")}


async def test_evidence_is_of_the_kind_that_was_agreed_and_comes_from_the_party_or_its_centre(world: World) -> None:
    path = await world.cast.signed(commitments=[a_commitment(world.cast.tromso_id, evidence_kind="decision")])
    commitment = await the_commitment(world.cast, path)
    shows = {"kind": "decision", "reference": "KS 30/16", "occurred_on": "2016-04-01"}
    other = await provide(world.cast, path, commitment, shows | {"kind": "report"})
    assert (other.status_code, slug(other)) == (422, "evidence-of-another-kind")
    early = await provide(world.cast, path, commitment, shows | {"occurred_on": "2016-03-09"})
    assert slug(early) == "date-out-of-order"
    napha = world.cast.house.caller("GK", await world.cast.house.organisation_id("NAPHA"))
    assert (await provide(world.cast, path, commitment, shows, by=napha)).status_code == 404
    assert (await provide(world.cast, path, {"commitment_id": NOBODY}, shows)).status_code == 404
    entered = await provide(world.cast, path, commitment, shows, by=world.cast.lead)
    evidence = entered.json()["signed"]["commitments"][0]["evidence"]
    assert (evidence["provided_for_by"], evidence["provided_on"]) == (str(world.cast.centre_id), "2016-04-01")
    own = await provide(world.cast, path, commitment, shows | {"reference": "KS 31/16"})
    assert own.json()["signed"]["commitments"][0]["evidence"]["provided_for_by"] is None


async def test_another_party_says_that_the_evidence_holds_and_never_the_responsible_one(world: World) -> None:
    path = await world.cast.signed()
    commitment = await the_commitment(world.cast, path)
    thing = f"{path}/commitments/{commitment['commitment_id']}"
    verify = {"occurred_on": "2016-04-05"}
    missing = await world.cast.lead.post(f"{thing}/verify", verify, if_match=await world.cast.etag(path))
    assert (missing.status_code, slug(missing), missing.json()["current_status"]) == (
        409,
        "step-out-of-order",
        "agreed",
    )
    await provide(world.cast, path, commitment, {"kind": "survey", "reference": "B", "occurred_on": "2016-04-04"})
    own = await world.cast.tromso.post(f"{thing}/verify", verify, if_match=await world.cast.etag(path))
    assert (own.status_code, slug(own)) == (403, "verified-by-itself")
    napha = world.cast.house.caller("GK", await world.cast.house.organisation_id("NAPHA"))
    assert (await napha.post(f"{thing}/verify", verify, if_match='"1"')).status_code == 404
    assert (await world.cast.lead.post(f"{thing}/verify", verify, if_match=FIRST)).status_code == 412
    verified = await world.cast.lead.post(f"{thing}/verify", verify, if_match=await world.cast.etag(path))
    told = verified.json()["signed"]["commitments"][0]
    assert (told["verified_on"], told["verified_by"]) == ("2016-04-05", str(world.cast.centre_id))
    assert (await world.cast.facts("agreement"))[-2:] == ["evidence_provided", "commitment_verified"]
    late = await provide(
        world.cast, path, commitment, {"kind": "survey", "reference": "C", "occurred_on": "2016-04-06"}
    )
    assert (slug(late), late.json()["current_status"]) == ("step-out-of-order", "verified")


async def test_a_party_is_written_to_in_the_form_that_its_municipality_has_decided(world: World) -> None:
    coordinator = world.cast.house.caller("KOO")
    decision = {
        "effective_on": "2016-04-10",
        "languages": [{"unit_code": "1902", "form": "nynorsk"}],
        "reason": "vedtak",
        "source": "a test",
    }
    proposal = await coordinator.post("/geographic-proposals", decision)
    path = proposal.headers["location"]
    digest = {"digest": proposal.json()["digest"]}
    for number, who in enumerate(("a", "b"), start=1):
        by = world.cast.house.caller("KOO", who=who)
        assert (await by.post(f"{path}/approve", digest, if_match=f'"{number}"')).status_code == 200
    await world.cast.signed()
    await world.on("2016-06-02")
    await world.post.sent()
    breach = {mail.to: mail for mail in world.post.server.mails if mail.subject.startswith("Fristen")}
    assert {to: mail.language for to, mail in breach.items()} == {KORUS: "nb", TROMSO: "nn"}
    assert "Kommunen kartlegg med BrukerPlan" in breach[TROMSO].text
    assert "avtalen er difor markert som misleghalden" in breach[TROMSO].text


async def test_each_member_of_a_group_is_told_and_who_has_no_mailbox_is_not(world: World) -> None:
    coordinator = world.cast.house.caller("KOO")
    for code, mailbox in (("1804", "postmottak@bodo.example"), ("1931", None)):
        body = {
            "reference": f"kommune-{code}",
            "name": f"Kommune {code}",
            "kind": "municipality",
            "unit_code": code,
            "official_mailbox": mailbox,
            "occurred_on": "2016-01-01",
        }
        assert (await coordinator.post("/organisations", body)).status_code == 201
    members = [{"unit_code": code, "valid_from": "2016-01-01"} for code in ("1804", "1931")]
    group = {"reference": "to", "name": "To kommuner", "kind": "cooperation", "members": members}
    group_id = (await coordinator.post("/groups", {**group, "occurred_on": "2016-01-01"})).json()["group_id"]
    parties = [an_organisation(world.cast.centre_id), a_group(group_id)]
    commitment = a_commitment(world.cast.tromso_id) | {"responsible": a_group(group_id)}
    path = await world.cast.drafted(parties=parties, commitments=[commitment], unit_codes=["1804"])
    await world.cast.sign(path, world.cast.lead, world.cast.centre_id)
    await world.cast.sign(path, world.cast.lead, group_id, party=a_group(group_id), document_reference="2016/1")
    await world.on("2016-06-02")
    mails = [mail for mail in await world.post.sent() if mail.subject.startswith("Fristen")]
    assert [mail.to for mail in mails] == ["post@korusnord.example", "postmottak@bodo.example"]
    assert "Ansvarlig part: To kommuner" in mails[0].text
    assert (await world.cast.house.database.read(effects_by_status)) == {"done": 2, "given_up": 1}


async def test_a_record_that_was_given_up_is_written_to_at_the_one_that_is_kept(world: World) -> None:
    path = await world.cast.signed()
    body = {
        "reference": "tromso",
        "name": "Tromsø",
        "kind": "municipality",
        "unit_code": "1902",
        "official_mailbox": "post@tromso.example",
        "occurred_on": "2016-01-01",
    }
    coordinator = world.cast.house.caller("KOO")
    kept_id = (await coordinator.post("/organisations", body)).json()["organisation_id"]
    merge = {"kept_id": kept_id, "reason": "the same body", "occurred_on": "2016-04-08"}
    old = f"/organisations/{world.cast.tromso_id}"
    assert (await world.cast.moves(old, "merge", merge, by=coordinator)).status_code == 200
    await world.on("2016-06-02")
    assert {mail.to for mail in await world.post.sent()} == {KORUS, "post@tromso.example"}
    await sees_to_it(world, path, UUID(kept_id))


async def sees_to_it(world: World, path: str, body_id: UUID) -> None:
    """Who acts for a body that stands for Tromsø may do what Tromsø may, and no more."""
    kept = world.cast.house.caller("KOM+", body_id)
    commitment = await the_commitment(world.cast, path)
    assert commitment["responsible"] == an_organisation(world.cast.tromso_id)
    assert [each["agreement_id"] for each in await kept.pages("/agreements")] == [path.rpartition("/")[2]]
    assert (await kept.get(path)).status_code == 200
    shown = await provide(
        world.cast, path, commitment, {"kind": "survey", "reference": "B", "occurred_on": "2016-06-02"}, by=kept
    )
    told = shown.json()["signed"]["commitments"][0]
    assert (told["evidence"]["provided_for_by"], shown.json()["in_breach_since"]) == (None, None)
    verify = f"{path}/commitments/{commitment['commitment_id']}/verify"
    own = await kept.post(verify, {"occurred_on": "2016-06-02"}, if_match=await world.cast.etag(path))
    assert (own.status_code, slug(own)) == (403, "verified-by-itself")
    terms = world.cast.terms(occurred_on="2016-06-02", commitments=[], revise_by="2017-12-31")
    assert (await world.cast.moves(path, "change", terms, by=kept)).status_code in (403, 404)
    assert (await world.cast.moves(path, "change", terms, by=world.cast.editor)).status_code == 200
    signed = await world.cast.sign(path, kept, world.cast.tromso_id, "2016-06-02")
    assert signed.json()["drafted"]["signatures"][0]["signed_for_by"] is None
    reason = {"reason": {"nb": "Slutt"}, "occurred_on": "2016-06-02"}
    assert (await world.cast.moves(path, "end", reason, by=kept)).status_code == 200


async def test_br_19_the_successor_of_a_municipality_is_told_and_sees_to_its_agreements(world: World) -> None:
    path = await world.cast.signed()
    body = {"reference": "tromso-ny", "name": "Nye Tromsø", "kind": "partner", "occurred_on": "2016-01-01"}
    coordinator = world.cast.house.caller("KOO")
    mailbox = {"official_mailbox": "post@nye-tromso.example"}
    successor_id = (await coordinator.post("/organisations", body | mailbox)).json()["organisation_id"]
    heir = world.cast.house.caller("KOM+", UUID(successor_id))
    assert (await heir.get(path)).status_code == 404
    old = f"/organisations/{world.cast.tromso_id}"
    now = (await coordinator.get(old)).json()
    fixed = ("organisation_id", "reference", "kind", "unit_code", "county_code", "confirmed_on")
    closed = {field: value for field, value in now.items() if field not in (*fixed, "merged_into", "merge_reason")}
    closed |= {"valid_to": "2016-06-01", "successor_reference": "tromso-ny", "occurred_on": "2016-04-08"}
    assert (await world.cast.moves(old, "change", closed, by=coordinator)).status_code == 200
    assert (await heir.get(path)).status_code == 404, "it stands for nobody before the other is closed"
    await world.on("2016-06-02")
    assert {mail.to for mail in await world.post.sent()} == {KORUS, "post@nye-tromso.example"}
    await sees_to_it(world, path, UUID(successor_id))


async def test_the_centre_that_is_kept_sees_to_what_the_other_has_drafted_and_agreed(world: World) -> None:
    path = await world.cast.signed()
    survey = {"tool": "ungdata", "unit_code": "1902", "year": 2016, "centre_id": str(world.cast.centre_id)}
    run = (await world.cast.editor.post("/mappings", survey | {"occurred_on": "2016-03-01"})).headers["location"]
    body = {"reference": "korus-n", "name": "KORUS Nord", "kind": "korus", "occurred_on": "2016-01-01"}
    coordinator = world.cast.house.caller("KOO")
    kept_id = (await coordinator.post("/organisations", body)).json()["organisation_id"]
    editor = world.cast.house.caller("ED", UUID(kept_id))
    agree, terms = {"occurred_on": "2016-03-02"}, world.cast.terms(occurred_on="2016-04-08")
    assert (await editor.post(f"{run}/agree", agree, if_match=FIRST)).status_code == 404
    assert (await world.cast.moves(path, "change", terms, by=editor)).status_code == 404
    merge = {"kept_id": kept_id, "reason": "the same body", "occurred_on": "2016-04-08"}
    old = f"/organisations/{world.cast.centre_id}"
    assert (await world.cast.moves(old, "merge", merge, by=coordinator)).status_code == 200
    assert (await editor.post(f"{run}/agree", agree, if_match=FIRST)).status_code == 200
    assert (await world.cast.moves(path, "change", terms, by=editor)).status_code == 200


async def test_commitments_come_in_the_order_in_which_they_are_due(world: World) -> None:
    days = ("2016-09-01", "2016-05-01", "2016-07-01", "2016-05-01")
    await world.cast.signed(commitments=[a_commitment(world.cast.tromso_id, due_on=day) for day in days])

    async def due(**wanted: Any) -> list[str]:
        found = await world.cast.editor.pages("/commitments", **wanted)
        return [each["commitment"]["due_on"] for each in found]

    assert await due(limit=1) == sorted(days)
    assert await due(due_before="2016-07-01", unit_code="1902", centre_id=world.cast.centre_id) == ["2016-05-01"] * 2
    assert await due(unit_code="1804") == await due(is_met="true") == await due(overdue="true") == []
    assert await world.cast.tromso.pages("/commitments") == await world.cast.editor.pages("/commitments")
    stranger = world.cast.house.caller("API", await world.cast.house.organisation_id("NAPHA"))
    assert await stranger.pages("/commitments") == []
    for after in ("MjAxNg", "eA"):
        assert (await world.cast.editor.get("/commitments", after=after)).status_code == 422


async def test_each_list_is_a_constant_number_of_statements(world: World) -> None:
    for _ in range(3):
        await world.cast.signed(occurred_on=DRAFTED)
    for reader, path, number in (
        (world.cast.editor, "/agreements", 1),
        (world.cast.editor, "/commitments", 1),
        # Whom it stands for and which groups it is in, too.
        (world.cast.tromso, "/agreements", 4),
        (world.cast.tromso, "/commitments", 4),
    ):
        with selects(world.cast.house.database) as asked:
            assert len((await reader.get(path)).json()["items"]) == 3
        assert len(asked) == number, path
