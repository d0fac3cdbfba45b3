"""Which places should run a mapping tool: those that never did, and those whose last run is too old (BR-08, BR-51)."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.contracts.geography import Geography
from services.contracts.heirs import is_same_area, main_branches
from services.contracts.registry import County, Mapping, Unit
from services.contracts.registry.mapping_tools import DuePlace, DueReason, OpenRun, RunBy, SurveyTool


@dataclass
class _Runs:
    """What was run in a place, and in what it came from, until the date."""

    own: list[tuple[date, str]] = field(default_factory=list)
    """Days and codes: in the place itself, perhaps under another code."""
    merged: list[tuple[date, str]] = field(default_factory=list)
    """In places that became a part of it."""
    divided: list[tuple[date, str]] = field(default_factory=list)
    """In places of which it may have become a part."""
    open_runs: list[OpenRun] = field(default_factory=list)


def due(
    tool: SurveyTool, runs: Iterable[Mapping], country: Geography, on: date, county: str | None
) -> Sequence[DuePlace]:
    """The municipalities, or the counties, that should run the tool, by code: those of a county or all of the date.

    A tool without an interval is due only where it was never run.

    Raises:
        BeforeTheTables: the list of places is not complete for so early a date.
    """
    by_place = _by_place(runs, country, on)
    places: Iterable[Unit | County]
    if tool.run_by is RunBy.unit:
        places = country.units_on(on, county)
    else:
        places = (each for each in country.counties_on(on) if county in (None, each.code))
    judged = (_judged(tool, place, by_place[place.code], country, on) for place in places)
    return [place for place in judged if place is not None]


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _judged(tool: SurveyTool, place: Unit | County, runs: _Runs, country: Geography, on: date) -> DuePlace | None:
    reason, told = _reason(tool, runs, on)
    if reason is None:
        return None
    last = max((day for day, _ in told), default=None)
    interval = tool.interval_months if reason is DueReason.too_long_ago else None
    return DuePlace(
        unit_code=place.code if isinstance(place, Unit) else None,
        county_code=place.code if isinstance(place, County) else place.county_code,
        name=country.name(place.code, on),
        reason=reason,
        last_completed_on=last,
        run_in=tuple(sorted({code for day, code in told if day == last})),
        due_on=months_after(last, interval) if last is not None and interval is not None else None,
        open_run=max(runs.open_runs, key=lambda run: (run.year, run.mapping_id), default=None),
    )


def _reason(tool: SurveyTool, runs: _Runs, on: date) -> tuple[DueReason | None, list[tuple[date, str]]]:
    """Why it is due, and the runs that this is seen from; no reason where it is not."""
    if runs.own:
        last = max(day for day, _ in runs.own)
        is_old = tool.interval_months is not None and months_after(last, tool.interval_months) <= on
        return (DueReason.too_long_ago if is_old else None), runs.own
    if runs.merged:
        return (DueReason.merged if tool.interval_months is not None else None), runs.merged
    if runs.divided:
        return DueReason.divided, runs.divided
    return DueReason.never, []


def _by_place(runs: Iterable[Mapping], country: Geography, on: date) -> dict[str, _Runs]:
    found: dict[str, _Runs] = defaultdict(_Runs)
    for run in runs:
        code = run.unit_code or run.county_code or ""
        if run.completed_on is not None and run.completed_on <= on:
            branches = main_branches(country, code, run.completed_on, on)
            is_one = len(branches) == 1 and not country.is_undone(code)
            for branch in branches:
                place = found[branch.code]
                kind = place.divided if not is_one else place.own if is_same_area(country, branch) else place.merged
                kind.append((run.completed_on, code))
        else:
            for place_code, standing in _open(run, code, country, on):
                found[place_code].open_runs.append(standing)
    return found


def _open(run: Mapping, code: str, country: Geography, on: date) -> Iterator[tuple[str, OpenRun]]:
    """A run that is not over on the date, at the place that has the area then."""
    steps = [("agreed", run.agreed_on), ("invited", run.invited_on)]
    standing = next(((status, day) for status, day in steps if day is not None and day <= on), None)
    if standing is None or (run.cancelled_on is not None and run.cancelled_on <= on):
        return
    status, since = standing
    for branch in main_branches(country, code, since, on):
        told = {"mapping_id": run.mapping_id, "year": run.year, "status": status, "since": since}
        yield branch.code, OpenRun.model_validate(told)
