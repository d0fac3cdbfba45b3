"""What is recorded of units: lists from the gateway's own copies; what is told is passed on to the registry."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic_core import to_json

from gateway.queries.unit_records import PLAN_ANCHORS, UnitRecords, unit_record, unit_records
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Owner
from services.contracts.message import UnitCode
from services.contracts.registry.plan_anchors import (
    ChangePlanAnchor,
    EndPlanAnchor,
    PlanAnchor,
    PlanType,
    RecordPlanAnchor,
)
from services.kernel.problems import NotFound
from services.kernel.web import Page, Read, Routes

routes = Routes(PREFIX)


async def _listed(
    read: Read, page: Page, kind: UnitRecords, wanted: Mapping[str, object], on: date | None = None
) -> Response:
    found: list[Any] = await read(unit_records, kind, wanted, on, page.after, page.limit)
    return page.of(found, key=lambda record: record[kind.key])


async def _one(read: Read, kind: UnitRecords, its_id: UUID) -> Response:
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
    return await _listed(read, page, PLAN_ANCHORS, wanted, on)


@routes.get("/plan-anchors/{plan_anchor_id}", action="read_register", response_model=PlanAnchor)
async def plan_anchor(plan_anchor_id: UUID, read: Read) -> Response:
    """One municipal plan."""
    return await _one(read, PLAN_ANCHORS, plan_anchor_id)


registry = Owner("registry")
WRITE = "write_mapping"
PLAN = "/plan-anchors/{plan_anchor_id}"

TABLE = (
    registry.makes("/plan-anchors", RecordPlanAnchor, PlanAnchor, WRITE, "A unit has a plan"),
    registry.moves(f"{PLAN}/change", ChangePlanAnchor, PlanAnchor, WRITE, "Tell anew of a plan"),
    registry.moves(f"{PLAN}/end", EndPlanAnchor, PlanAnchor, WRITE, "A plan holds no longer, or never did"),
)
routes.routes.extend(line.route() for line in TABLE)
