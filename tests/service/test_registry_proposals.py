"""Changes to the country over HTTP: proposed, approved by two persons, done at once, undone; on both databases."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from deploy.reference_load import load_reference
from services.contracts.geography import Geography
from services.contracts.registry import GeographicChange, ProposeChanges, RecordChange
from services.kernel.clock import FixedClock
from services.registry import queries
from services.registry.commands import record_changes, register_counties, register_units
from services.registry.domain.amendments import amended
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.registry_house import Caller, House
from tests.statements import selects, statements
from tests.unit.test_geography import COUNTRY
from tests.unit.test_registry_amendments import (
    REFUSED,
    applied,
    at_the_beginning,
    change,
    new_id,
    proposed,
    steps_of_the_tables,
)

PROPOSALS = "/geographic-proposals"
SUMMER = "2016-07-01"

BODO_INTO_BEIARN = {
    "effective_on": SUMMER,
    "changes": [change("1804", "1839")],
    "reason": "invented for a test",
    "source": "a test",
}
"""Neither Bodø nor Beiarn has ever changed its code, so nothing later builds upon them."""


class Coordinators:
    """Two persons who may change the register."""

    def __init__(self, house: House) -> None:
        self.first, self.second = house.caller("KOO", who="a"), house.caller("KOO", who="b")

    async def propose(self, body: dict[str, Any], path: str = PROPOSALS) -> dict[str, Any]:
        answer = await self.first.post(path, body)
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"{PROPOSALS}/{answer.json()['proposal_id']}"
        return dict(answer.json())

    async def detail(self, proposal: dict[str, Any]) -> dict[str, Any]:
        answer = await self.first.get(f"{PROPOSALS}/{proposal['proposal_id']}")
        assert answer.status_code == 200, answer.text
        return {**answer.json(), "etag": answer.headers["etag"]}

    async def approve(self, who: Caller, proposal: dict[str, Any], digest: str | None = None) -> Any:
        """Approve what the proposal stands for now, or another digest."""
        seen = await self.detail(proposal)
        path = f"{PROPOSALS}/{proposal['proposal_id']}/approve"
        return await who.post(path, {"digest": digest or seen["proposal"]["digest"]}, if_match=seen["etag"])

    async def apply(self, body: dict[str, Any], path: str = PROPOSALS) -> dict[str, Any]:
        proposal = await self.propose(body, path)
        assert (await self.approve(self.first, proposal)).status_code == 200
        answer = await self.approve(self.second, proposal)
        assert answer.json()["status"] == "applied", answer.text
        return dict(answer.json())


@pytest.fixture
def coordinators(house: House) -> Coordinators:
    return Coordinators(house)


async def known(house: House) -> Geography:
    return await house.database.read(queries.geography)


async def test_two_persons_change_the_country(house: House, coordinators: Coordinators) -> None:
    proposal = await coordinators.propose(BODO_INTO_BEIARN)
    assert [proposal[name] for name in ("status", "units", "counties", "changes", "approvals")] == ["open", 1, 0, 1, 0]
    detail = await coordinators.detail(proposal)
    assert [(each["what"], each["after"].get("valid_to")) for each in detail["amendments"]] == [
        ("unit", SUMMER),
        ("change", None),
    ]
    assert (detail["amendments"][0]["before"]["valid_to"], detail["amendments"][1]["before"]) == (None, None)

    once = await coordinators.approve(coordinators.first, proposal)
    assert (once.status_code, once.json()["approvals"], once.json()["status"]) == (200, 1, "open")
    twice = await coordinators.approve(coordinators.first, proposal)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:samla:problem:already-approved")
    assert (await known(house)).valid("1804", date(2016, 7, 1))

    done = await coordinators.approve(coordinators.second, proposal)
    assert (done.json()["status"], done.json()["approvals"], done.json()["closed_on"]) == ("applied", 2, "2016-04-08")
    assert done.headers["samla-version"] == f"geographic_proposal/{proposal['proposal_id']}@3"
    assert not (await known(house)).valid("1804", date(2016, 7, 1))
    assert [told["type"].split(".")[-2] for told in await house.told("geographic_proposal")] == [
        "opened",
        "approved",
        "applied",
    ]
    bodo = [told["data"]["unit"] for told in await house.told("unit") if told["subject"] == "1804"]
    assert [unit.get("valid_to") for unit in bodo] == [None, SUMMER]
    after = await coordinators.detail(proposal)
    assert [each["what"] for each in after["amendments"]] == ["unit", "change"]
    assert after["amendments"][1]["after"]["change_id"] != detail["amendments"][1]["after"]["change_id"]


async def test_a_future_change_acts_by_itself_on_its_day(
    house: House, coordinators: Coordinators, clock: FixedClock
) -> None:
    await coordinators.apply(BODO_INTO_BEIARN)
    assert (await house.anybody.get("/municipalities/1804")).status_code == 200
    before = len((await house.anybody.get("/municipalities")).json()["items"])
    clock.advance(timedelta(days=84))
    refused = await house.anybody.get("/municipalities/1804")
    assert refused.json()["places"][0]["instead"] == ["1839"]
    assert len((await house.anybody.get("/municipalities")).json()["items"]) == before - 1


async def test_what_changed_between_the_two_approvals_is_approved_by_nobody(
    house: House, coordinators: Coordinators
) -> None:
    proposal = await coordinators.propose(BODO_INTO_BEIARN)
    await coordinators.approve(coordinators.first, proposal)
    language = {"unit_code": "1804", "form": "bokmal"}
    await coordinators.apply({**BODO_INTO_BEIARN, "effective_on": "2016-05-01", "changes": [], "languages": [language]})

    late = await coordinators.approve(coordinators.second, proposal, proposal["digest"])
    assert (late.status_code, late.json()["type"]) == (409, "urn:samla:problem:diff-changed")
    stands = await coordinators.detail(proposal)
    assert late.json()["digest"] == stands["proposal"]["digest"] != proposal["digest"]
    assert (stands["proposal"]["status"], stands["proposal"]["approvals"]) == ("open", 0)
    told = [each for each in await house.told("geographic_proposal") if each["subject"] == proposal["proposal_id"]]
    assert [each["type"].split(".")[-2] for each in told] == ["opened", "approved", "renewed"]
    again = await coordinators.approve(coordinators.second, proposal, proposal["digest"])
    assert (again.status_code, again.json()["digest"]) == (409, stands["proposal"]["digest"])

    assert (await coordinators.approve(coordinators.second, proposal)).json()["approvals"] == 1
    assert (await coordinators.approve(coordinators.first, proposal)).json()["status"] == "applied"
    bodo = (await known(house)).units["1804"]
    assert (bodo.valid_to, bodo.languages[0].form) == (date(2016, 7, 1), "bokmal")


async def test_who_has_seen_the_new_difference_approves_it_at_once(house: House, coordinators: Coordinators) -> None:
    proposal = await coordinators.propose(BODO_INTO_BEIARN)
    await coordinators.approve(coordinators.first, proposal)
    language = {"unit_code": "1804", "form": "bokmal"}
    await coordinators.apply({**BODO_INTO_BEIARN, "effective_on": "2016-05-01", "changes": [], "languages": [language]})
    assert (await coordinators.detail(proposal))["proposal"]["approvals"] == 0
    answer = await coordinators.approve(coordinators.second, proposal)
    assert (answer.status_code, answer.json()["approvals"], answer.json()["status"]) == (200, 1, "open")


async def test_what_cannot_be_done_any_more_says_why_and_can_be_rejected(
    house: House, coordinators: Coordinators
) -> None:
    proposal = await coordinators.propose(BODO_INTO_BEIARN)
    await coordinators.apply({**BODO_INTO_BEIARN, "changes": [change("1804", "1836")]})
    detail = await coordinators.detail(proposal)
    assert (detail["obstacle"], detail["amendments"]) == ("unit-not-valid", [])
    refused = await coordinators.approve(coordinators.first, proposal)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:unit-not-valid")
    path = f"{PROPOSALS}/{proposal['proposal_id']}/reject"
    assert (await coordinators.first.post(path, {"reason": "Bodø er alt borte"})).status_code == 428
    answer = await coordinators.first.post(path, {"reason": "Bodø er alt borte"}, if_match=detail["etag"])
    assert (answer.status_code, answer.json()["status"]) == (200, "rejected")
    closed = await coordinators.approve(coordinators.second, proposal)
    assert (closed.status_code, closed.json()["type"]) == (409, "urn:samla:problem:step-out-of-order")
    assert (await coordinators.detail(proposal))["rejection"] == "Bodø er alt borte"
    statuses = [each["status"] for each in (await coordinators.first.get(PROPOSALS)).json()["items"]]
    assert sorted(statuses) == ["applied", "rejected"]
    only = (await coordinators.first.get(PROPOSALS, status="applied")).json()["items"]
    assert [each["status"] for each in only] == ["applied"]


async def test_a_proposal_shows_that_two_persons_stand_behind_it_and_not_who_they_are(
    house: House, coordinators: Coordinators, clock: FixedClock
) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    third = house.caller("KOO", centre_id, who="c")
    proposal = await coordinators.propose(BODO_INTO_BEIARN)
    clock.advance(timedelta(minutes=1))
    await coordinators.approve(coordinators.first, proposal)
    await coordinators.approve(third, proposal)
    detail = await coordinators.detail(proposal)
    facts = [(each["fact"].split(".")[3], each["person"], each["recorded_by"]) for each in detail["steps"]]
    assert facts == [("opened", 1, None), ("approved", 1, None), ("applied", 2, str(centre_id))]
    assert [each["recorded_at"] for each in detail["steps"]] == [
        "2016-04-08T10:00:00.000000Z",
        *["2016-04-08T10:01:00.000000Z"] * 2,
    ]
    told = [each["actor"] for each in await house.told("geographic_proposal")]
    assert len(set(told)) == 2
    assert all(actor not in str(detail) for actor in told)


async def test_a_renewed_proposal_shows_each_approval_again(house: House, coordinators: Coordinators) -> None:
    proposal = await coordinators.propose(BODO_INTO_BEIARN)
    await coordinators.approve(coordinators.second, proposal)
    language = {"unit_code": "1804", "form": "bokmal"}
    await coordinators.apply({**BODO_INTO_BEIARN, "effective_on": "2016-05-01", "changes": [], "languages": [language]})
    await coordinators.approve(coordinators.second, proposal, proposal["digest"])
    await coordinators.approve(coordinators.second, proposal)
    await coordinators.approve(coordinators.first, proposal)
    steps = (await coordinators.detail(proposal))["steps"]
    assert [(each["fact"].split(".")[3], each["person"]) for each in steps] == [
        ("opened", 1), ("approved", 2), ("renewed", 2), ("approved", 2), ("applied", 1)
    ]  # fmt: skip


async def test_a_proposal_and_the_list_of_them_are_a_constant_number_of_statements(
    house: House, coordinators: Coordinators
) -> None:
    async def number(path: str) -> int:
        with selects(house.database) as asked:
            assert (await coordinators.first.get(path)).status_code == 200
        return len(asked)

    small = await coordinators.propose(BODO_INTO_BEIARN)
    listed, one = await number(PROPOSALS), await number(f"{PROPOSALS}/{small['proposal_id']}")
    there = [unit.code for county in ("18", "55") for unit in (await known(house)).units_on(date(2026, 1, 1), county)]
    names = [{"code": code, "name": f"Prøve {code}"} for code in there if code != "1804"]
    large = await coordinators.propose({**BODO_INTO_BEIARN, "effective_on": "2026-01-01", "units": names})
    assert large["units"] > 50
    await coordinators.approve(coordinators.second, large)
    assert (listed, one) == (1, 7)
    assert await number(PROPOSALS) == listed
    assert await number(f"{PROPOSALS}/{large['proposal_id']}") == one


async def test_bodies_of_places_that_end_are_listed_for_review_and_keep_their_rights(
    house: House, coordinators: Coordinators, clock: FixedClock
) -> None:
    body = {"reference": "bodo-kommune", "name": "Bodø kommune", "kind": "municipality", "unit_code": "1804"}
    made = await coordinators.first.post("/organisations", {**body, "occurred_on": "2016-01-01"})
    assert made.status_code == 201, made.text
    organisation_id = made.json()["organisation_id"]
    proposal = await coordinators.propose(BODO_INTO_BEIARN)
    (listed,) = (await coordinators.detail(proposal))["bodies"]
    assert (listed["organisation_id"], listed["code"], listed["instead"]) == (organisation_id, "1804", ["1839"])
    for who in (coordinators.first, coordinators.second):
        await coordinators.approve(who, proposal)
    after = await coordinators.detail(proposal)
    assert (after["proposal"]["status"], after["bodies"]) == ("applied", [listed])
    path = f"/organisations/{organisation_id}"
    assert (await house.anybody.get(path)).json() == made.json()

    # What a body may do hangs on the body: who acts for it does so also when the code of its place is gone.
    clock.advance(timedelta(days=84))
    assert (await house.anybody.get("/municipalities/1804")).status_code == 422
    its_own, another = (house.caller("GK", UUID(each)) for each in (organisation_id, str(new_id())))
    told = {"name": "Bodø kommune under avvikling", "source": "kommunen selv", "occurred_on": SUMMER}
    confirmed = {"occurred_on": SUMMER}
    for verb, body in (("change", told), ("confirm", confirmed)):
        assert (await another.post(f"{path}/{verb}", body, if_match='"1"')).status_code in (403, 404)
    changed = await its_own.post(f"{path}/change", told, if_match=made.headers["etag"])
    assert (changed.status_code, changed.json()["name"]) == (200, "Bodø kommune under avvikling")
    assert (changed.json()["unit_code"], changed.json()["confirmed_on"]) == ("1804", None)
    said = await its_own.post(f"{path}/confirm", confirmed, if_match=changed.headers["etag"])
    assert (said.status_code, said.json()["confirmed_on"]) == (200, SUMMER)


@pytest.mark.parametrize("is_same", [True, False])
async def test_two_last_approvals_at_the_same_moment_change_the_country_once(
    house: House, coordinators: Coordinators, is_same: bool
) -> None:
    one = await coordinators.propose(BODO_INTO_BEIARN)
    other = one if is_same else await coordinators.propose({**BODO_INTO_BEIARN, "changes": [change("1804", "1836")]})
    for proposal in {proposal["proposal_id"]: proposal for proposal in (one, other)}.values():
        assert (await coordinators.approve(coordinators.first, proposal)).status_code == 200
    third = house.caller("KOO", who="c")
    answers = await asyncio.gather(coordinators.approve(coordinators.second, one), coordinators.approve(third, other))
    assert [answer.status_code for answer in answers].count(200) == 1, [answer.text for answer in answers]
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412], [200, 422])
    country = await known(house)
    assert len(country.changes_of("1804")) == len(COUNTRY.changes_of("1804")) + 1


async def test_only_coordinators_see_and_make_proposals(house: House, coordinators: Coordinators) -> None:
    proposal = await coordinators.propose(BODO_INTO_BEIARN)
    one = f"{PROPOSALS}/{proposal['proposal_id']}"
    for role in ("ED", "HD", "KOM", "DRIFT"):
        caller = house.caller(role)
        answers = [
            await caller.get(PROPOSALS),
            await caller.get(one),
            await caller.post(PROPOSALS, BODO_INTO_BEIARN),
            await caller.post(f"{PROPOSALS}/undo", {"change_ids": [str(new_id())], "reason": "no"}),
            await caller.post(f"{one}/approve", {"digest": proposal["digest"]}, if_match='"1"'),
            await caller.post(f"{one}/reject", {"reason": "no"}, if_match='"1"'),
        ]
        assert [answer.status_code for answer in answers] == [403] * 6
    assert (await house.anybody.get(one)).status_code == 401
    assert (await coordinators.first.get(f"{PROPOSALS}/{new_id()}")).status_code == 404


async def test_what_is_refused_is_not_stored(house: House, coordinators: Coordinators) -> None:
    for asked, (fields, slug, pointers) in REFUSED.items():
        body = proposed(**fields).model_dump(mode="json")
        answer = await coordinators.first.post(PROPOSALS, body)
        found = answer.json()
        assert (asked, found["type"]) == (asked, f"urn:samla:problem:{slug}")
        assert [error["pointer"] for error in found["errors"]] == pointers
    nothing = await coordinators.first.post(PROPOSALS, {**BODO_INTO_BEIARN, "changes": []})
    assert (nothing.status_code, nothing.json()["type"]) == (422, "urn:samla:problem:nothing-changes")
    too_many = {**BODO_INTO_BEIARN, "changes": [change("1804", "1839")] * 1501}
    assert (await coordinators.first.post(PROPOSALS, too_many)).status_code == 422
    assert await house.told("geographic_proposal") == []


async def test_a_merger_is_undone(house: House, coordinators: Coordinators, clock: FixedClock) -> None:
    before = await known(house)
    new = {"code": "1899", "name": "Prøvestad"}
    merger = {**BODO_INTO_BEIARN, "units": [new], "changes": [change("1804", "1899"), change("1839", "1899")]}
    await coordinators.apply(merger)
    history = (await house.anybody.get("/municipalities/1899/history")).json()
    ids = [each["change_id"] for each in history["changes"]]
    half = await coordinators.first.post(f"{PROPOSALS}/undo", {"change_ids": [*ids, str(new_id())], "reason": "feil"})
    assert (half.status_code, half.json()["errors"][0]["code"]) == (422, "no-such-thing")

    done = await coordinators.apply({"change_ids": ids, "reason": "Stortinget ombestemte seg"}, f"{PROPOSALS}/undo")
    assert (done["origin"], done["units"], done["changes"]) == ("undo", 3, 2)
    after = await known(house)
    assert (after.units, after.changes) == (before.units, before.changes)
    again = await coordinators.first.post(f"{PROPOSALS}/undo", {"change_ids": ids, "reason": "igjen"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:already-undone")
    clock.advance(timedelta(days=365))
    assert (await house.anybody.get("/municipalities/1899")).status_code == 404
    undone = (await house.anybody.get("/municipalities/1899/history")).json()
    assert (undone["unit"]["undone_on"], [each["code"] for each in undone["today"]]) == ("2016-04-08", ["1804", "1839"])
    assert [each["undone_on"] for each in undone["changes"]] == ["2016-04-08"] * 2
    assert [told["type"].split(".")[-2] for told in await house.told("geographic_change")][-2:] == ["undone"] * 2


async def test_what_was_undone_can_happen_after_all(house: House, coordinators: Coordinators) -> None:
    merger = {**BODO_INTO_BEIARN, "units": [{"code": "1899", "name": "Prøvestad"}], "changes": [change("1804", "1899")]}
    await coordinators.apply(merger)
    one = (await known(house)).changes_of("1899")[0]
    await coordinators.apply({"change_ids": [str(one.change_id)], "reason": "feil"}, f"{PROPOSALS}/undo")
    await coordinators.apply(merger)
    assert (await known(house)).changes_of("1899") == (one,)


async def test_an_operators_tables_do_not_take_back_what_two_persons_have_decided(
    house: House, coordinators: Coordinators
) -> None:
    await coordinators.apply(BODO_INTO_BEIARN)
    tysfjord = [str(each.change_id) for each in (await known(house)).changes_of("1850") if each.kind == "split"]
    await coordinators.apply({"change_ids": tysfjord, "reason": "feil"}, f"{PROPOSALS}/undo")
    before = await known(house)
    loaded = await load_reference(house.database)
    assert (loaded.units, loaded.counties, loaded.changes) == (0, 0, 0)
    after = await known(house)
    assert (after.units, after.changes, after.undone_changes) == (before.units, before.changes, before.undone_changes)


async def test_nobody_maps_a_municipality_that_never_was(house: House, coordinators: Coordinators) -> None:
    new = {"code": "1899", "name": "Prøvestad"}
    await coordinators.apply({**BODO_INTO_BEIARN, "effective_on": "2016-01-01", "units": [new],
                              "changes": [change("1804", "1899", "recode")]})  # fmt: skip
    ids = [each["change_id"] for each in (await house.anybody.get("/municipalities/1899/history")).json()["changes"]]
    await coordinators.apply({"change_ids": ids, "reason": "feil"}, f"{PROPOSALS}/undo")
    centre_id = await house.organisation_id("KoRus-Nord")
    mapping = {
        "tool": "ungdata",
        "unit_code": "1899",
        "year": 2016,
        "centre_id": str(centre_id),
        "occurred_on": "2016-03-01",
    }
    answer = await house.caller("ED", centre_id).post("/mappings", mapping)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:samla:problem:unknown-unit")


async def test_the_reform_of_2020_is_one_transaction_of_as_many_statements_as_one_merger(
    open_database: OpenDatabase, clock: FixedClock
) -> None:
    country, reform = at_the_beginning(), None
    for step in steps_of_the_tables():
        if step.effective_on >= date(2020, 1, 1):
            reform = step
            break
        country = applied(country, amended(country, [step], new_id=new_id))
    assert reform is not None
    house = House(await open_database(registry), clock)
    await house.database.write(register_counties, list(country.counties.values()))
    await house.database.write(register_units, list(country.units.values()))
    await house.database.write(record_changes, list(map(_recorded, country.changes)))
    coordinators = Coordinators(house)

    async def statements_of(body: dict[str, Any]) -> int:
        proposal = await coordinators.propose(body)
        await coordinators.approve(coordinators.first, proposal)
        seen = await coordinators.detail(proposal)
        with statements(house.database) as sent:
            answer = await coordinators.second.post(
                f"{PROPOSALS}/{proposal['proposal_id']}/approve", {"digest": proposal["digest"]}, if_match=seen["etag"]
            )
        assert answer.json()["status"] == "applied", answer.text
        return len(sent)

    async with house.client:
        some = {
            "units": [{"code": "1899", "name": "Prøvestad"}],
            "changes": [change("1804", "1899"), change("1839", "1899")],
        }
        small = await statements_of({**BODO_INTO_BEIARN, **some})
        whole = reform.model_dump(mode="json", exclude_defaults=True)
        assert len(reform.changes) > 250
        large = await statements_of(whole)
        # The reform changes counties too: one statement for the new and one for the ended.
        assert large <= small + 2
        assert len((await known(house)).units_on(date(2020, 1, 1))) == len(COUNTRY.units_on(date(2020, 1, 1))) - 1


def _recorded(known_change: GeographicChange) -> RecordChange:
    return RecordChange(**known_change.model_dump(include=set(RecordChange.model_fields)))


def test_a_proposal_may_be_as_large_as_the_largest_reform() -> None:
    largest = max(steps_of_the_tables(), key=lambda step: len(step.changes))
    assert isinstance(largest, ProposeChanges)
    assert len(largest.model_dump_json(exclude_defaults=True)) < 200 * 1024
