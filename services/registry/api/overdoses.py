"""Counts of deaths by overdose, and municipalities with overdose problems, over HTTP."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Response

from services.contracts.message import CountyCode, UnitCode, Year
from services.contracts.registry.overdoses import (
    ChangeOverdoseUnit,
    CorrectOverdoseCount,
    EndOverdoseUnit,
    OverdoseCount,
    OverdoseNumber,
    OverdoseUnit,
    RecordOverdoseCount,
    RecordOverdoseUnit,
    WithdrawOverdoseCount,
)
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes
from services.registry.api.answers import Today, whole
from services.registry.api.writing import Write
from services.registry.commands import overdose_counts as counts
from services.registry.commands import overdose_units as units
from services.registry.queries import overdoses as queries

routes = Routes()


@routes.get("/overdose-counts", action="read_register")
async def overdose_counts(
    read: Read, page: Page, unit_code: UnitCode | None = None, year: Year | None = None
) -> Response:
    """Counts of a unit and a year. Of fewer than five it is only said that they are fewer."""
    wanted = queries.OverdoseCountFilter(unit_code, year)
    found = await read(queries.overdose_counts, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda each: each.overdose_count_id)


@routes.get("/overdose-counts/numbers", action="write_mapping")
async def numbers(
    read: Read, caller: Caller, today: Today, year: Year | None = None, county: CountyCode | None = None
) -> dict[str, Sequence[OverdoseNumber]]:
    """The exact numbers of a year, last year if none is named, that one's own centre keeps: the greatest first."""
    return whole(await read(queries.overdose_numbers, caller, year or today.year - 1, county))


@routes.get("/overdose-counts/{overdose_count_id}", action="read_register")
async def overdose_count(overdose_count_id: UUID, read: Read, response: Response) -> OverdoseCount:
    """One count."""
    found, version = await read(queries.overdose_count, overdose_count_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/overdose-counts", action="write_mapping", status_code=201)
async def record_count(request: RecordOverdoseCount, write: Write) -> Response:
    """How many died by overdose in a unit in a year."""
    return await write(counts.record_overdose_count, request, location="/overdose-counts/{overdose_count_id}")


@routes.post("/overdose-counts/{overdose_count_id}/correct", action="write_mapping")
async def correct_count(overdose_count_id: UUID, request: CorrectOverdoseCount, write: Write) -> Response:
    """The number is another."""
    return await write(counts.correct_overdose_count, overdose_count_id, request)


@routes.post("/overdose-counts/{overdose_count_id}/withdraw", action="write_mapping")
async def withdraw_count(overdose_count_id: UUID, request: WithdrawOverdoseCount, write: Write) -> Response:
    """There is no such count after all."""
    return await write(counts.withdraw_overdose_count, overdose_count_id, request)


@routes.get("/overdose-units", action="read_register")
async def overdose_units(read: Read, caller: Caller, page: Page, unit_code: UnitCode | None = None) -> Response:
    """Municipalities with overdose problems: all for who reads the whole register, else one's own centre's."""
    found = await read(queries.overdose_units, caller, unit_code, page.limit, page.after_id)
    return page.of(found, key=lambda each: each.overdose_unit_id)


@routes.get("/overdose-units/{overdose_unit_id}", action="read_register")
async def overdose_unit(overdose_unit_id: UUID, read: Read, caller: Caller, response: Response) -> OverdoseUnit:
    """One of them."""
    found, version = await read(queries.overdose_unit, caller, overdose_unit_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/overdose-units", action="write_mapping", status_code=201)
async def record_unit(request: RecordOverdoseUnit, write: Write) -> Response:
    """A municipality has overdose problems."""
    return await write(units.record_overdose_unit, request, location="/overdose-units/{overdose_unit_id}")


@routes.post("/overdose-units/{overdose_unit_id}/change", action="write_mapping")
async def change_unit(overdose_unit_id: UUID, request: ChangeOverdoseUnit, write: Write) -> Response:
    """Tell anew of everything that it has begun."""
    return await write(units.change_overdose_unit, overdose_unit_id, request)


@routes.post("/overdose-units/{overdose_unit_id}/end", action="write_mapping")
async def end_unit(overdose_unit_id: UUID, request: EndOverdoseUnit, write: Write) -> Response:
    """It is not counted any more."""
    return await write(units.end_overdose_unit, overdose_unit_id, request)
