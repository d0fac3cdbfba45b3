"""A service behind its own HTTP, asked as a caller with a role and an organisation, with its neighbours played."""

from collections import defaultdict
from datetime import date
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID, uuid5

import httpx
import orjson
import sqlalchemy as sa

from services.contracts.events import Programme, ProgrammeStarted, Theme
from services.contracts.message import Message, Text
from services.contracts.registry import (
    County,
    CountyRegistered,
    Organisation,
    OrganisationKind,
    OrganisationRegistered,
    PlaceName,
    Unit,
    UnitKind,
    UnitRegistered,
)
from services.kernel.access import Principal, TokenSigner, TokenVerifier, new_keys
from services.kernel.clock import Clock
from services.kernel.database import Database
from services.kernel.service import Service
from services.kernel.web import by_token, create_app

KORUS_NORD = UUID("00000000-0000-7000-8000-000000000001")
NAPHA = UUID("00000000-0000-7000-8000-000000000002")
RVTS_NORD = UUID("00000000-0000-7000-8000-000000000003")
COUNTY_GOVERNOR = UUID("00000000-0000-7000-8000-000000000004")
TROMSO_AS_A_BODY = UUID("00000000-0000-7000-8000-000000000005")
UNKNOWN = UUID("00000000-0000-7000-8000-0000000000ff")

TROMSO, BODO, HARSTAD, NARVIK = "1902", "1804", "1903", "1805"
TROMSO_FROM_2020 = "5401"
NORDLAND, TROMS, FINNMARK = "18", "19", "20"

SINCE_1971, UNTIL_2020 = date(1971, 1, 1), date(2020, 1, 1)


class Caller:
    """Somebody at a service's API."""

    def __init__(self, house: "House", token: str | None) -> None:
        self._house = house
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        return await self._house.client.get(path, params=parameters, headers=self._headers)

    async def post(
        self, path: str, body: dict[str, Any], *, if_match: str | None = None, key: str | None = None
    ) -> httpx.Response:
        """Send a command; without ``if_match`` no version is named."""
        headers = {**self._headers, "Idempotency-Key": key or f"key-{next(self._house.keys)}"}
        if if_match is not None:
            headers["If-Match"] = if_match
        return await self._house.client.post(path, json=body, headers=headers)

    async def change(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Send a command about a thing in the version it has now: ``/offers/{id}/…``."""
        seen = await self.get("/".join(path.split("/")[:3]))
        return await self.post(path, body, if_match=seen.headers.get("etag", '"0"'))


class House:
    """A service on a database, and whoever asks it or tells it something."""

    def __init__(self, service: Service, database: Database, clock: Clock) -> None:
        private, public = new_keys()
        self.service, self.database = service, database
        self._signer = TokenSigner(private, clock)
        app = create_app(
            service.name,
            [service.routes],
            database=database,
            authenticate=by_token(TokenVerifier([public], clock)),
            idempotency_secret=b"a secret of the test",
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{service.name}")
        self.keys = count(1)
        self._versions: dict[str, int] = defaultdict(int)
        self.anybody = Caller(self, None)

    def caller(self, role: str, organisation_id: UUID | None = None, subject: str | None = None) -> Caller:
        """An account with one role, acting for an organisation."""
        principal = Principal(subject or f"a-{role}", organisation_id, frozenset((role,)))
        return Caller(self, self._signer.mint(principal))

    async def tell(self, *messages: Message) -> None:
        """Let the service's copies apply what its neighbours say."""
        for consumer in self.service.consumers:
            bodies = [self._body(message) for message in messages if message.publisher() == consumer.publisher]
            if bodies:
                await self.database.transact(partial(consumer.apply, bodies=bodies))

    async def told(self, aggregate: str) -> list[dict[str, Any]]:
        """The envelopes that the service has recorded about aggregates of a kind, in order."""

        def bodies(connection: sa.Connection) -> list[bytes]:
            chosen = sa.text("SELECT body FROM outbox WHERE aggregate LIKE :kind ORDER BY position")
            return [bytes(row.body) for row in connection.execute(chosen, {"kind": f"{aggregate}/%"})]

        return [orjson.loads(body) for body in await self.database.read(bodies)]

    async def rows(self, table: str) -> int:
        """How many rows a table has."""
        counted = sa.select(sa.func.count()).select_from(self.service.metadata.tables[table])
        return int(await self.database.read(lambda connection: connection.execute(counted).scalar_one()))

    def _body(self, message: Message) -> bytes:
        key = f"{message.aggregate}/{message.aggregate_id}"
        self._versions[key] += 1
        return orjson.dumps(
            {
                "specversion": "1.0",
                "id": str(uuid5(KORUS_NORD, f"{key} {self._versions[key]}")),
                "source": f"/samla/{message.publisher()}",
                "type": message.type,
                "subject": message.aggregate_id,
                "time": "2016-01-01T00:00:00.000000Z",
                "datacontenttype": "application/json",
                "aggregateversion": self._versions[key],
                "data": message.model_dump(mode="json", exclude_none=True),
            }
        )


def problem(answer: httpx.Response) -> tuple[int, str]:
    """The status and the slug of a refusal."""
    return answer.status_code, str(answer.json()["type"]).removeprefix("urn:samla:problem:")


def units(*codes: str, since: date = SINCE_1971, until: date | None = UNTIL_2020) -> list[Message]:
    """The registry's word about municipalities."""
    return [
        UnitRegistered(
            occurred_on=since,
            unit=Unit(
                code=code,
                kind=UnitKind.municipality,
                county_code=code[:2],
                names=(PlaceName(name=f"Kommune {code}", valid_from=since),),
                valid_from=since,
                valid_to=until,
            ),
        )
        for code in codes
    ]


def counties(*codes: str) -> list[Message]:
    """The registry's word about counties."""
    return [
        CountyRegistered(
            occurred_on=SINCE_1971,
            county=County(
                code=code, names=(PlaceName(name=f"Fylke {code}", valid_from=SINCE_1971),), valid_from=SINCE_1971
            ),
        )
        for code in codes
    ]


def organisation(organisation_id: UUID, reference: str, kind: OrganisationKind) -> Message:
    """The registry's word about a body."""
    return OrganisationRegistered(
        occurred_on=SINCE_1971,
        organisation=Organisation(organisation_id=organisation_id, reference=reference, name=reference, kind=kind),
    )


def programme(programme_id: UUID, theme: Theme = "responsible_alcohol_management") -> Message:
    """The service of events' word about a programme."""
    return ProgrammeStarted(
        occurred_on=date(2016, 1, 10),
        programme=Programme(
            programme_id=programme_id,
            name=Text(nb="Ansvarlig alkoholhåndtering"),
            theme=theme,
            lead_id=KORUS_NORD,
            started_on=date(2016, 1, 10),
        ),
    )
