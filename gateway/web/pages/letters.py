"""The letters of a centre, and the form for a new one. Nothing is sent from here: a letter is read first."""

from collections.abc import Mapping

from fastapi import Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, Today
from gateway.queries import units_covered
from gateway.web.asking import Refused
from gateway.web.centres import AtCentre, Reference, centre_of
from gateway.web.forms import sent_form, sent_key
from gateway.web.letters import OPTIONAL, REQUIRED, UNINFORMED, empty_draft, letter_of, sent_draft, uninformed
from gateway.web.page import Pages, language_of, link, show
from gateway.web.registry import Part, read_part, tell
from services.contracts.registry.letters import Letter, NorwegianForm
from services.kernel.problems import NotFound

routes = Pages()
PAGE, NEW = "/brev", "/brev/nytt"


@routes.page(PAGE, action="write_mapping")
async def letters(request: Request, country: Country, senter: Reference = None, etter: str | None = None) -> Response:
    """The centre's letters, the newest first."""
    at = centre_of(request, country, senter)
    part: Part[Letter] = Part([], None)
    if at.centre is not None:
        part = await read_part(request, "/letters", Letter, centre_id=at.centre.organisation_id, after=etter)
    return await show(request, "letters.html", at=at, letters=part.items[::-1], after=part.after)


@routes.page(NEW, action="write_mapping")
async def new(
    request: Request, country: Country, today: Today, senter: Reference = None, hvem: str | None = None
) -> Response:
    """The form, empty."""
    at = centre_of(request, country, senter)
    return await _form(request, country, today, at, empty_draft(today.year, hvem))


@routes.page(NEW, action="write_mapping", method="POST")
async def prepare(request: Request, country: Country, today: Today, senter: Reference = None) -> Response:
    """Have the registry prepare the letter and go on to read it; where it will not, the form as it was filled in.

    Raises:
        NotFound: there is no such centre.
    """
    sent, at = await sent_form(request), centre_of(request, country, senter)
    key, draft = sent_key(sent), sent_draft(sent)
    if at.centre is None:
        raise NotFound()
    only = await uninformed(request, country, at.centre, today) if draft["hvem"] == UNINFORMED else None
    try:
        answer = await tell(request, "/letters", letter_of(draft, at.centre, only), key=key)
    except Refused as refused:
        return await _form(request, country, today, at, draft, refused)
    made = Letter.model_validate_json(answer.body)
    to = link(language_of(request), f"{PAGE}/{made.letter_id}")
    return Response(status_code=303, headers={"Location": to})


async def _form(
    request: Request,
    country: Snapshot,
    today: Today,
    at: AtCentre,
    draft: Mapping[str, str],
    refused: Refused | None = None,
) -> Response:
    covered = units_covered(country, at.centre, today) if at.centre else ()
    return await show(
        request,
        "letter_form.html",
        status=refused.status if refused else 200,
        at=at,
        draft=draft,
        refused=refused,
        covered=len(covered),
        uninformed=len(await uninformed(request, country, at.centre, today)) if at.centre else 0,
        year=today.year,
        forms=tuple(NorwegianForm),
        required=REQUIRED,
        optional=OPTIONAL,
    )
