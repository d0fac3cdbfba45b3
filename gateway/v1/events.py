"""Offers, activities, programmes, networks: what the catalogue has from there, all else from the service of events."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import StringConstraints
from pydantic_core import to_json

from gateway import queries
from gateway.gate import Today, visitor_of
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Owner, ask_service
from services.contracts.events import (
    Activity,
    AnswerInvitation,
    DraftOffer,
    InviteCoOrganiser,
    InviteUnits,
    Network,
    NetworkOn,
    Offer,
    OnDate,
    PlanActivity,
    PrepareNetwork,
    Programme,
    RecordAttendance,
    ReplaceUnit,
    StartProgramme,
)
from services.contracts.message import CountyCode, UnitCode
from services.contracts.registry import Region
from services.kernel.problems import NotFound
from services.kernel.web import Page, Read, Routes

routes = Routes(PREFIX)

ThemeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


async def _wanted(
    theme: ThemeName | None = None, county_code: CountyCode | None = None, unit_code: UnitCode | None = None
) -> queries.Wanted:
    return queries.Wanted(theme, county_code, unit_code)


Wanted = Annotated[queries.Wanted, Depends(_wanted)]


@routes.get("/offers", action="read_offer", response_model=Items[Offer])
async def offers(read: Read, page: Page, wanted: Wanted, today: Today, on: date | None = None) -> Response:
    """The offers in the one list on the date."""
    found = await read(queries.offers_page, wanted, on or today, page.after, page.limit)
    return page.of(found, key=lambda offer: offer["offer_id"])


@routes.get("/offers/{offer_id}", action="read_offer", response_model=Offer)
async def offer(offer_id: UUID, request: Request, read: Read) -> Response:
    """One offer; drafts only for those whose affair they are."""
    if visitor_of(request).kind != "nobody":
        return await ask_service(request, "events")
    return _published(await read(queries.offer, offer_id))


@routes.get("/activities", action="read_offer", response_model=Items[Activity])
async def activities(read: Read, page: Page, wanted: Wanted, today: Today, on: date | None = None) -> Response:
    """The activities announced by the date that are not over since last year."""
    found = await read(queries.activities_page, wanted, on or today, page.after, page.limit)
    return page.of(found, key=lambda activity: activity["activity_id"])


@routes.get("/activities/{activity_id}", action="read_offer", response_model=Activity)
async def activity(activity_id: UUID, request: Request, read: Read) -> Response:
    """One activity; those only planned for those whose affair they are."""
    if visitor_of(request).kind != "nobody":
        return await ask_service(request, "events")
    return _published(await read(queries.activity, activity_id))


@routes.get("/programmes", action="read_offer", response_model=Items[Programme])
async def programmes(read: Read, page: Page) -> Response:
    """Programmes, by id."""
    found = await read(queries.programmes_page, page.after, page.limit)
    return page.of(found, key=lambda programme: programme["programme_id"])


events = Owner("events")
ORGANISERS = "Ask an organisation to carry it together with the lead"

TABLE = (
    events.reads("/programmes/{programme_id}", Programme, "read_offer", "One programme"),
    events.makes("/programmes", StartProgramme, Programme, "edit_offer", "Begin a programme"),
    events.makes("/offers", DraftOffer, Offer, "edit_offer", "Prepare an offer; others see it when it is published"),
    events.moves("/offers/{offer_id}/publish", OnDate, Offer, "publish_offer", "Put it on the one list"),
    events.moves("/offers/{offer_id}/withdraw", OnDate, Offer, "publish_offer", "Take it off the one list"),
    events.moves("/offers/{offer_id}/co-organisers", InviteCoOrganiser, Offer, "edit_offer", ORGANISERS),
    events.moves(
        "/offers/{offer_id}/co-organisers/answer",
        AnswerInvitation,
        Offer,
        "answer_invitation",
        "Answer for the invited organisation",
    ),
    events.makes("/activities", PlanActivity, Activity, "edit_offer", "Plan a dated activity"),
    events.moves("/activities/{activity_id}/co-organisers", InviteCoOrganiser, Activity, "edit_offer", ORGANISERS),
    events.moves(
        "/activities/{activity_id}/co-organisers/answer",
        AnswerInvitation,
        Activity,
        "answer_invitation",
        "Answer for the invited organisation",
    ),
    events.moves("/activities/{activity_id}/announce", OnDate, Activity, "publish_offer", "Make it known"),
    events.moves("/activities/{activity_id}/invitations", InviteUnits, Activity, "edit_offer", "Invite units"),
    events.moves("/activities/{activity_id}/attendance", RecordAttendance, Activity, "edit_offer", "Record who came"),
    events.moves(
        "/activities/{activity_id}/replacements",
        ReplaceUnit,
        Activity,
        "edit_offer",
        "Give an excepted unit an arrangement of its own",
    ),
    events.moves("/activities/{activity_id}/hold", OnDate, Activity, "edit_offer", "It took place"),
    events.moves("/activities/{activity_id}/close", OnDate, Activity, "edit_offer", "Nothing is left to do"),
    events.moves("/activities/{activity_id}/cancel", OnDate, Activity, "edit_offer", "It will not take place"),
    events.lists(
        "/networks",
        NetworkOn,
        "read_offer",
        "Learning networks, with the centre that follows each on the date",
        region=Region,
        follower_id=UUID,
        on=date,
    ),
    events.reads("/networks/{network_id}", NetworkOn, "read_offer", "One learning network", on=date),
    events.makes(
        "/networks", PrepareNetwork, Network, "edit_offer", "Prepare a network; others see it when it is opened"
    ),
    events.moves("/networks/{network_id}/open", OnDate, Network, "publish_offer", "It has begun, for anyone to see"),
    events.moves("/networks/{network_id}/close", OnDate, Network, "publish_offer", "It has ended, or is given up"),
)
routes.routes.extend(line.route() for line in TABLE)


def _published(found: queries.Stored | None) -> Response:
    if found is None:
        raise NotFound()
    headers: dict[str, Any] = {"ETag": f'"{found.version}"'}
    return Response(to_json(found.state), headers=headers, media_type="application/json")
