"""Letters that Samla itself sends, over HTTP: written, read, let go, and what became of them."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Response

from services.contracts.message import Year
from services.contracts.registry.history import Recorded
from services.contracts.registry.letters import (
    LetterDetail,
    LetterPreviews,
    PrepareLetter,
    ReceiptStatus,
    ReleaseLetter,
    WithdrawLetter,
)
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes
from services.registry.api.answers import Today, whole
from services.registry.api.writing import Write
from services.registry.commands import letters as commands
from services.registry.queries import letters as queries

routes = Routes()


@routes.get("/letters", action="write_mapping")
async def letters(
    read: Read, caller: Caller, page: Page, centre_id: UUID | None = None, year: Year | None = None
) -> Response:
    """Letters in the order they were written, without their text."""
    found = await read(queries.letters, caller, centre_id, year, page.limit, page.after_id)
    return page.of(found, key=lambda letter: letter.letter_id)


@routes.get("/letters/{letter_id}", action="write_mapping")
async def letter(letter_id: UUID, read: Read, caller: Caller, today: Today, response: Response) -> LetterDetail:
    """One letter with its text, and how many units it stands how with."""
    found, version = await read(queries.letter, caller, letter_id, today)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.get("/letters/{letter_id}/preview", action="write_mapping")
async def preview(letter_id: UUID, read: Read, caller: Caller) -> LetterPreviews:
    """The letter as it will be read, in every choice of languages that it is sent in."""
    return await read(queries.letter_previews, caller, letter_id)


@routes.get("/letters/{letter_id}/receipts", action="write_mapping")
async def receipts(
    letter_id: UUID, read: Read, caller: Caller, today: Today, page: Page, status: ReceiptStatus | None = None
) -> Response:
    """What became of the letter in each unit, or those where it stands so."""
    found = await read(queries.letter_receipts, caller, letter_id, status, today, page.limit, page.after)
    return page.of(found, key=lambda receipt: receipt.unit_code)


@routes.get("/letters/{letter_id}/history", action="write_mapping")
async def history(letter_id: UUID, read: Read, caller: Caller) -> dict[str, Sequence[Recorded]]:
    """Everything that was recorded of the letter: when, by whom, and why it was withdrawn."""
    return whole(await read(queries.letter_history, caller, letter_id))


@routes.post("/letters", action="write_mapping", status_code=201)
async def prepare(request: PrepareLetter, write: Write) -> Response:
    """Write a letter; nothing is sent before somebody has read it."""
    return await write(commands.prepare_letter, request, location="/letters/{letter_id}")


@routes.post("/letters/{letter_id}/release", action="write_mapping")
async def release(letter_id: UUID, request: ReleaseLetter, write: Write) -> Response:
    """Let it go as it was read, a mail to each official mailbox."""
    return await write(commands.release_letter, letter_id, request)


@routes.post("/letters/{letter_id}/withdraw", action="write_mapping")
async def withdraw(letter_id: UUID, request: WithdrawLetter, write: Write) -> Response:
    """Do not send it after all."""
    return await write(commands.withdraw_letter, letter_id, request)
