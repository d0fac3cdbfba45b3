"""From a question to figures: what was asked, in full, so that the answer can be asked for again; and each figure."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.contracts.message import Year
from services.contracts.reporting import Figure, ProvenanceRow
from services.kernel.problems import NotFound
from services.reporting.domain.catalogue import COUNTY, INDICATORS, Indicator
from services.reporting.domain.facts import WHY_TEXTS, Fact, in_order
from services.reporting.domain.measures import Measure, Window, value_of
from services.reporting.domain.scope import Scope, Sources

Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
Moment = Annotated[AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), lt=datetime(2101, 1, 1, tzinfo=UTC))]
"""When a figure can be asked for. Wider would be no answer, and overflow in the arithmetic of dates."""


class Question(BaseModel):
    """One figure, asked for completely: nothing in it depends on the day it is read again.

    ``by`` is the breakdown and ``part`` the part of it; both empty for the whole region. ``since`` replaces the first
    day of an open window.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator: str
    centre_id: UUID
    year: Year
    as_of: Day
    known_at: Moment | None = None
    geography: Day
    since: Day | None = None
    by: str | None = None
    part: str | None = None

    @property
    def figure_id(self) -> str:
        """The question itself as text for an address: finds the same figure, and the facts behind it, again."""
        told = orjson.dumps(self.model_dump(mode="json", exclude_none=True), option=orjson.OPT_SORT_KEYS)
        return urlsafe_b64encode(told).decode().rstrip("=")

    @classmethod
    def of(cls, figure_id: str) -> "Question":
        """The question that a figure answers.

        Raises:
            NotFound: the text is not the id of a figure.
        """
        try:
            told = urlsafe_b64decode(figure_id + "=" * (-len(figure_id) % 4))
            question = cls.model_validate_json(told)
        except (ValueError, ValidationError):
            raise NotFound() from None
        indicator = INDICATORS.get(question.indicator)
        if indicator is None or (question.by is not None and question.by not in indicator.ways):
            raise NotFound()
        return question

    @property
    def window(self) -> Window:
        return INDICATORS[self.indicator].period.window(self.year, self.since)


OTHER_GEOGRAPHY: Mapping[str, str] = {
    "nb": "Vist i en annen kommuneinndeling enn den som gjaldt da perioden sluttet.",
    "nn": "Vist i ei anna kommuneinndeling enn den som gjaldt då perioden slutta.",
}
"""Said with a figure whose municipalities are not those of its own time."""


def parts_of(question: Question, sources: Sources, scope: Scope) -> list[str]:
    """The parts that the breakdown asked for has."""
    if question.by is None:
        return []
    if question.by == COUNTY:
        return list(scope.region.counties)
    return INDICATORS[question.indicator].breakdowns[question.by].parts(sources, scope)


def measure(question: Question, sources: Sources, scope: Scope) -> Measure:
    """What the question's indicator comes to, over the region or over the part asked for."""
    indicator = INDICATORS[question.indicator]
    if question.part is None or question.by is None:
        return indicator.measure(sources, scope)
    if question.by == COUNTY:
        return indicator.measure(sources, replace(scope, region=scope.region.only(question.part)))
    return indicator.measure(indicator.breakdowns[question.by].of_part(sources, question.part), scope)


def figures(question: Question, sources: Sources, scope: Scope) -> Iterator[Figure]:
    """The figure of the whole region, then one for each part of the breakdown."""
    notes = [OTHER_GEOGRAPHY] if scope.region.differs_from(question.window.until) else []
    for part in (None, *parts_of(question, sources, scope)):
        asked = question.model_copy(update={"part": part, "by": question.by if part else None})
        yield figure(asked, measure(asked, sources, scope), notes)


def figure(question: Question, measured: Measure, notes: Sequence[Mapping[str, str]] = ()) -> Figure:
    """A measure with everything that keeps it from being a bare number."""
    indicator = INDICATORS[question.indicator]
    needed = _needed(indicator, measured)
    return Figure(
        figure_id=question.figure_id,
        indicator=indicator.id,
        label=dict(indicator.label),
        by=question.part,
        numerator=measured.numerator,
        denominator=measured.denominator,
        value=value_of(measured.numerator, measured.denominator),
        unit=indicator.unit,
        target=float(indicator.target.share) if indicator.target else None,
        needed=needed,
        gap=max(needed - measured.numerator, 0) if needed is not None else None,
        reached=measured.numerator >= needed if needed is not None else None,
        reached_on=measured.reached_on(needed) if needed else None,
        basis=indicator.basis,
        window_from=question.window.since,
        window_to=question.window.until,
        geography=question.geography,
        as_of=question.as_of,
        known_at=_instant(question.known_at),
        example=any(each.example for each in measured.facts),
        extra=dict(measured.extra),
        notes=tuple(map(dict, notes)),
    )


def _needed(indicator: Indicator, measured: Measure) -> int | None:
    if indicator.target is None or not measured.denominator:
        return None
    return indicator.target.needed(measured.denominator)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def provenance(measured: Measure, *, with_pending: bool = True) -> list[ProvenanceRow]:
    """The facts behind a measure, counted and not, by date and message."""
    return [_row(each) for each in in_order(measured.facts) if with_pending or not each.is_pending]


def _row(each: Fact) -> ProvenanceRow:
    return ProvenanceRow(
        message_id=each.message_id,
        aggregate=each.aggregate,
        version=each.version,
        label=each.label,
        unit_code=each.unit_code,
        county_code=each.county_code,
        occurred_on=each.occurred_on,
        counted=each.counts,
        amount=each.amount,
        why=each.why,
        why_text=WHY_TEXTS[each.why] if each.why else None,
        example=each.example,
    )
