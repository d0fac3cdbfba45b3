"""Every part that keeps when a code is in use keeps a place that never was as one that is in use on no day."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.contracts.message import Message, Received
from services.contracts.registry import County, CountyChanged, PlaceName, Unit, UnitChanged, UnitKind
from services.events.domain.places import Validity
from services.events.handlers import fold_counties, fold_units
from services.funding.domain import Validity as FundingValidity
from services.funding.handlers import fold_units as fold_units_of_funding
from services.kernel.copies import Row

SINCE, TODAY = date(2016, 7, 1), date(2016, 12, 1)
NAMES = (PlaceName(name="Prøvestad", valid_from=SINCE),)
UNIT = Unit(code="1899", kind=UnitKind.municipality, county_code="18", names=NAMES, valid_from=SINCE)
COUNTY = County(code="98", names=NAMES, valid_from=SINCE)

Fold = Callable[[Sequence[Received[Any]]], Iterable[Row]]


def received(message: Message) -> Received[Any]:
    aggregate = f"{message.aggregate}/{message.aggregate_id}"
    return Received(message, UUID(int=1), aggregate, 2, datetime(2016, 12, 1, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("fold", "place", "validity"),
    [
        (fold_units, UNIT, Validity),
        (fold_counties, COUNTY, Validity),
        (fold_units_of_funding, UNIT, FundingValidity),
    ],
)
def test_a_place_that_never_was_is_in_use_on_no_day(fold: Fold, place: Unit | County, validity: type[Validity]) -> None:
    def kept(stands: Unit | County) -> Validity:
        message = (
            UnitChanged(occurred_on=TODAY, unit=stands)
            if isinstance(stands, Unit)
            else CountyChanged(occurred_on=TODAY, county=stands)
        )
        (row,) = fold([received(message)])
        return validity(row["valid_from"], row["valid_to"])

    undone = place.model_copy(update={"undone_on": TODAY})
    days = (date(2016, 6, 30), SINCE, TODAY)
    assert [kept(place).holds(day) for day in days] == [False, True, True]
    assert [kept(undone).holds(day) for day in days] == [False, False, False]
