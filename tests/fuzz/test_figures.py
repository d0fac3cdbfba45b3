"""The same figures, whatever the order in which their facts arrived."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import event, given
from hypothesis import strategies as st

from services.contracts.registry import (
    County,
    CountyRegistered,
    Coverage,
    Organisation,
    OrganisationKind,
    OrganisationRegistered,
    PlaceName,
    Unit,
    UnitKind,
    UnitRegistered,
)
from services.kernel.problems import Problem
from services.reporting.domain.catalogue import INDICATORS
from services.reporting.queries import Asked, figures
from services.reporting.service import reporting
from tests.fuzz.contents import IDS, UNITS
from tests.fuzz.deliveries import Said, conversations, in_disorder, in_order, second_versions
from tests.fuzz.dose import on_sqlite
from tests.fuzz.reader import Reader, reading, sqlite_at
from tests.messages import BEGINNING, written

CENTRE = IDS[0]
TODAY = date(2017, 12, 31)


@pytest.fixture
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with second_versions(), reading(reporting, sqlite_at(tmp_path_factory.mktemp("figures"), reporting)) as reader:
        yield reader


def country() -> list[Said]:
    """Four municipalities of one county and the centre that covers it: without them every figure is of nothing."""
    since = date(2000, 1, 1)
    units = [
        Unit(
            code=code, kind=UnitKind.municipality, county_code="19", valid_from=since,
            names=(PlaceName(name=f"Sted {code}", valid_from=since),),
        )
        for code in UNITS
    ]  # fmt: skip
    centre = Organisation(
        organisation_id=CENTRE, reference="korus-nord", name="KoRus-Nord", kind=OrganisationKind.korus,
        coverage=(Coverage(county_code="19", valid_from=since),),
    )  # fmt: skip
    county = County(code="19", names=(PlaceName(name="Troms", valid_from=since),), valid_from=since)
    messages = [
        CountyRegistered(occurred_on=since, county=county),
        *(UnitRegistered(occurred_on=since, unit=unit) for unit in units),
        OrganisationRegistered(occurred_on=since, organisation=centre),
    ]
    return [
        Said(
            "registry", f"{each.aggregate}/{each.aggregate_id}", 1, written(each, 1, type=each.type.replace("v1", "v2"))
        )
        for each in messages
    ]


def answers(connection: sa.Connection, indicators: list[str], known_at: datetime | None) -> list[Any]:
    """The centre's figures, now or as they were known, or why there are none."""
    found: list[Any] = []
    for indicator in indicators:
        asked = Asked(indicator, TODAY, centre=str(CENTRE), year=2016, as_of=TODAY, geography=TODAY, known_at=known_at)
        try:
            found += [figure.model_dump(mode="json") for figure in figures(connection, asked)]
        except Problem as refusal:
            found.append([indicator, refusal.code, [error.code for error in refusal.errors]])
    return found


@on_sqlite
@given(data=st.data())
def test_any_order_gives_the_same_figures(reader: Reader, data: st.DataObject) -> None:
    own = {each.aggregate for each in country()}
    drawn = data.draw(conversations(reporting.reads, things=24))
    conversation = country() + [each for each in drawn if each.aggregate not in own]
    random: Random = data.draw(st.randoms(use_true_random=False))
    indicators = data.draw(st.lists(st.sampled_from(sorted(INDICATORS)), min_size=3, max_size=3, unique=True))
    known_at = data.draw(st.sampled_from((None, BEGINNING + timedelta(minutes=2, seconds=30))))
    asked = partial(answers, indicators=indicators, known_at=known_at)
    reader.after(in_order(conversation))
    expected = reader.asked(asked)
    event(f"figures above zero: {min(5, _above_zero(expected))}")
    reader.after(in_disorder(conversation, random))
    assert reader.asked(asked) == expected


def _above_zero(found: list[Any]) -> int:
    return Counter(
        bool(figure.get("numerator") or figure.get("value")) for figure in found if isinstance(figure, dict)
    )[True]
