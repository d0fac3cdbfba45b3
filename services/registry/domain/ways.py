"""Where the codes of a day may go: what is refused of the changes of one step, before and after they are done."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from math import isclose

from services.contracts.geography import Geography, GeographyError, NotValidOn
from services.contracts.registry import ChangeKind, County, ProposeChanges, ProposedChange, Unit
from services.kernel.problems import FieldError
from services.registry.domain.draft import is_main
from services.registry.domain.geography_refusals import (
    ChangeIntoItself,
    ChangesInACycle,
    CodeWithoutHeir,
    LaterChange,
    NotTheSameArea,
    RestoresNoEarlierCode,
    SplitAndMerged,
    WeightsNotWhole,
    refuse,
)
from services.registry.domain.refusals import UnitNotValid, UnknownUnit

Pointed = tuple[str, ProposedChange]
"""A change with the pointer to it."""


def require_sensible(before: Geography, step: ProposeChanges, at: str) -> None:
    """Hold the changes against each other and against the country as it was.

    Raises:
        ChangeIntoItself, ChangesInACycle, UnknownUnit, UnitNotValid, SplitAndMerged, CodeWithoutHeir, WeightsNotWhole,
        NotTheSameArea, RestoresNoEarlierCode, LaterChange: as their names say.
    """
    changes = [(f"{at}/changes/{number}", change) for number, change in enumerate(step.changes)]
    main = [(pointer, change) for pointer, change in changes if is_main(change)]
    refuse(ChangeIntoItself, _where(changes, lambda change: (change.old_code == change.new_code) != _is_rename(change)))
    _refuse_cycles(main)
    _require_known(before, step, changes)
    _require_old_codes(before, step.effective_on, changes)
    for ways in _by_old_code(main).values():
        _require_one_way_or_shares(ways)
    _require_same_areas(before, step.effective_on, main)
    refuse(WeightsNotWhole, _where(changes, _has_a_weight_of_nothing))
    astray = _where(changes, lambda change: not _restores_what_came(before, change, step.effective_on), "/restores")
    refuse(RestoresNoEarlierCode, astray)
    later = {change.old_code for _, change in main if _is_built_upon(before, change, step.effective_on)}
    refuse(LaterChange, _where(main, lambda change: change.old_code in later, "/old_code"), codes=sorted(later))


def require_new_codes(after: Geography, step: ProposeChanges, at: str) -> None:
    """Every new code is in use on the day, and so is every code with a new name.

    Raises:
        UnitNotValid: says when it is, and what is in use instead.
    """
    codes = {f"{at}/changes/{number}/new_code": change.new_code for number, change in enumerate(step.changes)}
    codes |= {f"{at}/units/{number}/code": unit.code for number, unit in enumerate(step.units)}
    codes |= {f"{at}/counties/{number}/code": county.code for number, county in enumerate(step.counties)}
    require_valid(after, codes, on=step.effective_on)


def require_valid(country: Geography, codes: Mapping[str, str], *, on: date) -> None:
    """Every known code is in use on the date. ``codes`` are by the pointer of their field.

    Raises:
        UnitNotValid: says of each when it is in use, and what is instead.
    """
    refused: dict[str, NotValidOn] = {}
    for pointer, code in codes.items():
        try:
            country.require(code, on)
        except NotValidOn as refusal:
            refused[pointer] = refusal
    if refused:
        errors = [FieldError(pointer, code=UnitNotValid.code) for pointer in refused]
        raise UnitNotValid(on, list(refused.values()), *errors)


def _where(changes: Iterable[Pointed], is_wrong: Callable[[ProposedChange], bool], field: str = "") -> list[str]:
    return [pointer + field for pointer, change in changes if is_wrong(change)]


def _is_rename(change: ProposedChange) -> bool:
    return change.kind is ChangeKind.rename


def _by_old_code(changes: Iterable[Pointed]) -> Mapping[str, list[Pointed]]:
    found: dict[str, list[Pointed]] = defaultdict(list)
    for pointer, change in changes:
        found[change.old_code].append((pointer, change))
    return found


def _refuse_cycles(main: Sequence[Pointed]) -> None:
    """What ends goes to something that does not end on the same day; in a cycle nothing would be left."""
    leads_to = {code: {change.new_code for _, change in ways} for code, ways in _by_old_code(main).items()}

    def comes_back(start: str) -> bool:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            onward = leads_to.get(waiting.pop(), set()) - seen
            seen |= onward
            waiting += onward
        return start in seen

    refuse(ChangesInACycle, _where(main, lambda change: comes_back(change.old_code)))


def _require_known(before: Geography, step: ProposeChanges, changes: Iterable[Pointed]) -> None:
    units = before.units.keys() | {unit.code for unit in step.units}
    counties = before.counties.keys() | {county.code for county in step.counties}
    errors = []
    for pointer, change in changes:
        known = units if change.level == "municipality" else counties
        # A municipality becomes a municipality, and a city district a district.
        if change.old_code not in _places(before, change):
            errors.append(FieldError(f"{pointer}/old_code", code=UnknownUnit.code))
        if change.new_code not in known or len(change.new_code) != len(change.old_code):
            errors.append(FieldError(f"{pointer}/new_code", code=UnknownUnit.code))
    if errors:
        raise UnknownUnit(*errors)


def _require_old_codes(before: Geography, on: date, changes: Sequence[Pointed]) -> None:
    """An old code was in use the day before; one that ends by these changes has not ended already."""
    old = {f"{pointer}/old_code": change.old_code for pointer, change in changes}
    require_valid(before, old, on=on - date.resolution)
    ending = {f"{pointer}/old_code": change.old_code for pointer, change in changes if is_main(change)}
    require_valid(before, ending, on=on)


def _require_one_way_or_shares(ways: Sequence[Pointed]) -> None:
    """A code ends by one change that is no split, or by several that all are, with all of their weights or none."""
    splits = [change for _, change in ways if change.kind is ChangeKind.split]
    pointers = [pointer for pointer, _ in ways]
    refuse(SplitAndMerged, pointers if len(ways) > 1 and len(splits) < len(ways) else ())
    refuse(CodeWithoutHeir, pointers if len(ways) == len(splits) == 1 else ())
    weights = [change.weight for change in splits if change.weight is not None]
    is_whole = len(weights) == len(splits) and isclose(sum(weights), 1.0, abs_tol=1e-6)
    refuse(WeightsNotWhole, [f"{pointer}/weight" for pointer in pointers] if weights and not is_whole else ())


def _require_same_areas(before: Geography, on: date, main: Sequence[Pointed]) -> None:
    """Only of a code that begins by one recode alone do figures say that it is the old one under another code."""
    led_to = Counter(change.new_code for _, change in main)

    def is_wrong(change: ProposedChange) -> bool:
        is_recode = change.kind in (ChangeKind.recode, ChangeKind.county_change)
        return is_recode and (led_to[change.new_code] > 1 or before.valid(change.new_code, on))

    refuse(NotTheSameArea, _where(main, is_wrong))


def _has_a_weight_of_nothing(change: ProposedChange) -> bool:
    return change.weight is not None and change.kind not in (ChangeKind.split, ChangeKind.part)


def _restores_what_came(before: Geography, change: ProposedChange, on: date) -> bool:
    """Whether the code to restore, if any, went into the old code at some time before."""
    if change.restores is None:
        return True
    place = _places(before, change).get(change.restores)
    if place is None or place.valid_to is None or place.valid_to > on:
        return False
    last, eve = place.valid_to - date.resolution, on - date.resolution
    try:
        branches = before.successors(change.restores, last, eve)
    except GeographyError:
        return False
    return any(branch.code == change.old_code and branch.relation.is_main for branch in branches)


def _is_built_upon(before: Geography, change: ProposedChange, on: date) -> bool:
    """Whether something after the day has the code end, or names it."""
    place = _places(before, change)[change.old_code]
    return (
        place.valid_to is not None
        or any(name.valid_from > on for name in place.names)
        or any(known.effective_on > on for known in before.changes_of(change.old_code))
    )


def _places(country: Geography, change: ProposedChange) -> Mapping[str, Unit] | Mapping[str, County]:
    return country.units if change.level == "municipality" else country.counties
