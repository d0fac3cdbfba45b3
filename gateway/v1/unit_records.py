"""What is recorded of units: lists from the gateway's own copies; what is told is passed on to the registry."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic_core import to_json

from gateway.gate import Known
from gateway.queries.unit_records import (
    MEMBERSHIPS,
    PLAN_ANCHORS,
    SERVICE_LINKS,
    UnitRecords,
    unit_record,
    unit_records,
)
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Forwarded, Owner
from services.contracts.message import UnitCode
from services.contracts.registry.localities import Reference
from services.contracts.registry.memberships import (
    ChangeMembership,
    EndMembership,
    ImportMemberships,
    MembershipImport,
    MembershipProgramme,
    MembershipRole,
    ProgrammeMembership,
    RecordMembership,
)
from services.contracts.registry.plan_anchors import (
    ChangePlanAnchor,
    EndPlanAnchor,
    PlanAnchor,
    PlanType,
    RecordPlanAnchor,
)
from services.contracts.registry.service_links import (
    ChangeServiceLink,
    OwnerLevel,
    Pillar,
    RecordServiceLink,
    RemoveServiceLink,
    ServiceLink,
    ServiceType,
)
from services.kernel.problems import NotFound
from services.kernel.web import Page, Read, Routes

routes = Routes(PREFIX)


async def listed(
    read: Read, page: Page, kind: UnitRecords, wanted: Mapping[str, object], on: date | None = None
) -> Response:
    """A page of records."""
    found: list[Any] = await read(unit_records, kind, wanted, on, page.after, page.limit)
    return page.of(found, key=lambda record: record[kind.key])


async def single(read: Read, kind: UnitRecords, its_id: UUID) -> Response:
    """One record with its version.

    Raises:
        NotFound: there is none.
    """
    found = await read(unit_record, kind, its_id)
    if found is None:
        raise NotFound()
    headers = {"ETag": f'"{found.version}"'}
    return Response(to_json(found.state), headers=headers, media_type="application/json")


@routes.get("/plan-anchors", action="read_register", response_model=Items[PlanAnchor])
async def plan_anchors(
    read: Read,
    page: Page,
    unit_code: UnitCode | None = None,
    plan_type: PlanType | None = None,
    contains_topic: bool | None = None,
    on: date | None = None,
) -> Response:
    """Municipal plans of a unit, of a type, that contain the topic, that hold on a date."""
    wanted = {"unit_code": unit_code, "plan_type": plan_type, "contains_topic": contains_topic}
    return await listed(read, page, PLAN_ANCHORS, wanted, on)


@routes.get("/plan-anchors/{plan_anchor_id}", action="read_register", response_model=PlanAnchor)
async def plan_anchor(plan_anchor_id: UUID, read: Read) -> Response:
    """One municipal plan."""
    return await single(read, PLAN_ANCHORS, plan_anchor_id)


@routes.get("/membership-programmes", action="read_register", response_model=Items[MembershipProgramme])
async def membership_programmes(snapshot: Known, page: Page) -> Response:
    """The programmes, networks and schemes that units are members of, with the roles that there are in each."""
    behind = [each for each in snapshot.membership_programmes if page.after is None or each.reference > page.after]
    return page.of(behind, key=lambda each: each.reference)


@routes.get("/programme-memberships", action="read_register", response_model=Items[ProgrammeMembership])
async def memberships(
    read: Read,
    page: Page,
    programme: Reference | None = None,
    unit_code: UnitCode | None = None,
    role: MembershipRole | None = None,
    on: date | None = None,
) -> Response:
    """Who has which role in a programme, or which roles a unit has, on a date or ever."""
    wanted = {"programme": programme, "unit_code": unit_code, "role": role}
    return await listed(read, page, MEMBERSHIPS, wanted, on)


@routes.get(
    "/programme-memberships/{programme_membership_id}", action="read_register", response_model=ProgrammeMembership
)
async def membership(programme_membership_id: UUID, read: Read) -> Response:
    """One membership."""
    return await single(read, MEMBERSHIPS, programme_membership_id)


@routes.get("/service-links", action="read_register", response_model=Items[ServiceLink])
async def service_links(
    read: Read,
    page: Page,
    unit_code: UnitCode | None = None,
    owner_level: OwnerLevel | None = None,
    service_type: ServiceType | None = None,
    pillar: Pillar | None = None,
) -> Response:
    """Services of a municipality, of an owner, of a kind, of a pillar."""
    wanted = {"unit_code": unit_code, "owner_level": owner_level, "service_type": service_type, "pillar": pillar}
    return await listed(read, page, SERVICE_LINKS, wanted)


@routes.get("/service-links/{service_link_id}", action="read_register", response_model=ServiceLink)
async def service_link(service_link_id: UUID, read: Read) -> Response:
    """One service."""
    return await single(read, SERVICE_LINKS, service_link_id)


registry = Owner("registry")
WRITE = "write_mapping"
PLAN = "/plan-anchors/{plan_anchor_id}"
LINK = "/service-links/{service_link_id}"
MEMBERSHIP = "/programme-memberships/{programme_membership_id}"

TABLE = (
    registry.makes("/plan-anchors", RecordPlanAnchor, PlanAnchor, WRITE, "A unit has a plan"),
    registry.moves(f"{PLAN}/change", ChangePlanAnchor, PlanAnchor, WRITE, "Tell anew of a plan"),
    registry.moves(f"{PLAN}/end", EndPlanAnchor, PlanAnchor, WRITE, "A plan holds no longer, or never did"),
    registry.makes("/programme-memberships", RecordMembership, ProgrammeMembership, WRITE, "A unit has a role in it"),
    Forwarded(
        "POST",
        "/programme-memberships/import",
        "registry",
        WRITE,
        "Take in a list of a programme's members, or try it and read what comes of each row",
        ImportMemberships,
        MembershipImport,
    ),
    registry.moves(f"{MEMBERSHIP}/change", ChangeMembership, ProgrammeMembership, WRITE, "Tell anew of a membership"),
    registry.moves(
        f"{MEMBERSHIP}/end", EndMembership, ProgrammeMembership, WRITE, "The role is had no longer, or never was"
    ),
    registry.makes("/service-links", RecordServiceLink, ServiceLink, WRITE, "Put a service into the directory"),
    registry.moves(f"{LINK}/change", ChangeServiceLink, ServiceLink, WRITE, "Tell anew of a service"),
    registry.moves(f"{LINK}/remove", RemoveServiceLink, ServiceLink, WRITE, "Take it out of the directory"),
)
routes.routes.extend(line.route() for line in TABLE)
