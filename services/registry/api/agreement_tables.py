"""Tables of agreements over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.message import UnitCode
from services.contracts.registry.agreement_imports import AGREEMENTS
from services.contracts.registry.agreements import AgreementKind, AgreementStatus
from services.contracts.tables import MOST_BYTES
from services.kernel.web import Caller, Read, Routes
from services.registry import commands
from services.registry.api.tables import Uploaded, csv_file, xlsx_file
from services.registry.api.writing import Write
from services.registry.queries.agreement_tables import agreement_rows
from services.registry.queries.agreements import AgreementFilter

routes = Routes()


async def _wanted(
    party_id: UUID | None = None,
    unit_code: UnitCode | None = None,
    kind: AgreementKind | None = None,
    status: AgreementStatus | None = None,
    in_breach: bool | None = None,
) -> AgreementFilter:
    return AgreementFilter(None, party_id, unit_code, kind, status, in_breach)


Wanted = Annotated[AgreementFilter, Depends(_wanted)]


@routes.get("/agreements.csv", action="write_agreement")
async def agreements_csv(read: Read, caller: Caller, wanted: Wanted) -> Response:
    """The agreements that one's own centre has drafted as a CSV file, of a party, a unit, a kind, a status."""
    return await csv_file(AGREEMENTS, await read(agreement_rows, caller, wanted))


@routes.get("/agreements.xlsx", action="write_agreement")
async def agreements_xlsx(read: Read, caller: Caller, wanted: Wanted) -> Response:
    """The same as an XLSX workbook."""
    return await xlsx_file(AGREEMENTS, await read(agreement_rows, caller, wanted))


@routes.get("/agreements/import-template.csv", action="write_agreement")
async def template() -> Response:
    """A table with the headings and no rows."""
    return await csv_file(AGREEMENTS, ())


@routes.post("/agreements/import", action="write_agreement", most_bytes=MOST_BYTES)
async def import_agreements(upload: Uploaded, write: Write) -> Response:
    """Put the agreements of a table before their parties, all or none, or try it."""
    return await write(commands.import_agreements, await upload.table(AGREEMENTS), upload.how)
