"""Indicators, their figures, and the facts behind a figure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope as Access
from services.contracts.geography import BeforeTheTables
from services.contracts.registry import CENTRE_KINDS, Organisation
from services.contracts.reporting import Figure, IndicatorDefinition, ProvenanceRow
from services.kernel.access import Principal
from services.kernel.problems import FieldError, Invalid, NotFound
from services.reporting.domain.catalogue import INDICATORS
from services.reporting.domain.figures import Question, measure
from services.reporting.domain.figures import figures as figures_of
from services.reporting.domain.figures import provenance as rows_behind
from services.reporting.domain.refusals import BeforeFirstRecord
from services.reporting.domain.region import region_of
from services.reporting.domain.scope import Scope, Sources
from services.reporting.queries.places import first_unit_recorded, geography, kept_instead, organisations
from services.reporting.queries.sources import first_record, sources
from services.reporting.tables import PlanRow, table


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a caller puts it: what is left out follows from the centre's plan and the indicator.

    ``centre`` is an organisation's reference or id.
    """

    indicator: str
    today: date
    centre: str | None = None
    year: int | None = None
    as_of: date | None = None
    known_at: datetime | None = None
    geography: date | None = None
    since: date | None = None
    by: str | None = None


def indicators() -> list[IndicatorDefinition]:
    """Every indicator: what it is called, counts in, asks for and can be parted by."""
    return [
        IndicatorDefinition(
            indicator=each.id,
            label=dict(each.label),
            unit=each.unit,
            basis=each.basis,
            target=float(each.target.share) if each.target else None,
            window_from=each.period.fixed.since if each.period.fixed else None,
            window_to=each.period.fixed.until if each.period.fixed else None,
            by=each.ways,
        )
        for each in INDICATORS.values()
    ]


def figures(connection: sa.Connection, asked: Asked) -> list[Figure]:
    """The indicator's figure for the centre's region, and one for each part of the breakdown.

    Raises:
        NotFound: there is no such indicator.
        Invalid: the centre or breakdown is not one, or no centre is named and several have plans.
        BeforeFirstRecord: nothing was known at the moment.
    """
    centres = organisations(connection)
    question = question_of(connection, asked, centres)
    known, scope = seen(connection, question, centres)
    return list(figures_of(question, known, scope))


def provenance(
    connection: sa.Connection, viewer: Principal, figure_id: str, limit: int, after: str | None
) -> list[ProvenanceRow]:
    """The facts behind a figure, from the one behind ``after``, computed again from what the figure's id asks.

    Who may not read the whole register sees what has come true: everything that counts, but not what is pending.

    Raises:
        NotFound: it is not the id of a figure.
    """
    question = Question.of(figure_id)
    known, scope = seen(connection, question, organisations(connection))
    rows = rows_behind(measure(question, known, scope), with_pending=viewer.scope is not Access.public)
    return [row for row in rows if after is None or place_in_list(row) > after][:limit]


def place_in_list(row: ProvenanceRow) -> str:
    """What orders the facts behind a figure, as text: the day, then the message, then the unit."""
    return f"{row.occurred_on}/{row.message_id}/{row.unit_code or ''}"


def question_of(connection: sa.Connection, asked: Asked, centres: list[Organisation]) -> Question:
    """What is asked, in full.

    Raises:
        NotFound, Invalid: as ``figures``.
    """
    indicator = INDICATORS.get(asked.indicator)
    if indicator is None:
        raise NotFound()
    if asked.by is not None and asked.by not in indicator.ways:
        raise Invalid(errors=[FieldError(parameter="by", code="not-a-choice")])
    if asked.since is not None and not indicator.period.is_open:
        raise Invalid(errors=[FieldError(parameter="since", code="fixed-window")])
    plans = connection.execute(sa.select(table(PlanRow).c.centre_id, table(PlanRow).c.year)).all()
    kept = kept_instead(centres)
    centre_id = _centre(asked.centre, centres, {kept.get(plan.centre_id, plan.centre_id) for plan in plans})
    as_of = asked.as_of or asked.today
    planned = (plan.year for plan in plans if centre_id in (plan.centre_id, kept.get(plan.centre_id)))
    years = [year for year in planned if year <= as_of.year]
    year = asked.year or max(years, default=as_of.year)
    return Question(
        indicator=indicator.id,
        centre_id=centre_id,
        year=year,
        as_of=as_of,
        known_at=asked.known_at,
        geography=asked.geography or indicator.period.window(year).until,
        since=asked.since,
        by=asked.by or indicator.by,
    )


def _centre(named: str | None, centres: list[Organisation], planning: set[UUID]) -> UUID:
    if named is None:
        if len(planning) != 1:
            raise Invalid(errors=[FieldError(parameter="centre", code="missing")])
        return next(iter(planning))
    for centre in centres:
        if named in (centre.reference, str(centre.organisation_id)) and centre.kind in CENTRE_KINDS:
            return centre.organisation_id
    raise Invalid(errors=[FieldError(parameter="centre", code="unknown-centre")])


def seen(connection: sa.Connection, question: Question, centres: list[Organisation]) -> tuple[Sources, Scope]:
    """What the figure is computed from, and over: as many statements as there are sources, whatever their size."""
    reads = INDICATORS[question.indicator].reads
    if question.known_at is not None:
        firsts = (first_record(connection, reads), first_unit_recorded(connection))
        if any(first is None or question.known_at < first for first in firsts):
            raise BeforeFirstRecord(errors=[FieldError(parameter="known_at", code="before-first-record")])
    centre = next((each for each in centres if each.organisation_id == question.centre_id), None)
    if centre is None:
        raise NotFound()
    try:
        region = region_of(geography(connection, question.known_at), centre, question.geography)
    except BeforeTheTables:
        raise Invalid(errors=[FieldError(parameter="geography", code="before-the-tables")]) from None
    given_up = frozenset(other for other, kept in kept_instead(centres).items() if kept == question.centre_id)
    scope = Scope(question.centre_id, question.year, question.window, question.as_of, region, given_up)
    return sources(connection, reads, question.known_at), scope
