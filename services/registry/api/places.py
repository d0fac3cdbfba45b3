"""Units and counties over HTTP."""

from collections.abc import Sequence
from datetime import date

from services.contracts.message import CountyCode, ShortText, UnitCode
from services.contracts.registry import County, PlaceHistory, Unit, UnitKind
from services.kernel.web import Read, Routes
from services.registry import queries
from services.registry.api.answers import Today, whole

routes = Routes()


@routes.get("/municipalities", action="read_register")
async def municipalities(
    read: Read, today: Today, on: date | None = None, county: CountyCode | None = None, q: ShortText | None = None
) -> dict[str, Sequence[Unit]]:
    """The municipalities on a date, of a county or of all; with ``q`` those that a name or former name finds."""
    return whole(await read(queries.units, on or today, UnitKind.municipality, county, q))


@routes.get("/municipalities/{code}", action="read_register")
async def municipality(code: UnitCode, read: Read, today: Today, on: date | None = None) -> Unit:
    """The municipality or city district that has the code on the date."""
    return await read(queries.unit, code, on or today)


@routes.get("/municipalities/{code}/history", action="read_register")
async def history(code: UnitCode, read: Read, today: Today) -> PlaceHistory:
    """What the code came from, what is recorded about it, and what it is today."""
    return await read(queries.history, code, today)


@routes.get("/counties", action="read_register")
async def counties(read: Read, today: Today, on: date | None = None) -> dict[str, Sequence[County]]:
    """The counties on a date."""
    return whole(await read(queries.counties, on or today))


@routes.get("/districts", action="read_register")
async def districts(
    read: Read, today: Today, on: date | None = None, county: CountyCode | None = None
) -> dict[str, Sequence[Unit]]:
    """The city districts on a date."""
    return whole(await read(queries.units, on or today, UnitKind.city_district, county))
