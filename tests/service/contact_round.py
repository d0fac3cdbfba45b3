"""Contacts that are asked as time goes by, the mails that reach them, and what they answer by the links in them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from deploy.smtp import SmtpPostbox
from services.kernel.clock import FixedClock
from services.kernel.deadlines import Deadlines
from services.kernel.effects import Sender
from services.registry.service import registry
from tests.mail_server import MailServer, sent_all
from tests.service.contact_house import ContactHouse

SECRET = b"a secret of the test"
LINK = re.compile(r"(?:/nn)?/kontakt/([0-9a-f]{32})\s")


@dataclass
class Round:
    """A registry whose contacts are asked, and the mails that reach them."""

    house: ContactHouse
    server: MailServer
    clock: FixedClock
    site: str
    """The address of the pages that the mails lead to."""

    async def after(self, **time: float) -> None:
        """Let time pass, then do what is due and send what is to be sent."""
        self.clock.advance(timedelta(**time))
        await Deadlines(self.house.database, registry.deadlines).take_due()
        postbox = SmtpPostbox(self.server.url, "Samla <samla@senter.example>", self.site, SECRET)
        await sent_all(Sender(self.house.database, registry.effects, postbox))

    @property
    def tokens(self) -> list[str]:
        """What the links of the mails hold, in the order that they came."""
        return [found[1] for mail in self.server.mails if (found := LINK.search(mail.text))]

    async def seen(self, token: str) -> httpx.Response:
        """What the contact sees by a link."""
        return await self.house.anybody.get(f"/contact-links/{token}")

    async def answers(self, token: str, answer: str, key: str | None = None) -> httpx.Response:
        """What the contact says by a link."""
        return await self.house.anybody.post(f"/contact-links/{token}/answer", {"answer": answer}, key=key)

    async def person(self, path: str) -> dict[str, Any]:
        """What the editor sees of who it is."""
        found: dict[str, Any] = (await self.house.editor.get(f"{path}/person")).json()
        return found
