"""Nominations of focus municipalities: in pages, one by one, and a centre's candidates in the order in which they come.

Who may not read the whole register reads those of its own centre and of its own municipality.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.registry import Recorded
from services.contracts.registry.focus import FocusCandidate, FocusMessage, FocusNomination, FocusStatus
from services.kernel.access import Principal
from services.kernel.problems import NotFound
from services.registry.domain.focus import ranked
from services.registry.domain.spread import spread_with
from services.registry.queries.history import history
from services.registry.queries.organisations import organisation_row
from services.registry.queries.places import geography
from services.registry.queries.versions import newest_version
from services.registry.queries.viewers import own_codes
from services.registry.tables.focus import FOCUS_NOMINATIONS

NOMINATION = FOCUS_NOMINATIONS.c
UNDECIDED = (FocusStatus.nominated, FocusStatus.assessed)


@dataclass(frozen=True, slots=True)
class FocusFilter:
    """Which nominations; empty fields do not narrow."""

    centre_id: UUID | None = None
    unit_code: str | None = None
    status: FocusStatus | None = None

    def conditions(self) -> Iterable[sa.ColumnElement[bool]]:
        """The filter as conditions on the rows."""
        for column, value in (("centre_id", self.centre_id), ("unit_code", self.unit_code), ("status", self.status)):
            if value is not None:
                yield NOMINATION[column] == value


def nominations(
    connection: sa.Connection, viewer: Principal, wanted: FocusFilter, limit: int, after: UUID | None
) -> Sequence[Mapping[str, Any]]:
    """At most ``limit`` nominations that the viewer may read, as they are published, in the order they were entered."""
    chosen = sa.select(NOMINATION.state).where(_seen_by(connection, viewer), *wanted.conditions())
    if after is not None:
        chosen = chosen.where(NOMINATION.nomination_id > after)
    return connection.execute(chosen.order_by(NOMINATION.nomination_id).limit(limit)).scalars().all()


def nomination(connection: sa.Connection, viewer: Principal, nomination_id: UUID) -> tuple[FocusNomination, int]:
    """One nomination and its newest version.

    Raises:
        NotFound: there is none that the viewer may read.
    """
    chosen = sa.select(NOMINATION.state).where(NOMINATION.nomination_id == nomination_id, _seen_by(connection, viewer))
    state = connection.execute(chosen).scalar()
    if state is None:
        raise NotFound()
    newest = newest_version(connection, FocusMessage.aggregate, nomination_id)
    return FocusNomination.model_validate(state), newest


def nomination_history(connection: sa.Connection, viewer: Principal, nomination_id: UUID) -> Sequence[Recorded]:
    """Everything that was recorded of a nomination, the oldest first.

    Raises:
        NotFound: there is none that the viewer may read.
    """
    nomination(connection, viewer, nomination_id)
    return history(connection, FocusMessage.aggregate, nomination_id)


def candidates(connection: sa.Connection, viewer: Principal, centre_id: UUID, on: date) -> Sequence[FocusCandidate]:
    """A centre's nominations that are not decided, who comes first at the top (BR-15).

    Raises:
        NotFound: there is no such centre.
    """
    centre, country = organisation_row(connection, centre_id), geography(connection)
    chosen = sa.select(NOMINATION.state).where(
        _seen_by(connection, viewer), NOMINATION.centre_id == centre_id, NOMINATION.status.in_(UNDECIDED)
    )
    found = [FocusNomination.model_validate(state) for state in connection.execute(chosen).scalars()]
    standing = focus_codes(connection, centre_id, on)
    spreads = {each.nomination_id: spread_with(each.unit_code, standing, centre, country, on) for each in found}
    return ranked(found, spreads, country, on)


def focus_codes(connection: sa.Connection, centre_id: UUID, on: date) -> Collection[str]:
    """The units that are focus municipalities of a centre on the date, by the codes they were nominated with."""
    is_not_ended = sa.or_(NOMINATION.ended_on.is_(None), NOMINATION.ended_on > on)
    chosen = sa.select(NOMINATION.unit_code).where(
        NOMINATION.centre_id == centre_id, NOMINATION.designated_on <= on, is_not_ended
    )
    return connection.execute(chosen).scalars().all()


def has_open_nomination(connection: sa.Connection, centre_id: UUID, unit_codes: Collection[str]) -> bool:
    """Whether a centre considers a unit, or has it as focus municipality, by any of its codes."""
    is_open = NOMINATION.status.in_((*UNDECIDED, FocusStatus.designated))
    of_it = sa.and_(NOMINATION.centre_id == centre_id, NOMINATION.unit_code.in_(unit_codes), is_open)
    return bool(connection.execute(sa.select(sa.exists().where(of_it))).scalar_one())


def _seen_by(connection: sa.Connection, viewer: Principal) -> sa.ColumnElement[bool]:
    if viewer.scope is not Scope.public:
        return sa.true()
    own = NOMINATION.centre_id == viewer.organisation_id if viewer.organisation_id is not None else sa.false()
    return sa.or_(own, NOMINATION.unit_code.in_(sorted(own_codes(connection, viewer))))
