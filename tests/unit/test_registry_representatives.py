"""Elections of any size and any votes: who is elected, from when, and that nothing is undone (BR-42)."""

import contextlib
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.registry import CastVote, Organisation, OrganisationKind, Region, Representative
from services.kernel.problems import Problem
from services.registry.domain.refusals import StepOutOfOrder
from services.registry.domain.representatives import NobodyToElect, candidates_among, electors_of, voted

CALLED = date(2016, 3, 1)
TODAY = date(2016, 4, 8)


def an_organisation(number: int, **told: object) -> Organisation:
    whole = {"organisation_id": UUID(int=number), "reference": f"body-{number}", "name": f"Body {number}"}
    return Organisation.model_validate({**whole, "kind": "korus", "elects_in": (Region.north,), **told})


def an_election(electors: int) -> Representative:
    ids = tuple(UUID(int=number) for number in range(electors))
    return Representative(
        representative_id=UUID(int=99), region=Region.north, electors=ids, candidates=ids, called_on=CALLED
    )


def a_vote(elector: int, candidate: int, days: int) -> CastVote:
    return CastVote(
        elector_id=UUID(int=elector), candidate_id=UUID(int=candidate), occurred_on=CALLED + timedelta(days=days)
    )


@given(st.integers(1, 7), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(-1, 45)), max_size=25))
def test_br_42_whoever_more_than_half_of_the_electors_last_chose_is_elected_and_stays_so(
    electors: int, votes: list[tuple[int, int, int]]
) -> None:
    election = an_election(electors)
    for elector, candidate, days in votes:
        cast = a_vote(elector, candidate, days)
        if election.elected_id is not None:
            with pytest.raises(StepOutOfOrder):
                voted(election, cast, today=TODAY)
            continue
        with contextlib.suppress(Problem):
            election = voted(election, cast, today=TODAY)
        assert len({vote.elector_id for vote in election.votes}) == len(election.votes) <= electors
        chosen = Counter(vote.candidate_id for vote in election.votes)
        majority = [each for each, number in chosen.items() if 2 * number > electors]
        assert ([election.elected_id] if election.elected_id else []) == majority
        if election.elected_id:
            last = max(vote.voted_on for vote in election.votes if vote.candidate_id == election.elected_id)
            assert CALLED <= last <= TODAY
            assert election.valid_from == last


@pytest.mark.parametrize(
    "told",
    [
        {"elects_in": (Region.mid,)},
        {"elects_in": ()},
        {"valid_to": "2016-03-01"},
        {"valid_from": "2016-03-02"},
        {"merged_into": UUID(int=1)},
    ],
)
def test_br_42_who_does_not_elect_in_the_region_on_the_day_is_no_elector(told: dict[str, object]) -> None:
    bodies = [an_organisation(1), an_organisation(2, **told)]
    assert [each.reference for each in electors_of(Region.north, bodies, CALLED)] == ["body-1"]


def test_br_42_only_korus_rvts_and_rkbu_can_be_chosen() -> None:
    bodies = [an_organisation(number, kind=kind) for number, kind in enumerate(OrganisationKind)]
    electors = electors_of(Region.north, bodies, CALLED)
    assert len(electors) == len(OrganisationKind)
    assert {each.kind.value for each in candidates_among(electors)} == {"korus", "rvts", "rkbu"}
    with pytest.raises(NobodyToElect):
        electors_of(Region.north, [an_organisation(1, kind=OrganisationKind.national)], CALLED)
