"""What the pages ask of the registry on behalf of a contact, whose right is the token that it was sent."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request
from pydantic_core import to_json

from gateway.gate import gate_of
from gateway.peers import Answer, Asked
from services.contracts.registry.contact_persons import LinkedContact
from services.contracts.registry.contact_requests import LinkAnswer
from services.kernel.problems import Conflict, NotFound, Problem, Unavailable
from services.kernel.telemetry import current_traceparent

SERVICE = "registry"


async def linked_contact(request: Request, token: str) -> LinkedContact:
    """What is kept of the contact, and who has looked at it.

    Raises:
        NotFound: the link opens nothing, or nothing any more.
        Unavailable: the registry does not answer.
    """
    return LinkedContact.model_validate_json((await _ask(request, "GET", _path(token))).body)


async def answer_by_link(request: Request, token: str, answer: LinkAnswer, key: str) -> None:
    """Say it on behalf of the contact; the same key says it once.

    Raises:
        NotFound: the link opens nothing, or nothing any more.
        Conflict: there is nothing any more to say it to.
        Unavailable: the registry does not answer.
    """
    headers = {b"idempotency-key": key.encode("latin-1", "replace"), b"content-type": b"application/json"}
    await _ask(request, "POST", f"{_path(token)}/answer", headers, to_json({"answer": answer}))


def _path(token: str) -> str:
    return f"/contact-links/{quote(token, safe='')}"


async def _ask(
    request: Request, method: str, path: str, headers: Mapping[bytes, bytes] | None = None, body: bytes = b""
) -> Answer:
    passed: dict[bytes, bytes] = {**(headers or {})}
    if (traceparent := current_traceparent()) is not None:
        passed[b"traceparent"] = traceparent.encode()
    answer = await gate_of(request).peers[SERVICE].ask(Asked(method, path, b"", list(passed.items()), body))
    if answer.status == 200:
        return answer
    known: tuple[type[Any], ...] = (NotFound, Conflict, Unavailable)
    raise next((problem() for problem in known if problem.status == answer.status), Problem())
