"""A letter as it will be read: let go by whoever has read it, or withdrawn; and what became of it, unit by unit."""

import asyncio
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from gateway.catalogue import Snapshot
from gateway.gate import Country
from gateway.web.asking import Refused
from gateway.web.forms import field, sent_form, sent_key, sent_version
from gateway.web.letters import LONGEST_TEXT
from gateway.web.page import Pages, language_of, link, show
from gateway.web.registry import read_one, read_part, tell
from services.contracts.registry.letters import LetterDetail, LetterPreviews, LetterReceipt, ReceiptStatus

routes = Pages()
PAGE = "/brev/{letter_id}"

UNREACHED = (ReceiptStatus.bounced, ReceiptStatus.no_mailbox, ReceiptStatus.not_sent)
"""Where a letter informs nobody: those units are named first."""


@routes.page(PAGE, action="write_mapping")
async def letter(
    request: Request,
    letter_id: UUID,
    country: Country,
    status: ReceiptStatus | None = None,
    etter: str | None = None,
) -> Response:
    """The letter, its previews, and a page of its receipts: all, or those where it stands so."""
    return await _shown(request, country, letter_id, status=status, after=etter)


@routes.page(f"{PAGE}/send", action="write_mapping")
@routes.page(f"{PAGE}/trekk-tilbake", action="write_mapping")
async def back(request: Request, letter_id: UUID) -> Response:
    """To the letter itself: whoever was refused there and changes the language comes here."""
    return _to_letter(request, letter_id)


@routes.page(f"{PAGE}/send", action="write_mapping", method="POST")
async def release(request: Request, letter_id: UUID, country: Country) -> Response:
    """Let it go as it was read."""
    sent = await sent_form(request)
    return await _step(request, country, letter_id, sent, "release", {"digest": field(sent, "digest")})


@routes.page(f"{PAGE}/trekk-tilbake", action="write_mapping", method="POST")
async def withdraw(request: Request, letter_id: UUID, country: Country) -> Response:
    """Do not send it after all."""
    sent = await sent_form(request)
    reason = field(sent, "begrunnelse", LONGEST_TEXT).replace("\r\n", "\n").strip()
    return await _step(request, country, letter_id, sent, "withdraw", {"reason": reason} if reason else {})


async def _step(
    request: Request, country: Snapshot, letter_id: UUID, sent: FormData, step: str, said: dict[str, str]
) -> Response:
    try:
        await tell(request, f"/letters/{letter_id}/{step}", said, key=sent_key(sent), version=sent_version(sent))
    except Refused as refused:
        return await _shown(request, country, letter_id, refused=refused, reason=said.get("reason", ""))
    return _to_letter(request, letter_id)


def _to_letter(request: Request, letter_id: UUID) -> Response:
    return Response(status_code=303, headers={"Location": link(language_of(request), f"/brev/{letter_id}")})


async def _shown(
    request: Request,
    country: Snapshot,
    letter_id: UUID,
    *,
    status: ReceiptStatus | None = None,
    after: str | None = None,
    refused: Refused | None = None,
    reason: str = "",
) -> Response:
    path = f"/letters/{letter_id}"
    known, previews, receipts = await asyncio.gather(
        read_one(request, path, LetterDetail),
        read_one(request, f"{path}/preview", LetterPreviews),
        read_part(request, f"{path}/receipts", LetterReceipt, status=status, after=after),
    )
    wanted = [each for each in UNREACHED if status is None and after is None and each in known.thing.receipts]
    unreached = await asyncio.gather(
        *(read_part(request, f"{path}/receipts", LetterReceipt, status=each) for each in wanted)
    )
    return await show(
        request,
        "letter.html",
        status=refused.status if refused else 200,
        detail=known.thing,
        version=known.version,
        previews=previews.thing,
        receipts=receipts,
        receipt_status=status,
        is_first=after is None,
        unreached=list(zip(wanted, unreached, strict=True)),
        centre=country.organisations.get(known.thing.letter.centre_id),
        centre_name=country.named(known.thing.letter.centre_id).name,
        refused=refused,
        reason=reason,
    )
