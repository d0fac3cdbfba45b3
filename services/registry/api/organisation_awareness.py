"""Organisations that were told of an offer, over HTTP."""

from uuid import UUID

from fastapi import Response

from services.contracts.message import Year
from services.contracts.registry import OrganisationKind
from services.contracts.registry.organisation_awareness import (
    OrganisationAwareness,
    RecordOrganisationAwareness,
    UninformedOrganisations,
)
from services.kernel.paging import Page
from services.kernel.web import Read, Routes
from services.registry.api.answers import Today
from services.registry.api.writing import Write
from services.registry.commands.organisation_awareness import record_organisation_awareness
from services.registry.queries.organisation_awareness import (
    OrganisationAwarenessFilter,
    organisation_awareness,
    organisation_awareness_record,
    uninformed_organisations,
)

routes = Routes()


@routes.get("/organisation-awareness", action="read_register")
async def told(
    read: Read,
    page: Page,
    centre_id: UUID | None = None,
    organisation_id: UUID | None = None,
    year: Year | None = None,
) -> Response:
    """Which organisations were told about a centre's offer, and how."""
    wanted = OrganisationAwarenessFilter(centre_id, organisation_id, year)
    found = await read(organisation_awareness, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda each: each.organisation_awareness_id)


@routes.get("/organisation-awareness/uninformed", action="read_register")
async def uninformed(
    read: Read, today: Today, centre_id: UUID, year: Year, kind: OrganisationKind = OrganisationKind.campus
) -> UninformedOrganisations:
    """Organisations of a kind that a centre has not told of its offer in a year, by name."""
    return await read(uninformed_organisations, centre_id, kind, year, today)


@routes.get("/organisation-awareness/{organisation_awareness_id}", action="read_register")
async def record(organisation_awareness_id: UUID, read: Read, response: Response) -> OrganisationAwareness:
    """One record of telling an organisation."""
    found, version = await read(organisation_awareness_record, organisation_awareness_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/organisation-awareness", action="write_mapping", status_code=201)
async def record_told(request: RecordOrganisationAwareness, write: Write) -> Response:
    """An organisation was told about the centre's offer."""
    location = "/organisation-awareness/{organisation_awareness_id}"
    return await write(record_organisation_awareness, request, location=location)
