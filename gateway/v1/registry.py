"""Mappings and who was told; what is told of organisations, groups and representatives: passed on to the registry."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from gateway import queries
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Forwarded, Owner, ask_service
from services.contracts.access import Scope
from services.contracts.message import CountyCode, UnitCode, Year
from services.contracts.registry import (
    Awareness,
    Bounce,
    CallElection,
    CastVote,
    ChangeGroup,
    ChangeOrganisation,
    ConfirmOrganisation,
    Dispatch,
    DispatchLetter,
    Duplicate,
    EndRepresentation,
    ImportOrganisations,
    InviteMapping,
    Mapping,
    MappingStatus,
    MappingTool,
    MergeOrganisations,
    MoveMapping,
    MunicipalityGroup,
    Organisation,
    OrganisationImport,
    OrganisationKind,
    RecordAwareness,
    Recorded,
    RegisterGroup,
    RegisterOrganisation,
    Representative,
)
from services.contracts.registry.organisation_awareness import (
    OrganisationAwareness,
    RecordOrganisationAwareness,
    UninformedOrganisations,
)
from services.kernel.problems import NotFound
from services.kernel.web import Caller, Page, Read, Routes

routes = Routes(PREFIX)


async def _wanted(
    unit_code: UnitCode | None = None,
    county_code: CountyCode | None = None,
    tool: MappingTool | None = None,
    year: Year | None = None,
    status: MappingStatus | None = None,
) -> queries.WantedMappings:
    return queries.WantedMappings(unit_code, county_code, tool, year, status)


@routes.get("/mappings", action="read_register", response_model=Items[Mapping])
async def mappings(
    request: Request,
    read: Read,
    caller: Caller,
    page: Page,
    wanted: Annotated[queries.WantedMappings, Depends(_wanted)],
) -> Response:
    """Surveys of a place, a tool, a year, a status; for who may not read the whole register: completed or one's own."""
    if caller.scope is Scope.all:
        return await ask_service(request, "registry")
    found = await read(queries.public_mappings_page, wanted, caller.organisation_id, page.after, page.limit)
    return page.of(found, key=lambda mapping: mapping["mapping_id"])


@routes.get("/mappings/{mapping_id}", action="read_register", response_model=Mapping)
async def mapping(mapping_id: UUID, request: Request, caller: Caller) -> Response:
    """One survey; one that the caller may not read of does not exist for them."""
    answer = await ask_service(request, "registry")
    if answer.status_code == 200 and caller.scope is not Scope.all:
        found = Mapping.model_validate_json(bytes(answer.body))
        if found.status is not MappingStatus.completed and found.centre_id != caller.organisation_id:
            raise NotFound()
    return answer


registry = Owner("registry")

ANY, OWN = "change_any_organisation", "change_organisation"
HISTORY = "Everything that was recorded of it: when, by whom, why, and what was changed"

TABLE = (
    registry.makes("/organisations", RegisterOrganisation, Organisation, ANY, "Make a body known"),
    Forwarded(
        "POST",
        "/organisations/import",
        "registry",
        ANY,
        "Make many bodies known at once, or try it and read what is wrong with each",
        ImportOrganisations,
        OrganisationImport,
    ),
    registry.reads("/organisations/duplicates", Items[Duplicate], ANY, "Records that may be the same body, and why"),
    *(
        registry.reads(f"/{address}/history", Items[Recorded], "read_register", HISTORY)
        for address in (
            "organisations/{organisation_id}",
            "groups/{group_id}",
            "representatives/{representative_id}",
            "mappings/{mapping_id}",
            "awareness/{awareness_id}",
            "organisation-awareness/{organisation_awareness_id}",
            "plan-anchors/{plan_anchor_id}",
            "programme-memberships/{programme_membership_id}",
            "overdose-counts/{overdose_count_id}",
            "overdose-units/{overdose_unit_id}",
            "service-links/{service_link_id}",
        )
    ),
    registry.moves(
        "/organisations/{organisation_id}/change", ChangeOrganisation, Organisation, OWN, "Tell anew of a body"
    ),
    registry.moves(
        "/organisations/{organisation_id}/confirm",
        ConfirmOrganisation,
        Organisation,
        OWN,
        "The body itself says that what is told of it is right",
    ),
    registry.moves(
        "/organisations/{organisation_id}/merge",
        MergeOrganisations,
        Organisation,
        ANY,
        "Give up this record for another one of the same body",
    ),
    registry.makes("/groups", RegisterGroup, MunicipalityGroup, OWN, "Make a municipality group known"),
    registry.moves("/groups/{group_id}/change", ChangeGroup, MunicipalityGroup, OWN, "Tell anew of a group"),
    registry.makes("/representatives", CallElection, Representative, ANY, "Ask a region's electors to choose"),
    registry.moves(
        "/representatives/{representative_id}/vote", CastVote, Representative, OWN, "An elector chooses, or anew"
    ),
    registry.moves(
        "/representatives/{representative_id}/end", EndRepresentation, Representative, ANY, "The seat is left"
    ),
    registry.imports("/mappings/import", "write_mapping", "Enter the surveys of a table, all or none, or try it"),
    registry.exports("/mappings/import-template.csv", "write_mapping", "A table with the headings and no rows"),
    *(
        registry.exports(
            f"/mappings.{ending}",
            "read_register",
            "Surveys as a table that can be imported again: those that one may see",
            unit_code=UnitCode,
            county_code=CountyCode,
            tool=MappingTool,
            year=Year,
            status=MappingStatus,
        )
        for ending in ("csv", "xlsx")
    ),
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
        year=Year,
    ),
    registry.reads("/awareness/{awareness_id}", Awareness, "read_register", "One record of telling a unit"),
    registry.makes("/awareness", RecordAwareness, Awareness, "write_mapping", "A unit was told about the offer"),
    registry.lists(
        "/organisation-awareness",
        OrganisationAwareness,
        "read_register",
        "Which organisations were told about a centre's offer, and how",
        centre_id=UUID,
        organisation_id=UUID,
        year=Year,
    ),
    registry.reads(
        "/organisation-awareness/uninformed",
        UninformedOrganisations,
        "read_register",
        "Organisations of a kind that were not told of a centre's offer in a year, by name",
        centre_id=UUID,
        kind=OrganisationKind,
        year=Year,
    ),
    registry.reads(
        "/organisation-awareness/{organisation_awareness_id}",
        OrganisationAwareness,
        "read_register",
        "One record of telling an organisation",
    ),
    registry.makes(
        "/organisation-awareness",
        RecordOrganisationAwareness,
        OrganisationAwareness,
        "write_mapping",
        "An organisation was told about the offer",
    ),
    registry.makes("/dispatches", DispatchLetter, Dispatch, "write_mapping", "The yearly letter went out"),
    registry.moves("/awareness/{awareness_id}/bounce", Bounce, Awareness, "write_mapping", "The letter came back"),
)
routes.routes.extend(line.route() for line in TABLE)
