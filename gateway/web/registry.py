"""What the pages ask of the registry on behalf of whoever is signed in, and what they tell it."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode

import orjson
from fastapi import Request
from pydantic import BaseModel
from pydantic_core import to_json

from gateway.peers import Answer, Headers
from gateway.web.asking import ask_peer, tell_peer
from gateway.web.page import language_of

SERVICE = "registry"
MOST = 200
"""The longest page of a list that the registry gives."""

M = TypeVar("M", bound=BaseModel)


class Versioned(NamedTuple, Generic[M]):
    """A thing, and the version of it that a form on the page is based on."""

    thing: M
    version: str


class Part(NamedTuple, Generic[M]):
    """A page of a list, and where the next one begins; none: it is the last."""

    items: list[M]
    after: str | None


async def read_one(request: Request, path: str, model: type[M], **asked: object) -> Versioned[M]:
    """One thing with its version, which is empty where it has none. What is asked and is None is left out.

    Raises:
        NotFound: there is none, or it is none of the reader's business.
        Unavailable: the registry does not answer.
    """
    answer = await _ask(request, path, asked)
    return Versioned(model.model_validate_json(answer.body), _header(answer, b"etag"))


async def read_list(request: Request, path: str, model: type[M], **asked: object) -> list[M]:
    """A list that comes whole, however long it is.

    Raises:
        Problem: the registry refuses, or does not answer.
    """
    return _items(await _ask(request, path, asked), model)


async def read_part(request: Request, path: str, model: type[M], **asked: object) -> Part[M]:
    """A page of a list, as long as they get: with ``after`` the one that begins there. None does not narrow it.

    Raises:
        Problem: the registry refuses, or does not answer.
    """
    answer = await _ask(request, path, {"limit": MOST, **asked})
    following = _header(answer, b"link").partition("?")[2].partition(">")[0]
    return Part(_items(answer, model), dict(parse_qsl(following)).get("after"))


async def read_all(request: Request, path: str, model: type[M], **asked: object) -> list[M]:
    """Every page of a list: for lists that one organisation makes by hand.

    Raises:
        Problem: the registry refuses, or does not answer.
    """
    part = await read_part(request, path, model, **asked)
    items = part.items
    while part.after is not None:
        part = await read_part(request, path, model, **asked, after=part.after)
        items += part.items
    return items


async def tell(request: Request, path: str, said: object, *, key: str, version: str | None = None) -> Answer:
    """Have the registry do what a form asks. The same ``key`` does it once; ``version`` is what the form was based on.

    Raises:
        Refused: it would not, and the reader can do something about it.
        Problem: it refuses for another reason, or does not answer.
    """
    headers = [*_whose(request), (b"idempotency-key", key.encode("ascii"))]
    if version is not None:
        headers.append((b"if-match", version.encode("latin-1", "replace")))
    return await tell_peer(request, SERVICE, path, headers=headers, body=to_json(said), language=language_of(request))


async def _ask(request: Request, path: str, asked: Mapping[str, object]) -> Answer:
    query = urlencode({name: str(value) for name, value in asked.items() if value is not None})
    return await ask_peer(request, SERVICE, path, query=query.encode("ascii"), headers=_whose(request))


def _items(answer: Answer, model: type[M]) -> list[M]:
    return [model.model_validate(item) for item in orjson.loads(answer.body)["items"]]


def _header(answer: Answer, name: bytes) -> str:
    return {known.lower(): value for known, value in answer.headers}.get(name, b"").decode("ascii")


def _whose(request: Request) -> Headers:
    return [(name, value) for name, value in request.scope["headers"] if name == b"authorization"]
