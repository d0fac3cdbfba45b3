"""Whom to invite to an activity that is for those who have run a survey (BR-50)."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from gateway.catalogue import Snapshot
from gateway.queries.coverage import covers
from gateway.queries.municipality import MAPPINGS
from gateway.queries.organisations import was_there
from gateway.resources import EligibleUnit, EligibleUnits, ExceptedPlace, Named
from services.contracts.events import Activity
from services.contracts.heirs import main_branches
from services.contracts.registry import Mapping, MappingTool, OrganisationKind


def eligible_units(
    connection: sa.Connection, snapshot: Snapshot, activity: Activity, tool: MappingTool, on: date
) -> EligibleUnits:
    """The municipalities around the activity that have completed the survey by the date and are not excepted from it.

    Around it are those of its county, or of all that its lead covers where it is held nowhere in particular. A merged
    municipality has run what its parts have run. The county governors there are guests, and counted apart.

    Raises:
        BeforeTheTables: the list of municipalities is not complete for so early a date.
    """
    country = snapshot.geography
    counties = sorted(_counties(snapshot, activity, on))
    units = {unit.code: unit for county in counties for unit in country.units_on(on, county)}
    spared = {
        branch.code
        for each in activity.excepted
        for branch in main_branches(country, each.code, activity.starts_on, on)
    }
    last, undecided = _last_runs(connection, snapshot, tool, on, frozenset(units))
    return EligibleUnits(
        activity_id=activity.activity_id,
        tool=tool,
        on=on,
        items=tuple(
            EligibleUnit(
                code=code,
                name=country.name(code, on),
                county_code=units[code].county_code,
                completed_on=day,
                run_in=run_in,
            )
            for code, (day, run_in) in sorted(last.items())
            if code not in spared
        ),
        excepted=tuple(ExceptedPlace(code=code, name=country.name(code, on)) for code in sorted(spared & units.keys())),
        guests=tuple(_governors(snapshot, counties, on)),
        undecided=tuple(sorted(undecided)),
    )


def _counties(snapshot: Snapshot, activity: Activity, on: date) -> Iterator[str]:
    if activity.county_code is not None:
        branches = main_branches(snapshot.geography, activity.county_code, activity.starts_on, on)
        yield from (branch.code for branch in branches)
        return
    lead = snapshot.organisations.get(snapshot.kept(activity.lead_id))
    for county in snapshot.geography.counties_on(on) if lead else ():
        if lead and covers(lead, on, snapshot.geography, areas=None, county=county.code, theme=None):
            yield county.code


def _last_runs(
    connection: sa.Connection, snapshot: Snapshot, tool: MappingTool, on: date, around: frozenset[str]
) -> tuple[dict[str, tuple[date, str]], set[str]]:
    """For each municipality the day of its last run and its code then; and the codes of runs that cannot be placed."""
    last: dict[str, tuple[date, str]] = {}
    undecided: set[str] = set()
    of_tool = sa.select(MAPPINGS.c.state).where(MAPPINGS.c.state["tool"].as_string() == tool)
    for run in map(Mapping.model_validate, connection.scalars(of_tool)):
        if run.completed_on is None or run.completed_on > on or run.unit_code is None:
            continue
        places = {branch.code for branch in main_branches(snapshot.geography, run.unit_code, run.completed_on, on)}
        if not places & around:
            continue
        if len(places) > 1 or snapshot.geography.is_undone(run.unit_code):
            undecided.add(run.unit_code)
        else:
            (code,) = places
            last[code] = max(last.get(code, (date.min, "")), (run.completed_on, run.unit_code))
    return last, undecided


def _governors(snapshot: Snapshot, counties: list[str], on: date) -> Iterator[Named]:
    for organisation in snapshot.organisations_by_reference:
        is_governor = organisation.kind is OrganisationKind.county_governor and organisation.merged_into is None
        if (
            is_governor
            and was_there(organisation, on)
            and any(
                covers(organisation, on, snapshot.geography, areas=None, county=county, theme=None)
                for county in counties
            )
        ):
            yield snapshot.named(organisation.organisation_id)
