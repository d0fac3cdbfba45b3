"""The little part at its door, called as a server would call it, with tokens that are really signed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from services.kernel.access import Principal, TokenSigner, TokenVerifier, new_keys
from services.kernel.clock import FixedClock
from services.kernel.database import Database
from services.kernel.web import App, by_token, create_app
from tests.conftest import OpenDatabase
from tests.kernel.invitations import invitations

OURS = UUID("00000000-0000-7000-8000-000000000001")
THEIRS = UUID("00000000-0000-7000-8000-000000000002")


@dataclass
class Visit:
    """One part, its door, and somebody to knock on it."""

    app: App
    database: Database
    signer: TokenSigner
    client: httpx.AsyncClient
    clock: FixedClock

    def token(self, *roles: str, subject: str = "somebody", organisation_id: UUID | None = OURS) -> dict[str, str]:
        """Headers that say who asks."""
        principal = Principal(subject, organisation_id, frozenset(roles), "correlation-1")
        return {"Authorization": f"Bearer {self.signer.mint(principal)}"}

    async def post(
        self, path: str = "/mappings", body: dict[str, Any] | None = None, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """A centre's editor sends a command."""
        sent = {**self.token("ED"), "Idempotency-Key": key or str(uuid4()), **_named(headers)}
        return await self.client.post(path, json=invitation() if body is None else body, headers=sent)

    async def stored(self) -> dict[str, int]:
        """How many rows there are of everything that a command may leave behind."""
        tables = ("invitation", "outbox", "idempotency")

        def query(connection: sa.Connection) -> dict[str, int]:
            return {
                table: connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables
            }

        return await self.database.read(query)


NOTHING = {"invitation": 0, "outbox": 0, "idempotency": 0}


def invitation(**changes: Any) -> dict[str, Any]:
    """A valid command."""
    valid = {
        "tool": "brukerplan",
        "unit_code": "1902",
        "year": 2016,
        "centre_id": str(OURS),
        "occurred_on": "2016-04-08",
    }
    return {**valid, **changes}


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def a_visit(open_database: OpenDatabase, clock: FixedClock, **options: Any) -> Visit:
    """A new database with a door in front of it."""
    database = await open_database(invitations)
    private, public = new_keys()
    app = create_app(
        "registry",
        [invitations.routes],
        database=database,
        authenticate=by_token(TokenVerifier([public], clock)),
        idempotency_secret=b"a secret of the test",
        **options,
    )
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry")
    return Visit(app, database, TokenSigner(private, clock), client, clock)


@pytest.fixture
async def visit(sqlite_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[Visit]:
    """On SQLite."""
    found = await a_visit(sqlite_database, clock)
    async with found.client:
        yield found


@pytest.fixture
async def visit_both(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[Visit]:
    """On both databases."""
    found = await a_visit(open_database, clock)
    async with found.client:
        yield found
