"""The states that an indicator is computed from: one statement for each kind, however many there are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from pydantic import BaseModel

from services.contracts import events, funding, registry, reporting
from services.contracts.registry.focus import FocusNomination
from services.contracts.registry.mapping_tools import SurveyTool
from services.contracts.registry.overdoses import OverdoseUnit
from services.reporting.domain.facts import Known
from services.reporting.domain.scope import Source, Sources
from services.reporting.queries.histories import newest
from services.reporting.tables import (
    OUTBOX,
    ActivityHistory,
    AwarenessHistory,
    FocusNominationHistory,
    GrantHistory,
    MappingHistory,
    MappingToolHistory,
    OfferHistory,
    OverdoseUnitHistory,
    ProgrammeHistory,
    SchemeHistory,
    table,
)


@dataclass(frozen=True, slots=True)
class _Copied:
    table: sa.Table
    key: str
    aggregate: str
    state: type[BaseModel]


_COPIED: Mapping[Source, _Copied] = {
    Source.mappings: _Copied(table(MappingHistory), "mapping_id", "mapping", registry.Mapping),
    Source.mapping_tools: _Copied(table(MappingToolHistory), "tool", "mapping_tool", SurveyTool),
    Source.overdose_units: _Copied(table(OverdoseUnitHistory), "overdose_unit_id", "overdose_unit", OverdoseUnit),
    Source.awareness: _Copied(table(AwarenessHistory), "awareness_id", "awareness", registry.Awareness),
    Source.focus_nominations: _Copied(
        table(FocusNominationHistory), "nomination_id", "focus_nomination", FocusNomination
    ),
    Source.programmes: _Copied(table(ProgrammeHistory), "programme_id", "programme", events.Programme),
    Source.offers: _Copied(table(OfferHistory), "offer_id", "offer", events.Offer),
    Source.activities: _Copied(table(ActivityHistory), "activity_id", "activity", events.Activity),
    Source.schemes: _Copied(table(SchemeHistory), "scheme_id", "scheme", funding.Scheme),
    Source.grants: _Copied(table(GrantHistory), "grant_id", "grant", funding.Grant),
}

_OWN: Mapping[Source, tuple[str, type[BaseModel]]] = {
    Source.plans: ("plan", reporting.Plan),
    Source.assignments: ("assignment", reporting.Assignment),
    Source.planned_activities: ("planned_activity", reporting.PlannedActivity),
}


def sources(connection: sa.Connection, reads: Collection[Source], known_at: datetime | None) -> Sources:
    """What was known at the moment, or is known now: of each aggregate the newest version recorded by then."""
    found: dict[str, Any] = {}
    for source in reads:
        if source in _COPIED:
            found[source] = _copied(connection, _COPIED[source], known_at)
        else:
            found[source] = _own(connection, *_OWN[source], known_at)
    return Sources(**found)


def first_record(connection: sa.Connection, reads: Collection[Source]) -> datetime | None:
    """When the first fact was recorded that the sources could hold; none if there is no fact at all."""
    moments = [connection.execute(_first(source)).scalar() for source in reads]
    known = [
        moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)
        for moment in moments
        if moment is not None
    ]
    return min(known, default=None)


def _first(source: Source) -> sa.Select[tuple[Any]]:
    if source in _COPIED:
        return sa.select(sa.func.min(_COPIED[source].table.c.recorded_at))
    return sa.select(sa.func.min(OUTBOX.c.recorded_at)).where(
        OUTBOX.c.aggregate.startswith(f"{_OWN[source][0]}/", autoescape=True)
    )


def _copied(connection: sa.Connection, copied: _Copied, known_at: datetime | None) -> tuple[Known[Any], ...]:
    rows = connection.execute(newest(copied.table, copied.key, known_at))
    return tuple(
        Known(copied.state.model_validate(row.state), UUID(row.message_id), f"{copied.aggregate}/{row.id}", row.version)
        for row in rows
    )


def _own(
    connection: sa.Connection, thing: str, state: type[BaseModel], known_at: datetime | None
) -> tuple[Known[Any], ...]:
    column = OUTBOX.c
    versions = (
        sa.select(column.aggregate, sa.func.max(column.version).label("version"))
        .where(column.aggregate.startswith(f"{thing}/", autoescape=True))
        .group_by(column.aggregate)
    )
    if known_at is not None:
        versions = versions.where(column.recorded_at <= known_at.timestamp())
    chosen = versions.subquery()
    rows = connection.execute(
        sa.select(column.aggregate, column.version, column.message_id, column.body).join(
            chosen, sa.and_(column.aggregate == chosen.c.aggregate, column.version == chosen.c.version)
        )
    )
    return tuple(
        Known(
            state.model_validate(orjson.loads(bytes(row.body))["data"][thing]),
            row.message_id,
            row.aggregate,
            row.version,
        )
        for row in rows
    )
