"""A registry with contacts in it, and who may do what with them."""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.kernel.clock import Clock
from services.kernel.database import Database
from tests.service.registry_house import Caller, House

FIRST = '"1"'
TROMSO, BODO, HARSTAD = "1902", "1804", "1903"

NAME, EMAIL, PHONE = "Kari Kanari Nordmann", "kari.kanari@kommune.example", "+47 987 65 432"
CANARIES = (NAME, "Kanari", EMAIL, "kari.kanari", PHONE, "98765432", "987 65 432")
"""What tells who the contact of the tests is, in the forms that it could be written in."""


def a_contact(**changes: Any) -> dict[str, Any]:
    """What is told of somebody in Tromsø who coordinates public health."""
    told = {
        "unit_code": TROMSO,
        "name": NAME,
        "email": EMAIL,
        "phone": PHONE,
        "language": "nb",
        "source": "the municipality's own pages",
        "lawful_basis": "public_task",
        "roles": [{"role": "public_health_coordinator", "valid_from": "2015-01-01"}],
        "occurred_on": "2016-04-08",
    }
    return {field: value for field, value in (told | changes).items() if value is not None}


class ContactHouse(House):
    """The registry's house with the organisations that its contacts are about."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self.centre_id = self.other_centre_id = self.tromso_id = UUID(int=0)

    async def find(self) -> None:
        """Look the organisations up, once they are loaded."""
        self.centre_id = await self.organisation_id("KoRus-Nord")
        self.other_centre_id = await self.organisation_id("KoRus-Midt")
        self.tromso_id = await self.organisation_id("Tromsø kommune")

    @property
    def editor(self) -> Caller:
        """An editor of KoRus-Nord, whose the contacts of the tests are."""
        return self.caller("ED", self.centre_id)

    @property
    def municipality(self) -> Caller:
        """Somebody in Tromsø."""
        return self.caller("KOM", self.tromso_id)

    def officer(self, who: str) -> Caller:
        """A data protection officer."""
        return self.caller("PVO", who=who)

    async def registered(self, **changes: Any) -> str:
        """The path of a new contact of KoRus-Nord's."""
        answer = await self.editor.post("/contacts", a_contact(**changes))
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"])

    async def moves(self, path: str, verb: str, by: Caller | None = None, **body: Any) -> dict[str, Any]:
        """Move something on from the version that it has: ``/contacts/{id}`` and ``end``."""
        caller = by or self.editor
        seen = (await caller.get(path)).headers["etag"]
        answer = await caller.post(f"{path}/{verb}", {"occurred_on": "2016-04-08", **body}, if_match=seen)
        assert answer.status_code == 200, answer.text
        moved: dict[str, Any] = answer.json()
        return moved

    async def rows(self, table: str, where: str = "1 = 1") -> list[dict[str, Any]]:
        """Rows of a table, as the database holds them."""
        chosen = sa.text(f"SELECT * FROM {table} WHERE {where}")

        def read(connection: sa.Connection) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(chosen).mappings()]

        return await self.database.read(read)

    async def audited(self, command: str) -> list[dict[str, Any]]:
        """What the audit has kept of a command, the oldest first."""
        rows = await self.rows("audit", f"command = '{command}' ORDER BY position")
        return [row | {"facts": _facts(row["facts"])} for row in rows]


def _facts(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored


def slug_of(answer: Any) -> tuple[int, str]:
    """Status and slug of a refusal."""
    return answer.status_code, str(answer.json()["type"]).removeprefix("urn:samla:problem:")
