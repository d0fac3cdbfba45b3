"""Reporting behind its own HTTP, told by neighbours that are played: the bytes that its consumers would get."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import sqlalchemy as sa

from deploy.reference_tables import read_reference
from services.contracts.message import Message
from services.contracts.registry import (
    CountyRegistered,
    GeographicChange,
    GeographicChangeRecorded,
    OrganisationRegistered,
    UnitRegistered,
)
from services.kernel.access import Principal, TokenSigner, TokenVerifier, new_keys
from services.kernel.clock import FixedClock, uuid7
from services.kernel.consumer import Consumer
from services.kernel.database import Database
from services.kernel.web import by_token, create_app
from services.reporting.service import reporting
from tests.conftest import NOW
from tests.unit.reporting_world import NAPHA, NORD, organisations

APRIL = date(2016, 4, 8)
PLAN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "deploy/example/plan2016.json").read_text(encoding="utf-8")
)


def body_of(message: Message, version: int, recorded_at: datetime) -> bytes:
    """The envelope around a message, as a publisher writes it."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": str(uuid7(recorded_at)),
            "source": f"/samla/{message.publisher()}",
            "type": message.type,
            "subject": message.aggregate_id,
            "time": recorded_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "aggregateversion": version,
            "data": message.model_dump(mode="json", exclude_none=True),
        }
    )


NORTHERN = ("18", "19", "20", "54", "55", "56")


@cache
def the_north() -> tuple[bytes, ...]:
    """What the registry tells of the three northern counties, as they were and became, and of every organisation."""
    reference = read_reference()
    changes = (
        GeographicChange(change_id=UUID(int=number), **change.model_dump())
        for number, change in enumerate(reference.changes)
    )
    messages: list[Message] = [
        *(UnitRegistered(occurred_on=APRIL, unit=unit) for unit in reference.units if unit.county_code in NORTHERN),
        *(
            CountyRegistered(occurred_on=APRIL, county=county)
            for county in reference.counties
            if county.code in NORTHERN
        ),
        *(
            GeographicChangeRecorded(occurred_on=APRIL, change=change)
            for change in changes
            if change.old_code.startswith(NORTHERN)
        ),
        *(OrganisationRegistered(occurred_on=APRIL, organisation=each) for each in organisations()),
    ]
    return tuple(body_of(message, 1, NOW) for message in messages)


def _apply(consumer: Consumer, bodies: list[bytes], connection: sa.Connection) -> None:
    consumer.apply(connection, bodies)


class Caller:
    """Somebody at reporting's API."""

    def __init__(self, client: httpx.AsyncClient, keys: Iterator[int], token: str | None = None) -> None:
        self._client, self._keys = client, keys
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        return await self._client.get(path, params=parameters, headers=self._headers)

    async def post(self, path: str, body: object, *, if_match: str | None = None) -> httpx.Response:
        headers = {**self._headers, "Idempotency-Key": f"key-{next(self._keys)}"}
        if if_match is not None:
            headers["If-Match"] = if_match
        return await self._client.post(path, json=body, headers=headers)


class House:
    """Reporting on a database, its neighbours, and whoever asks it."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        private, public = new_keys()
        self.database, self.clock = database, clock
        self._signer = TokenSigner(private, clock)
        self._versions: dict[str, int] = defaultdict(int)
        app = create_app(
            "reporting",
            [reporting.routes],
            database=database,
            authenticate=by_token(TokenVerifier([public], clock)),
            idempotency_secret=b"a secret of the test",
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reporting")
        self._keys = count(1)
        self.anybody = Caller(self.client, self._keys)
        self.editor = self.caller("ED")
        self.lead = self.caller("GK")
        self.other_editor = self.caller("ED", NAPHA)

    def caller(self, role: str, organisation_id: UUID = NORD) -> Caller:
        """An account with one role, acting for an organisation: KoRus-Nord if none is named."""
        principal = Principal(f"a-{role}", organisation_id, frozenset((role,)))
        return Caller(self.client, self._keys, self._signer.mint(principal))

    async def tell(self, *messages: Message, recorded_at: datetime = NOW) -> None:
        """Let reporting apply what neighbours publish."""
        bodies = []
        for message in messages:
            key = f"{message.aggregate}/{message.aggregate_id}"
            self._versions[key] += 1
            bodies.append(body_of(message, self._versions[key], recorded_at))
        await self.apply(*bodies)

    async def apply(self, *bodies: bytes) -> None:
        """Let reporting get these bytes, perhaps again."""
        for told in map(orjson.loads, bodies):
            key = f"{told['type'].split('.')[2]}/{told['subject']}"
            self._versions[key] = max(self._versions[key], told["aggregateversion"])
        for consumer in reporting.consumers:
            mine = [body for body in bodies if orjson.loads(body)["source"] == f"/samla/{consumer.publisher}"]
            if mine:
                await self.database.transact(partial(_apply, consumer, mine))

    async def figures(self, indicator: str, **parameters: Any) -> list[dict[str, Any]]:
        """The figures that KoRus-Nord's page would show."""
        answer = await self.anybody.get(f"/indicators/{indicator}/values", **{"centre": "korus-nord", **parameters})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def import_plan(self) -> dict[str, Any]:
        """The plan of 2016, taken in by KoRus-Nord's editor."""
        answer = await self.editor.post("/plans", PLAN)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def stored(self) -> dict[str, int]:
        """How many rows a command of ours may have left behind."""

        def query(connection: sa.Connection) -> dict[str, int]:
            tables = ("plan", "assignment", "planned_activity", "outbox", "idempotency")
            return {
                table: connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables
            }

        return await self.database.read(query)


NOTHING = {"plan": 0, "assignment": 0, "planned_activity": 0, "outbox": 0, "idempotency": 0}
