"""The page of a municipality: what it can get from all centres together, and what has been done there."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from fastapi import Request, Response
from starlette.responses import RedirectResponse

from gateway.catalogue import Snapshot
from gateway.gate import Country, Today, gate_of, visitor_of
from gateway.queries import Award, awareness_of, coordinated_offer, grants_of, mappings_of, place_detail
from gateway.queries.timeline import timeline
from gateway.reach import Areas
from gateway.resources import Line, PlaceDetail
from gateway.web.around import around
from gateway.web.dates import AskedDay, asked_day
from gateway.web.names import ParallelName, parallel_names
from gateway.web.numbers import in_use, number_history
from gateway.web.on_record import OnRecord, on_record
from gateway.web.page import Pages, language_of, link, show
from gateway.web.shown import is_example, last_day_with_offer
from gateway.web.standing import Survey, surveys
from services.contracts.access import Scope, cell
from services.contracts.geography import COMPLETE_FROM
from services.contracts.names import fold
from services.contracts.registry import Awareness
from services.kernel.problems import NotFound

routes = Pages()

LONGEST_NAME = 100
"""Nothing that is longer is looked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the page tells of a municipality on a date, from one view of the catalogue."""

    lines: tuple[Line, ...]
    surveys: tuple[Survey, ...]
    awareness: tuple[Awareness, ...]
    grants: tuple[Award, ...]
    record: OnRecord
    last_day: date | None
    """When nothing is offered: the last day before on which something was."""

    @property
    def has_example(self) -> bool:
        """Something on the page is there only to show the product."""
        sources = [each.source for each in self.lines]
        sources += [each.source for each in self.awareness]
        sources += [each.source for each in self.grants]
        sources += [each.mapping.source for each in self.surveys]
        sources += self.record.sources
        return any(map(is_example, sources))

    def available(self, availability: str) -> list[Line]:
        """The lines of the list that are to be had now, are coming, or are over."""
        return [line for line in self.lines if line.availability == availability]


@routes.page("/kommuner/{code}", action="read_offer")
async def municipality(
    request: Request, code: str, country: Country, today: Today, dato: str | None = None
) -> Response:
    """The one list, and beside it what was mapped, who has told the municipality, and what it was awarded."""
    if code not in country.geography.units:
        return _by_name(request, country, code, today)
    asked = asked_day(dato, today)
    if not country.geography.valid(code, asked.day):
        return await _under_another_number(request, country, code, asked, today)
    areas = country.areas(code, asked.day)
    whole_register = cell("read_register", visitor_of(request).principal.roles).scope is Scope.all
    shown = await gate_of(request).database.read(_shown, country, areas, asked.day, whole_register=whole_register)
    place = place_detail(country, code, asked.day)
    return await show(
        request,
        "municipality.html",
        status=422 if asked.is_wrong else 200,
        place=place,
        parallel_names=parallel_names(place),
        county_names=_county_names(country, place),
        numbers=number_history(country.geography, code),
        asked=asked,
        today=today,
        shown=shown,
        around=around(country, areas, place),
        complete_from=COMPLETE_FROM,
        day_length=date.resolution,
        last_code=_code_on(country, areas, shown.last_day),
        country=country,
        is_example=is_example,
    )


def _by_name(request: Request, country: Snapshot, name: str, today: date) -> Response:
    """From an address with a name instead of a number to the one municipality that is called so, or else was."""
    if len(name) > LONGEST_NAME:
        raise NotFound()
    named = [match for match in country.search.find(name, today) if fold(match.matched_name) == fold(name)]
    called = [match for match in named if not match.is_former and match.locality is None] or named
    codes = {match.unit.code for match in called}
    if len(codes) != 1:
        raise NotFound()
    return RedirectResponse(link(language_of(request), f"/kommuner/{codes.pop()}"), 302)


def _county_names(country: Snapshot, place: PlaceDetail) -> tuple[ParallelName, ...]:
    if place.county_code is None or place.county_name is None:
        return ()
    return parallel_names(country.geography.names(place.county_code, place.on))


async def _under_another_number(
    request: Request, country: Snapshot, code: str, asked: AskedDay, today: date
) -> Response:
    """The page of a number that was not in use on the day: what it was, and where to go."""
    unit = country.geography.units[code]
    last_day = min(today, (unit.valid_to or date.max) - date.resolution)
    return await show(
        request,
        "past.html",
        unit=unit,
        name=unit.names[-1].name,
        parallel_names=parallel_names(unit.names[-1]),
        numbers=number_history(country.geography, code),
        in_use=in_use(unit.valid_from, unit.valid_to, asked.day, today),
        instead=country.geography.related(code, asked.day),
        today_instead=country.geography.related(code, today),
        asked=asked,
        today=today,
        last_day=max(last_day, unit.valid_from),
        timeline=timeline(country, code),
        complete_from=COMPLETE_FROM,
        day_length=date.resolution,
        country=country,
    )


def _shown(connection: sa.Connection, country: Snapshot, areas: Areas, day: date, *, whole_register: bool) -> Shown:
    offer = coordinated_offer(connection, country, areas.code, day)
    mappings = mappings_of(connection, areas, day, whole_register=whole_register)
    return Shown(
        lines=offer.items,
        surveys=surveys(mappings, day),
        awareness=tuple(awareness_of(connection, areas, day)),
        grants=tuple(grants_of(connection, areas, day)),
        record=on_record(connection, country, areas, day),
        last_day=None if offer.items else last_day_with_offer(connection, areas.units | areas.counties, day),
    )


def _code_on(country: Snapshot, areas: Areas, day: date | None) -> str:
    """The number that meant the municipality on an earlier day; its own where there is no such day."""
    if day is None or country.geography.valid(areas.code, day):
        return areas.code
    earlier = [code for code in sorted(areas.units) if country.geography.valid(code, day)]
    return earlier[0] if earlier else areas.code
