"""Proposals from Statistics Norway's Klass over HTTP: what is fetched becomes a proposal, and is kept as it came."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request, Response

from services.contracts.registry import KlassAnswer, ProposeFromKlass
from services.kernel.web import Read, Routes
from services.registry.api.answers import whole
from services.registry.api.writing import Write
from services.registry.commands import propose_from_klass
from services.registry.domain.klass_lists import read_lists, window_of
from services.registry.queries.klass import Klass, klass_answer, klass_answers

routes = Routes()


async def _klass(request: Request) -> Klass:
    app = request.app
    return Klass(str(app.state.settings.klass_url), app.door.database.clock)


@routes.post("/geographic-proposals/from-klass", action="change_register", status_code=201)
async def from_klass(request: ProposeFromKlass, klass: Annotated[Klass, Depends(_klass)], write: Write) -> Response:
    """Fetch what has changed in a window, and propose what the registry does not know of it."""
    window = window_of(request)
    answers = await klass.fetch(window)
    lists = read_lists(window, {answer.question: answer.body for answer in answers})
    return await write(propose_from_klass, window, lists, answers, location="/geographic-proposals/{proposal_id}")


@routes.get("/geographic-proposals/{proposal_id}/answers", action="change_register")
async def answers(proposal_id: UUID, read: Read) -> dict[str, Sequence[KlassAnswer]]:
    """What was fetched for a proposal, without the bytes."""
    return whole(await read(klass_answers, proposal_id))


@routes.get("/geographic-proposals/{proposal_id}/answers/{number}", action="change_register")
async def answer(proposal_id: UUID, number: Annotated[int, Path(ge=1, le=99)], read: Read) -> Response:
    """The bytes of one answer, as they came."""
    return Response(await read(klass_answer, proposal_id, number), media_type="application/json")
