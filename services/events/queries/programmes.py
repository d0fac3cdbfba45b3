"""Programmes, for anyone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.contracts.events import Programme, Theme
from services.events.queries.versions import newest_version
from services.events.tables.offers import PROGRAMMES
from services.kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class ProgrammeFilter:
    """Which programmes; empty fields do not narrow."""

    theme: Theme | None = None
    lead_id: UUID | None = None


def programmes(
    connection: sa.Connection, wanted: ProgrammeFilter, limit: int, after: UUID | None
) -> Sequence[Programme]:
    """At most ``limit`` programmes in the order they were entered, from behind ``after``."""
    chosen = sa.select(PROGRAMMES).order_by(PROGRAMMES.c.programme_id).limit(limit)
    if wanted.theme is not None:
        chosen = chosen.where(PROGRAMMES.c.theme == wanted.theme)
    if wanted.lead_id is not None:
        chosen = chosen.where(PROGRAMMES.c.lead_id == wanted.lead_id)
    if after is not None:
        chosen = chosen.where(PROGRAMMES.c.programme_id > after)
    return [Programme.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def programme(connection: sa.Connection, programme_id: UUID) -> tuple[Programme, int]:
    """One programme and its newest version.

    Raises:
        NotFound: there is no such programme.
    """
    found = stored_programme(connection, programme_id)
    if found is None:
        raise NotFound()
    return found, newest_version(connection, "programme", programme_id)


def stored_programme(connection: sa.Connection, programme_id: UUID) -> Programme | None:
    """One programme, if there is one with that id."""
    chosen = sa.select(PROGRAMMES).where(PROGRAMMES.c.programme_id == programme_id)
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else Programme.model_validate(dict(row))
