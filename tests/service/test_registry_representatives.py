"""Regional representatives over HTTP on both databases (BR-42)."""

import asyncio
from typing import Any
from uuid import UUID

import httpx

from tests.service.registry_house import House

FIRST = '"1"'
NORTH = ("KoRus-Nord", "RVTS Nord", "RKBU Nord")
MID = ("KoRus-Midt", "RVTS Midt", "RKBU Midt-Norge", "NAPHA")


class Election:
    """An election of the test, and those who vote in it."""

    def __init__(self, house: House, called: httpx.Response, ids: dict[str, UUID]) -> None:
        self.house, self.ids, self.path, self.etag = house, ids, called.headers["location"], called.headers["etag"]
        self.called: dict[str, Any] = called.json()

    async def vote(
        self,
        elector: str,
        candidate: str,
        on: str = "2016-04-04",
        *,
        by: str | None = None,
        if_match: str | None = None,
    ) -> httpx.Response:
        """An approver of the elector, or of ``by``, votes; what follows is based on the newest version."""
        body = {
            "elector_id": str(self.ids[elector]),
            "candidate_id": str(self.ids[candidate]),
            "occurred_on": on,
        }
        voter = self.house.caller("GK", self.ids[by or elector])
        answer = await voter.post(f"{self.path}/vote", body, if_match=if_match or self.etag)
        self.etag = answer.headers.get("etag", self.etag)
        return answer

    async def end(self, on: str) -> httpx.Response:
        """The coordinator ends it."""
        return await self.house.caller("KOO").post(f"{self.path}/end", {"occurred_on": on}, if_match=self.etag)


async def call(house: House, region: str = "north", on: str = "2016-04-01") -> Election:
    """An election that is called."""
    names = {name: await house.organisation_id(name) for name in (*NORTH, *MID)}
    called = await house.caller("KOO").post("/representatives", {"region": region, "occurred_on": on})
    assert called.status_code == 201, called.text
    return Election(house, called, names)


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:samla:problem:")


async def test_br_42_the_electors_are_rvts_rkbu_and_korus_and_in_mid_also_napha(house: House) -> None:
    north, mid = await call(house), await call(house, "mid")
    assert set(north.called["electors"]) == set(north.called["candidates"]) == {str(north.ids[name]) for name in NORTH}
    assert set(mid.called["electors"]) == {str(mid.ids[name]) for name in MID}
    assert set(mid.called["candidates"]) == {str(mid.ids[name]) for name in MID[:3]}
    assert (len(north.called["electors"]), len(mid.called["electors"])) == (3, 4)


async def test_br_42_who_has_more_than_half_of_the_electors_is_elected(house: House) -> None:
    election = await call(house)
    first = await election.vote("KoRus-Nord", "RVTS Nord", "2016-04-02")
    assert (first.status_code, first.json()["elected_id"]) == (200, None)
    second = await election.vote("RKBU Nord", "RVTS Nord", "2016-04-05")
    assert second.json()["elected_id"] == str(election.ids["RVTS Nord"])
    assert (second.json()["valid_from"], second.json()["valid_to"]) == ("2016-04-05", None)
    facts = [told["type"].split(".")[3] for told in await house.told("representative")]
    assert facts == ["called", "voted", "elected"]
    late = await election.vote("RVTS Nord", "KoRus-Nord")
    assert (late.status_code, slug(late), late.json()["current_status"]) == (409, "step-out-of-order", "elected")
    shown = await house.anybody.get(election.path)
    assert (shown.json(), shown.headers["etag"]) == (second.json(), '"3"')


async def test_br_42_half_of_the_electors_is_not_enough(house: House) -> None:
    election = await call(house, "mid")
    await election.vote("KoRus-Midt", "RVTS Midt")
    assert (await election.vote("NAPHA", "RVTS Midt")).json()["elected_id"] is None
    assert (await election.vote("RVTS Midt", "RVTS Midt")).json()["elected_id"] == str(election.ids["RVTS Midt"])


async def test_br_42_a_vote_may_be_changed_until_somebody_is_elected(house: House) -> None:
    election = await call(house)
    await election.vote("KoRus-Nord", "KoRus-Nord", "2016-04-02")
    await election.vote("RVTS Nord", "RVTS Nord", "2016-04-02")
    before = await election.vote("RVTS Nord", "RKBU Nord", "2016-04-01")
    assert slug(before) == "date-out-of-order"
    changed = await election.vote("RVTS Nord", "KoRus-Nord", "2016-04-03")
    assert changed.json()["elected_id"] == str(election.ids["KoRus-Nord"])
    assert len(changed.json()["votes"]) == 2


async def test_br_42_a_region_has_one_representative_at_a_time(house: House) -> None:
    election = await call(house)
    coordinator, again = house.caller("KOO"), {"region": "north", "occurred_on": "2016-04-01"}
    answer = await coordinator.post("/representatives", again)
    assert (answer.status_code, slug(answer)) == (409, "region-has-representative")
    for elector in NORTH[:2]:
        await election.vote(elector, "KoRus-Nord")
    assert slug(await coordinator.post("/representatives", again)) == "region-has-representative"
    assert (await election.end("2016-04-07")).status_code == 200
    # The seat was taken until then, so nobody is chosen for the time before.
    earlier = await coordinator.post("/representatives", again)
    assert (slug(earlier), earlier.json()["earliest"]) == ("date-out-of-order", "2016-04-07")
    assert (await coordinator.post("/representatives", again | {"occurred_on": "2016-04-07"})).status_code == 201


async def test_br_42_of_two_elections_called_at_once_one_stands(house: House) -> None:
    coordinator = house.caller("KOO")
    request = {"region": "north", "occurred_on": "2016-04-01"}
    answers = await asyncio.gather(*(coordinator.post("/representatives", request) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    assert {slug(answer) for answer in answers if answer.status_code == 409} == {"region-has-representative"}
    assert len(await house.told("representative")) == 1


async def test_br_42_of_two_votes_at_once_none_is_lost(house: House) -> None:
    election = await call(house)
    answers = await asyncio.gather(*(election.vote(name, "KoRus-Nord", if_match=FIRST) for name in NORTH[:2]))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len((await house.anybody.get(election.path)).json()["votes"]) == 1


async def test_who_votes_is_an_elector_and_votes_for_itself_only(house: House) -> None:
    election = await call(house)
    assert (await election.vote("RVTS Nord", "KoRus-Nord", by="KoRus-Nord")).status_code == 404
    outsider = await election.vote("NAPHA", "KoRus-Nord")
    assert (outsider.status_code, slug(outsider)) == (422, "not-an-elector")
    wrong = await election.vote("KoRus-Nord", "RVTS Midt")
    assert (wrong.status_code, slug(wrong)) == (422, "not-a-candidate")
    assert slug(await election.vote("KoRus-Nord", "KoRus-Nord", "2016-04-09")) == "date-in-future"
    assert slug(await election.vote("KoRus-Nord", "KoRus-Nord", "2016-03-31")) == "date-out-of-order"
    assert (await election.vote("KoRus-Nord", "KoRus-Nord", if_match='"2"')).status_code == 412
    editor = house.caller("ED", election.ids["KoRus-Nord"])
    assert (await editor.post(f"{election.path}/vote", {}, if_match=FIRST)).status_code == 403
    assert (await editor.post("/representatives", {})).status_code == 403
    nobodys = f"/representatives/{UUID(int=0)}"
    assert (await house.anybody.get(nobodys)).status_code == 404
    assert (await house.caller("KOO").post(f"{nobodys}/end", {"occurred_on": "2016-04-01"})).status_code == 404


async def test_br_42_napha_votes_in_mid_and_cannot_be_chosen(house: House) -> None:
    election = await call(house, "mid")
    answer = await election.vote("NAPHA", "NAPHA")
    assert (answer.status_code, slug(answer)) == (422, "not-a-candidate")


async def test_the_representatives_of_a_date(house: House) -> None:
    election = await call(house)
    for elector in NORTH[:2]:
        await election.vote(elector, "KoRus-Nord", "2016-04-04")

    async def on(day: str) -> list[str]:
        return [each["region"] for each in (await house.anybody.get("/representatives", on=day)).json()["items"]]

    assert (await on("2016-04-03"), await on("2016-04-04")) == ([], ["north"])
    assert (await election.end("2016-04-08")).json()["valid_to"] == "2016-04-08"
    assert (await on("2016-04-07"), await on("2016-04-08")) == (["north"], [])
    assert len((await house.anybody.get("/representatives", region="north")).json()["items"]) == 1
    assert (await house.anybody.get("/representatives", region="mid")).json() == {"items": []}


async def test_an_election_without_result_is_given_up_and_no_vote_counts_after_that(house: House) -> None:
    election = await call(house)
    ended = await election.end("2016-04-05")
    assert (ended.json()["valid_from"], ended.json()["valid_to"]) == (None, "2016-04-05")
    election.etag = ended.headers["etag"]
    again = await election.end("2016-04-05")
    assert (again.status_code, slug(again), again.json()["current_status"]) == (409, "step-out-of-order", "ended")
    assert slug(await election.vote("KoRus-Nord", "KoRus-Nord")) == "step-out-of-order"


async def test_a_region_where_nobody_elects_calls_no_election(house: House) -> None:
    for name in NORTH:
        path = f"/organisations/{await house.organisation_id(name)}"
        told = (await house.anybody.get(path)).json()
        body = {"name": told["name"], "source": "a test", "occurred_on": "2016-04-08"}
        assert (await house.caller("KOO").post(f"{path}/change", body, if_match=FIRST)).status_code == 200
    answer = await house.caller("KOO").post("/representatives", {"region": "north", "occurred_on": "2016-04-08"})
    assert (answer.status_code, slug(answer)) == (409, "nobody-to-elect")
