"""Focus municipalities over HTTP."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.message import UnitCode
from services.contracts.registry import Recorded
from services.contracts.registry.focus import (
    AssessFocus,
    DesignateFocus,
    EndFocus,
    FocusCandidate,
    FocusNomination,
    FocusStatus,
    NominateFocus,
    RefuseFocus,
)
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes
from services.registry.api.answers import Today, whole
from services.registry.api.writing import Write
from services.registry.commands import focus as commands
from services.registry.queries import focus as queries

routes = Routes()


async def _wanted(
    centre_id: UUID | None = None, unit_code: UnitCode | None = None, status: FocusStatus | None = None
) -> queries.FocusFilter:
    return queries.FocusFilter(centre_id, unit_code, status)


@routes.get("/focus-nominations", action="read_register")
async def nominations(
    read: Read, caller: Caller, page: Page, wanted: Annotated[queries.FocusFilter, Depends(_wanted)]
) -> Response:
    """Nominations; for who reads a part of the register, those of its own centre and its own municipality."""
    found = await read(queries.nominations, caller, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda nomination: nomination["nomination_id"])


@routes.get("/focus-nominations/ranking", action="read_register")
async def ranking(centre_id: UUID, read: Read, caller: Caller, today: Today) -> dict[str, Sequence[FocusCandidate]]:
    """A centre's candidates that are not decided, who comes first at the top."""
    return whole(await read(queries.candidates, caller, centre_id, today))


@routes.get("/focus-nominations/{nomination_id}", action="read_register")
async def nomination(nomination_id: UUID, read: Read, caller: Caller, response: Response) -> FocusNomination:
    """One nomination, with what was found and decided."""
    found, version = await read(queries.nomination, caller, nomination_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.get("/focus-nominations/{nomination_id}/history", action="read_register")
async def history(nomination_id: UUID, read: Read, caller: Caller) -> dict[str, Sequence[Recorded]]:
    """Everything that was recorded of a nomination: when, by whom, why, and what was changed."""
    return whole(await read(queries.nomination_history, caller, nomination_id))


@routes.post("/focus-nominations", action="nominate_focus", status_code=201)
async def nominate(request: NominateFocus, write: Write) -> Response:
    """Consider a unit as focus municipality."""
    return await write(commands.nominate_focus, request, location="/focus-nominations/{nomination_id}")


@routes.post("/focus-nominations/{nomination_id}/assess", action="nominate_focus")
async def assess(nomination_id: UUID, request: AssessFocus, write: Write) -> Response:
    """Assess a unit by the five criteria."""
    return await write(commands.assess_focus, nomination_id, request)


@routes.post("/focus-nominations/{nomination_id}/designate", action="designate_focus")
async def designate(nomination_id: UUID, request: DesignateFocus, write: Write) -> Response:
    """Decide that the unit is a focus municipality."""
    return await write(commands.designate_focus, nomination_id, request)


@routes.post("/focus-nominations/{nomination_id}/refuse", action="designate_focus")
async def refuse(nomination_id: UUID, request: RefuseFocus, write: Write) -> Response:
    """Decide that the unit does not become one, and why."""
    return await write(commands.refuse_focus, nomination_id, request)


@routes.post("/focus-nominations/{nomination_id}/end", action="designate_focus")
async def end(nomination_id: UUID, request: EndFocus, write: Write) -> Response:
    """The unit is no focus municipality any more, or is not considered as one."""
    return await write(commands.end_focus, nomination_id, request)
