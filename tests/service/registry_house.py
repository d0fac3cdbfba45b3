"""The registry behind its own HTTP, asked as a caller with a role and an organisation."""

from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import orjson
import sqlalchemy as sa

from services.kernel.access import Principal, TokenSigner, TokenVerifier, new_keys
from services.kernel.clock import Clock
from services.kernel.database import Database
from services.kernel.web import by_token, create_app
from services.registry.service import registry

MOST_PAGES = 50


class Caller:
    """Somebody at the registry's API."""

    def __init__(self, client: httpx.AsyncClient, keys: Iterator[int], token: str | None = None) -> None:
        self._client, self._keys = client, keys
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        return await self._client.get(path, params=parameters or None, headers=self._headers)

    async def pages(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        answer = await self.get(path, **parameters)
        items: list[dict[str, Any]] = answer.json()["items"]
        for _ in range(MOST_PAGES):
            if "link" not in answer.headers:
                return items
            answer = await self.get(answer.headers["link"].partition(">")[0].removeprefix("<"))
            items += answer.json()["items"]
        raise AssertionError("the list does not end")

    async def post(
        self, path: str, body: dict[str, Any], *, if_match: str | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = {**self._headers, "Idempotency-Key": key or f"key-{next(self._keys)}"}
        if if_match is not None:
            headers["If-Match"] = if_match
        return await self._client.post(path, json=body, headers=headers)

    async def send(self, path: str, body: bytes, media_type: str, *, key: str | None = None, **headers: str) -> Any:
        """A file as the body."""
        told = {"Idempotency-Key": key or f"key-{next(self._keys)}", "Content-Type": media_type, **headers}
        return await self._client.post(path, content=body, headers={**self._headers, **told})


class House:
    """A registry on a database, and whoever asks it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        private, public = new_keys()
        self.database = database
        self._signer = TokenSigner(private, clock)
        self.app = app = create_app(
            "registry",
            [registry.routes],
            database=database,
            authenticate=by_token(TokenVerifier([public], clock)),
            idempotency_secret=b"a secret of the test",
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry")
        self._keys = count(1)
        self.anybody = Caller(self.client, self._keys)

    def caller(self, role: str, organisation_id: UUID | None = None, *, who: str = "a") -> Caller:
        """An account with one role, acting for an organisation. Another ``who`` is another person."""
        principal = Principal(f"{who}-{role}", organisation_id, frozenset((role,)))
        return Caller(self.client, self._keys, self._signer.mint(principal))

    async def organisation_id(self, name: str) -> UUID:
        """The id of an organisation by its name or alias, in 2016."""
        found = (await self.anybody.get("/organisations", name=name, on="2016-04-08")).json()["items"]
        assert len(found) == 1, found
        return UUID(found[0]["organisation_id"])

    async def told(self, aggregate: str) -> list[dict[str, Any]]:
        """The envelopes about aggregates of a kind, in the order they were recorded."""

        def bodies(connection: sa.Connection) -> list[bytes]:
            chosen = sa.text("SELECT body FROM outbox WHERE aggregate LIKE :kind ORDER BY position")
            return [bytes(row.body) for row in connection.execute(chosen, {"kind": f"{aggregate}/%"})]

        return [orjson.loads(body) for body in await self.database.read(bodies)]
