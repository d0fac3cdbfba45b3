"""What there is to build a municipality's overview on: surveys, counts of overdoses, municipal plans."""

from datetime import date

import sqlalchemy as sa

from gateway.catalogue import Snapshot
from gateway.queries.municipality import mappings_of
from gateway.queries.unit_records import OVERDOSE_COUNTS, PLAN_ANCHORS, UnitRecords, holds_on
from gateway.reach import Areas
from gateway.resources import DataSources, SurveyRun
from services.contracts.registry import Mapping
from services.contracts.registry.overdoses import OverdoseCount
from services.contracts.registry.plan_anchors import PlanAnchor


def data_sources(connection: sa.Connection, snapshot: Snapshot, code: str, on: date) -> DataSources:
    """Everything of the municipality, and of those that became a part of it, that was there on the date.

    Raises:
        UnknownCode, NotValidOn: for the code on the date.
    """
    areas = snapshot.areas(code, on)
    runs = mappings_of(connection, areas, on, whole_register=False)
    counts = map(OverdoseCount.model_validate, _of_units(connection, OVERDOSE_COUNTS, areas))
    years = {each.year for each in counts if each.recorded_on <= on}
    plans = _of_units(connection, PLAN_ANCHORS, areas, holds_on(PLAN_ANCHORS, on))
    return DataSources(
        code=code,
        name=snapshot.geography.name(code, on),
        on=on,
        surveys=tuple(_told(snapshot, run) for run in runs),
        has_overdose_counts=bool(years),
        overdose_years=tuple(sorted(years)),
        plan_anchors=tuple(map(PlanAnchor.model_validate, plans)),
    )


def _told(snapshot: Snapshot, run: Mapping) -> SurveyRun:
    tool = snapshot.mapping_tools.get(run.tool)
    told = run.model_dump(include={"mapping_id", "tool", "year", "completed_on", "unit_code", "county_code"})
    return SurveyRun.model_validate({**told, "name": tool.name if tool else None})


def _of_units(
    connection: sa.Connection, kind: UnitRecords, areas: Areas, *conditions: sa.ColumnElement[bool]
) -> list[dict[str, object]]:
    chosen = sa.select(kind.table.c.state).where(kind.table.c.unit_code.in_(sorted(areas.units)), *conditions)
    return list(connection.scalars(chosen.order_by(kind.its_id)))
