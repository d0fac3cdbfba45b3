"""Tables of mappings over HTTP."""

from fastapi import Response

from services.contracts.registry.mapping_imports import MAPPINGS
from services.contracts.tables import MOST_BYTES
from services.kernel.web import Caller, Read, Routes
from services.registry import commands, queries
from services.registry.api.mappings import Wanted
from services.registry.api.tables import Uploaded, csv_file, xlsx_file
from services.registry.api.writing import Write

routes = Routes()


@routes.get("/mappings.csv", action="read_register")
async def mappings_csv(read: Read, caller: Caller, wanted: Wanted) -> Response:
    """Mappings as a CSV file, those that one may see, of a place, a tool, a year, a status."""
    return await csv_file(MAPPINGS, await read(queries.mapping_rows, caller, wanted))


@routes.get("/mappings.xlsx", action="read_register")
async def mappings_xlsx(read: Read, caller: Caller, wanted: Wanted) -> Response:
    """The same as an XLSX workbook."""
    return await xlsx_file(MAPPINGS, await read(queries.mapping_rows, caller, wanted))


@routes.get("/mappings/import-template.csv", action="write_mapping")
async def template() -> Response:
    """A table with the headings and no rows."""
    return await csv_file(MAPPINGS, ())


@routes.post("/mappings/import", action="write_mapping", most_bytes=MOST_BYTES)
async def import_mappings(upload: Uploaded, write: Write) -> Response:
    """Enter the surveys of a table, all or none, or try it: each cell that is wrong is told with its address."""
    return await write(commands.import_mappings, await upload.table(MAPPINGS), upload.how)
