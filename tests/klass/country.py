"""The shipped country as it was known before a day, and as Statistics Norway tells it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from deploy.reference_tables import Reference, read_reference
from services.contracts.registry import ChangeKind, County, GeographicChange, PlaceName, RecordChange, Unit
from services.registry.domain.klass_names import LANGUAGES
from tests.klass.lists import Change, Code, Lists

Place = TypeVar("Place", Unit, County)

NO_PLACES = (
    *(Code(104, code, name) for code, name in (("21", "Svalbard"), ("22", "Jan Mayen"), ("99", "Uoppgitt"))),
    *(
        Code(131, code, name)
        for code, name in (
            ("2111", "Spitsbergen"),
            ("2211", "Jan Mayen"),
            ("2311", "Sokkelen sør for 62°N"),
            ("2599", "Utlandet"),
            ("9999", "Uoppgitt"),
        )
    ),
    *(Code(103, f"{city}99", "Uoppgitt bydel") for city in ("0301", "1103", "4601", "5001")),
)
"""What Klass lists on every day and no centre serves."""


@dataclass(frozen=True)
class Tables:
    """Units, counties and what became of them."""

    units: tuple[Unit, ...]
    counties: tuple[County, ...]
    changes: tuple[RecordChange, ...]

    def before(self, day: date) -> "Tables":
        """What somebody knew who had heard of nothing from the day on."""
        return Tables(
            tuple(_known_before(self.units, day)),
            tuple(_known_before(self.counties, day)),
            tuple(change for change in self.changes if change.effective_on < day),
        )

    def lists(self) -> Lists:
        """The tables as Klass would tell them: full forms, no smaller areas, no languages."""
        counties, units = (
            [
                Code(_classification(place.code), place.code, form_of(name), name.valid_from, name.valid_to)
                for place in places
                for name in place.names
            ]
            for places in (self.counties, self.units)
        )
        codes = (*counties, *units, *NO_PLACES)
        return Lists(codes, (*self._ways(), *_born(self.units, self.changes)))

    def _ways(self) -> Iterator[Change]:
        for change in self.changes:
            if change.kind is not ChangeKind.part:
                number = _classification(change.old_code)
                yield Change(number, change.effective_on, change.old_code, change.new_code)


def shipped() -> Tables:
    """The tables of ``deploy/reference``."""
    reference: Reference = read_reference()
    return Tables(reference.units, reference.counties, reference.changes)


def form_of(name: PlaceName) -> str:
    """The full form of a name: of a county it is put together of its names."""
    spoken = (getattr(name, language) for language in LANGUAGES)
    return name.official_name or " - ".join((name.name, *(each for each in spoken if each)))


def told_by_klass(
    units: Iterable[Unit], counties: Iterable[County], changes: Iterable[RecordChange | GeographicChange]
) -> dict[str, Any]:
    """What of a country Klass tells too, for comparing: all but smaller areas, languages, restored codes, points."""
    ways = {
        f"{change.effective_on} {change.old_code} > {change.new_code}": change.kind
        for change in changes
        if change.kind is not ChangeKind.part
    }
    return {**_places_told(units), **_places_told(counties), **ways}


def _places_told(places: Iterable[Unit] | Iterable[County]) -> dict[str, Any]:
    return {place.code: (place.valid_from, place.valid_to, [*map(_named_so, place.names)]) for place in places}


def _named_so(name: PlaceName) -> tuple[str, str, date, date | None]:
    return name.name, form_of(name), name.valid_from, name.valid_to


def _known_before(places: Iterable[Place], day: date) -> Iterator[Place]:
    for place in places:
        if place.valid_from < day:
            names = tuple(
                name.model_copy(update={"valid_to": _known_end(name.valid_to, day)})
                for name in place.names
                if name.valid_from < day
            )
            yield place.model_copy(update={"valid_to": _known_end(place.valid_to, day), "names": names})


def _known_end(until: date | None, day: date) -> date | None:
    return None if until is None or until >= day else until


def _born(units: Iterable[Unit], changes: Iterable[RecordChange]) -> Iterator[Change]:
    """Districts that began without having been anything before."""
    made = {(change.effective_on, change.new_code) for change in changes}
    for unit in units:
        if unit.parent_code is not None and (unit.valid_from, unit.code) not in made:
            yield Change(_classification(unit.code), unit.valid_from, None, unit.code)


def _classification(code: str) -> int:
    return {2: 104, 4: 131, 6: 103}[len(code)]
