"""One day's changes, done to a draft of the country: places begin, end and get names, changes are recorded."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from services.contracts.geography import COMPLETE_FROM, Geography
from services.contracts.heirs import SAME_AREA
from services.contracts.registry import (
    ChangeKind,
    County,
    GeographicChange,
    LanguageDecision,
    PlaceName,
    ProposeChanges,
    ProposedChange,
    ProposedCounty,
    ProposedName,
    ProposedUnit,
    Unit,
    UnitKind,
)
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.draft import Draft, Level, NewId, Place, decided, ended, is_main, key_of, named
from services.registry.domain.geography_refusals import (
    ChangeRecorded,
    CodeWithoutOrigin,
    LaterChange,
    ValidityOverlaps,
    refuse,
)
from services.registry.domain.homes import require_homes
from services.registry.domain.periods import is_valid
from services.registry.domain.refusals import DateBeforeTables, UnknownUnit
from services.registry.domain.ways import require_new_codes, require_sensible, require_valid

MUNICIPALITY_DIGITS = 4
COUNTY_DIGITS = 2
"""A municipality's code begins with that of its county, and a city district's with that of its municipality."""


def take(draft: Draft, step: ProposeChanges, at: str, new_id: NewId) -> None:
    """Do the step to the draft. ``at`` is where the step lies in the request, for the pointers of refusals."""
    if step.effective_on < COMPLETE_FROM:
        error = FieldError(f"{at}/effective_on", code=DateBeforeTables.code)
        raise DateBeforeTables(errors=[error], earliest=COMPLETE_FROM.isoformat())
    _require_named_once(step, at)
    before = draft.country
    require_sensible(before, step, at)
    begun, renamed = _begin_and_rename(draft, step, at)
    _carry_over(draft, before, step, {place.code for place in begun.values()})
    _require_names(step, renamed, at)
    for change in filter(is_main, step.changes):
        draft.put(ended(draft.place(change.level, change.old_code), step.effective_on))
    after = draft.country
    require_new_codes(after, step, at)
    _require_homes_of_new(after, begun, step.effective_on)
    _require_origins(step, begun)
    _record(draft, step, renamed, at, new_id)
    _decide_languages(draft, after, step, at)
    require_homes(draft.country, f"{at}/changes")


def _require_named_once(step: ProposeChanges, at: str) -> None:
    lists: tuple[tuple[str, Sequence[object]], ...] = (
        ("units", [unit.code for unit in step.units]),
        ("counties", [county.code for county in step.counties]),
        ("languages", [language.unit_code for language in step.languages]),
        ("changes", [(change.old_code, change.new_code) for change in step.changes]),
    )
    errors = [
        FieldError(f"{at}/{name}/{number}", code="named-twice") for name, told in lists for number in _repeated(told)
    ]
    if errors:
        raise Invalid(errors=errors)


def _repeated(told: Sequence[object]) -> Iterable[int]:
    seen: set[object] = set()
    for number, each in enumerate(told):
        if each in seen:
            yield number
        seen.add(each)


def _begin_and_rename(draft: Draft, step: ProposeChanges, at: str) -> tuple[dict[str, Place], dict[str, Level]]:
    """Let new codes begin, by the pointers to them, and give others their new names: which, and of which level."""
    begun: dict[str, Place] = {}
    renamed: dict[str, Level] = {}
    proposals: tuple[tuple[str, Level, Sequence[ProposedUnit | ProposedCounty]], ...] = (
        ("counties", "county", step.counties),
        ("units", "municipality", step.units),
    )
    for name, level, proposed in proposals:
        for number, each in enumerate(proposed):
            pointer, place = f"{at}/{name}/{number}", draft.find(level, each.code)
            if place is None:
                begun[pointer] = _new(each, step.effective_on)
                draft.put(begun[pointer])
            elif _rename(draft, place, each, step.effective_on, pointer):
                renamed[each.code] = level
    return begun, renamed


def _new(proposed: ProposedUnit | ProposedCounty, on: date) -> Place:
    names = (_name(proposed, on),)
    if isinstance(proposed, ProposedCounty):
        return County(code=proposed.code, names=names, valid_from=on)
    is_district = len(proposed.code) > MUNICIPALITY_DIGITS
    return Unit(
        code=proposed.code,
        kind=UnitKind.city_district if is_district else UnitKind.municipality,
        county_code=proposed.county_code or proposed.code[:COUNTY_DIGITS],
        parent_code=(proposed.parent_code or proposed.code[:MUNICIPALITY_DIGITS]) if is_district else None,
        names=names,
        valid_from=on,
    )


def _carry_over(draft: Draft, before: Geography, step: ProposeChanges, begun: Collection[str]) -> None:
    """A municipality that only gets another code is written to in its languages, and lies where it lay."""
    for change in step.changes:
        old = before.units.get(change.old_code)
        if old is not None and change.kind in SAME_AREA and change.new_code in begun:
            told = {"point": old.point, "languages": tuple(_from(old.languages, step.effective_on))}
            draft.put(draft.units[change.new_code].model_copy(update=told))


def _from(decisions: Iterable[LanguageDecision], on: date) -> Iterator[LanguageDecision]:
    for each in decisions:
        if each.valid_to is None or each.valid_to > on:
            yield each.model_copy(update={"valid_from": max(each.valid_from, on)})


def _name(proposed: ProposedName, on: date) -> PlaceName:
    return PlaceName(**{field: getattr(proposed, field) for field in ProposedName.model_fields}, valid_from=on)


def _rename(draft: Draft, place: Place, proposed: ProposedUnit | ProposedCounty, on: date, pointer: str) -> bool:
    """Whether the place got a name that it did not have."""
    refuse(ValidityOverlaps, [] if is_valid(place.valid_from, place.valid_to, on) else [f"{pointer}/code"])
    if isinstance(place, Unit) and isinstance(proposed, ProposedUnit):
        homes = {"county_code": place.county_code, "parent_code": place.parent_code}
        wrong = [field for field, home in homes.items() if getattr(proposed, field) not in (None, home)]
        if wrong:
            raise Invalid(errors=[FieldError(f"{pointer}/{field}", code="home-differs") for field in wrong])
    name = _name(proposed, on)
    period = {"valid_from", "valid_to"}
    current = [each for each in place.names if each.valid_from <= on][-1]
    if current.model_dump(exclude=period) == name.model_dump(exclude=period):
        return False
    has_later = place.valid_to is not None or any(each.valid_from > on for each in place.names)
    refuse(LaterChange, [f"{pointer}/code"] if has_later else [], codes=[place.code])
    draft.put(named(place, name))
    return place.valid_from < on


def _require_names(step: ProposeChanges, renamed: Mapping[str, Level], at: str) -> None:
    nameless = [
        FieldError(f"{at}/changes/{number}/new_code", code="name-missing")
        for number, change in enumerate(step.changes)
        if change.kind is ChangeKind.rename and renamed.get(change.new_code) != change.level
    ]
    if nameless:
        raise Invalid(errors=nameless)


def _require_homes_of_new(after: Geography, begun: Mapping[str, Place], on: date) -> None:
    units = {pointer: place for pointer, place in begun.items() if isinstance(place, Unit)}
    counties = {f"{pointer}/county_code": unit.county_code for pointer, unit in units.items() if unit.county_code}
    parents = {f"{pointer}/parent_code": unit.parent_code for pointer, unit in units.items() if unit.parent_code}
    unknown = [pointer for pointer, code in counties.items() if code not in after.counties]
    unknown += [pointer for pointer, code in parents.items() if code not in after.units]
    if unknown:
        raise UnknownUnit(*(FieldError(pointer, code=UnknownUnit.code) for pointer in unknown))
    require_valid(after, {**counties, **parents}, on=on)


def _require_origins(step: ProposeChanges, begun: Mapping[str, Place]) -> None:
    """No area comes from nowhere: a main change leads to each new municipality and county, though not to a district.

    A municipality that lies where a smaller area of another did comes of a division: figures must have a way to it.
    """
    led_to = {change.new_code for change in step.changes if is_main(change)}
    lost = [
        f"{pointer}/code"
        for pointer, place in begun.items()
        if place.code not in led_to and len(place.code) <= MUNICIPALITY_DIGITS
    ]
    refuse(CodeWithoutOrigin, lost)


def _record(draft: Draft, step: ProposeChanges, renamed: Mapping[str, Level], at: str, new_id: NewId) -> None:
    """Record what is asked for, and a rename for each new name that is told without one."""
    known = {key_of(change) for change in draft.country.changes}
    told = [_change(step, change, new_id) for change in step.changes]
    twice = [number for number, change in enumerate(told) if key_of(change) in known]
    refuse(ChangeRecorded, [f"{at}/changes/{number}" for number in twice])
    with_one = {change.old_code for change in step.changes if change.kind is ChangeKind.rename}
    for code in sorted(renamed.keys() - with_one):
        rename = ProposedChange(level=renamed[code], old_code=code, new_code=code, kind=ChangeKind.rename)
        told.append(_change(step, rename, new_id))
    for change in told:
        if key_of(change) not in known:
            draft.record(change)


def _change(step: ProposeChanges, change: ProposedChange, new_id: NewId) -> GeographicChange:
    return GeographicChange(
        change_id=new_id(), effective_on=step.effective_on, source=step.source, **change.model_dump()
    )


def _decide_languages(draft: Draft, after: Geography, step: ProposeChanges, at: str) -> None:
    codes = {f"{at}/languages/{number}/unit_code": each.unit_code for number, each in enumerate(step.languages)}
    unknown = [pointer for pointer, code in codes.items() if code not in after.units]
    if unknown:
        raise UnknownUnit(*(FieldError(pointer, code=UnknownUnit.code) for pointer in unknown))
    require_valid(after, codes, on=step.effective_on)
    on = step.effective_on
    for each in step.languages:
        unit = draft.units[each.unit_code]
        told = each.model_dump(exclude={"unit_code"})
        now = next((known for known in unit.languages if is_valid(known.valid_from, known.valid_to, on)), None)
        if now is None or now.model_dump(include=set(told)) != told:
            decision = LanguageDecision(**told, valid_from=on, source=step.source)
            draft.put(decided(unit, decision))
