"""Deaths by overdose, as far as everybody may know of them: from the catalogue. All else is the registry's to tell."""

from uuid import UUID

from fastapi import Response

from gateway.queries.unit_records import OVERDOSE_COUNTS
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Owner
from gateway.v1.unit_records import listed, single
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
from services.kernel.web import Page, Read, Routes

routes = Routes(PREFIX)

registry = Owner("registry")
READ, WRITE = "read_register", "write_mapping"
COUNT, UNIT = "/overdose-counts/{overdose_count_id}", "/overdose-units/{overdose_unit_id}"


@routes.get("/overdose-counts", action=READ, response_model=Items[OverdoseCount])
async def overdose_counts(
    read: Read,
    page: Page,
    unit_code: UnitCode | None = None,
    year: Year | None = None,
) -> Response:
    """Counts of a unit and a year. Of fewer than five it is only said that they are fewer."""
    return await listed(read, page, OVERDOSE_COUNTS, {"unit_code": unit_code, "year": year})


@routes.get(COUNT, action=READ, response_model=OverdoseCount)
async def overdose_count(overdose_count_id: UUID, read: Read) -> Response:
    """One count."""
    return await single(read, OVERDOSE_COUNTS, overdose_count_id)


TABLE = (
    registry.reads(
        "/overdose-counts/numbers",
        Items[OverdoseNumber],
        WRITE,
        "The exact numbers of a year, last year if none is named, that one's own centre keeps",
        year=Year,
        county=CountyCode,
    ),
    registry.makes("/overdose-counts", RecordOverdoseCount, OverdoseCount, WRITE, "How many died in a unit in a year"),
    registry.moves(f"{COUNT}/correct", CorrectOverdoseCount, OverdoseCount, WRITE, "The number is another"),
    registry.moves(f"{COUNT}/withdraw", WithdrawOverdoseCount, OverdoseCount, WRITE, "There is no such count"),
    registry.lists("/overdose-units", OverdoseUnit, READ, "Municipalities with overdose problems", unit_code=UnitCode),
    registry.reads(UNIT, OverdoseUnit, READ, "One of them, and what it has begun"),
    registry.makes("/overdose-units", RecordOverdoseUnit, OverdoseUnit, WRITE, "A municipality has overdose problems"),
    registry.moves(f"{UNIT}/change", ChangeOverdoseUnit, OverdoseUnit, WRITE, "Tell anew of what it has begun"),
    registry.moves(f"{UNIT}/end", EndOverdoseUnit, OverdoseUnit, WRITE, "It is not counted any more"),
)
routes.routes.extend(line.route() for line in TABLE)
