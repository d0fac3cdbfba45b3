"""The programmes that units are members of, and the memberships."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.memberships import (
    MembershipProgramme,
    MembershipRole,
    ProgrammeMembership,
    ProgrammeMembershipMessage,
)
from services.registry.domain.memberships import never_was
from services.registry.queries.rows import Condition, holds_on, only, page_of
from services.registry.queries.versions import newest_version
from services.registry.tables.memberships import MEMBERSHIP_PROGRAMMES, MEMBERSHIPS

KEY = MEMBERSHIPS.c.programme_membership_id


@dataclass(frozen=True, slots=True)
class MembershipFilter:
    """Which memberships; empty fields do not narrow. ``on`` asks for those of the day."""

    programme: str | None = None
    unit_code: str | None = None
    role: MembershipRole | None = None
    on: date | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        for column in ("programme", "unit_code", "role"):
            if (value := getattr(self, column)) is not None:
                yield MEMBERSHIPS.c[column] == value
        if self.on is not None:
            yield holds_on(MEMBERSHIPS, self.on)


def membership_programmes(connection: sa.Connection) -> Sequence[MembershipProgramme]:
    """All of them, by their short names."""
    rows = connection.execute(sa.select(MEMBERSHIP_PROGRAMMES)).mappings()
    return sorted((MembershipProgramme.model_validate(row) for row in rows), key=lambda each: each.reference)


def memberships(
    connection: sa.Connection, wanted: MembershipFilter, limit: int, after: UUID | None
) -> Sequence[ProgrammeMembership]:
    """At most ``limit`` memberships in the order they were entered, from behind ``after``."""
    rows = page_of(connection, MEMBERSHIPS, KEY, wanted.conditions(), limit, after)
    return [ProgrammeMembership.model_validate(row) for row in rows]


def membership(connection: sa.Connection, membership_id: UUID) -> tuple[ProgrammeMembership, int]:
    """One membership and its newest version.

    Raises:
        NotFound: there is none.
    """
    is_this = MEMBERSHIPS.c.programme_membership_id == membership_id
    found = ProgrammeMembership.model_validate(only(page_of(connection, MEMBERSHIPS, KEY, [is_this], 1, None)))
    return found, newest_version(connection, ProgrammeMembershipMessage.aggregate, membership_id)


def members_of(
    connection: sa.Connection, programme: str, unit_codes: Iterable[str] | None = None
) -> Sequence[ProgrammeMembership]:
    """Every membership of a programme that ever was, at one of the codes or of all."""
    chosen = sa.select(MEMBERSHIPS).where(MEMBERSHIPS.c.programme == programme)
    if unit_codes is not None:
        chosen = chosen.where(MEMBERSHIPS.c.unit_code.in_(unit_codes))
    rows = connection.execute(chosen.order_by(KEY)).mappings()
    found = (ProgrammeMembership.model_validate(row) for row in rows)
    return [each for each in found if not never_was(each)]
