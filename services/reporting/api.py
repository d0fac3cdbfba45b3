"""Reporting over HTTP: plans, indicators, figures, and the facts behind each figure."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response
from pydantic_core import to_json

from services.contracts.message import Year
from services.contracts.plan_file import PlanFile
from services.contracts.registry import Channel
from services.contracts.reporting import AdoptPlan, Assignment, GiveReason, PlanDetails, Uninformed
from services.kernel.clock import business_date
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes, Write
from services.reporting import commands, queries
from services.reporting.domain.figures import Day, Moment

routes = Routes()


async def _today(request: Request) -> date:
    return business_date(request.app.door.database.clock.now())


Today = Annotated[date, Depends(_today)]
AssignmentCode = Annotated[str, Path(pattern=r"^[A-Z]{1,2}[0-9]{1,2}$")]
IndicatorId = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
FigureId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,1000}$")]
Slug = Annotated[str | None, Query(pattern=r"^[a-z0-9_-]{1,64}$")]


@routes.post("/plans", action="edit_plan")
async def import_plan(file: PlanFile, write: Write) -> Response:
    """Take in a centre's plan from its file. The same file again changes nothing."""
    return await write(commands.import_plan, file)


@routes.post("/plans/{plan_id}/assignments/{code}/reason", action="edit_plan")
async def give_reason(plan_id: UUID, code: AssignmentCode, request: GiveReason, write: Write) -> Response:
    """Say why an assignment has no activity."""
    return await write(commands.give_reason, plan_id, code, request)


@routes.post("/plans/{plan_id}/adopt", action="adopt_plan")
async def adopt_plan(plan_id: UUID, request: AdoptPlan, write: Write) -> Response:
    """Adopt a plan that answers every assignment."""
    return await write(commands.adopt_plan, plan_id, request)


@routes.get("/plans", action="read_register")
async def plans(read: Read, caller: Caller, page: Page) -> Response:
    """Every centre's plans; for who reads a part of the register, the adopted ones."""
    return page.of(await read(queries.plans, caller, page.limit, page.after_id), key=lambda plan: plan.plan_id)


@routes.get("/plans/{plan_id}", action="read_register")
async def plan(plan_id: UUID, read: Read, caller: Caller, response: Response) -> PlanDetails:
    """A plan with its assignments, their goals and tasks."""
    found, version = await read(queries.plan, caller, plan_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.get("/plans/{plan_id}/assignments/{code}", action="read_register")
async def assignment(plan_id: UUID, code: AssignmentCode, read: Read, caller: Caller, response: Response) -> Assignment:
    """One assignment; its ETag is what a reason is given against."""
    found, version = await read(queries.assignment, caller, plan_id, code)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.get("/plans/{plan_id}/activities", action="read_register")
async def planned_activities(plan_id: UUID, read: Read, caller: Caller, page: Page) -> Response:
    """What a plan says shall be done, repeats too."""
    planned = await read(queries.planned_activities, caller, plan_id, page.limit, page.after)
    return page.of(planned, key=lambda activity: activity.code)


@routes.get("/indicators", action="read_register")
async def indicators() -> Response:
    """Every indicator, before it is asked for a value."""
    return _whole(queries.indicators())


@routes.get("/indicators/{indicator}/values", action="read_register")
async def values(
    indicator: IndicatorId,
    read: Read,
    today: Today,
    centre: Slug = None,
    year: Year | None = None,
    as_of: Day | None = None,
    known_at: Moment | None = None,
    geography: Day | None = None,
    since: Day | None = None,
    by: Slug = None,
) -> Response:
    """The figure for the centre's whole region, then one for each part of the breakdown."""
    asked = queries.Asked(indicator, today, centre, year, as_of, known_at, geography, since, by)
    return _whole(await read(queries.figures, asked))


@routes.get("/awareness/uninformed", action="read_register")
async def uninformed(
    read: Read,
    today: Today,
    centre: Slug = None,
    year: Year | None = None,
    as_of: Day | None = None,
    known_at: Moment | None = None,
    geography: Day | None = None,
    channel: Channel | None = None,
) -> Uninformed:
    """Who the centre has not told of its offer in the year, by name; with a channel, not by that one."""
    asked = queries.Asked("awareness", today, centre, year, as_of, known_at, geography)
    return await read(queries.uninformed, asked, channel)


@routes.get("/figures/{figure_id}/provenance", action="read_register")
async def provenance(figure_id: FigureId, read: Read, caller: Caller, page: Page) -> Response:
    """The facts behind a figure, in pages: what counts, and what does not and why."""
    rows = await read(queries.provenance, caller, figure_id, page.limit, page.after)
    return page.of(rows, key=queries.place_in_list)


def _whole(items: object) -> Response:
    """A list that is never long, in one answer."""
    return Response(to_json({"items": items}), media_type="application/json")
