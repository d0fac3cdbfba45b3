"""Municipalities, districts and counties: from the snapshot in memory, without a question to the database."""

from collections.abc import Iterable
from datetime import date

import orjson
from pydantic_core import to_json

from gateway.catalogue import Ready, Snapshot
from gateway.resources import FoundPlace, PlaceDetail
from services.contracts.geography import COMPLETE_FROM, BeforeTheTables, UnknownCode
from services.contracts.registry import ChangeKind, GeographicChange, Locality, PlaceHistory, Relative, UnitKind


def municipalities(snapshot: Snapshot, on: date, county: str | None = None) -> Ready:
    """All municipalities of a date, or those of one county, as ready bytes.

    Raises:
        BeforeTheTables: the tables are not complete for the date.
        UnknownCode, NotValidOn: the county was none on the date.
    """
    return _ready(snapshot, UnitKind.municipality, on, county)


def districts(snapshot: Snapshot, on: date) -> Ready:
    """All city districts of a date. Raises as :func:`municipalities`."""
    return _ready(snapshot, UnitKind.city_district, on)


def counties(snapshot: Snapshot, on: date) -> Ready:
    """All counties of a date. Raises as :func:`municipalities`."""
    return _ready(snapshot, None, on)


def _ready(snapshot: Snapshot, kind: UnitKind | None, on: date, county: str | None = None) -> Ready:
    def make() -> Ready:
        return Ready(orjson.dumps({"items": snapshot.listed(kind, on, county)}))

    return snapshot.once((kind or "county", county), on, make)


def find_places(snapshot: Snapshot, words: str, on: date, county: str | None = None) -> list[FoundPlace]:
    """The municipalities of a date that a name, a former name, a Sámi or Kven name or a code finds, best first.

    A town or region finds those that it lies in. A misspelt name finds what it is most like, and that is told.

    Raises:
        UnknownCode, NotValidOn: the county was none on the date.
    """
    return [FoundPlace.model_validate(each) for each in _found(snapshot, words, on, county)]


def places_found(snapshot: Snapshot, words: str, on: date, county: str | None = None) -> bytes:
    """The same as a list in JSON, without what is empty. Raises as :func:`find_places`."""
    found = _found(snapshot, words, on, county)
    return orjson.dumps({"items": [{name: told for name, told in each.items() if told is not None} for each in found]})


def _found(snapshot: Snapshot, words: str, on: date, county: str | None) -> list[dict[str, object]]:
    if county is not None:
        snapshot.geography.county(county, on)
    return [
        {
            **snapshot.columns(match.unit, on),
            "matched": match.matched_name,
            "is_former": match.is_former,
            "is_guess": match.is_guess,
            "locality": _as_found(match.locality) if match.locality else None,
        }
        for match in snapshot.search.find(words, on, county=county)
    ]


def _as_found(locality: Locality) -> dict[str, object]:
    return {"reference": locality.reference, "kind": locality.kind, "name": locality.name}


def place_detail(snapshot: Snapshot, code: str, on: date) -> PlaceDetail:
    """One municipality or district as it was on a date.

    Raises:
        UnknownCode, NotValidOn: no unit has the code then; the latter knows which codes have its area instead.
    """
    unit = snapshot.geography.unit(code, on)
    decided = next((each for each in reversed(unit.languages) if each.valid_from <= on), None)
    holds = decided is not None and (decided.valid_to is None or on < decided.valid_to)
    return PlaceDetail.model_validate(
        {
            **snapshot.columns(unit, on),
            "on": on,
            "point": unit.point,
            "written_form": decided.form if decided and holds else None,
            "sami_area": decided.sami_area if decided and holds else None,
            "sami_category": decided.sami_category if decided and holds else None,
        }
    )


def ready_place(snapshot: Snapshot, code: str, on: date) -> Ready:
    """The same as ready bytes. Raises as :func:`place_detail`."""
    return Ready(to_json(place_detail(snapshot, code, on), exclude_none=True))


def history(snapshot: Snapshot, code: str, on: date, since: date = COMPLETE_FROM) -> PlaceHistory:
    """Everything recorded about a code, whenever it was valid; ``today`` is what it is on the date.

    ``earlier`` is what it came from, in the codes of ``since``, or of its own last day if that is earlier. Smaller
    areas that left it while it was in use are told too. Of a unit that never was, all is told that was undone.

    Raises:
        UnknownCode: no unit ever had it.
        BeforeTheTables: the tables are not complete for ``since``.
    """
    if since < COMPLETE_FROM:
        raise BeforeTheTables(since)
    geography = snapshot.geography
    if code in geography.undone_units:
        instead = tuple(map(Relative.model_validate, geography.instead_of(code, on)))
        never_was, undone = geography.undone_units[code], geography.record_of(code)
        return PlaceHistory(unit=never_was, changes=undone, earlier=(), today=instead)
    unit = geography.units.get(code)
    if unit is None:
        raise UnknownCode(code)
    last_day = max(unit.valid_from, min(on, (unit.valid_to or date.max) - date.resolution))
    earlier = geography.predecessors(code, last_day, min(since, last_day)) if last_day > COMPLETE_FROM else ()
    latest = geography.successors(code, unit.valid_from, max(on, unit.valid_from))
    return PlaceHistory(
        unit=unit,
        changes=tuple(_changes_around(geography.changes, code)),
        earlier=tuple(map(Relative.model_validate, earlier)),
        today=tuple(map(Relative.model_validate, latest)),
    )


def _changes_around(changes: Iterable[GeographicChange], code: str) -> Iterable[GeographicChange]:
    """The changes that led to the code and those that followed from it, in the order of time.

    A smaller area that moved belongs to the code it is told of, but is no way to other codes.
    """
    recorded = [change for change in changes if change.level == "municipality"]
    before, after, told = {code}, {code}, set[GeographicChange]()
    for change in reversed(recorded):
        if change.new_code in before and change.kind is not ChangeKind.part:
            before.add(change.old_code)
            told.add(change)
    for change in recorded:
        if change.old_code in after and change.kind is not ChangeKind.part:
            after.add(change.new_code)
            told.add(change)
        elif change.kind is ChangeKind.part and code in (change.old_code, change.new_code):
            told.add(change)
    return [change for change in recorded if change in told]
