"""The map of the country and of each county on any date, and under it the same as a table."""

from datetime import date
from typing import Literal

from fastapi import Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, Today
from gateway.web.dates import AskedDay, asked_day
from gateway.web.maps import country_map, county_map
from gateway.web.names import parallel_names
from gateway.web.numbers import in_use
from gateway.web.outlines import NORWAY
from gateway.web.page import Pages, show
from services.kernel.problems import NotFound

routes = Pages()


@routes.page("/kart", action="read_offer")
async def country(request: Request, country: Country, today: Today, dato: str | None = None) -> Response:
    """Every county of a date."""
    asked = asked_day(dato, today)
    return await show(
        request,
        "country.html",
        status=422 if asked.is_wrong else 200,
        asked=asked,
        today=today,
        shown=country_map(country.geography, asked.day),
        has_same_borders=_has_same_borders(country, asked.day),
        names_of=lambda code: parallel_names(country.geography.names(code, asked.day)),
    )


@routes.page("/kart/{code}", action="read_offer")
async def county(
    request: Request,
    code: str,
    country: Country,
    today: Today,
    dato: str | None = None,
    sorter: Literal["navn", "nummer"] = "navn",
) -> Response:
    """Every municipality of a county on a date."""
    if code not in country.geography.counties:
        raise NotFound()
    asked = asked_day(dato, today)
    if not country.geography.valid(code, asked.day):
        return await _under_another_number(request, country, code, asked, today)
    shown = county_map(country.geography, code, asked.day)
    rows = shown.rows if sorter == "navn" else tuple(sorted(shown.rows, key=lambda row: row.unit.code))
    return await show(
        request,
        "county.html",
        status=422 if asked.is_wrong else 200,
        code=code,
        name=country.geography.name(code, asked.day),
        parallel_names=parallel_names(country.geography.names(code, asked.day)),
        asked=asked,
        today=today,
        sorted_by=sorter,
        shown=shown,
        rows=rows,
        has_same_borders=_has_same_borders(country, asked.day),
        names_of=lambda unit: parallel_names(country.geography.names(unit, asked.day)),
        now={row.unit.code: _now(country, row.unit.code, today) for row in rows},
    )


async def _under_another_number(
    request: Request, country: Snapshot, code: str, asked: AskedDay, today: date
) -> Response:
    """The page of a county that was not there on the day: when it was, and which were there instead."""
    geography, known = country.geography, country.geography.counties[code]
    last_day = max(known.valid_from, min(today, (known.valid_to or date.max) - date.resolution))
    return await show(
        request,
        "past_county.html",
        county=known,
        name=known.names[-1].name,
        asked=asked,
        today=today,
        last_day=last_day,
        in_use=in_use(known.valid_from, known.valid_to, asked.day, today),
        instead=[
            (branch.code, geography.name(branch.code, asked.day)) for branch in geography.related(code, asked.day)
        ],
    )


def _has_same_borders(country: Snapshot, on: date) -> bool:
    """The municipalities of the date are those that the map was drawn for."""
    return country.geography.units_on(on) == country.geography.units_on(NORWAY.drawn_on)


def _now(country: Snapshot, code: str, today: date) -> list[tuple[str, str]]:
    """What a municipality of another date is today, where it has another number."""
    if country.geography.valid(code, today):
        return []
    branches = country.geography.related(code, today)
    return [(branch.code, country.geography.name(branch.code, today)) for branch in branches]
