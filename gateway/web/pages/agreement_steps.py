"""What one does with an agreement: signs it, shows and verifies what was promised, ends it. The registry judges."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from gateway.gate import Country
from gateway.web import agreement_forms
from gateway.web.asking import Refused
from gateway.web.fields import filled
from gateway.web.forms import sent_form, sent_key, sent_version
from gateway.web.page import Pages, language_of, link
from gateway.web.pages.agreements import agreement_page
from gateway.web.parties import reader_of
from gateway.web.registry import tell

routes = Pages()

PAGE = "/avtaler/{agreement_id}"
COMMITMENT = PAGE + "/forpliktelser/{commitment_id}"
SIGN = "sign_agreement"


@routes.page(f"{PAGE}/signer", action=SIGN, method="POST")
async def sign(request: Request, agreement_id: UUID, country: Country) -> Response:
    """The reader's organisation signs what the form showed."""
    return await _step(request, country, agreement_id, "sign", agreement_forms.signature)


@routes.page(f"{PAGE}/signer-for", action=SIGN, method="POST")
async def sign_for(request: Request, agreement_id: UUID, country: Country) -> Response:
    """The drafting centre signs for a party without an account."""
    return await _step(request, country, agreement_id, "sign", agreement_forms.signature_for, form="sign_for")


@routes.page(f"{COMMITMENT}/dokumenter", action=SIGN, method="POST")
async def evidence(request: Request, agreement_id: UUID, commitment_id: UUID, country: Country) -> Response:
    """There is something to show for a commitment."""
    verb = f"commitments/{commitment_id}/evidence"
    return await _step(request, country, agreement_id, verb, agreement_forms.evidence)


@routes.page(f"{COMMITMENT}/bekreft", action=SIGN, method="POST")
async def verify(request: Request, agreement_id: UUID, commitment_id: UUID, country: Country) -> Response:
    """Another party than the responsible one says that it holds."""
    verb = f"commitments/{commitment_id}/verify"
    return await _step(request, country, agreement_id, verb, agreement_forms.verification)


@routes.page(f"{PAGE}/avslutt", action=SIGN, method="POST")
async def end(request: Request, agreement_id: UUID, country: Country) -> Response:
    """A party says that the agreement binds no more."""
    return await _step(request, country, agreement_id, "end", agreement_forms.ending)


async def _step(
    request: Request,
    country: Country,
    agreement_id: UUID,
    verb: str,
    said: Callable[[FormData], dict[str, Any]],
    *,
    form: str | None = None,
) -> Response:
    sent = await sent_form(request)
    key, version = sent_key(sent), sent_version(sent)
    try:
        await tell(request, f"/agreements/{agreement_id}/{verb}", said(sent), key=key, version=version)
    except Refused as refused:
        reader = reader_of(request, country)
        return await agreement_page(request, agreement_id, country, reader, form or verb, filled(sent), refused)
    return Response(status_code=303, headers={"Location": link(language_of(request), f"/avtaler/{agreement_id}")})
