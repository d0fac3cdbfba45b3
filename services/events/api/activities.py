"""Activities over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.events import (
    Activity,
    AnswerInvitation,
    InviteCoOrganiser,
    InviteUnits,
    OnDate,
    PlanActivity,
    RecordAttendance,
    ReplaceUnit,
)
from services.events import commands, queries
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes, Write

routes = Routes()


@routes.get("/activities", action="read_offer")
async def activities(
    read: Read, caller: Caller, page: Page, wanted: Annotated[queries.ActivityFilter, Depends()]
) -> Response:
    """Activities in the order they were entered; those only planned for those whose affair they are."""
    viewer = queries.Viewer.of(caller)
    found = await read(queries.activities, viewer, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda activity: activity.activity_id)


@routes.get("/activities/{activity_id}", action="read_offer")
async def activity(activity_id: UUID, read: Read, caller: Caller, response: Response) -> Activity:
    """One activity."""
    found, version = await read(queries.activity, activity_id, queries.Viewer.of(caller))
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/activities", action="edit_offer", status_code=201)
async def plan_activity(request: PlanActivity, write: Write) -> Response:
    """Plan a dated activity."""
    return await write(commands.plan_activity, request, location="/activities/{activity_id}")


@routes.post("/activities/{activity_id}/co-organisers", action="edit_offer")
async def invite_activity_co_organiser(activity_id: UUID, request: InviteCoOrganiser, write: Write) -> Response:
    """Ask an organisation to carry the activity together with the lead."""
    return await write(commands.invite_activity_co_organiser, activity_id, request)


@routes.post("/activities/{activity_id}/co-organisers/answer", action="answer_invitation")
async def answer_activity_invitation(activity_id: UUID, request: AnswerInvitation, write: Write) -> Response:
    """Answer for the invited organisation."""
    return await write(commands.answer_activity_invitation, activity_id, request)


@routes.post("/activities/{activity_id}/announce", action="publish_offer")
async def announce_activity(activity_id: UUID, request: OnDate, write: Write) -> Response:
    """Make the activity known."""
    return await write(commands.announce_activity, activity_id, request)


@routes.post("/activities/{activity_id}/invitations", action="edit_offer")
async def invite_units(activity_id: UUID, request: InviteUnits, write: Write) -> Response:
    """Invite units, and organisations as guests."""
    return await write(commands.invite_units, activity_id, request)


@routes.post("/activities/{activity_id}/attendance", action="edit_offer")
async def record_attendance(activity_id: UUID, request: RecordAttendance, write: Write) -> Response:
    """Record which units came."""
    return await write(commands.record_attendance, activity_id, request)


@routes.post("/activities/{activity_id}/replacements", action="edit_offer")
async def replace_unit(activity_id: UUID, request: ReplaceUnit, write: Write) -> Response:
    """Give an excepted unit an arrangement of its own."""
    return await write(commands.replace_unit, activity_id, request)


@routes.post("/activities/{activity_id}/hold", action="edit_offer")
async def hold_activity(activity_id: UUID, request: OnDate, write: Write) -> Response:
    """Record that the activity took place."""
    return await write(commands.hold_activity, activity_id, request)


@routes.post("/activities/{activity_id}/close", action="edit_offer")
async def close_activity(activity_id: UUID, request: OnDate, write: Write) -> Response:
    """Record that nothing is left to do."""
    return await write(commands.close_activity, activity_id, request)


@routes.post("/activities/{activity_id}/cancel", action="edit_offer")
async def cancel_activity(activity_id: UUID, request: OnDate, write: Write) -> Response:
    """Record that the activity will not take place."""
    return await write(commands.cancel_activity, activity_id, request)
