"""The form with which a centre puts a new agreement before its parties."""

from collections.abc import Mapping

import orjson
from fastapi import Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, gate_of
from gateway.web.agreement_draft import COMMITMENTS, PARTIES, UNITS, commitments_told, draft, rows_told
from gateway.web.anchoring_form import PLANS, plans_told
from gateway.web.asking import Refused
from gateway.web.centres import centre_of
from gateway.web.drafting import drafting
from gateway.web.fields import empty, filled
from gateway.web.form_rows import at_parties, at_rows
from gateway.web.forms import sent_form, sent_key
from gateway.web.page import Pages, as_if_at, language_of, link, show
from gateway.web.parties import reader_of
from gateway.web.registry import tell
from services.contracts.registry import Organisation
from services.kernel.problems import Forbidden

routes = Pages()

PAGE = "/avtaler/ny"


@routes.page(PAGE, action="write_agreement")
async def form(request: Request, country: Country) -> Response:
    """The form, empty."""
    return await _form(request, country, _centre(request, country), empty(gate_of(request).today))


@routes.page(PAGE, action="write_agreement", method="POST")
async def put_before(request: Request, country: Country) -> Response:
    """Put it before the parties; what the registry refuses is pointed at in the form."""
    centre, sent = _centre(request, country), await sent_form(request)
    key = sent_key(sent)
    try:
        answer = await tell(request, "/agreements", draft(sent, centre.organisation_id), key=key)
    except Refused as refused:
        at_fields = at_rows(refused, "/anchoring/plans", plans_told(sent))
        at_fields = at_rows(at_fields, "/unit_codes", rows_told(sent, "unit"))
        at_fields = at_rows(at_fields, "/commitments", commitments_told(sent))
        # The first party is the centre itself, for which there is no row.
        at_fields = at_parties(at_rows(at_fields, "/parties", [len(PARTIES), *rows_told(sent, "party")]))
        return await _form(request, country, centre, filled(sent), at_fields)
    address = link(language_of(request), f"/avtaler/{orjson.loads(answer.body)['agreement_id']}")
    return Response(status_code=303, headers={"Location": address})


def _centre(request: Request, country: Snapshot) -> Organisation:
    reader, centre = reader_of(request, country), centre_of(request, country, None).centre
    if not reader.drafts or centre is None:
        raise Forbidden()
    return centre


async def _form(
    request: Request,
    country: Snapshot,
    centre: Organisation,
    sent: Mapping[str, str],
    refused: Refused | None = None,
) -> Response:
    return await show(
        request,
        "agreement_draft.html",
        status=refused.status if refused is not None else 200,
        centre=centre,
        choices=drafting(country, centre, gate_of(request).today),
        party_rows=PARTIES,
        unit_rows=UNITS,
        plan_rows=PLANS,
        commitment_rows=COMMITMENTS,
        filled=sent,
        refused=refused,
        **as_if_at(request, PAGE),
    )
