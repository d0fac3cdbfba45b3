"""The country and the organisations as they were known at one moment. A snapshot never changes."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from functools import cached_property
from uuid import UUID

from gateway.catalogue.ready import Ready
from gateway.reach import Areas, areas_of, former_codes
from gateway.resources import Named, Place
from services.contracts.geography import COMPLETE_FROM, BeforeTheTables, Geography
from services.contracts.place_search import PlaceSearch
from services.contracts.registry import (
    County,
    Locality,
    MunicipalityGroup,
    Organisation,
    PlaceName,
    Representative,
    Unit,
    UnitKind,
)
from services.contracts.registry.mapping_tools import SurveyTool
from services.contracts.registry.memberships import MembershipProgramme

LANGUAGES = ("official_name", "north_sami", "lule_sami", "south_sami", "kven")
"""The fields of a name beside the Norwegian one."""

Address = tuple[str, bytes, date]
"""The path and the query string of a request, and the day on which it was made."""

MOST_ANSWERS = 5_000
LONGEST_ADDRESS = 100


class Snapshot:
    """Everything that is looked up without a question to the database."""

    def __init__(
        self,
        geography: Geography,
        organisations: Iterable[Organisation] = (),
        *,
        localities: Iterable[Locality] = (),
        groups: Iterable[MunicipalityGroup] = (),
        representatives: Iterable[Representative] = (),
        mapping_tools: Iterable[SurveyTool] = (),
        membership_programmes: Iterable[MembershipProgramme] = (),
        versions: Mapping[str, int] | None = None,
    ) -> None:
        self.geography = geography
        self.organisations = {each.organisation_id: each for each in organisations}
        self.localities = tuple(sorted(localities, key=lambda each: each.reference))
        self.groups = tuple(sorted(groups, key=lambda each: each.reference))
        self.representatives = tuple(sorted(representatives, key=lambda each: str(each.representative_id)))
        self.mapping_tools = {each.tool: each for each in sorted(mapping_tools, key=lambda each: each.tool)}
        self.membership_programmes = tuple(sorted(membership_programmes, key=lambda each: each.reference))
        self.versions = versions or {}
        """Which version of a thing that can be changed this is, by its id."""
        self.answers: dict[Address, Ready] = {}
        """What has been answered, by what exactly was asked."""
        self._boundaries = _boundaries([*geography.units.values(), *geography.counties.values()])
        self._ready: dict[tuple[Hashable, int], Ready] = {}
        self._columns: dict[tuple[str, int], Mapping[str, object]] = {}
        self._former: dict[int, Mapping[str, frozenset[str]]] = {}

    @cached_property
    def search(self) -> PlaceSearch:
        """The search by name, past and present, or by code."""
        return PlaceSearch(self.geography, self.localities)

    @cached_property
    def organisations_by_reference(self) -> tuple[Organisation, ...]:
        """Every organisation, in the order of the stable short names."""
        return tuple(sorted(self.organisations.values(), key=lambda organisation: organisation.reference))

    def etag_of(self, thing_id: UUID) -> str:
        """What ``If-Match`` must hold to change an organisation, a group or a representative."""
        return f'"{self.versions[str(thing_id)]}"'

    def era(self, on: date) -> int:
        """The number of the interval that the date lies in. Within an interval nothing about any place changes."""
        return bisect_right(self._boundaries, on)

    def areas(self, code: str, on: date) -> Areas:
        """Which codes mean the unit on the date.

        Raises:
            UnknownCode, NotValidOn: no unit has the code then.
        """
        era = self.era(on)
        if era not in self._former:
            self._former[era] = former_codes(self.geography, on)
        return areas_of(self.geography, self._former[era], code, on)

    def kept(self, organisation_id: UUID) -> UUID:
        """The record that stands for an organisation: its own, or the one that it was merged into."""
        seen: set[UUID] = set()
        while organisation_id not in seen:
            seen.add(organisation_id)
            known = self.organisations.get(organisation_id)
            organisation_id = (known.merged_into if known else None) or organisation_id
        return organisation_id

    def named(self, organisation_id: UUID) -> Named:
        """An organisation with its name; its id stands in until its own message has come.

        A record that turned out to be the same body as another is told as the one that is kept.
        """
        organisation_id = self.kept(organisation_id)
        known = self.organisations.get(organisation_id)
        return Named(
            organisation_id=organisation_id,
            name=known.name if known else str(organisation_id),
            kind=known.kind if known else None,
        )

    def place(self, code: str, on: date) -> Place:
        """A unit as it was on a date.

        Raises:
            UnknownCode, NotValidOn: no unit has the code then.
        """
        return Place.model_validate(self.columns(self.geography.unit(code, on), on))

    def columns(self, place: Unit | County, on: date) -> Mapping[str, object]:
        """What is told of a unit or county on a date on which it is valid, put together once for each interval."""
        key = (place.code, self.era(on))
        if key not in self._columns:
            self._columns[key] = self._put_together(place, on)
        return self._columns[key]

    def _put_together(self, place: Unit | County, on: date) -> Mapping[str, object]:
        name: PlaceName = self.geography.names(place.code, on)
        told: dict[str, object] = {"code": place.code, "kind": "county", "name": name.name}
        for language in LANGUAGES:
            told[language] = getattr(name, language)
        if isinstance(place, Unit):
            told |= {"kind": place.kind.value, "county_code": place.county_code, "parent_code": place.parent_code}
            if place.county_code and self.geography.valid(place.county_code, on):
                told["county_name"] = self.geography.name(place.county_code, on)
        told |= {"valid_from": place.valid_from, "valid_to": place.valid_to}
        return told

    def listed(self, kind: UnitKind | None, on: date, county: str | None = None) -> list[dict[str, object]]:
        """Everything of a kind on a date, by code; None means counties.

        Raises:
            BeforeTheTables: the tables are not complete for the date.
            UnknownCode, NotValidOn: the county was none on the date.
        """
        if county is not None:
            self.geography.county(county, on)
        places: tuple[Unit | County, ...]
        places = self.geography.counties_on(on) if kind is None else self.geography.units_on(on, county, kind)
        return [{key: value for key, value in self.columns(place, on).items() if value is not None} for place in places]

    def once(self, what: Hashable, on: date, make: Callable[[], Ready]) -> Ready:
        """What ``make`` makes of the date, made once for each interval in which nothing changes.

        Raises:
            BeforeTheTables: the tables are not complete for the date.
        """
        if on < COMPLETE_FROM:
            raise BeforeTheTables(on)
        key = (what, self.era(on))
        known = self._ready.get(key)
        if known is None:
            known = self._ready[key] = make()
        return known

    def keep(self, address: Address, told: Ready) -> None:
        """Keep an answer for those who ask the same. Nobody fills the memory with questions of their own making."""
        if len(self.answers) >= MOST_ANSWERS:
            self.answers.clear()
        if len(address[0]) + len(address[1]) <= LONGEST_ADDRESS:
            self.answers[address] = told


def _boundaries(places: Iterable[Unit | County]) -> list[date]:
    """The days on which anything about any place becomes another."""
    days: set[date] = set()
    for place in places:
        days |= {place.valid_from, place.valid_to or place.valid_from}
        days.update(name.valid_from for name in place.names)
    return sorted(days)
