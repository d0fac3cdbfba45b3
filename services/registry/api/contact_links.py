"""What a contact sees and says by the link in a mail. The token in the path is the right to it, and is in no log."""

from fastapi import Response

from services.contracts.registry.contact_persons import LinkedContact
from services.contracts.registry.contact_requests import AnswerByLink
from services.kernel.web import Read, Routes
from services.registry import commands, queries
from services.registry.api.answers import Now, Today
from services.registry.api.writing import Write

routes = Routes()


@routes.get("/contact-links/{token}", action="answer_by_link")
async def linked_contact(token: str, read: Read, now: Now, today: Today) -> LinkedContact:
    """Everything that is kept of the contact, and who has looked at it. Nothing is changed by looking."""
    return await read(queries.linked_contact, token, now, today)


@routes.post("/contact-links/{token}/answer", action="answer_by_link")
async def answer_by_link(token: str, request: AnswerByLink, write: Write) -> Response:
    """The contact says that all is right, that it is none any more, or that it wants to be erased."""
    return await write(commands.answer_by_link, token, request, personal=True)
