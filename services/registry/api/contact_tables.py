"""Tables of contacts over HTTP."""

from fastapi import Response

from services.contracts.registry.contact_imports import CONTACTS
from services.contracts.tables import MOST_BYTES
from services.kernel.web import Routes
from services.registry import commands
from services.registry.api.tables import Uploaded, csv_file
from services.registry.api.writing import Write

routes = Routes()


@routes.get("/contacts/import-template.csv", action="change_contacts")
async def template() -> Response:
    """A table with the headings and no rows."""
    return await csv_file(CONTACTS, ())


@routes.post("/contacts/import", action="change_contacts", most_bytes=MOST_BYTES)
async def import_contacts(upload: Uploaded, write: Write) -> Response:
    """Make the contacts of a table known, all or none, or try it. The answer names cells, and nobody."""
    return await write(commands.import_contacts, await upload.table(CONTACTS), upload.how)
