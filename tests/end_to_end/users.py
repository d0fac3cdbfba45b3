"""Somebody at the gateway: sends commands, asks for figures, and looks at what is behind them."""

import asyncio
from itertools import count
from typing import Any

import httpx

PREFIX = "/api/v1"
NOT_YET_KNOWN_TRIES = 100

_keys = count(1)


class User:
    """A signed-in account, a partner's system or a stranger."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        """Read something, with whatever comes back."""
        return await self.client.get(PREFIX + path, params=parameters, headers=self.headers)

    async def post(
        self, path: str, body: Any, *, if_match: str | None = None, key: str | None = None
    ) -> httpx.Response:
        """Send a command, with whatever comes back. ``body`` is JSON, or bytes as they stand."""
        headers = {**self.headers, "Idempotency-Key": key or f"step-{next(_keys)}", "Content-Type": "application/json"}
        if if_match is not None:
            headers["If-Match"] = if_match
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        return await self.client.post(PREFIX + path, headers=headers, **sent)

    async def send(self, path: str, body: bytes, media_type: str, *, key: str | None = None) -> httpx.Response:
        """Send a file, with whatever comes back."""
        told = {"Idempotency-Key": key or f"step-{next(_keys)}", "Content-Type": media_type}
        return await self.client.post(PREFIX + path, headers={**self.headers, **told}, content=body)

    async def asks(self, path: str, body: dict[str, Any], *, about: str | None = None) -> httpx.Response:
        """Send a command about the thing as it stands now; what is on its way between the parts is waited for."""
        if_match = None if about is None else (await self.get(about)).headers["etag"]
        answer = await self.post(path, body, if_match=if_match)
        for _ in range(NOT_YET_KNOWN_TRIES):
            if answer.is_success or slug(answer) != "not-yet-known":
                break
            await asyncio.sleep(0.02)
            answer = await self.post(path, body, if_match=if_match)
        return answer

    async def does(self, path: str, body: dict[str, Any], *, about: str | None = None) -> dict[str, Any]:
        """Send a command that must be taken; the resource it answers with."""
        answer = await self.asks(path, body, about=about)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        resource: dict[str, Any] = answer.json()
        return resource

    async def moves(self, thing: str, verb: str, occurred_on: str, **body: Any) -> dict[str, Any]:
        """Move something on: ``/offers/{id}`` and ``publish``."""
        return await self.does(f"{thing}/{verb}", {"occurred_on": occurred_on, **body}, about=thing)

    async def is_refused(self, thing: str, verb: str, occurred_on: str, **body: Any) -> tuple[int, str]:
        """Try to move something on that cannot be moved now: the status and the problem's slug."""
        answer = await self.asks(f"{thing}/{verb}", {"occurred_on": occurred_on, **body}, about=thing)
        return answer.status_code, slug(answer)

    async def pages(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """A whole list, page by page."""
        answer = await self.get(path, limit=200, **parameters)
        items: list[dict[str, Any]] = []
        while True:
            assert answer.status_code == 200, answer.text
            items += answer.json()["items"]
            following = answer.links.get("next")
            if following is None:
                return items
            answer = await self.client.get(following["url"], headers=self.headers)

    async def page(self, path: str, **parameters: Any) -> str:
        """A page as the user reads it."""
        answer = await self.client.get(path, params=parameters or None, headers={**self.headers, "Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        return answer.text

    async def figures(self, indicator: str, **asked: Any) -> list[dict[str, Any]]:
        """The figure of the whole region, then those of the breakdown. KoRus-Nord's and 2016's, if nothing is said."""
        parameters = {"centre": "korus-nord", "year": 2016, "as_of": "2016-12-31", **asked}
        answer = await self.get(f"/indicators/{indicator}/values", **parameters)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def figure(self, indicator: str, **asked: Any) -> dict[str, Any]:
        """The figure of the whole region."""
        return (await self.figures(indicator, **asked))[0]

    async def behind(self, figure: dict[str, Any]) -> list[dict[str, Any]]:
        """Every fact behind a figure, counted or not."""
        return await self.pages(f"/figures/{figure['figure_id']}/provenance")


def slug(answer: httpx.Response) -> str:
    """Which problem an answer is."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).removeprefix("urn:samla:problem:")
