"""The reference tables of ``deploy/reference`` as resources and commands of the registry. Reads files, decides nothing.

The tables hold what Statistics Norway, the Mapping Authority and public pages say; ``reference/README.md`` tells where
each comes from. What the tables leave out and follows from them is worked out here, with its source in words.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.contracts.registry import (
    ChangeKind,
    County,
    Coverage,
    OrganisationKind,
    PlaceName,
    Point,
    RecordChange,
    RegisterOrganisation,
    Unit,
    UnitKind,
)

REFERENCE = Path(__file__).parent / "reference"

PLAN = "Gjennomføringsplan 2016 (KoRus-Nord)"
"""The source of an organisation that only the worked example's plan names."""

_OSLO = "03"
_FIRST = date(1971, 1, 1)
"""The tables' «on or before»: the oldest version of the list of codes that was read."""

_COUNTY_LANGUAGE = {"03": "south_sami", "18": "lule_sami", "50": "south_sami"}
"""The language of a county's Sámi name, where it is not Northern Sámi."""

Row = dict[str, str]


@dataclass(frozen=True)
class Reference:
    """Everything that a registry starts with."""

    units: tuple[Unit, ...]
    counties: tuple[County, ...]
    changes: tuple[RecordChange, ...]
    organisations: tuple[RegisterOrganisation, ...]


def read_reference(folder: Path = REFERENCE) -> Reference:
    """Read the tables of a folder."""
    tables = _Tables(folder)
    counties = tuple(_counties(tables))
    units = (*_municipalities(tables), *_districts(tables))
    changes = (*_municipality_changes(tables), *_district_changes(tables), *_county_changes(tables))
    organisations = (*_centres(tables, counties), *_county_authorities(counties), *_of_the_plan(tables))
    return Reference(units, counties, changes, organisations)


class _Tables:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str) -> list[Row]:
        with (self._folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _municipalities(tables: _Tables) -> Iterator[Unit]:
    names: dict[str, list[PlaceName]] = defaultdict(list)
    for row in tables("municipality_names"):
        names[row["code"]].append(
            PlaceName(
                name=row["name"],
                official_name=row["official_name"] or None,
                north_sami=row["name_north_sami"] or None,
                lule_sami=row["name_lule_sami"] or None,
                south_sami=row["name_south_sami"] or None,
                kven=row["name_kven"] or None,
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=_day(row["valid_to"]),
            )
        )
    points = {
        row["code"]: Point(
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            area_km2=float(row["area_km2"]),
            population=int(row["population"]),
            population_year=int(row["population_year"]),
        )
        for row in tables("centroids")
    }
    for row in tables("municipalities"):
        yield Unit(
            code=row["code"],
            kind=UnitKind.municipality,
            county_code=row["county_code"],
            names=tuple(sorted(names[row["code"]], key=lambda name: name.valid_from)),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            point=points.get(row["code"]),
        )


def _districts(tables: _Tables) -> Iterator[Unit]:
    county_of = {row["code"]: row["county_code"] for row in tables("municipalities")}
    for row in tables("city_districts"):
        since, until = date.fromisoformat(row["valid_from"]), _day(row["valid_to"])
        yield Unit(
            code=row["code"],
            kind=UnitKind.city_district,
            county_code=county_of[row["municipality_code"]],
            parent_code=row["municipality_code"],
            names=(PlaceName(name=row["name"], valid_from=since, valid_to=until),),
            valid_from=since,
            valid_to=until,
        )


def _counties(tables: _Tables) -> Iterator[County]:
    """Counties carry their Sámi and Kven names in one text, Kven last."""
    for row in tables("counties"):
        since, until = date.fromisoformat(row["valid_from"]), _day(row["valid_to"])
        sami, _, kven = row["name_sami"].partition("; ")
        language = _COUNTY_LANGUAGE.get(row["code"], "north_sami")
        names = {language: sami or None, "kven": kven or None}
        name = PlaceName(name=row["name"], valid_from=since, valid_to=until, **names)
        yield County(code=row["code"], names=(name,), valid_from=since, valid_to=until)


def _municipality_changes(tables: _Tables) -> Iterator[RecordChange]:
    notes = {(row["date"], row["old_code"], row["new_code"]): row for row in tables("municipality_change_notes")}
    restored = _restored(tables, "municipality")
    shares = {(row["date"], row["old_code"], row["new_code"]): row for row in tables("shares")}
    for row in tables("municipality_changes"):
        key = (row["date"], row["old_code"], row["new_code"])
        note, share = notes.get(key, {}), shares.get(key, {})
        sources = (note.get("source") or "SSB Klass 131", share.get("source"))
        yield RecordChange(
            level="municipality",
            effective_on=date.fromisoformat(row["date"]),
            old_code=row["old_code"],
            new_code=row["new_code"],
            kind=ChangeKind(row["kind"]),
            weight=float(share["weight"]) if share else None,
            restores=restored.get(key, {}).get("restores"),
            note=note.get("note") or None,
            source="; ".join(source for source in sources if source),
            certainty=note.get("certainty") or None,
        )


def _district_changes(tables: _Tables) -> Iterator[RecordChange]:
    """A district got another code when its municipality did, and kept its name."""
    started = {(row["name"], row["valid_from"]): row for row in tables("city_districts")}
    for row in tables("city_districts"):
        successor = started.get((row["name"], row["valid_to"]))
        if successor is not None:
            yield RecordChange(
                level="municipality",
                effective_on=date.fromisoformat(row["valid_to"]),
                old_code=row["code"],
                new_code=successor["code"],
                kind=ChangeKind.recode,
                source="the same name under the municipality's new code",
                certainty="high",
            )


def _county_changes(tables: _Tables) -> Iterator[RecordChange]:
    restored = _restored(tables, "county")
    for row in tables("county_changes"):
        found = restored.get((row["date"], row["old_code"], row["new_code"]), {})
        yield RecordChange(
            level="county",
            effective_on=date.fromisoformat(row["date"]),
            old_code=row["old_code"],
            new_code=row["new_code"],
            kind=ChangeKind(row["kind"]),
            restores=found.get("restores"),
            note=found.get("note") or None,
            source="SSB Klass 104",
        )


def _restored(tables: _Tables, level: str) -> dict[tuple[str, str, str], Row]:
    return {(row["date"], row["old_code"], row["new_code"]): row for row in tables("restored") if row["level"] == level}


def _aliases(tables: _Tables) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in tables("aliases"):
        found[row["reference"]].append(row["alias"])
    return {reference: tuple(aliases) for reference, aliases in found.items()}


def _centres(tables: _Tables, counties: tuple[County, ...]) -> Iterator[RegisterOrganisation]:
    aliases = _aliases(tables)
    into = _counties_between(tables)
    for row in tables("centres"):
        since, until = _day(row["valid_from"]), _day(row["valid_to"])
        covered = {code for column in ("counties_2016", "counties_2024") for code in row[column].split(";") if code}
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
            occurred_on=since or _FIRST,
        )


def _counties_between(tables: _Tables) -> dict[str, tuple[str, ...]]:
    """The counties of 2020 to 2023 that a county of 2016 became part of: no table names them for the centres."""
    short_lived = {row["code"] for row in tables("counties") if row["valid_from"] > "2016" and row["valid_to"]}
    into: dict[str, tuple[str, ...]] = {}
    for row in tables("county_changes"):
        if row["kind"] == "merge" and row["new_code"] in short_lived:
            into[row["old_code"]] = (*into.get(row["old_code"], ()), row["new_code"])
    return into


def _coverage(
    codes: set[str], counties: tuple[County, ...], since: date | None, until: date | None
) -> Iterator[Coverage]:
    """Each county for as long as both it and the organisation exist."""
    for county in counties:
        if county.code not in codes:
            continue
        starts = max(county.valid_from, since or county.valid_from)
        ends = min((day for day in (county.valid_to, until) if day is not None), default=None)
        if ends is None or starts < ends:
            yield Coverage(county_code=county.code, valid_from=starts, valid_to=ends)


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
            coverage=(Coverage(county_code=county.code, valid_from=county.valid_from, valid_to=county.valid_to),),
            valid_from=county.valid_from,
            valid_to=county.valid_to,
            source="one for each county and period",
            certainty="high",
            occurred_on=county.valid_from,
        )


def _of_the_plan(tables: _Tables) -> Iterator[RegisterOrganisation]:
    """Bodies that the worked example's plan names and no other table holds."""
    aliases = _aliases(tables)
    for row in tables("plan_organisations"):
        yield RegisterOrganisation(
            reference=row["reference"],
            name=row["name"],
            kind=OrganisationKind(row["kind"]),
            aliases=aliases.get(row["reference"], ()),
            unit_code=row["unit_code"] or None,
            valid_to=_day(row["valid_to"]),
            successor_reference=row["successor_reference"] or None,
            source=PLAN,
            certainty=row["certainty"],
            occurred_on=_FIRST,
        )
