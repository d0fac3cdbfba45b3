"""The directory of services over HTTP."""

from uuid import UUID

from fastapi import Response

from services.contracts.message import UnitCode
from services.contracts.registry.service_links import (
    ChangeServiceLink,
    OwnerLevel,
    Pillar,
    RecordServiceLink,
    RemoveServiceLink,
    ServiceLink,
    ServiceType,
)
from services.kernel.paging import Page
from services.kernel.web import Read, Routes
from services.registry.api.writing import Write
from services.registry.commands.service_links import change_service_link, record_service_link, remove_service_link
from services.registry.queries.service_links import ServiceLinkFilter, service_link, service_links

routes = Routes()


@routes.get("/service-links", action="read_register")
async def services(
    read: Read,
    page: Page,
    unit_code: UnitCode | None = None,
    owner_level: OwnerLevel | None = None,
    service_type: ServiceType | None = None,
    pillar: Pillar | None = None,
) -> Response:
    """The services of a municipality, of an owner, of a kind, of a pillar."""
    wanted = ServiceLinkFilter(unit_code, owner_level, service_type, pillar)
    found = await read(service_links, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda each: each.service_link_id)


@routes.get("/service-links/{service_link_id}", action="read_register")
async def service(service_link_id: UUID, read: Read, response: Response) -> ServiceLink:
    """One service."""
    found, version = await read(service_link, service_link_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/service-links", action="write_mapping", status_code=201)
async def record(request: RecordServiceLink, write: Write) -> Response:
    """Put a service into the directory of a municipality."""
    return await write(record_service_link, request, location="/service-links/{service_link_id}")


@routes.post("/service-links/{service_link_id}/change", action="write_mapping")
async def change(service_link_id: UUID, request: ChangeServiceLink, write: Write) -> Response:
    """Tell anew of a service."""
    return await write(change_service_link, service_link_id, request)


@routes.post("/service-links/{service_link_id}/remove", action="write_mapping")
async def remove(service_link_id: UUID, request: RemoveServiceLink, write: Write) -> Response:
    """Take a service out of the directory."""
    return await write(remove_service_link, service_link_id, request)
