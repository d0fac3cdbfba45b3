"""Tables of contacts over HTTP."""

from fastapi import Response

from services.contracts.registry.contact_imports import CONTACTS
from services.contracts.tables import MOST_BYTES
from services.kernel.web import Routes
from services.registry import commands
from services.registry.api.contacts import Wanted
from services.registry.api.logged_reads import LoggedRead
from services.registry.api.tables import Uploaded, csv_file, xlsx_file
from services.registry.api.writing import Write

routes = Routes()


@routes.get("/contacts.csv", action="read_contacts")
async def contacts_csv(look: LoggedRead, wanted: Wanted) -> Response:
    """The contacts that have not ended as a CSV file, of a unit, an organisation, a role, a date."""
    return await csv_file(CONTACTS, await look(commands.take_out_contacts, wanted))


@routes.get("/contacts.xlsx", action="read_contacts")
async def contacts_xlsx(look: LoggedRead, wanted: Wanted) -> Response:
    """The same as an XLSX workbook."""
    return await xlsx_file(CONTACTS, await look(commands.take_out_contacts, wanted))


@routes.get("/contacts/import-template.csv", action="change_contacts")
async def template() -> Response:
    """A table with the headings and no rows."""
    return await csv_file(CONTACTS, ())


@routes.post("/contacts/import", action="change_contacts", most_bytes=MOST_BYTES)
async def import_contacts(upload: Uploaded, write: Write) -> Response:
    """Make the contacts of a table known, all or none, or try it. The answer names cells, and nobody."""
    return await write(commands.import_contacts, await upload.table(CONTACTS), upload.how)
