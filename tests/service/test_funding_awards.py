"""Schemes, awards by two persons and the ledger, over HTTP and on both databases."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.contracts.funding import ApproveAward, AwardProposal, Grant, OpenScheme, ProposeAward, Scheme
from services.funding.commands import award_grant, open_scheme, propose_award
from services.funding.domain import FrameExceeded
from services.funding.service import funding
from services.kernel.access import Principal
from services.kernel.audit import rows_of
from services.kernel.clock import FixedClock
from services.kernel.database import Database
from tests.conftest import OpenDatabase
from tests.service.neighbourhood import (
    BODO,
    KORUS_NORD,
    NAPHA,
    TROMSO,
    TROMSO_FROM_2020,
    UNKNOWN,
    UNTIL_2020,
    House,
    problem,
    programme,
    units,
)

ALCOHOL = UUID("00000000-0000-7000-8000-00000000000a")
OVERDOSE = UUID("00000000-0000-7000-8000-00000000000b")

SCHEME = {
    "name": {"nb": "Stimuleringsmidler", "nn": "Stimuleringsmiddel"},
    "theme": "responsible_alcohol_management",
    "year": 2016,
    "chapter": "762",
    "item": "60",
    "frame_ore": 500_000_00,
    "owner_id": str(KORUS_NORD),
    "occurred_on": "2016-01-15",
}
PROPOSAL = {
    "unit_code": TROMSO,
    "programme_id": str(ALCOHOL),
    "amount_ore": 120_000_00,
    "impartial": True,
    "occurred_on": "2016-04-01",
}

AWARDS = 64
LAST_ORE = 100_000_00
"""What is left of the frame when everybody asks at once: 100 000 kr."""


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    house = House(funding, await open_database(funding), clock)
    await house.tell(*units(TROMSO, BODO), *units(TROMSO_FROM_2020, since=UNTIL_2020, until=None), programme(ALCOHOL))
    async with house.client:
        yield house


async def a_scheme(house: House, **changes: Any) -> str:
    """A scheme that KoRus-Nord has opened; answers its id."""
    opened = await house.caller("GK", KORUS_NORD, "anne").post("/schemes", {**SCHEME, **changes})
    assert opened.status_code == 201, opened.text
    return str(opened.json()["scheme_id"])


async def a_proposal(house: House, scheme_id: str, **changes: Any) -> dict[str, Any]:
    """An award that Anne has proposed."""
    anne = house.caller("GK", KORUS_NORD, "anne")
    proposed = await anne.post(f"/schemes/{scheme_id}/grants", {**PROPOSAL, **changes})
    assert proposed.status_code == 201, proposed.text
    found: dict[str, Any] = proposed.json()
    return found


def approval(proposal: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"digest": proposal["digest"], "impartial": True, "occurred_on": "2016-04-05", **changes}


async def test_st_16_an_award_carries_chapter_and_item_and_is_tied_to_its_programme(house: House) -> None:
    scheme_id = await a_scheme(house)
    proposal = await a_proposal(house, scheme_id)
    assert (proposal["year"], proposal["chapter"], proposal["item"]) == (2016, "762", "60")
    assert await house.told("grant") == []

    berit = house.caller("GK", KORUS_NORD, "berit")
    read = (await berit.get(f"/award-proposals/{proposal['proposal_id']}")).json()
    assert read == proposal
    awarded = await berit.post(f"/award-proposals/{proposal['proposal_id']}/approve", approval(read))

    grant = awarded.json()
    assert awarded.status_code == 201
    assert awarded.headers["location"] == f"/grants/{grant['grant_id']}"
    assert awarded.headers["etag"] == '"1"'
    assert (grant["chapter"], grant["item"], grant["year"]) == ("762", "60", 2016)
    assert (grant["programme_id"], grant["unit_code"], grant["amount_ore"]) == (str(ALCOHOL), TROMSO, 120_000_00)
    (told,) = await house.told("grant")
    assert told["type"] == "samla.funding.grant.awarded.v1"
    assert told["data"]["grant"] == {name: value for name, value in grant.items() if value is not None}
    assert (await house.anybody.get(f"/grants/{grant['grant_id']}")).json() == grant
    waiting = await berit.get("/award-proposals", waiting=True)
    assert waiting.json()["items"] == []
    (decided,) = (await berit.get("/award-proposals", scheme_id=scheme_id, waiting=False)).json()["items"]
    assert decided["grant_id"] == grant["grant_id"]


async def test_neither_person_is_named_in_what_is_told_or_read(house: House) -> None:
    scheme_id = await a_scheme(house)
    proposal = await a_proposal(house, scheme_id)
    awarded = await house.caller("GK", KORUS_NORD, "berit").post(
        f"/award-proposals/{proposal['proposal_id']}/approve", approval(proposal)
    )
    for said in (str(proposal), awarded.text, str([told["data"] for told in await house.told("grant")])):
        assert "anne" not in said
        assert "berit" not in said


async def test_r_71_both_persons_of_an_award_stand_in_the_audit(house: House) -> None:
    scheme_id = await a_scheme(house)
    proposal = await a_proposal(house, scheme_id)
    berit = house.caller("GK", KORUS_NORD, "berit")
    awarded = await berit.post(f"/award-proposals/{proposal['proposal_id']}/approve", approval(proposal))
    for subject, actor, command in (
        (f"award_proposal/{proposal['proposal_id']}", "anne", "propose_award"),
        (f"grant/{awarded.json()['grant_id']}", "berit", "award_grant"),
    ):
        (row,) = await house.database.read(rows_of, subject)
        assert (row["actor"], row["command"]) == (actor, command)


async def test_r_41_whoever_proposed_an_award_cannot_approve_it(house: House) -> None:
    proposal = await a_proposal(house, await a_scheme(house))
    anne = house.caller("GK", KORUS_NORD, "anne")
    refused = await anne.post(f"/award-proposals/{proposal['proposal_id']}/approve", approval(proposal))
    assert problem(refused) == (403, "same-person")
    assert await house.rows("grant") == 0


async def test_r_41_the_second_person_approves_exactly_what_was_proposed(house: House) -> None:
    proposal = await a_proposal(house, await a_scheme(house))
    path = f"/award-proposals/{proposal['proposal_id']}/approve"
    refused = await house.caller("GK", KORUS_NORD, "berit").post(path, approval(proposal, digest="0" * 64))
    assert problem(refused) == (409, "proposal-changed")
    assert await house.rows("grant") == 0


async def test_r_41_a_proposal_that_was_altered_in_the_database_is_not_approved(house: House) -> None:
    proposal = await a_proposal(house, await a_scheme(house))
    altered = sa.text("UPDATE award_proposal SET amount_ore = amount_ore + 1")
    await house.database.transact(lambda connection: connection.execute(altered))
    refused = await house.caller("GK", KORUS_NORD, "berit").post(
        f"/award-proposals/{proposal['proposal_id']}/approve", approval(proposal)
    )
    assert problem(refused) == (409, "proposal-changed")


@pytest.mark.parametrize("impartial", [False, None])
async def test_r_39_nobody_decides_without_declaring_to_be_impartial(house: House, impartial: bool | None) -> None:
    scheme_id = await a_scheme(house)
    anne = house.caller("GK", KORUS_NORD, "anne")
    body = {name: value for name, value in {**PROPOSAL, "impartial": impartial}.items() if value is not None}
    refused = await anne.post(f"/schemes/{scheme_id}/grants", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/impartial"


async def test_a_proposal_is_approved_once(house: House) -> None:
    scheme_id = await a_scheme(house, frame_ore=120_000_00)
    proposal = await a_proposal(house, scheme_id)
    path = f"/award-proposals/{proposal['proposal_id']}/approve"
    first = await house.caller("GK", KORUS_NORD, "berit").post(path, approval(proposal))
    again = await house.caller("GK", KORUS_NORD, "cato").post(path, approval(proposal))
    assert first.status_code == 201
    assert problem(again) == (409, "already-awarded")
    assert await house.rows("posting") == 4


async def test_a_proposal_that_two_approve_at_once_is_awarded_once(house: House) -> None:
    proposal = await a_proposal(house, await a_scheme(house))
    path = f"/award-proposals/{proposal['proposal_id']}/approve"
    callers = [house.caller("GK", KORUS_NORD, name) for name in ("berit", "cato", "dina", "erik")]
    answers = await asyncio.gather(*(caller.post(path, approval(proposal)) for caller in callers))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await house.rows("grant") == 1


async def test_an_award_beyond_the_frame_is_refused_and_says_what_is_left(house: House) -> None:
    proposal = await a_proposal(house, await a_scheme(house), amount_ore=500_000_01)
    refused = await house.caller("GK", KORUS_NORD, "berit").post(
        f"/award-proposals/{proposal['proposal_id']}/approve", approval(proposal)
    )
    assert problem(refused) == (409, "frame-exceeded")
    assert refused.json()["left_ore"] == 500_000_00
    assert [await house.rows(table) for table in ("grant", "posting")] == [0, 2]


async def test_br_79_an_award_to_a_programme_that_is_not_known_waits(house: House) -> None:
    scheme_id = await a_scheme(house)
    anne = house.caller("GK", KORUS_NORD, "anne")
    body = {**PROPOSAL, "programme_id": str(OVERDOSE)}
    refused = await anne.post(f"/schemes/{scheme_id}/grants", body)
    assert problem(refused) == (409, "not-yet-known")
    assert refused.headers["retry-after"] == "1"
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/programme_id"]
    assert str(OVERDOSE) not in refused.text

    await house.tell(programme(OVERDOSE))
    assert (await anne.post(f"/schemes/{scheme_id}/grants", body)).status_code == 201


async def test_br_80_money_of_765_21_is_for_overdose_and_street_level_work_only(house: House) -> None:
    await house.tell(programme(OVERDOSE, "overdose"))
    scheme_id = await a_scheme(house, chapter="765", item="21", theme="overdose")
    refused = await house.caller("GK", KORUS_NORD, "anne").post(f"/schemes/{scheme_id}/grants", PROPOSAL)
    assert problem(refused) == (409, "other-purpose")
    assert refused.json()["themes"] == ["overdose", "street_level_work"]
    assert (await a_proposal(house, scheme_id, programme_id=str(OVERDOSE)))["scheme_id"] == scheme_id


async def test_a_code_that_is_unknown_or_not_valid_on_the_day_is_refused(house: House) -> None:
    scheme_id = await a_scheme(house)
    anne = house.caller("GK", KORUS_NORD, "anne")
    unknown = await anne.post(f"/schemes/{scheme_id}/grants", {**PROPOSAL, "unit_code": "9999"})
    assert problem(unknown) == (409, "not-yet-known")
    later = await anne.post(f"/schemes/{scheme_id}/grants", {**PROPOSAL, "unit_code": TROMSO_FROM_2020})
    assert problem(later) == (422, "unit-not-valid")
    assert (later.json()["codes"], later.json()["on"]) == ([TROMSO_FROM_2020], "2016-04-01")
    assert await house.rows("award_proposal") == 0


async def test_a_business_date_lies_in_the_past_and_after_the_step_before(house: House) -> None:
    scheme_id = await a_scheme(house)
    anne, berit = (house.caller("GK", KORUS_NORD, name) for name in ("anne", "berit"))
    tomorrow = await anne.post(f"/schemes/{scheme_id}/grants", {**PROPOSAL, "occurred_on": "2016-04-09"})
    assert problem(tomorrow) == (422, "date-in-future")
    before = await anne.post(f"/schemes/{scheme_id}/grants", {**PROPOSAL, "occurred_on": "2016-01-14"})
    assert problem(before) == (422, "date-out-of-order")
    proposal = await a_proposal(house, scheme_id)
    early = await berit.post(
        f"/award-proposals/{proposal['proposal_id']}/approve", approval(proposal, occurred_on="2016-03-31")
    )
    assert problem(early) == (422, "date-out-of-order")
    assert early.json()["earliest"] == "2016-04-01"


async def test_another_organisation_finds_neither_scheme_nor_proposal(house: House) -> None:
    scheme_id = await a_scheme(house)
    proposal = await a_proposal(house, scheme_id)
    stranger = house.caller("GK", NAPHA, "dina")
    foreign = await stranger.post(f"/schemes/{scheme_id}/grants", PROPOSAL)
    missing = await stranger.post(f"/schemes/{UNKNOWN}/grants", PROPOSAL)
    assert problem(foreign) == problem(missing) == (404, "not-found")
    assert {**foreign.json(), "trace_id": ""} == {**missing.json(), "trace_id": ""}
    path = f"/award-proposals/{proposal['proposal_id']}"
    assert problem(await stranger.post(f"{path}/approve", approval(proposal))) == (404, "not-found")
    assert problem(await stranger.get(path)) == (404, "not-found")
    assert (await stranger.get("/award-proposals")).json()["items"] == []
    assert problem(await stranger.post("/schemes", SCHEME)) == (404, "not-found")


@pytest.mark.parametrize("role", ["ED", "SB", "KOM+", "KOO", "API", "DRIFT"])
async def test_only_an_approver_of_the_owner_decides(house: House, role: str) -> None:
    scheme_id = await a_scheme(house)
    refused = await house.caller(role, KORUS_NORD).post(f"/schemes/{scheme_id}/grants", PROPOSAL)
    assert problem(refused) == (403, "forbidden")
    assert problem(await house.caller(role, KORUS_NORD).get("/award-proposals")) == (403, "forbidden")


async def test_the_ledger_shows_what_each_account_holds_and_sums_to_zero(house: House) -> None:
    scheme_id = await a_scheme(house)
    for amount_ore in (120_000_00, 80_000_00):
        proposal = await a_proposal(house, scheme_id, amount_ore=amount_ore)
        await house.caller("GK", KORUS_NORD, "berit").post(
            f"/award-proposals/{proposal['proposal_id']}/approve", approval(proposal)
        )
    first = await house.anybody.get("/ledger", scheme_id=scheme_id, limit=4)
    second = await house.client.get(first.headers["link"].split(">")[0].removeprefix("<"))
    assert "link" not in second.headers
    for page in (first.json(), second.json()):
        assert page["sum_ore"] == 0
        assert page["balances_ore"] == {
            "appropriation": -500_000_00,
            "frame": 300_000_00,
            "pledged": 200_000_00,
        }
    lines = first.json()["items"] + second.json()["items"]
    groups: dict[str, list[int]] = {}
    for line in lines:
        groups.setdefault(line["group_id"], []).append(line["amount_ore"])
    assert {sum(group) for group in groups.values()} == {0}
    assert len(groups) == 3
    assert problem(await house.anybody.get("/ledger", scheme_id=str(UNKNOWN))) == (404, "not-found")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE posting SET amount_ore = 1, opposite_ore = -1", "DELETE FROM posting"],
    ids=["change", "delete"],
)
async def test_r_23_a_posting_is_never_changed_or_deleted(house: House, statement: str) -> None:
    await a_scheme(house)
    with pytest.raises(DBAPIError, match="append-only"):
        await house.database.transact(lambda connection: connection.execute(sa.text(statement)))
    assert await house.rows("posting") == 2


async def test_r_23_a_line_without_its_opposite_is_not_stored(house: House) -> None:
    scheme_id = await a_scheme(house)
    posting = funding.metadata.tables["posting"]
    alone = posting.insert().values(
        posting_id=UNKNOWN,
        group_id=UNKNOWN,
        scheme_id=UUID(scheme_id),
        account="frame",
        amount_ore=1,
        opposite_ore=-1,
        posted_on=UNTIL_2020,
    )
    with pytest.raises(DBAPIError):
        await house.database.transact(lambda connection: connection.execute(alone))
    assert await house.rows("posting") == 2


async def test_r_24_the_database_itself_refuses_pledges_beyond_the_frame(house: House) -> None:
    await a_scheme(house)
    beyond = sa.text("UPDATE frame SET pledged_ore = frame_ore + 1")
    with pytest.raises(DBAPIError, match="within_frame"):
        await house.database.transact(lambda connection: connection.execute(beyond))


@pytest.mark.parametrize("path", ["/grants", "/schemes"])
async def test_a_year_that_no_database_can_take_is_refused_by_name(house: House, path: str) -> None:
    refused = await house.anybody.get(path, year=10**19)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["parameter"] == "year"


async def test_lists_come_in_pages_and_are_narrowed(house: House) -> None:
    for year in (2014, 2015, 2016):
        await a_scheme(house, year=year)
    first = await house.anybody.get("/schemes", limit=2)
    rest = await house.client.get(first.headers["link"].split(">")[0].removeprefix("<"))
    assert len(first.json()["items"]) == 2
    assert {scheme["year"] for scheme in first.json()["items"] + rest.json()["items"]} == {2014, 2015, 2016}
    (only,) = (await house.anybody.get("/schemes", year=2015)).json()["items"]
    assert only["year"] == 2015
    assert (await house.anybody.get("/grants", unit_code=BODO)).json() == {"items": []}
    assert problem(await house.anybody.get("/grants", amount_ore=1)) == (400, "unknown-query-parameter")
    assert (await house.anybody.get("/schemes", after="bm9uc2Vuc2U")).status_code == 422


def an_approver(name: str) -> Principal:
    return Principal(name, KORUS_NORD, frozenset(("GK",))).to("decide")


async def race(database: Database, programme_id: UUID) -> tuple[Scheme, list[Grant]]:
    """Let 64 awards of different sizes run for the last 100 000 kr of a frame at the same moment."""
    opened = OpenScheme.model_validate({**SCHEME, "frame_ore": 3 * LAST_ORE})
    scheme = await database.write(open_scheme, opened)

    async def propose(amount_ore: int) -> AwardProposal:
        request = ProposeAward(
            unit_code=TROMSO,
            programme_id=programme_id,
            amount_ore=amount_ore,
            impartial=True,
            occurred_on=scheme.opened_on,
        )
        return await database.write(propose_award, scheme.scheme_id, request, principal=an_approver("anne"))

    async def approve(proposal: AwardProposal) -> Grant | None:
        request = ApproveAward(digest=proposal.digest, impartial=True, occurred_on=scheme.opened_on)
        try:
            return await database.write(award_grant, proposal.proposal_id, request, principal=an_approver("berit"))
        except FrameExceeded:
            return None

    assert await approve(await propose(2 * LAST_ORE))
    proposals = await asyncio.gather(*(propose(LAST_ORE // 8 + 1_00 * number) for number in range(AWARDS)))
    answers = await asyncio.gather(*(approve(proposal) for proposal in proposals))
    return scheme, [grant for grant in answers if grant]


async def state_of(database: Database, scheme: Scheme) -> dict[str, int]:
    """What the scheme has granted, pledged and posted, by the database."""
    sums = {
        "granted_ore": 'SELECT sum(amount_ore) FROM "grant" WHERE scheme_id = :id',
        "grants": 'SELECT count(*) FROM "grant" WHERE scheme_id = :id',
        "pledged_ore": "SELECT pledged_ore FROM frame WHERE scheme_id = :id",
        "posted_ore": "SELECT sum(amount_ore) FROM posting WHERE scheme_id = :id AND account = 'pledged'",
        "ledger_ore": "SELECT sum(amount_ore) FROM posting WHERE scheme_id = :id",
    }

    def read(connection: sa.Connection) -> dict[str, int]:
        key = sa.bindparam("id", scheme.scheme_id, sa.Uuid())
        return {name: int(connection.execute(sa.text(sql).bindparams(key)).scalar_one()) for name, sql in sums.items()}

    return await database.read(read)


async def hold_the_frame(database: Database, rounds: int) -> None:
    """Race again and again: never a øre too much, and never one award too few."""
    house = House(funding, database, database.clock)
    await house.tell(*units(TROMSO), programme(ALCOHOL))
    for _ in range(rounds):
        scheme, grants = await race(database, ALCOHOL)
        state = await state_of(database, scheme)
        granted_ore = 2 * LAST_ORE + sum(grant.amount_ore for grant in grants)
        assert state["granted_ore"] == state["pledged_ore"] == state["posted_ore"] == granted_ore <= scheme.frame_ore
        assert scheme.frame_ore - granted_ore < LAST_ORE // 8 + 1_00 * AWARDS
        assert state["grants"] == len(grants) + 1
        assert state["ledger_ore"] == 0
    await house.client.aclose()


def rounds(usual: int) -> int:
    """How often to race: ``SAMLA_AWARD_ROUNDS``, or what the suite can afford."""
    return int(os.environ.get("SAMLA_AWARD_ROUNDS", usual))


@pytest.mark.timeout(3600)
async def test_r_24_64_awards_for_the_last_100_000_kr_never_exceed_the_frame_on_sqlite(
    sqlite_database: OpenDatabase,
) -> None:
    await hold_the_frame(await sqlite_database(funding), rounds(10))


@pytest.mark.timeout(3600)
async def test_r_24_64_awards_for_the_last_100_000_kr_never_exceed_the_frame_on_postgresql(
    postgres_database: OpenDatabase,
) -> None:
    await hold_the_frame(await postgres_database(funding), rounds(20))
