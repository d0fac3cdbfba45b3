"""Organisations from the catalogue; mappings and who was told, from the registry."""

from uuid import UUID

from fastapi import Response

from gateway import queries
from gateway.gate import Country
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Owner
from gateway.v1.places import Words
from services.contracts.message import CountyCode, UnitCode
from services.contracts.registry import (
    Awareness,
    Bounce,
    Dispatch,
    DispatchLetter,
    InviteMapping,
    Mapping,
    MappingStatus,
    MappingTool,
    MoveMapping,
    Organisation,
    OrganisationKind,
    RecordAwareness,
    RegisterOrganisation,
)
from services.kernel.problems import NotFound
from services.kernel.web import Page, Routes

routes = Routes(PREFIX)


@routes.get("/organisations", action="read_register", response_model=Items[Organisation])
async def organisations(
    snapshot: Country, page: Page, kind: OrganisationKind | None = None, q: Words | None = None
) -> Response:
    """Organisations of a kind, or whose name, alias or reference holds the words."""
    found = queries.organisations(snapshot, kind, q)
    behind = [each for each in found if page.after is None or each.reference > page.after]
    return page.of(behind, key=lambda organisation: organisation.reference)


@routes.get("/organisations/{organisation_id}", action="read_register")
async def organisation(organisation_id: UUID, snapshot: Country) -> Organisation:
    """One organisation."""
    found = snapshot.organisations.get(organisation_id)
    if found is None:
        raise NotFound()
    return found


registry = Owner("registry")

TABLE = (
    registry.makes(
        "/organisations", RegisterOrganisation, Organisation, "change_any_organisation", "Make a body known"
    ),
    registry.lists(
        "/mappings",
        Mapping,
        "read_register",
        "Surveys of a place, a tool, a year, a status; only completed ones for who may not read the whole register",
        unit_code=UnitCode,
        county_code=CountyCode,
        tool=MappingTool,
        year=int,
        status=MappingStatus,
    ),
    registry.reads("/mappings/{mapping_id}", Mapping, "read_register", "One survey"),
    registry.makes("/mappings", InviteMapping, Mapping, "write_mapping", "Ask a place to run a survey"),
    registry.moves("/mappings/{mapping_id}/agree", MoveMapping, Mapping, "write_mapping", "It has agreed to run it"),
    registry.moves("/mappings/{mapping_id}/complete", MoveMapping, Mapping, "write_mapping", "It has run it"),
    registry.moves("/mappings/{mapping_id}/cancel", MoveMapping, Mapping, "write_mapping", "It will not be run"),
    registry.lists(
        "/awareness",
        Awareness,
        "read_register",
        "Who was told about a centre's offer, and how",
        centre_id=UUID,
        unit_code=UnitCode,
        year=int,
    ),
    registry.reads("/awareness/{awareness_id}", Awareness, "read_register", "One record of telling a unit"),
    registry.makes("/awareness", RecordAwareness, Awareness, "write_mapping", "A unit was told about the offer"),
    registry.makes("/dispatches", DispatchLetter, Dispatch, "write_mapping", "The yearly letter went out"),
    registry.moves("/awareness/{awareness_id}/bounce", Bounce, Awareness, "write_mapping", "The letter came back"),
)
routes.routes.extend(line.route() for line in TABLE)
