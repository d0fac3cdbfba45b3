"""Answers that are made once and given many times."""

from datetime import date
from hashlib import sha256

from starlette.responses import Response

JSON = "application/json"


class Ready:
    """A list as bytes, with the tag by which a reader knows that it has it already. Both answers are made once."""

    def __init__(self, body: bytes, media_type: str = JSON) -> None:
        self.body, self.etag = body, f'"{_tag(body)}"'
        headers = {"ETag": self.etag, "Cache-Control": "no-cache"}
        self._whole = Response(body, headers=headers, media_type=media_type)
        self._unchanged = Response(status_code=304, headers=headers)

    def answer(self, if_none_match: bytes | None) -> Response:
        """The list, or that the reader has it already."""
        return self._unchanged if if_none_match == self.etag.encode() else self._whole


class ReadyOn:
    """What is the same for many days, told as of one of them: an object whose first field is ``on``."""

    def __init__(self, told: bytes) -> None:
        self._rest = b'",' + told.removeprefix(b"{")
        self._tag = _tag(told)

    def answer(self, on: date, if_none_match: bytes | None) -> Response:
        """The object as of the day, or that the reader has it already."""
        day = on.isoformat()
        etag = f'"{self._tag}-{day}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if if_none_match == etag.encode():
            return Response(status_code=304, headers=headers)
        return Response(b'{"on":"' + day.encode() + self._rest, headers=headers, media_type=JSON)


def _tag(body: bytes) -> str:
    return sha256(body).hexdigest()[:32]
