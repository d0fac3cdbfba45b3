"""Municipal plans over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response

from services.contracts.message import UnitCode
from services.contracts.registry.plan_anchors import (
    ChangePlanAnchor,
    EndPlanAnchor,
    PlanAnchor,
    PlanType,
    RecordPlanAnchor,
)
from services.kernel.paging import Page
from services.kernel.web import Read, Routes
from services.registry.api.writing import Write
from services.registry.commands.plan_anchors import change_plan_anchor, end_plan_anchor, record_plan_anchor
from services.registry.queries.plan_anchors import PlanAnchorFilter, plan_anchor, plan_anchors

routes = Routes()


@routes.get("/plan-anchors", action="read_register")
async def plans(
    read: Read,
    page: Page,
    unit_code: UnitCode | None = None,
    plan_type: PlanType | None = None,
    contains_topic: bool | None = None,
    on: date | None = None,
) -> Response:
    """The plans of a unit, of a type, that contain the topic, that hold on a date."""
    wanted = PlanAnchorFilter(unit_code, plan_type, contains_topic, on)
    found = await read(plan_anchors, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda each: each.plan_anchor_id)


@routes.get("/plan-anchors/{plan_anchor_id}", action="read_register")
async def plan(plan_anchor_id: UUID, read: Read, response: Response) -> PlanAnchor:
    """One plan."""
    found, version = await read(plan_anchor, plan_anchor_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/plan-anchors", action="write_mapping", status_code=201)
async def record(request: RecordPlanAnchor, write: Write) -> Response:
    """A unit has a plan."""
    return await write(record_plan_anchor, request, location="/plan-anchors/{plan_anchor_id}")


@routes.post("/plan-anchors/{plan_anchor_id}/change", action="write_mapping")
async def change(plan_anchor_id: UUID, request: ChangePlanAnchor, write: Write) -> Response:
    """Tell anew of a plan."""
    return await write(change_plan_anchor, plan_anchor_id, request)


@routes.post("/plan-anchors/{plan_anchor_id}/end", action="write_mapping")
async def end(plan_anchor_id: UUID, request: EndPlanAnchor, write: Write) -> Response:
    """A plan holds no longer, or never did."""
    return await write(end_plan_anchor, plan_anchor_id, request)
