"""Answers that are made once and given many times."""

from functools import cached_property
from hashlib import sha256

from starlette.responses import Response


class Ready:
    """An answer as bytes, with the tag by which a reader knows that it has it already. Each reply is made once."""

    def __init__(self, body: bytes, media_type: str = "application/json") -> None:
        self.body, self.etag = body, f'"{sha256(body).hexdigest()[:32]}"'
        self._known_by = self.etag.encode()
        self._headers = {"ETag": self.etag, "Cache-Control": "no-cache"}
        self._whole = Response(body, headers=self._headers, media_type=media_type)

    @cached_property
    def _unchanged(self) -> Response:
        return Response(status_code=304, headers=self._headers)

    def answer(self, if_none_match: bytes | None) -> Response:
        """The whole, or that the reader has it already."""
        return self._unchanged if if_none_match == self._known_by else self._whole
