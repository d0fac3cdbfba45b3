"""The municipalities of a centre as rows of its page, with the sums above them."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from gateway.agreements import SignedAgreement
from gateway.catalogue import Snapshot
from gateway.gate import gate_of, visitor_of
from gateway.queries import Known, Mapped, Telling, known_of, units_covered
from gateway.web.falling_due import FallsDue, revisions, runs_due
from gateway.web.standing import Survey, surveys
from services.contracts.access import Scope, cell
from services.contracts.names import sort_key
from services.contracts.registry import MappingStatus, Organisation, Unit
from services.contracts.registry.mapping_tools import MappingTool


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Where a survey stands; run in the municipality itself, or in what has become a part of it."""

    survey: Survey
    is_whole: bool


@dataclass(frozen=True, slots=True)
class OwnMunicipality:
    """A municipality of a centre, and what stands with it on the day."""

    code: str
    name: str
    tellings: tuple[Telling, ...]
    completed: tuple[Surveyed, ...]
    """The last one of each tool."""
    open: tuple[Surveyed, ...]
    """The last one of each tool that is agreed to, or only invited to."""
    agreements: tuple[SignedAgreement, ...]
    is_focus: bool
    due: tuple[FallsDue, ...]

    @property
    def informed(self) -> Telling | None:
        """The last telling of the year that counts; none: it has not been informed (BR-01, BR-02)."""
        return next((each for each in reversed(self.tellings) if each.informs), None)

    @property
    def in_vain(self) -> tuple[Telling, ...]:
        """The letters that came back, and what was told to a municipality that is a part of this one now."""
        return tuple(each for each in self.tellings if not each.informs)


@dataclass(frozen=True, slots=True)
class InCounty:
    """The municipalities of a centre in one county, by name, and the surveys of the county authority itself."""

    code: str
    name: str
    completed: tuple[Surveyed, ...]
    rows: tuple[OwnMunicipality, ...]


@dataclass(frozen=True, slots=True)
class OwnMunicipalities:
    """All of a centre's municipalities on a day, by county."""

    counties: tuple[InCounty, ...]

    @property
    def rows(self) -> list[OwnMunicipality]:
        """All of them."""
        return [row for county in self.counties for row in county.rows]

    @property
    def uninformed(self) -> list[OwnMunicipality]:
        """Those that have not been informed this year."""
        return [row for row in self.rows if row.informed is None]

    def completed_by(self, tool: MappingTool) -> int:
        """How many have ever completed a tool; a merged one has, if a part of it has (BR-51)."""
        return sum(any(each.survey.mapping.tool == tool for each in row.completed) for row in self.rows)


async def own_municipalities(request: Request, country: Snapshot, centre: Organisation, on: date) -> OwnMunicipalities:
    """The municipalities that the centre covers on the day, and what stands with them.

    Raises:
        Unavailable: the registry does not answer, which knows what should be mapped again.
    """
    units = units_covered(country, centre, on)
    read = gate_of(request).database.read
    whole_register = cell("read_register", visitor_of(request).principal.roles).scope is Scope.all
    known, due = await asyncio.gather(
        read(known_of, country, centre.organisation_id, units, on, whole_register=whole_register),
        runs_due(request, country, on),
    )
    by_county: dict[str, list[OwnMunicipality]] = {}
    for unit in units:
        home = country.geography.units[unit.parent_code] if unit.parent_code else unit
        row = _row(country, unit, known, due.get(unit.code, ()), on)
        by_county.setdefault(home.county_code or "", []).append(row)
    return OwnMunicipalities(tuple(_county(country, code, known, rows, on) for code, rows in sorted(by_county.items())))


def only_uninformed(all_of_them: OwnMunicipalities) -> OwnMunicipalities:
    """Those that have not been informed, in the counties that have any."""
    counties = (
        InCounty(county.code, county.name, county.completed, tuple(row for row in county.rows if row.informed is None))
        for county in all_of_them.counties
    )
    return OwnMunicipalities(tuple(county for county in counties if county.rows))


def _row(country: Snapshot, unit: Unit, known: Known, runs: Sequence[FallsDue], on: date) -> OwnMunicipality:
    standing = _standing(known.mappings.get(unit.code, ()), on)
    agreements = tuple(known.agreements.get(unit.code, ()))
    return OwnMunicipality(
        code=unit.code,
        name=country.geography.name(unit.code, on),
        tellings=tuple(known.tellings.get(unit.code, ())),
        completed=_last(standing, MappingStatus.completed),
        open=_last(standing, MappingStatus.invited, MappingStatus.agreed),
        agreements=agreements,
        is_focus=unit.code in known.focus,
        due=(*revisions(agreements, on), *runs),
    )


def _county(country: Snapshot, code: str, known: Known, rows: Iterable[OwnMunicipality], on: date) -> InCounty:
    return InCounty(
        code=code,
        name=country.geography.name(code, on),
        completed=_last(_standing(known.mappings.get(code, ()), on), MappingStatus.completed),
        rows=tuple(sorted(rows, key=lambda row: (sort_key(row.name), row.code))),
    )


def _standing(mappings: Iterable[Mapped], on: date) -> list[Surveyed]:
    return [Surveyed(surveys((each.run,), on)[0], each.is_whole) for each in mappings]


def _last(standing: Iterable[Surveyed], *statuses: MappingStatus) -> tuple[Surveyed, ...]:
    """The last of each tool that stands so. What was run in the municipality itself goes before what a part ran."""
    found: dict[str, Surveyed] = {}
    dated = (each for each in standing if each.survey.status in statuses and each.survey.since is not None)
    for each in sorted(dated, key=lambda each: (each.is_whole, each.survey.since, each.survey.mapping.mapping_id)):
        found[each.survey.mapping.tool] = each
    return tuple(found[tool] for tool in sorted(found))
