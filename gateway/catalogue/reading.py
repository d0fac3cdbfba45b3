"""The reference copies in the database, as they are or as they were known at a moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from gateway.catalogue.snapshot import Snapshot
from gateway.tables import (
    CountyCopy,
    GeographicChangeCopy,
    GroupCopy,
    LocalityCopy,
    MappingToolCopy,
    MembershipProgrammeCopy,
    OrganisationCopy,
    RepresentativeCopy,
    UnitCopy,
)
from gateway.tables.metadata import GatewayTable, table_of
from services.contracts.geography import Geography
from services.contracts.registry import (
    County,
    GeographicChange,
    Locality,
    MunicipalityGroup,
    Organisation,
    Representative,
    Unit,
)
from services.contracts.registry.mapping_tools import SurveyTool
from services.contracts.registry.memberships import MembershipProgramme


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A copy that keeps every version, and what its states are."""

    row: type[GatewayTable]
    key: str
    state: type[BaseModel]

    @property
    def table(self) -> sa.Table:
        return table_of(self.row)


COUNTRY = (
    _Remembered(UnitCopy, "code", Unit),
    _Remembered(CountyCopy, "code", County),
    _Remembered(GeographicChangeCopy, "change_id", GeographicChange),
)
OTHERS = (
    _Remembered(OrganisationCopy, "organisation_id", Organisation),
    _Remembered(GroupCopy, "group_id", MunicipalityGroup),
    _Remembered(RepresentativeCopy, "representative_id", Representative),
    _Remembered(LocalityCopy, "reference", Locality),
    _Remembered(MappingToolCopy, "tool", SurveyTool),
    _Remembered(MembershipProgrammeCopy, "reference", MembershipProgramme),
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one state of the reference copies from another.

    The folds' revision, then number and sum of versions of each table: every message applied raises one of them.
    """

    revision: int
    country: tuple[tuple[int, int], ...]
    others: tuple[tuple[int, int], ...]

    @property
    def is_empty(self) -> bool:
        """Nothing at all was recorded yet."""
        return not any(number for number, _ in (*self.country, *self.others))


def fingerprint(connection: sa.Connection, known_at: datetime | None = None) -> Fingerprint:
    """That of the newest state, or of the one that was known at a moment: one statement."""
    counted = [
        sa.select(
            sa.literal(place).label("place"),
            sa.func.count().label("number"),
            sa.func.coalesce(sa.func.sum(copy.table.c.version), 0).label("versions"),
        )
        .select_from(copy.table)
        .where(_known(copy.table, known_at))
        for place, copy in enumerate((*COUNTRY, *OTHERS))
    ]
    part = sa.table("revision", sa.column("part"), sa.column("revision"))
    folds = sa.select(sa.literal(-1), part.c.revision, sa.literal(0)).where(part.c.part == "gateway")
    found = {
        place: (number, int(versions)) for place, number, versions in connection.execute(sa.union_all(*counted, folds))
    }
    states = tuple(found[place] for place in range(len(counted)))
    return Fingerprint(found[-1][0] if -1 in found else 0, states[: len(COUNTRY)], states[len(COUNTRY) :])


def load(
    connection: sa.Connection, known_at: datetime | None, before: tuple[Fingerprint | None, Snapshot]
) -> tuple[Fingerprint, Snapshot]:
    """The newest snapshot, or the one of a moment. The country of ``before`` is taken over if it is the same."""
    now = fingerprint(connection, known_at)
    then, snapshot = before
    if then is not None and (now.revision, now.country) == (then.revision, then.country):
        geography = snapshot.geography
    else:
        geography = Geography(*([state for state, _ in _states(connection, copy, known_at)] for copy in COUNTRY))
    others = (list(_states(connection, copy, known_at)) for copy in OTHERS)
    organisations, groups, representatives, localities, tools, programmes = others
    return now, Snapshot(
        geography,
        [state for state, _ in organisations],
        localities=[state for state, _ in localities],
        groups=[state for state, _ in groups],
        representatives=[state for state, _ in representatives],
        mapping_tools=[state for state, _ in tools],
        membership_programmes=[state for state, _ in programmes],
        versions={
            **{str(state.organisation_id): version for state, version in organisations},
            **{str(state.group_id): version for state, version in groups},
            **{str(state.representative_id): version for state, version in representatives},
        },
    )


def _states(connection: sa.Connection, copy: _Remembered, known_at: datetime | None) -> Iterator[tuple[Any, int]]:
    """Of each thing the newest state that was known, with its version."""
    table = copy.table
    key = table.c[copy.key]
    newest = (
        sa.select(key, sa.func.max(table.c.version).label("version")).where(_known(table, known_at)).group_by(key)
    ).subquery()
    chosen = sa.and_(key == newest.c[copy.key], table.c.version == newest.c.version)
    for state, version in connection.execute(sa.select(table.c.state, table.c.version).join(newest, chosen)):
        yield copy.state.model_validate(state), version


def _known(table: sa.Table, known_at: datetime | None) -> sa.ColumnElement[bool]:
    return sa.true() if known_at is None else table.c.recorded_at <= known_at
