"""The registry over HTTP. Paths are those of the public API without its prefix."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from services.contracts.message import CountyCode, ShortText, UnitCode
from services.contracts.registry import (
    Awareness,
    Bounce,
    County,
    DispatchLetter,
    InviteMapping,
    Mapping,
    MappingStatus,
    MappingTool,
    MoveMapping,
    Organisation,
    OrganisationKind,
    PlaceHistory,
    RecordAwareness,
    RegisterOrganisation,
    Unit,
    UnitKind,
)
from services.kernel.clock import business_date
from services.kernel.paging import Page
from services.kernel.problems import FieldError, Invalid
from services.kernel.web import Caller, Read, Routes, Write
from services.registry import commands, queries

routes = Routes()

Resource = TypeVar("Resource", bound=BaseModel)
Year = Annotated[int | None, Query(ge=1990, le=2100)]


async def _today(request: Request) -> date:
    return business_date(request.app.door.database.clock.now())


Today = Annotated[date, Depends(_today)]


def _behind(after: str | None) -> UUID | None:
    """The id that a page begins behind."""
    try:
        return None if after is None else UUID(after)
    except ValueError:
        raise Invalid(errors=[FieldError(parameter="after")]) from None


def _whole(items: Sequence[Resource]) -> dict[str, Sequence[Resource]]:
    """A list that is short enough to be given whole."""
    return {"items": items}


@routes.get("/municipalities", action="read_register")
async def municipalities(
    read: Read, today: Today, on: date | None = None, county: CountyCode | None = None, q: ShortText | None = None
) -> dict[str, Sequence[Unit]]:
    """The municipalities on a date, of a county or of all; with ``q`` those that a name or former name finds."""
    return _whole(await read(queries.units, on or today, UnitKind.municipality, county, q))


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
    return _whole(await read(queries.counties, on or today))


@routes.get("/districts", action="read_register")
async def districts(
    read: Read, today: Today, on: date | None = None, county: CountyCode | None = None
) -> dict[str, Sequence[Unit]]:
    """The city districts on a date."""
    return _whole(await read(queries.units, on or today, UnitKind.city_district, county))


@routes.get("/organisations", action="read_register")
async def organisations(
    read: Read,
    kind: OrganisationKind | None = None,
    name: ShortText | None = None,
    county: CountyCode | None = None,
    on: date | None = None,
) -> dict[str, Sequence[Organisation]]:
    """Bodies of a kind, by a whole name or alias, or that cover a county; ``on`` asks for a date."""
    return _whole(await read(queries.organisations, queries.OrganisationFilter(kind, name, county, on)))


@routes.get("/organisations/{organisation_id}", action="read_register")
async def organisation(organisation_id: UUID, read: Read) -> Organisation:
    """One body."""
    return await read(queries.organisation, organisation_id)


@routes.post("/organisations", action="change_any_organisation", status_code=201)
async def register_organisation(request: RegisterOrganisation, write: Write) -> Response:
    """Make a body known."""
    return await write(commands.register_organisation, request, location="/organisations/{organisation_id}")


@routes.get("/mappings", action="read_register")
async def mappings(
    read: Read,
    caller: Caller,
    page: Page,
    unit_code: UnitCode | None = None,
    county_code: CountyCode | None = None,
    tool: MappingTool | None = None,
    year: Year = None,
    status: MappingStatus | None = None,
) -> Response:
    """Mappings of a unit or county, a tool, a year, a status; for who reads a part of the register, the completed."""
    wanted = queries.MappingFilter(unit_code, county_code, tool, year, status)
    found = await read(queries.mappings, caller, wanted, page.limit, _behind(page.after))
    return page.of(found, key=lambda mapping: mapping.mapping_id)


@routes.get("/mappings/{mapping_id}", action="read_register")
async def mapping(mapping_id: UUID, read: Read, caller: Caller, response: Response) -> Mapping:
    """One mapping."""
    found, version = await read(queries.mapping, caller, mapping_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/mappings", action="write_mapping", status_code=201)
async def invite(request: InviteMapping, write: Write) -> Response:
    """Ask a unit, or a county for upper secondary, to run a survey."""
    return await write(commands.invite_mapping, request, location="/mappings/{mapping_id}")


@routes.post("/mappings/{mapping_id}/agree", action="write_mapping")
async def agree(mapping_id: UUID, request: MoveMapping, write: Write) -> Response:
    """It has agreed to run it."""
    return await write(commands.move_mapping, mapping_id, MappingStatus.agreed, request)


@routes.post("/mappings/{mapping_id}/complete", action="write_mapping")
async def complete(mapping_id: UUID, request: MoveMapping, write: Write) -> Response:
    """It has run it."""
    return await write(commands.move_mapping, mapping_id, MappingStatus.completed, request)


@routes.post("/mappings/{mapping_id}/cancel", action="write_mapping")
async def cancel(mapping_id: UUID, request: MoveMapping, write: Write) -> Response:
    """It will not be run."""
    return await write(commands.move_mapping, mapping_id, MappingStatus.cancelled, request)


@routes.get("/awareness", action="read_register")
async def awareness(
    read: Read, page: Page, centre_id: UUID | None = None, unit_code: UnitCode | None = None, year: Year = None
) -> Response:
    """Who was told about a centre's offer, and how."""
    wanted = queries.AwarenessFilter(centre_id, unit_code, year)
    found = await read(queries.awareness, wanted, page.limit, _behind(page.after))
    return page.of(found, key=lambda awareness: awareness.awareness_id)


@routes.get("/awareness/{awareness_id}", action="read_register")
async def awareness_record(awareness_id: UUID, read: Read, response: Response) -> Awareness:
    """One record of telling a unit."""
    found, version = await read(queries.awareness_record, awareness_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/awareness", action="write_mapping", status_code=201)
async def record_awareness(request: RecordAwareness, write: Write) -> Response:
    """A unit was told about the centre's offer."""
    return await write(commands.record_awareness, request, location="/awareness/{awareness_id}")


@routes.post("/dispatches", action="write_mapping", status_code=201)
async def dispatch(request: DispatchLetter, write: Write) -> Response:
    """The yearly letter went to the official mailbox of each unit."""
    return await write(commands.dispatch_letter, request)


@routes.post("/awareness/{awareness_id}/bounce", action="write_mapping")
async def bounce(awareness_id: UUID, request: Bounce, write: Write) -> Response:
    """The letter to one unit came back."""
    return await write(commands.bounce_letter, awareness_id, request)
