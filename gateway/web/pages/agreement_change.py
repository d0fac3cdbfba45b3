"""The form with which a centre puts something else before the parties of an agreement that it has drafted."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import Request, Response

from gateway.gate import Country, gate_of
from gateway.web.agreement_draft import at_fields, change
from gateway.web.agreement_fields import rows_of, to_change
from gateway.web.agreements import may_change, names_of, newest_edition
from gateway.web.asking import Refused
from gateway.web.drafting import drafting
from gateway.web.fields import filled
from gateway.web.forms import sent_form, sent_key, sent_version
from gateway.web.page import Pages, as_if_at, language_of, link, show
from gateway.web.parties import reader_of
from gateway.web.registry import Versioned, read_one, tell
from services.contracts.registry.agreements import Agreement
from services.kernel.problems import Forbidden

routes = Pages()

PAGE = "/avtaler/{agreement_id}/endre"


@routes.page(PAGE, action="write_agreement")
async def form(request: Request, agreement_id: UUID, country: Country) -> Response:
    """The form, with what is to be signed, or else what binds."""
    found = await _own(request, agreement_id, country)
    return await _form(request, country, found, to_change(found.thing, country, gate_of(request).today))


@routes.page(PAGE, action="write_agreement", method="POST")
async def put_before(request: Request, agreement_id: UUID, country: Country) -> Response:
    """Put it before the parties; what the registry refuses is pointed at in the form."""
    found, sent = await _own(request, agreement_id, country), await sent_form(request)
    key, version = sent_key(sent), sent_version(sent)
    told = change(sent, found.thing.centre_id)
    try:
        await tell(request, f"/agreements/{agreement_id}/change", told, key=key, version=version)
    except Refused as refused:
        # From the version that was seen, also when sent again: what another has told meanwhile is not on this form.
        seen = Versioned(found.thing, version)
        return await _form(request, country, seen, filled(sent), at_fields(refused, sent))
    return Response(status_code=303, headers={"Location": link(language_of(request), f"/avtaler/{agreement_id}")})


async def _own(request: Request, agreement_id: UUID, country: Country) -> Versioned[Agreement]:
    """The agreement with its version.

    Raises:
        NotFound: there is none that the reader may read.
        Forbidden: another centre has drafted it, or it is over.
    """
    reader = reader_of(request, country)
    found = await read_one(request, f"/agreements/{agreement_id}", Agreement)
    if not may_change(found.thing, reader):
        raise Forbidden()
    return found


async def _form(
    request: Request,
    country: Country,
    found: Versioned[Agreement],
    sent: Mapping[str, str],
    refused: Refused | None = None,
) -> Response:
    agreement = found.thing
    centre = country.organisations[country.kept(agreement.centre_id)]
    return await show(
        request,
        "agreement_change.html",
        status=refused.status if refused is not None else 200,
        agreement=agreement,
        edition=newest_edition(agreement),
        country=country,
        names=names_of(country, (agreement,)),
        version=found.version,
        centre=centre,
        choices=drafting(country, centre, gate_of(request).today, sent),
        filled=sent,
        refused=refused,
        rows=rows_of(sent),
        **as_if_at(request, f"/avtaler/{agreement.agreement_id}/endre"),
    )
