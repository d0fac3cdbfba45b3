"""Lists in pages: ``?limit=`` and an opaque ``?after=``, and the address of the next page in ``Link``."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import Field
from pydantic_core import to_json

from services.kernel.problems import FieldError, Invalid

T = TypeVar("T")

MOST = 200
USUAL = 50
Limit = Annotated[int, Field(ge=1, le=MOST)]


class Paging:
    """One page of a list. ``after`` is the key of the last item that the caller has, or none at the beginning."""

    def __init__(self, request: Request, limit: int, after: str | None) -> None:
        self._request, self._size = request, limit
        self.after = after

    @property
    def after_id(self) -> UUID | None:
        """The same where keys are ids.

        Raises:
            Invalid: it is none.
        """
        try:
            return None if self.after is None else UUID(self.after)
        except ValueError:
            raise Invalid(errors=[FieldError(parameter="after")]) from None

    @property
    def limit(self) -> int:
        """How many items to ask for: one more than the page shows, so that the last page is known to be the last."""
        return self._size + 1

    def of(self, items: Sequence[T], *, key: Callable[[T], object], **about_all: object) -> Response:
        """The page as an answer. ``items`` follow ``after`` in the order of their keys; what is too much is cut.

        ``about_all`` stands beside ``items`` on every page: what is true of the whole list, such as its sum.
        """
        shown = items[: self._size]
        headers = {}
        if len(items) > self._size:
            query = parse_qsl(self._request.scope["query_string"].decode("latin-1"))
            rest = [(name, value) for name, value in query if name != "after"]
            after = urlsafe_b64encode(str(key(shown[-1])).encode()).decode().rstrip("=")
            headers["Link"] = f'<{self._request.url.path}?{urlencode([*rest, ("after", after)])}>; rel="next"'
        return Response(to_json({"items": shown, **about_all}), headers=headers, media_type="application/json")


async def _paging(
    request: Request,
    limit: Limit = USUAL,
    after: Annotated[str | None, Query(max_length=400)] = None,
) -> Paging:
    return Paging(request, limit, _key(after) if after else None)


def _key(after: str) -> str:
    try:
        key = b64decode(after + "=" * (-len(after) % 4), b"-_", validate=True).decode()
    except ValueError:
        key = ""
    if not key or not key.isprintable():
        raise Invalid(errors=[FieldError(parameter="after")])
    return key


Page = Annotated[Paging, Depends(_paging)]
