"""What may happen to a learning network, and which seats the copy of representatives holds."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.contracts.events import Network, NetworkStatus, PrepareNetwork
from services.contracts.message import Received, Text
from services.contracts.registry import (
    ElectionCalled,
    Region,
    Representative,
    RepresentativeElected,
    RepresentativeMessage,
)
from services.events.domain import network as rules
from services.events.domain.dates import DateOutOfOrder
from services.events.domain.steps import NETWORK_STEPS, NetworkStep, StepOutOfOrder
from services.events.handlers import fold_representatives

KS = UUID("01900000-0000-7000-8000-000000000001")
RVTS_NORD = UUID("01900000-0000-7000-8000-000000000002")
NETWORK_ID = UUID("01900000-0000-7000-8000-00000000000c")
ELECTION_ID = UUID("01900000-0000-7000-8000-00000000000d")
PREPARED, OPENED, CLOSED = date(2016, 2, 1), date(2016, 3, 1), date(2016, 11, 1)

TAKE: dict[NetworkStep, Callable[[Network, date], Network]] = {
    NetworkStep.open: rules.open_for_all,
    NetworkStep.close: rules.close,
}


def prepared() -> Network:
    request = {
        "name": Text(nb="Gode pasientforløp"),
        "theme": "care_pathways",
        "lead_id": KS,
        "region": "north",
        "occurred_on": PREPARED,
    }
    return rules.prepare(PrepareNetwork.model_validate(request), NETWORK_ID)


STANDING = {
    "prepared": prepared(),
    "open": rules.open_for_all(prepared(), OPENED),
    "closed": rules.close(rules.open_for_all(prepared(), OPENED), CLOSED),
}


def test_each_status_of_a_network_says_since_when():
    assert [(each.prepared_on, each.opened_on, each.closed_on) for each in STANDING.values()] == [
        (PREPARED, None, None),
        (PREPARED, OPENED, None),
        (PREPARED, OPENED, CLOSED),
    ]


def test_a_network_that_is_given_up_was_never_open():
    dropped = rules.close(prepared(), CLOSED)
    assert (dropped.status, dropped.opened_on) == (NetworkStatus.closed, None)


@pytest.mark.parametrize(("standing", "step"), [("prepared", "open"), ("prepared", "close"), ("open", "close")])
def test_no_step_lies_before_the_one_that_it_follows(standing: str, step: str):
    with pytest.raises(DateOutOfOrder) as refusal:
        TAKE[NetworkStep(step)](STANDING[standing], date(2016, 1, 31))
    earliest = PREPARED if standing == "prepared" else OPENED
    assert refusal.value.facts == {"earliest": earliest.isoformat()}


@pytest.mark.parametrize("standing", sorted(STANDING))
@pytest.mark.parametrize("step", sorted(NetworkStep))
def test_each_step_is_taken_from_where_the_table_says_and_refused_elsewhere(step: NetworkStep, standing: str):
    if standing in NETWORK_STEPS[step]:
        assert TAKE[step](STANDING[standing], CLOSED).status != standing
        return
    with pytest.raises(StepOutOfOrder) as refusal:
        TAKE[step](STANDING[standing], CLOSED)
    assert refusal.value.facts["current_status"] == standing


def heard(fact: type[RepresentativeMessage], **facts: Any) -> Received[RepresentativeMessage]:
    told = {
        "representative_id": ELECTION_ID,
        "region": "north",
        "electors": (),
        "candidates": (),
        "called_on": PREPARED,
    }
    message = fact(occurred_on=PREPARED, representative=Representative.model_validate(told | facts))
    return Received(message, ELECTION_ID, f"representative/{ELECTION_ID}", 1, datetime(2016, 2, 1, tzinfo=UTC), None)


def test_an_election_leaves_a_seat_when_it_has_chosen_somebody():
    assert list(fold_representatives([heard(ElectionCalled)])) == []
    elected = heard(RepresentativeElected, elected_id=RVTS_NORD, valid_from=OPENED)
    assert list(fold_representatives([elected])) == [
        {
            "representative_id": str(ELECTION_ID),
            "region": Region.north,
            "elected_id": RVTS_NORD,
            "valid_from": OPENED,
            "valid_to": None,
        }
    ]


def test_an_election_that_came_to_nothing_leaves_no_seat():
    assert list(fold_representatives([heard(ElectionCalled, valid_to=OPENED)])) == []
