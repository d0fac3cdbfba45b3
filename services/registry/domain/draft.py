"""The country while a proposal is worked out: places begin, end, get names and live again, changes are recorded.

Nothing here refuses; ``steps.py`` and ``undoing.py`` ask first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel

from services.contracts.geography import Geography
from services.contracts.registry import (
    Amendment,
    ChangeKind,
    County,
    GeographicChange,
    LanguageDecision,
    PlaceName,
    ProposedChange,
    Unit,
)

Level = Literal["municipality", "county"]
Place = Unit | County
Key = tuple[date, str, str]
Dated = TypeVar("Dated", PlaceName, LanguageDecision)
Model = TypeVar("Model", bound=BaseModel)
Ending = TypeVar("Ending", bound=Unit | County)
NewId = Callable[[], UUID]


@dataclass
class Draft:
    """Every unit, county and change as it would be, with those that are undone. Resources are replaced, not changed."""

    units: dict[str, Unit]
    counties: dict[str, County]
    changes: dict[Key, GeographicChange]

    @classmethod
    def of(cls, country: Geography) -> Self:
        """The country as it is."""
        return cls(
            {**country.units, **country.undone_units},
            {**country.counties, **country.undone_counties},
            {key_of(change): change for change in (*country.changes, *country.undone_changes)},
        )

    @property
    def country(self) -> Geography:
        """What can be asked of the draft as it stands."""
        return Geography(self.units.values(), self.counties.values(), self.changes.values())

    def find(self, level: Level, code: str) -> Place | None:
        """The unit or county that has or had the code."""
        places: Mapping[str, Place] = self.units if level == "municipality" else self.counties
        found = places.get(code)
        return None if found is None or found.undone_on is not None else found

    def place(self, level: Level, code: str) -> Place:
        """The same, where it is known to be there."""
        found = self.find(level, code)
        if found is None:
            raise LookupError(code)
        return found

    def put(self, place: Place) -> None:
        """Let the place be so."""
        if isinstance(place, Unit):
            self.units[place.code] = place
        else:
            self.counties[place.code] = place

    def record(self, change: GeographicChange) -> None:
        """Record a change. One that was undone once, on the same day between the same codes, is the same again."""
        undone = self.changes.get(key_of(change))
        self.changes[key_of(change)] = change if undone is None else _with(change, change_id=undone.change_id)

    def amendments(self, since: Geography) -> tuple[Amendment, ...]:
        """What differs from the country as it was: counties, then units, then changes, each in their order."""
        before = Draft.of(since)
        return (
            *_differences("county", before.counties, self.counties),
            *_differences("unit", before.units, self.units),
            *_differences("change", before.changes, self.changes),
        )


def _differences(
    what: Literal["unit", "county", "change"], before: Mapping[Any, Any], after: Mapping[Any, Any]
) -> Iterator[Amendment]:
    for key in sorted(after):
        if after[key] != before.get(key):
            yield Amendment(what=what, before=before.get(key), after=after[key])


def key_of(change: GeographicChange) -> Key:
    """What a change is known by."""
    return change.effective_on, change.old_code, change.new_code


def is_main(change: GeographicChange | ProposedChange) -> bool:
    """Whether the old code ends by it."""
    return change.kind not in (ChangeKind.part, ChangeKind.rename)


def ended(place: Ending, on: date) -> Ending:
    """The place when its last day was the day before, with its last name and language."""
    return _with(place, valid_to=on, **_dated(place, lambda periods: _closed(periods, on)))


def living_again(place: Place) -> Place:
    """The place when it did not end after all."""
    until = place.valid_to
    return _with(place, valid_to=None, **_dated(place, lambda periods: _reopened(periods, until)))


def named(place: Place, name: PlaceName) -> Place:
    """The place with a new name from the day on which the name begins."""
    before = tuple(each for each in place.names if each.valid_from < name.valid_from)
    return _with(place, names=(*_closed(before, name.valid_from), name))


def without_name_of(place: Place, on: date) -> Place:
    """The place when the name that began on the day never was: the one before it goes on instead."""
    gone = [name for name in place.names if name.valid_from == on]
    kept = [name for name in place.names if name.valid_from != on]
    if not gone or not kept:
        return place
    again = (_with(name, valid_to=gone[0].valid_to) if name.valid_to == on else name for name in kept)
    return _with(place, names=tuple(again))


def decided(unit: Unit, decision: LanguageDecision) -> Unit:
    """The unit with another decision on its languages, from the day on which that begins until the next one does."""
    on = decision.valid_from
    before = tuple(
        _with(each, valid_to=on) if each.valid_to is None or each.valid_to > on else each
        for each in unit.languages
        if each.valid_from < on
    )
    later = tuple(each for each in unit.languages if each.valid_from > on)
    until = later[0].valid_from if later else unit.valid_to
    return _with(unit, languages=(*before, _with(decision, valid_to=until), *later))


def undone_now(thing: Model, today: date) -> Model:
    """The place or change when it is found that it never was."""
    return _with(thing, undone_on=today)


def _dated(place: Place, move: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> dict[str, Any]:
    names = {"names": move(place.names)}
    return {**names, "languages": move(place.languages)} if isinstance(place, Unit) else names


def _closed(periods: tuple[Dated, ...], on: date) -> tuple[Dated, ...]:
    # What begins later is left as it is: it stands again if the end is undone.
    return tuple(
        _with(each, valid_to=on) if each.valid_to is None and each.valid_from <= on else each for each in periods
    )


def _reopened(periods: tuple[Dated, ...], until: date | None) -> tuple[Dated, ...]:
    last = len(periods) - 1
    return tuple(
        _with(each, valid_to=None) if number == last and each.valid_to == until else each
        for number, each in enumerate(periods)
    )


def _with(thing: Model, **fields: Any) -> Model:
    return thing.model_copy(update=fields)
