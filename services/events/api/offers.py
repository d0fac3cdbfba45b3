"""Programmes and offers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.events import (
    AnswerInvitation,
    DraftOffer,
    InviteCoOrganiser,
    Offer,
    OnDate,
    Programme,
    StartProgramme,
)
from services.events import commands, queries
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes, Write

routes = Routes()


@routes.get("/programmes", action="read_offer")
async def programmes(read: Read, page: Page, wanted: Annotated[queries.ProgrammeFilter, Depends()]) -> Response:
    """Programmes in the order they were entered."""
    found = await read(queries.programmes, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda programme: programme.programme_id)


@routes.get("/programmes/{programme_id}", action="read_offer")
async def programme(programme_id: UUID, read: Read, response: Response) -> Programme:
    """One programme."""
    found, version = await read(queries.programme, programme_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/programmes", action="edit_offer", status_code=201)
async def start_programme(request: StartProgramme, write: Write) -> Response:
    """Begin a programme."""
    return await write(commands.start_programme, request, location="/programmes/{programme_id}")


@routes.get("/offers", action="read_offer")
async def offers(read: Read, caller: Caller, page: Page, wanted: Annotated[queries.OfferFilter, Depends()]) -> Response:
    """Offers in the order they were entered; drafts only for those whose affair they are."""
    viewer = queries.Viewer.of(caller)
    found = await read(queries.offers, viewer, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda offer: offer.offer_id)


@routes.get("/offers/{offer_id}", action="read_offer")
async def offer(offer_id: UUID, read: Read, caller: Caller, response: Response) -> Offer:
    """One offer."""
    found, version = await read(queries.offer, offer_id, queries.Viewer.of(caller))
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/offers", action="edit_offer", status_code=201)
async def draft_offer(request: DraftOffer, write: Write) -> Response:
    """Prepare an offer; others see it when it is published."""
    return await write(commands.draft_offer, request, location="/offers/{offer_id}")


@routes.post("/offers/{offer_id}/publish", action="publish_offer")
async def publish_offer(offer_id: UUID, request: OnDate, write: Write) -> Response:
    """Put the offer on the one list."""
    return await write(commands.publish_offer, offer_id, request)


@routes.post("/offers/{offer_id}/withdraw", action="publish_offer")
async def withdraw_offer(offer_id: UUID, request: OnDate, write: Write) -> Response:
    """Take the offer off the one list."""
    return await write(commands.withdraw_offer, offer_id, request)


@routes.post("/offers/{offer_id}/co-organisers", action="edit_offer")
async def invite_offer_co_organiser(offer_id: UUID, request: InviteCoOrganiser, write: Write) -> Response:
    """Ask an organisation to carry the offer together with the lead."""
    return await write(commands.invite_offer_co_organiser, offer_id, request)


@routes.post("/offers/{offer_id}/co-organisers/answer", action="answer_invitation")
async def answer_offer_invitation(offer_id: UUID, request: AnswerInvitation, write: Write) -> Response:
    """Answer for the invited organisation."""
    return await write(commands.answer_offer_invitation, offer_id, request)
