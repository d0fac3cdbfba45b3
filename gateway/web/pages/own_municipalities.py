"""The page of a centre's municipalities: who has been informed, what is mapped and agreed, and what falls due."""

from collections.abc import Mapping

from fastapi import Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, Today
from gateway.web.asking import Refused
from gateway.web.centres import AtCentre, Reference, centre_of
from gateway.web.dates import AskedDay, asked_day, parse_day
from gateway.web.falling_due import commitments_due
from gateway.web.forms import field, sent_form, sent_key
from gateway.web.letters import UNINFORMED
from gateway.web.own_municipalities import OwnMunicipalities, only_uninformed, own_municipalities
from gateway.web.page import Pages, language_of, link, show
from gateway.web.registry import tell
from services.contracts.geography import COMPLETE_FROM
from services.contracts.registry import Channel
from services.contracts.registry.mapping_tools import RunBy
from services.kernel.problems import NotFound

routes = Pages()
PAGE = "/mine-kommuner"


@routes.page(PAGE, action="write_mapping")
async def own(
    request: Request,
    country: Country,
    today: Today,
    senter: Reference = None,
    dato: str | None = None,
    vis: str | None = None,
    registrert: str | None = None,
) -> Response:
    """Every municipality that the centre covers on the day, or those of them that have not been informed."""
    asked, at = asked_day(dato, today), centre_of(request, country, senter)
    return await _shown(request, country, at, asked, is_today=asked.day == today, vis=vis, recorded=registrert)


@routes.page(PAGE, action="write_mapping", method="POST")
async def record(request: Request, country: Country, today: Today, senter: Reference = None) -> Response:
    """Tell the registry that a municipality was informed; where it will not have it, show the form as it was filled in.

    Raises:
        NotFound: there is no such centre.
    """
    sent, at = await sent_form(request), centre_of(request, country, senter)
    key, said = sent_key(sent), {name: field(sent, name) for name in ("kommune", "kanal", "dag")}
    if at.centre is None:
        raise NotFound()
    day = parse_day(said["dag"])
    told = {
        "unit_code": said["kommune"],
        "centre_id": str(at.centre.organisation_id),
        "channel": said["kanal"],
        "occurred_on": day.isoformat() if day else said["dag"],
    }
    try:
        await tell(request, "/awareness", {name: value for name, value in told.items() if value}, key=key)
    except Refused as refused:
        return await _shown(request, country, at, AskedDay(today), is_today=True, refused=refused, said=said)
    back = link(language_of(request), PAGE, senter=senter, registrert=said["kommune"])
    return Response(status_code=303, headers={"Location": back})


async def _shown(
    request: Request,
    country: Snapshot,
    at: AtCentre,
    asked: AskedDay,
    *,
    is_today: bool,
    vis: str | None = None,
    recorded: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> Response:
    everyone, commitments = OwnMunicipalities(()), None
    if at.centre is not None:
        everyone = await own_municipalities(request, country, at.centre, asked.day)
        # How a commitment stood on another day is not known.
        commitments = await commitments_due(request, country, at.centre, asked.day) if is_today else None
    names = {row.code: row.name for row in everyone.rows}
    return await show(
        request,
        "own_municipalities.html",
        status=refused.status if refused else 422 if asked.is_wrong else 200,
        at=at,
        asked=asked,
        is_today=is_today,
        everyone=everyone,
        shown=only_uninformed(everyone) if vis == UNINFORMED else everyone,
        is_only_uninformed=vis == UNINFORMED,
        tools=[each for each in country.mapping_tools.values() if each.run_by is RunBy.unit],
        commitments=commitments,
        country=country,
        channels=tuple(Channel),
        recorded=names.get(recorded or ""),
        refused=refused,
        said=said or {"kommune": "", "kanal": "dialogue", "dag": asked.day.isoformat()},
        complete_from=COMPLETE_FROM,
    )
