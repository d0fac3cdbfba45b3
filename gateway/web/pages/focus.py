"""A centre's focus municipalities: those that it considers, who comes first at the top, and what became of others."""

from collections.abc import Mapping

import orjson
from fastapi import Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, Today, gate_of
from gateway.web.asking import Refused
from gateway.web.centres import Reference, centre_of
from gateway.web.fields import filled
from gateway.web.focus import covered_units, fulfilled, place_of
from gateway.web.focus_forms import nomination
from gateway.web.forms import sent_form, sent_key
from gateway.web.page import Pages, as_if_at, language_of, link, show
from gateway.web.parties import reader_at_centre
from gateway.web.registry import read_all, read_list, tell
from services.contracts.registry import Organisation
from services.contracts.registry.focus import FocusCandidate, FocusNomination, FocusStatus
from services.kernel.problems import Forbidden

routes = Pages()

PAGE, NEW = "/innsatskommuner", "/innsatskommuner/ny"


@routes.page(PAGE, action="read_register")
async def focus(request: Request, country: Country, senter: Reference = None) -> Response:
    """The ranked list, the designated ones, and below those that were refused or have ended."""
    who = reader_at_centre(request, country)
    at = centre_of(request, country, senter)
    centre_id = at.centre.organisation_id if at.centre is not None else None
    ranking: list[FocusCandidate] = []
    known: list[FocusNomination] = []
    if centre_id is not None:
        ranking = await read_list(request, "/focus-nominations/ranking", FocusCandidate, centre_id=centre_id)
        known = await read_all(request, "/focus-nominations", FocusNomination, centre_id=centre_id)
    return await show(
        request,
        "focus_list.html",
        who=who,
        at=at,
        ranking=ranking,
        designated=[each for each in known if each.status is FocusStatus.designated],
        refused_ones=[each for each in known if each.status is FocusStatus.refused],
        ended=[each for each in known if each.status is FocusStatus.ended],
        places={each.nomination_id: place_of(country, each) for each in known},
        fulfilled=fulfilled,
    )


@routes.page(NEW, action="nominate_focus")
async def form(request: Request, country: Country) -> Response:
    """The form for considering a unit."""
    return await _form(request, country, _nominator(request, country), {})


@routes.page(NEW, action="nominate_focus", method="POST")
async def nominate(request: Request, country: Country, today: Today) -> Response:
    """A centre considers a unit from today on."""
    centre, sent = _nominator(request, country), await sent_form(request)
    key, said = sent_key(sent), nomination(sent, centre.organisation_id, today.isoformat())
    try:
        answer = await tell(request, "/focus-nominations", said, key=key)
    except Refused as refused:
        return await _form(request, country, centre, filled(sent), refused)
    address = link(language_of(request), f"{PAGE}/{orjson.loads(answer.body)['nomination_id']}")
    return Response(status_code=303, headers={"Location": address})


def _nominator(request: Request, country: Snapshot) -> Organisation:
    reader, centre = reader_at_centre(request, country), centre_of(request, country, None).centre
    if not reader.nominates or centre is None:
        raise Forbidden()
    return centre


async def _form(
    request: Request,
    country: Snapshot,
    centre: Organisation,
    sent: Mapping[str, str],
    refused: Refused | None = None,
) -> Response:
    today = gate_of(request).today
    return await show(
        request,
        "focus_new.html",
        status=refused.status if refused is not None else 200,
        centre=centre,
        units=covered_units(country, centre, today),
        filled=sent,
        refused=refused,
        today=today,
        **as_if_at(request, NEW),
    )
