"""Which role a unit may have in a programme, and what a list of members would change (BR-61)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol
from uuid import UUID

from services.contracts.geography import Geography, NotValidOn
from services.contracts.registry import RowError
from services.contracts.registry.memberships import (
    ListedMember,
    MembershipProgramme,
    MembershipRole,
    ProgrammeMembership,
)
from services.kernel.problems import FieldError, Invalid, Problem
from services.registry.domain.periods import Dated, Period, PeriodsOverlap, require_period
from services.registry.domain.refusals import UnitNotValid
from services.registry.domain.validity import first_numbers, require_code


class UnknownProgramme(Invalid):
    """No programme with members has the short name. ``pointers`` are the fields that name one."""

    code = "unknown-programme"

    def __init__(self, *pointers: str) -> None:
        named = pointers or ("/programme",)
        super().__init__(errors=[FieldError(pointer, code="unknown-programme") for pointer in named])


class RoleNotInProgramme(Invalid):
    """The programme has no such role. ``roles`` are those that it has."""

    code = "role-not-in-programme"

    def __init__(self, programme: MembershipProgramme) -> None:
        roles = sorted(map(str, programme.roles))
        super().__init__(errors=[FieldError("/role", code="role-not-in-programme")], roles=roles)


class Told(Protocol):
    """What is told of a unit's role."""

    @property
    def role(self) -> MembershipRole: ...

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


def require_member(told: Told, unit_code: str, programme: MembershipProgramme, country: Geography) -> None:
    """The programme has the role, the period a day, and the unit its code on the first of them.

    Raises:
        RoleNotInProgramme, PeriodReversed, UnknownUnit, UnitNotValid: points at what is wrong.
    """
    if told.role not in programme.roles:
        raise RoleNotInProgramme(programme)
    require_period(told.valid_from, told.valid_to)
    require_code("/unit_code", unit_code, country)
    try:
        country.require(unit_code, told.valid_from)
    except NotValidOn as refusal:
        raise UnitNotValid(told.valid_from, [refusal], FieldError("/unit_code", code="unit-not-valid")) from None


def require_apart(told: Dated, others: Iterable[ProgrammeMembership], pointer: str = "/valid_from") -> None:
    """A unit has one role at a time in a programme. ``others`` are its other memberships there, by all of its codes.

    ``pointer`` is that of the day which the request tells.

    Raises:
        PeriodsOverlap: it has a role then.
    """
    if any(Period.of(told).overlaps(Period.of(other)) for other in others):
        raise PeriodsOverlap(errors=[FieldError(pointer, code="periods-overlap")])


def never_was(membership: ProgrammeMembership) -> bool:
    """Whether it was ended on its first day."""
    return membership.valid_to == membership.valid_from


def missing_from(
    rows: Sequence[ListedMember], known: Iterable[ProgrammeMembership], owner_id: UUID | None, on: date
) -> list[ProgrammeMembership]:
    """The memberships that the owner keeps, that stand on the day, and that a list leaves out."""
    listed = {(row.unit_code, row.valid_from) for row in rows}
    return [
        each
        for each in known
        if each.owner_id == owner_id and Period.of(each).holds(on) and (each.unit_code, each.valid_from) not in listed
    ]


@dataclass(frozen=True, slots=True)
class Judged:
    """What comes of a row: of the membership that it is about, or of a new one. No outcome where it has errors."""

    member: ListedMember
    before: ProgrammeMembership | None
    errors: tuple[RowError, ...] = ()

    @property
    def outcome(self) -> Literal["new", "changed", "unchanged"] | None:
        """What the row does."""
        if self.errors:
            return None
        if self.before is None:
            return "new"
        return "unchanged" if _says_the_same(self.member, self.before) else "changed"


def judged(
    rows: Sequence[ListedMember],
    known: Sequence[ProgrammeMembership],
    programme: MembershipProgramme,
    country: Geography,
    *,
    is_ours: Callable[[UUID | None], bool],
) -> list[Judged]:
    """Every row of a list, seen beside the others and what is known of the programme's members.

    A row that says what somebody else has recorded changes nothing; one that says otherwise is wrong.
    """
    first = first_numbers(country)
    by_key = {(each.unit_code, each.valid_from): each for each in known}
    listed = {(row.unit_code, row.valid_from) for row in rows}
    periods: dict[str, list[Period]] = defaultdict(list)
    for each in known:
        if (each.unit_code, each.valid_from) not in listed:
            periods[first.get(each.unit_code, each.unit_code)].append(Period.of(each))
    seen: set[tuple[str, date]] = set()
    found = []
    for row in rows:
        key = (row.unit_code, row.valid_from)
        before = by_key.get(key)
        if key in seen:
            errors: tuple[RowError, ...] = (RowError(pointer="/unit_code", code="named-twice"),)
        elif before is not None and not is_ours(before.owner_id) and not _says_the_same(row, before):
            errors = (RowError(pointer="/valid_from", code="kept-by-another"),)
        else:
            taken = periods[first.get(row.unit_code, row.unit_code)]
            errors = _errors(row, programme, country, taken)
            taken += () if errors else (Period.of(row),)
        seen.add(key)
        found.append(Judged(row, before, errors))
    return found


def _errors(
    row: ListedMember, programme: MembershipProgramme, country: Geography, taken: Sequence[Period]
) -> tuple[RowError, ...]:
    try:
        require_member(row, row.unit_code, programme, country)
    except Problem as refusal:
        return tuple(RowError(pointer=error.pointer, code=error.code) for error in refusal.errors)
    if any(Period.of(row).overlaps(other) for other in taken):
        return (RowError(pointer="/valid_from", code="periods-overlap"),)
    return ()


def _says_the_same(row: ListedMember, known: ProgrammeMembership) -> bool:
    return (row.role, row.valid_to) == (known.role, known.valid_to)
