"""From what Statistics Norway lists to what is to be proposed: what has happened to the country beyond what we hold.

A change that we hold is left as it is. So smaller areas that moved, the languages of names and what was restored, which
the lists do not tell, stay ours.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.contracts.geography import Geography
from services.contracts.registry import (
    ChangeKind,
    LeftOut,
    ProposeChanges,
    ProposedChange,
    ProposedCounty,
    ProposedName,
    ProposedUnit,
)
from services.kernel.problems import Conflict
from services.registry.domain.klass_lists import KlassChange, KlassCode, KlassLists, Window
from services.registry.domain.klass_names import as_proposed, is_called, named

SOURCE = "SSB Klass 104, 131, 103"

COUNTY, MUNICIPALITY, DISTRICT = 2, 4, 6
"""How many digits a code has, and so what it is of."""

NO_PLACES: Mapping[str, Literal["svalbard", "jan_mayen", "continental_shelf", "abroad", "unspecified"]] = {
    "21": "svalbard",
    "22": "jan_mayen",
    "23": "continental_shelf",
    "25": "abroad",
    "99": "unspecified",
}
"""What the first two digits say of codes that statistics need and no centre serves."""

Edge = tuple[str, str]
"""An old code and a new one."""


class KlassContradictsRegistry(Conflict):
    """The last day's list does not follow from what we hold and the changes listed.

    ``only_here`` and ``only_there`` are codes in use on that day, ``other_names`` codes that are called otherwise, and
    ``not_in_use`` codes that something is listed to have become of though they are not in use here before it.
    """

    code = "klass-contradicts-registry"


class NothingNewInKlass(Conflict):
    """Everything that is listed for the window is held."""

    code = "nothing-new-in-klass"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What to propose, a step for each day, and the codes that stand for no place of ours."""

    steps: tuple[ProposeChanges, ...]
    left_out: tuple[LeftOut, ...]


def compare(country: Geography, window: Window, lists: KlassLists) -> Comparison:
    """What has happened in a window beyond what the country holds.

    Raises:
        KlassContradictsRegistry: the list of the last day does not follow.
        NothingNewInKlass: it is all held.
    """
    codes = tuple(line for line in lists.codes if reason_to_leave_out(line.code) is None)
    changes = tuple(filter(None, map(_among_places, lists.changes)))
    reading = _Reading(country, _ends(codes, changes))
    steps = tuple(filter(None, (reading.step(day, of_day) for day, of_day in _by_day(changes))))
    reading.require(codes, window.until)
    if not steps:
        raise NothingNewInKlass()
    return Comparison(steps, _left_out(lists))


def reason_to_leave_out(code: str) -> str | None:
    """Why a code stands for no place of ours, if so."""
    if len(code) == DISTRICT and code.endswith("99"):
        return "unspecified_district"
    return NO_PLACES.get(code[:2])


def _left_out(lists: KlassLists) -> tuple[LeftOut, ...]:
    codes = {line.code for line in lists.codes} | {code for line in lists.changes for code in line.codes}
    found = {code: reason for code in sorted(codes) if (reason := reason_to_leave_out(code)) is not None}
    return tuple(LeftOut.model_validate({"code": code, "reason": reason}) for code, reason in found.items())


def _among_places(change: KlassChange) -> KlassChange | None:
    """The change without codes that stand for no place, if anything is left of it."""
    without = {
        field: None
        for field in ("old_code", "new_code")
        if (code := getattr(change, field)) is not None and reason_to_leave_out(code) is not None
    }
    changed = change.model_copy(update=without)
    return changed if changed.codes else None


def _by_day(changes: Iterable[KlassChange]) -> Iterator[tuple[date, Sequence[KlassChange]]]:
    days: dict[date, list[KlassChange]] = defaultdict(list)
    for change in changes:
        days[change.change_occurred].append(change)
    yield from sorted(days.items())


def _ends(codes: Iterable[KlassCode], changes: Iterable[KlassChange]) -> dict[str, date]:
    """The day on which each code goes out of use: the last on which something becomes of it, unless it is listed."""
    listed = {line.code for line in codes}
    ends: dict[str, date] = {}
    for change in changes:
        if change.old_code is not None and change.old_code not in listed:
            ends[change.old_code] = max(change.change_occurred, ends.get(change.old_code, date.min))
    return ends


def kinds_of(edges: Collection[Edge], existed: Collection[str], lives_on: Collection[str]) -> dict[Edge, ChangeKind]:
    """What the ways of one day mean, from their form alone.

    ``existed`` are the new codes that were in use before, ``lives_on`` the old codes that stay in use.
    """
    main = [edge for edge in edges if edge[0] not in lives_on]
    ways_out = Counter(old for old, _ in main)
    ways_in = Counter(new for _, new in main)
    heirs: dict[str, set[str]] = defaultdict(set)
    for old, new in main:
        heirs[old].add(new)

    def kind(old: str, new: str) -> ChangeKind:
        if old in lives_on:
            return ChangeKind.part
        if ways_out[old] > 1:
            return ChangeKind.split
        if ways_in[new] > 1 or new in existed:
            return ChangeKind.merge
        # A municipality goes where its county goes, or it leaves it.
        counties = heirs.get(old[:COUNTY]) or {old[:COUNTY]}
        left = len(old) == MUNICIPALITY and new[:COUNTY] not in counties
        return ChangeKind.county_change if left else ChangeKind.recode

    return {edge: kind(*edge) for edge in edges}


class _Reading:
    """Reads the changes day by day, and keeps what they have led to so far."""

    def __init__(self, country: Geography, ends: Mapping[str, date]) -> None:
        self._country, self._ends = country, ends
        self._names: dict[str, ProposedName] = {}
        """Of the codes that are new, or called otherwise than the country knows."""
        self._ended: set[str] = set()
        self._not_in_use: set[str] = set()

    def step(self, day: date, changes: Sequence[KlassChange]) -> ProposeChanges | None:
        """What is to be proposed for a day, if anything."""
        kinds = self._kinds(day, _edges(changes))
        origins = _origins(kinds)
        names = {
            line.new_code: name
            for line in changes
            if line.new_code is not None
            and line.new_name is not None
            and (name := self._name(line.new_code, line.new_name, origins[line.new_code], day)) is not None
        }
        self._not_in_use |= {old for old, _ in kinds if self._called(old, day - date.resolution) is None}
        self._ended |= {old for (old, _), kind in kinds.items() if kind is not ChangeKind.part}
        self._names |= names
        if not names and not kinds:
            return None
        return ProposeChanges(
            effective_on=day,
            units=tuple(_unit(code, names[code]) for code in sorted(names) if len(code) != COUNTY),
            counties=tuple(_county(code, names[code]) for code in sorted(names) if len(code) == COUNTY),
            changes=tuple(_change(edge, kind) for edge, kind in sorted(kinds.items())),
            reason=f"SSB Klass {day}",
            source=SOURCE,
        )

    def require(self, codes: Sequence[KlassCode], on: date) -> None:
        """Refuse unless the country with all the steps is what is listed.

        Raises:
            KlassContradictsRegistry: says of which codes it is not.
        """
        known = {*self._country.units, *self._country.counties}
        here = {code for code in known if self._country.valid(code, on)} | set(self._names)
        here -= self._ended
        there = {line.code: line.name for line in codes}
        found: dict[str, Any] = {
            "only_here": sorted(here - set(there)),
            "only_there": sorted(set(there) - here),
            "other_names": sorted(code for code in here & set(there) if not self._is_called(code, there[code], on)),
            "not_in_use": sorted(self._not_in_use),
        }
        if any(found.values()):
            raise KlassContradictsRegistry(**{name: codes for name, codes in found.items() if codes})

    def _kinds(self, day: date, listed: Collection[Edge]) -> dict[Edge, ChangeKind]:
        """What the ways mean that are listed and not held. A main way that is held counts among them."""
        held = {
            (change.old_code, change.new_code): change.kind
            for change in self._country.changes
            if change.effective_on == day
        }
        unheld = set(listed) - held.keys()
        main = {edge for edge, kind in held.items() if kind not in (ChangeKind.part, ChangeKind.rename)}
        ended = {old for old, _ in main}
        kinds = kinds_of(
            unheld | main,
            existed={new for _, new in unheld if self._called(new, day - date.resolution) is not None},
            lives_on={old for old, _ in unheld if old not in ended and self._ends.get(old, date.max) > day},
        )
        return {edge: kinds[edge] for edge in unheld}

    def _name(self, code: str, listed: str, origins: Sequence[str], day: date) -> ProposedName | None:
        """What the code is to be called from the day, unless it is called so."""
        if self._is_called(code, listed, day):
            return None
        earlier = (self._called(each, day - date.resolution) for each in (code, *origins))
        return named(listed, [name for name in earlier if name is not None], with_form=len(code) == MUNICIPALITY)

    def _is_called(self, code: str, listed: str, on: date) -> bool:
        name = self._called(code, on)
        return name is not None and is_called(name, listed)

    def _called(self, code: str, on: date) -> ProposedName | None:
        """The name of the code on a day, none while it is not in use."""
        if code in self._ended:
            return None
        if code in self._names:
            return self._names[code]
        return as_proposed(self._country.names(code, on)) if self._country.valid(code, on) else None


def _edges(changes: Iterable[KlassChange]) -> set[Edge]:
    """The ways from one code to another. A code that stays itself has only another name."""
    return {
        (line.old_code, line.new_code)
        for line in changes
        if line.old_code is not None and line.new_code is not None and line.old_code != line.new_code
    }


def _origins(edges: Iterable[Edge]) -> Mapping[str, Sequence[str]]:
    origins: dict[str, list[str]] = defaultdict(list)
    for old, new in sorted(edges):
        origins[new].append(old)
    return origins


def _unit(code: str, name: ProposedName) -> ProposedUnit:
    parent = code[:MUNICIPALITY] if len(code) == DISTRICT else None
    return ProposedUnit(code=code, county_code=code[:COUNTY], parent_code=parent, **dict(name))


def _county(code: str, name: ProposedName) -> ProposedCounty:
    return ProposedCounty(code=code, **dict(name))


def _change(edge: Edge, kind: ChangeKind) -> ProposedChange:
    old, new = edge
    return ProposedChange(
        level="county" if len(new) == COUNTY else "municipality", old_code=old, new_code=new, kind=kind
    )
