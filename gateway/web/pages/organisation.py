"""The page of an organisation: what it is, where it works, and whether it has confirmed that this is right."""

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from gateway.gate import Country, Today
from gateway.web.organisations import member_of, members_of, works
from gateway.web.page import Pages, language_of, link, show
from services.kernel.problems import NotFound

routes = Pages()


@routes.page("/organisasjoner/{reference}", action="read_offer")
async def organisation(request: Request, reference: str, country: Country, today: Today) -> Response:
    """What is told of it today. A record that was merged into another leads to the one that is kept."""
    known = next((each for each in country.organisations_by_reference if each.reference == reference), None)
    if known is None:
        raise NotFound()
    kept = country.organisations.get(country.kept(known.organisation_id), known)
    if kept is not known:
        return RedirectResponse(link(language_of(request), f"/organisasjoner/{kept.reference}"), 301)
    return await show(
        request,
        "organisation.html",
        organisation=known,
        successor=next(
            (each for each in country.organisations.values() if each.reference == known.successor_reference), None
        ),
        works=works(country, known, today),
        members=members_of(country, known, today),
        memberships=member_of(country, known, today),
        governed=[each for each in country.membership_programmes if each.reference in known.governs],
        today=today,
    )
