"""ST-19: each region chooses one centre to represent it, and no second while the first has the seat (BR-42).

The centre that has the seat is given the learning network of the region.
"""

import asyncio
from typing import Any

import pytest

from gateway.catalogue.keeping import FRESH_S
from tests.end_to_end.installation import Installation
from tests.end_to_end.users import User, slug

pytestmark = pytest.mark.asyncio(loop_scope="module")

NETWORK = {
    "name": {"nb": "Gode pasientforløp i nord", "nn": "Gode pasientforløp i nord"},
    "theme": "care_pathways",
    "region": "north",
    "occurred_on": "2016-02-15",
}
NORTH = ("korus-nord", "rkbu-nord", "rvts-nord")
MID = ("korus-midt", "napha", "rkbu-midt", "rvts-midt")


async def shown(here: Installation) -> None:
    """Return when everybody who reads the catalogue sees what has happened so far."""
    await here.settled()
    await asyncio.sleep(FRESH_S)


async def vote(here: Installation, voter: User, election: str, elector: str, candidate: str, on: str) -> str | None:
    """An elector's vote; who is elected after it, by the short name."""
    await shown(here)
    ids = {name: str(here.organisations[name]) for name in (elector, candidate)}
    answer = await voter.moves(election, "vote", on, elector_id=ids[elector], candidate_id=ids[candidate])
    names = {str(its_id): name for name, its_id in here.organisations.items()}
    return names.get(answer["elected_id"])


async def represented(here: Installation, on: str) -> dict[str, str]:
    """The regions that have a representative on a day, and its name, as anybody may read it."""
    await shown(here)
    found = await here.anybody().pages("/representatives", on=on)
    return {each["region"]: each["elected"]["name"] for each in found}


async def sees(here: Installation, network: str, *users: User) -> list[bool]:
    """Which of them see a network."""
    await shown(here)
    return [(await user.get(network)).status_code == 200 for user in users]


async def followed(here: Installation, on: str) -> list[tuple[Any, str | None]]:
    """The names of the networks that anybody may read, and the short name of the centre that follows each on a day."""
    names = {str(its_id): name for name, its_id in here.organisations.items()}
    found = await here.anybody().pages("/networks", on=on)
    return [(each["name"], names.get(each["follower_id"])) for each in found]


async def test_st_19_the_north_elects_one_of_its_three_and_refuses_a_second(here: Installation) -> None:
    coordinator, ids = await here.user("koordinator1"), here.organisations
    called = await coordinator.does("/representatives", {"region": "north", "occurred_on": "2016-03-01"})
    assert sorted(called["electors"]) == sorted(called["candidates"]) == sorted(str(ids[name]) for name in NORTH)
    election = f"/representatives/{called['representative_id']}"
    korus, rvts = await here.user("korusnord.leder1"), await here.user("rvtsnord.leder")
    assert await represented(here, "2016-03-02") == {}
    ks, anybody = await here.partner("ks"), here.anybody()
    prepared = await ks.does("/networks", {**NETWORK, "lead_id": str(ids["ks"])})
    network = f"/networks/{prepared['network_id']}"
    assert await sees(here, network, ks, korus, rvts, anybody) == [True, False, False, False]

    assert await vote(here, korus, election, "korus-nord", "rvts-nord", "2016-03-02") is None
    await shown(here)
    anothers = {"elector_id": str(ids["rkbu-nord"]), "candidate_id": str(ids["korus-nord"])}
    assert await korus.is_refused(election, "vote", "2016-03-03", **anothers) == (404, "not-found")
    assert await vote(here, rvts, election, "rvts-nord", "rvts-nord", "2016-03-04") == "rvts-nord"
    assert await represented(here, "2016-03-04") == {"north": "RVTS Nord"}
    assert await sees(here, network, ks, korus, rvts, anybody) == [True, False, True, False]
    assert (await rvts.get(network)).json()["follower_id"] == str(ids["rvts-nord"])

    again = {"region": "north", "occurred_on": "2016-09-01"}
    refused = await coordinator.asks("/representatives", again)
    assert (refused.status_code, slug(refused)) == (409, "region-has-representative")
    assert (await korus.asks("/representatives", again)).status_code == 403

    await shown(here)
    await coordinator.moves(election, "end", "2016-09-01")
    assert (await coordinator.does("/representatives", again))["elected_id"] is None
    assert await represented(here, "2016-08-31") == {"north": "RVTS Nord"}
    assert await represented(here, "2016-09-01") == {}
    assert await sees(here, network, ks, korus, rvts, anybody) == [True, False, False, False]

    await coordinator.moves(network, "open", "2016-09-05")
    assert await sees(here, network, ks, korus, rvts, anybody) == [True, True, True, True]
    name = NETWORK["name"]
    assert await followed(here, "2016-08-31") == [(name, "rvts-nord")]
    assert await followed(here, "2016-09-01") == [(name, None)]


async def test_st_19_mid_has_four_electors_and_chooses_among_three(here: Installation) -> None:
    coordinator, ids = await here.user("koordinator1"), here.organisations
    called = await coordinator.does("/representatives", {"region": "mid", "occurred_on": "2016-03-01"})
    assert sorted(called["electors"]) == sorted(str(ids[name]) for name in MID)
    assert str(ids["napha"]) not in called["candidates"]
    election = f"/representatives/{called['representative_id']}"
    # The centres of Mid have no accounts in this installation: the coordinator enters what they have decided.
    decided = (("napha", "rkbu-midt"), ("korus-midt", "korus-midt"), ("rkbu-midt", "rkbu-midt"))
    for elector, candidate in decided:
        assert await vote(here, coordinator, election, elector, candidate, "2016-03-10") is None
    assert await vote(here, coordinator, election, "korus-midt", "rkbu-midt", "2016-03-11") == "rkbu-midt"
    assert await represented(here, "2016-03-11") == {"mid": "RKBU Midt-Norge", "north": "RVTS Nord"}


async def test_an_organisation_confirms_over_the_gateway_what_is_told_of_it(here: Installation) -> None:
    lead, path = await here.user("korusnord.leder1"), f"/organisations/{here.organisations['korus-nord']}"
    assert (await lead.get(path)).json()["confirmed_on"] is None
    await lead.moves(path, "confirm", "2016-04-08")
    await shown(here)
    assert (await here.anybody().get(path)).json()["confirmed_on"] == "2016-04-08"
    versions = (await here.anybody().get(f"{path}/history")).json()["items"]
    assert [each["fact"].split(".")[3] for each in versions] == ["registered", "confirmed"]
    assert versions[1]["recorded_by"] == str(here.organisations["korus-nord"])
    other = f"/organisations/{here.organisations['napha']}"
    assert await lead.is_refused(other, "confirm", "2016-04-08") == (404, "not-found")
