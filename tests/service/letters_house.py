"""A registry with mailboxes, a real mail server, and the part's own sender between them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from deploy.smtp import SmtpPostbox
from services.kernel.effects import Sender
from services.registry.service import registry
from tests.mail_server import MailServer
from tests.service.registry_house import Caller, House

DAY = "2016-04-08"
FROM = "Samla <ikke-svar@samla.example>"
TEXTS = {
    "nb": {"subject": "Tilbudet i 2016", "body": "Kom på kurs."},
    "nn": {"subject": "Tilbodet i 2016", "body": "Kom på kurs, de òg."},
}


def mailbox_of(code: str) -> str:
    """Where the letters to a municipality go."""
    return f"postmottak.{code}@kommune.example"


@dataclass
class LettersHouse:
    """The registry, and what it sends for KoRus-Nord."""

    registry: House
    mails: MailServer
    centre_id: UUID

    @property
    def editor(self) -> Caller:
        """KoRus-Nord's, signed in at the clock's time."""
        return self.registry.caller("ED", self.centre_id)

    async def give_mailboxes(self, unit_codes: Iterable[str], **told: Any) -> None:
        """Make the municipalities known as bodies, each with a mailbox unless told otherwise."""
        rows = [
            {
                "reference": f"kommune-{code}",
                "name": f"Kommune {code}",
                "kind": "municipality",
                "unit_code": code,
                "official_mailbox": mailbox_of(code),
                "occurred_on": DAY,
                **told,
            }
            for code in unit_codes
        ]
        answer = await self.registry.caller("KOO").post("/organisations/import", {"rows": rows, "dry_run": False})
        assert (answer.status_code, answer.json()["stored"]) == (200, True), answer.text

    async def prepare(self, **asked: Any) -> dict[str, Any]:
        """A letter of KoRus-Nord's, to all whom it covers unless others are named."""
        body = {"centre_id": str(self.centre_id), "year": 2016, "texts": TEXTS, **asked}
        answer = await self.editor.post("/letters", body)
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"/letters/{answer.json()['letter_id']}"
        made: dict[str, Any] = answer.json()
        return made

    async def release(self, letter: dict[str, Any]) -> httpx.Response:
        """Let it go, once it has been read."""
        path = f"/letters/{letter['letter_id']}"
        read = (await self.editor.get(f"{path}/preview")).json()
        return await self.editor.post(f"{path}/release", {"digest": read["digest"]}, if_match='"1"')

    @property
    def sender(self) -> Sender:
        """What sends the registry's mail in an installation."""
        return Sender(self.registry.database, registry.effects, SmtpPostbox(self.mails.url, FROM))

    async def send(self) -> None:
        """Send everything that may be sent now."""
        while await self.sender.send_waiting():
            pass

    async def stands(self, letter: dict[str, Any]) -> dict[str, int]:
        """How many units the letter stands how with."""
        found: dict[str, int] = (await self.editor.get(f"/letters/{letter['letter_id']}")).json()["receipts"]
        return found

    async def receipts(self, letter: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
        """What became of it, unit by unit."""
        return await self.editor.pages(f"/letters/{letter['letter_id']}/receipts", **asked)
