"""The form with which a centre puts a new agreement before its parties, perhaps in the place of another one."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query, Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, gate_of
from gateway.web.agreement_draft import at_fields, draft
from gateway.web.agreement_fields import rows_of, to_replace
from gateway.web.agreements import edition_to_name, may_change
from gateway.web.asking import Refused
from gateway.web.centres import centre_of
from gateway.web.drafting import drafting
from gateway.web.fields import empty, filled, written
from gateway.web.forms import sent_form, sent_key
from gateway.web.page import Pages, as_if_at, language_of, link, show
from gateway.web.parties import reader_of
from gateway.web.registry import read_one, tell
from services.contracts.registry import Organisation
from services.contracts.registry.agreements import Agreement, AgreementStatus
from services.kernel.problems import Forbidden, NotFound

routes = Pages()

PAGE = "/avtaler/ny"


@routes.page(PAGE, action="write_agreement")
async def form(
    request: Request, country: Country, replaced_id: Annotated[UUID | None, Query(alias="i_stedet_for")] = None
) -> Response:
    """The form: empty, or with what an agreement says in whose place another one is to come."""
    centre, today = _centre(request, country), gate_of(request).today
    if replaced_id is None:
        return await _form(request, country, centre, empty(today))
    replaced = await _replaced(request, country, replaced_id)
    return await _form(request, country, centre, to_replace(replaced, country, today), replaced=replaced)


@routes.page(PAGE, action="write_agreement", method="POST")
async def put_before(request: Request, country: Country) -> Response:
    """Put it before the parties; what the registry refuses is pointed at in the form."""
    centre, sent = _centre(request, country), await sent_form(request)
    key = sent_key(sent)
    try:
        answer = await tell(request, "/agreements", draft(sent, centre.organisation_id), key=key)
    except Refused as refused:
        told = written(sent, "replaces")
        replaced = await _replaced(request, country, told) if told else None
        return await _form(request, country, centre, filled(sent), at_fields(refused, sent), replaced)
    address = link(language_of(request), f"/avtaler/{orjson.loads(answer.body)['agreement_id']}")
    return Response(status_code=303, headers={"Location": address})


def _centre(request: Request, country: Snapshot) -> Organisation:
    reader, centre = reader_of(request, country), centre_of(request, country, None).centre
    if not reader.drafts or centre is None:
        raise Forbidden()
    return centre


async def _replaced(request: Request, country: Snapshot, told: UUID | str) -> Agreement:
    """The agreement in whose place another one may come.

    Raises:
        NotFound: there is none in force that the reader's centre has drafted.
    """
    try:
        replaced_id = UUID(str(told))
    except ValueError:
        raise NotFound() from None
    found = (await read_one(request, f"/agreements/{replaced_id}", Agreement)).thing
    if found.status is not AgreementStatus.in_force or not may_change(found, reader_of(request, country)):
        raise NotFound()
    return found


async def _form(
    request: Request,
    country: Snapshot,
    centre: Organisation,
    sent: Mapping[str, str],
    refused: Refused | None = None,
    replaced: Agreement | None = None,
) -> Response:
    between = [each for each in replaced.parties if each.party_id != centre.organisation_id] if replaced else ()
    return await show(
        request,
        "agreement_draft.html",
        status=refused.status if refused is not None else 200,
        centre=centre,
        choices=drafting(country, centre, gate_of(request).today, sent, between),
        replaced=replaced,
        edition_to_name=edition_to_name,
        filled=sent,
        refused=refused,
        rows=rows_of(sent),
        **as_if_at(request, PAGE),
    )
