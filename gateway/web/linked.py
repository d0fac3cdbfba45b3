"""What the pages ask of the registry on behalf of a contact, whose right is the token that it was sent."""

from urllib.parse import quote

from fastapi import Request
from pydantic_core import to_json

from gateway.web.asking import ask_peer
from services.contracts.registry.contact_persons import LinkedContact
from services.contracts.registry.contact_requests import LinkAnswer

SERVICE = "registry"


async def linked_contact(request: Request, token: str) -> LinkedContact:
    """What is kept of the contact, and who has looked at it.

    Raises:
        NotFound: the link opens nothing, or nothing any more.
        Unavailable: the registry does not answer.
    """
    return LinkedContact.model_validate_json((await ask_peer(request, SERVICE, _path(token))).body)


async def answer_by_link(request: Request, token: str, answer: LinkAnswer, key: str) -> None:
    """Say it on behalf of the contact; the same key says it once.

    Raises:
        Invalid: the key has said something else already.
        NotFound: the link opens nothing, or nothing any more.
        Conflict: there is nothing any more to say it to.
        Unavailable: the registry does not answer.
    """
    headers = [(b"idempotency-key", key.encode("ascii")), (b"content-type", b"application/json")]
    await ask_peer(
        request,
        SERVICE,
        f"{_path(token)}/answer",
        method="POST",
        headers=headers,
        body=to_json({"answer": answer}),
    )


def _path(token: str) -> str:
    return f"/contact-links/{quote(token, safe='')}"
