"""The bodies that the registry starts with: centres and partners, county authorities, and whom only the plan names."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from deploy.reference_tables.profiles import Profiles
from deploy.reference_tables.tables import FIRST, Tables, day, words
from services.contracts.registry import County, NewCoverage, OrganisationKind, RegisterOrganisation

PLAN = "Gjennomføringsplan 2016 (KoRus-Nord)"
"""The source of an organisation that only the worked example's plan names."""

_OSLO = "03"


def organisations(tables: Tables, counties: tuple[County, ...]) -> Iterator[RegisterOrganisation]:
    """Every body that has no members, with its mandate, vote and legal profile where they are known."""
    profiles = Profiles(tables)
    for told in (_centres(tables, counties), _county_authorities(counties), _of_the_plan(tables)):
        yield from map(profiles.of, told)


def aliases_of(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Other spellings of names, by the bodies' short names."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in tables("aliases"):
        found[row["reference"]].append(row["alias"])
    return {reference: tuple(aliases) for reference, aliases in found.items()}


def _centres(tables: Tables, counties: tuple[County, ...]) -> Iterator[RegisterOrganisation]:
    aliases = aliases_of(tables)
    into = _counties_between(tables)
    for row in tables("centres"):
        since, until = day(row["valid_from"]), day(row["valid_to"])
        covered = {code for column in ("counties_2016", "counties_2024") for code in words(row[column])}
        covered |= {successor for code in covered for successor in into.get(code, ())}
        source = f"{row['source']}. {row['note']}" if row["note"] else row["source"]
        yield RegisterOrganisation(
            reference=row["id"],
            name=row["name"],
            kind=OrganisationKind(row["kind"]),
            aliases=aliases.get(row["id"], ()),
            host=row["host"] or None,
            seat=row["seat"] or None,
            coverage=tuple(_coverage(covered, counties, since, until)),
            valid_from=since,
            valid_to=until,
            successor_reference=row["successor_id"] or None,
            source=source,
            certainty=row["certainty"],
            occurred_on=since or FIRST,
        )


def _counties_between(tables: Tables) -> dict[str, tuple[str, ...]]:
    """The counties of 2020 to 2023 that a county of 2016 became part of: no table names them for the centres."""
    short_lived = {row["code"] for row in tables("counties") if row["valid_from"] > "2016" and row["valid_to"]}
    into: dict[str, tuple[str, ...]] = {}
    for row in tables("county_changes"):
        if row["kind"] == "merge" and row["new_code"] in short_lived:
            into[row["old_code"]] = (*into.get(row["old_code"], ()), row["new_code"])
    return into


def _coverage(
    codes: set[str], counties: tuple[County, ...], since: date | None, until: date | None
) -> Iterator[NewCoverage]:
    """Each county for as long as both it and the organisation exist."""
    for county in counties:
        if county.code not in codes:
            continue
        starts = max(county.valid_from, since or county.valid_from)
        ends = min((day for day in (county.valid_to, until) if day is not None), default=None)
        if ends is None or starts < ends:
            yield NewCoverage(county_code=county.code, valid_from=starts, valid_to=ends)


def _county_authorities(counties: tuple[County, ...]) -> Iterator[RegisterOrganisation]:
    """One for each county and period. Oslo is county and municipality in one and has none."""
    for county in counties:
        if county.code == _OSLO:
            continue
        name = county.names[-1].name
        yield RegisterOrganisation(
            reference=f"fylkeskommune-{county.code}",
            name=f"{name} fylkeskommune",
            kind=OrganisationKind.county_authority,
            county_code=county.code,
            coverage=(NewCoverage(county_code=county.code, valid_from=county.valid_from, valid_to=county.valid_to),),
            valid_from=county.valid_from,
            valid_to=county.valid_to,
            source="one for each county and period",
            certainty="high",
            occurred_on=county.valid_from,
        )


def _of_the_plan(tables: Tables) -> Iterator[RegisterOrganisation]:
    """Bodies that the worked example's plan names and no other table holds."""
    aliases = aliases_of(tables)
    for row in tables("plan_organisations"):
        yield RegisterOrganisation(
            reference=row["reference"],
            name=row["name"],
            kind=OrganisationKind(row["kind"]),
            aliases=aliases.get(row["reference"], ()),
            unit_code=row["unit_code"] or None,
            valid_to=day(row["valid_to"]),
            successor_reference=row["successor_reference"] or None,
            source=PLAN,
            certainty=row["certainty"],
            occurred_on=FIRST,
        )
