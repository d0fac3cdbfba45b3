"""Tables of agreements over HTTP."""

from fastapi import Response

from services.contracts.registry.agreement_imports import AGREEMENTS
from services.contracts.tables import MOST_BYTES
from services.kernel.web import Routes
from services.registry import commands
from services.registry.api.tables import Uploaded, csv_file
from services.registry.api.writing import Write

routes = Routes()


@routes.get("/agreements/import-template.csv", action="write_agreement")
async def template() -> Response:
    """A table with the headings and no rows."""
    return await csv_file(AGREEMENTS, ())


@routes.post("/agreements/import", action="write_agreement", most_bytes=MOST_BYTES)
async def import_agreements(upload: Uploaded, write: Write) -> Response:
    """Put the agreements of a table before their parties, all or none, or try it."""
    return await write(commands.import_agreements, await upload.table(AGREEMENTS), upload.how)
