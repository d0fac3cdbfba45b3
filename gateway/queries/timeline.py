"""What happened to a municipality: its codes, names, borders and county, each with its day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from gateway.catalogue import Snapshot
from gateway.reach import line_of
from gateway.resources import Happening, PlaceThen, Timeline
from services.contracts.geography import COMPLETE_FROM, Geography
from services.contracts.registry import ChangeKind, GeographicChange

_TELLING = (ChangeKind.split, ChangeKind.merge, ChangeKind.county_change, ChangeKind.recode)
"""What a day is called on which several kinds of change hang together: the first of these."""


def timeline(snapshot: Snapshot, code: str) -> Timeline:
    """Everything that is recorded about a code, those it came from and those it went into.

    Raises:
        UnknownCode: no unit ever had it.
    """
    geography = snapshot.geography
    line = line_of(geography, code)
    happenings = [*_main(geography, line), *_smaller(geography, line), *_renamed(geography, line)]
    return Timeline(
        code=code,
        began=tuple(_began(geography, line)),
        happenings=tuple(sorted(happenings, key=lambda each: (each.on, each.before[0].code, each.kind))),
    )


def _began(geography: Geography, line: Iterable[str]) -> Iterator[PlaceThen]:
    first = max(COMPLETE_FROM, min(geography.units[code].valid_from for code in line))
    return (_then(geography, code, first) for code in sorted(line) if geography.valid(code, first))


def _main(geography: Geography, line: frozenset[str]) -> Iterator[Happening]:
    """Recodes, mergers and divisions of the line, each with all who shared in it."""
    days: dict[date, list[GeographicChange]] = defaultdict(list)
    for change in geography.changes:
        is_of_the_line = change.level == "municipality" and not line.isdisjoint((change.old_code, change.new_code))
        if is_of_the_line and change.kind in _TELLING and change.effective_on > COMPLETE_FROM:
            days[change.effective_on].append(change)
    return (_happening(geography, together) for changes in days.values() for together in _hanging_together(changes))


def _hanging_together(changes: Iterable[GeographicChange]) -> list[list[GeographicChange]]:
    """The changes of a day in groups: those of a group share codes, one with the next."""
    groups: list[list[GeographicChange]] = []
    for change in changes:
        mine = [group for group in groups if any(_share(change, each) for each in group)]
        groups = [group for group in groups if group not in mine]
        groups.append([*(each for group in mine for each in group), change])
    return groups


def _share(one: GeographicChange, other: GeographicChange) -> bool:
    return not {one.old_code, one.new_code}.isdisjoint((other.old_code, other.new_code))


def _happening(geography: Geography, changes: Sequence[GeographicChange]) -> Happening:
    on = changes[0].effective_on
    before = {change.old_code for change in changes}
    after = {change.new_code for change in changes}
    before |= {code for code in after if geography.valid(code, on - date.resolution)}
    return _told(
        geography,
        on,
        next(kind for kind in _TELLING if any(change.kind is kind for change in changes)),
        tuple(_then(geography, code, on - date.resolution) for code in sorted(before)),
        tuple(_then(geography, code, on) for code in sorted(after)),
        changes,
    )


def _smaller(geography: Geography, line: frozenset[str]) -> Iterator[Happening]:
    """Smaller areas that moved to or from the line."""
    for change in geography.changes:
        is_of_the_line = change.old_code in line or change.new_code in line
        if change.kind is ChangeKind.part and change.level == "municipality" and is_of_the_line:
            on = change.effective_on
            before = (_then(geography, change.old_code, on - date.resolution),)
            yield _told(geography, on, change.kind, before, (_then(geography, change.new_code, on),), (change,))


def _renamed(geography: Geography, line: frozenset[str]) -> Iterator[Happening]:
    """New names under the same code."""
    told = {(change.old_code, change.effective_on): change for change in geography.changes}
    for code in sorted(line):
        for version in geography.units[code].names[1:]:
            on = version.valid_from
            if on > max(COMPLETE_FROM, geography.units[code].valid_from) and geography.valid(code, on):
                before, after = (_then(geography, code, day) for day in (on - date.resolution, on))
                recorded = told.get((code, on))
                about = (recorded,) if recorded is not None and recorded.kind is ChangeKind.rename else ()
                yield _told(geography, on, ChangeKind.rename, (before,), (after,), about)


def _told(
    geography: Geography,
    on: date,
    kind: ChangeKind,
    before: tuple[PlaceThen, ...],
    after: tuple[PlaceThen, ...],
    changes: Sequence[GeographicChange],
) -> Happening:
    restored = next((change.restores for change in changes if change.restores in geography.units), None)
    about = min(changes, key=lambda change: (not change.note, not change.source), default=None)
    return Happening(
        on=on,
        kind=kind,
        changed=tuple(_changed(kind, before, after)),
        before=before,
        after=after,
        restores=_last(geography, restored) if restored else None,
        note=about.note if about else None,
        source=about.source if about else None,
        certainty=about.certainty if about else None,
    )


def _changed(
    kind: ChangeKind, before: Sequence[PlaceThen], after: Sequence[PlaceThen]
) -> Iterator[Literal["code", "name", "border", "county"]]:
    if kind is ChangeKind.part:
        yield "border"
        return
    if {place.code for place in after} - {place.code for place in before}:
        yield "code"
    if kind is ChangeKind.rename or {place.name for place in after} - {place.name for place in before}:
        yield "name"
    if kind in (ChangeKind.merge, ChangeKind.split):
        yield "border"
    if {place.county_code for place in after} != {place.county_code for place in before}:
        yield "county"


def _last(geography: Geography, code: str) -> PlaceThen:
    """A unit as it was on its last day."""
    return _then(geography, code, (geography.units[code].valid_to or date.max) - date.resolution)


def _then(geography: Geography, code: str, on: date) -> PlaceThen:
    """A unit on a day; where the tables are at odds about the day, on the nearest that it was valid on."""
    unit = geography.units[code]
    on = max(unit.valid_from, min(on, (unit.valid_to or date.max) - date.resolution))
    county, names = unit.county_code, geography.names(code, on)
    is_known = county is not None and geography.valid(county, on)
    return PlaceThen(
        code=code,
        name=names.name,
        official_name=names.official_name,
        county_code=county,
        county_name=geography.name(county, on) if county is not None and is_known else None,
    )
