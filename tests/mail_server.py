"""A real mail server for tests: it takes what it is sent, and knows what it took."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sink import read_mail
from gateway.sink import SunkMail
from services.kernel.effects import Sender
from tests.conftest import NOW


@dataclass
class MailServer:
    """A mail server on loopback. What it answers to a recipient can be chosen."""

    mails: list[SunkMail] = field(default_factory=list)
    """As often as they came."""
    answers: dict[str, str] = field(default_factory=dict)
    farewell: str = "221 Bye"
    """What it says when the sender takes its leave."""
    on_mail: Callable[[SunkMail], Awaitable[None]] | None = None
    """Awaited before a mail is said to be taken."""
    url: str = ""

    @property
    def times(self) -> Counter[str]:
        """How often each mail came, by its id."""
        return Counter(mail.mail_id for mail in self.mails)

    @property
    def first(self) -> list[SunkMail]:
        """Each mail once, as it came first."""
        return list({mail.mail_id: mail for mail in reversed(self.mails)}.values())[::-1]

    @property
    def repeats(self) -> int:
        """How many came that had come before."""
        return len(self.mails) - len(self.times)

    async def handle_RCPT(  # noqa: N802 - its name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        mail = read_mail(envelope.original_content or b"", NOW)
        self.mails.append(mail)
        if self.on_mail is not None:
            await self.on_mail(mail)
        return "250 Taken"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - its name
        return self.farewell


@contextlib.asynccontextmanager
async def mail_server(
    mails: MailServer | None = None, port: int = 0, host: str = "127.0.0.1"
) -> AsyncIterator[MailServer]:
    """A mail server for as long as the context is open: a new one, or one that knows what it took before."""
    server, loop = mails or MailServer(), asyncio.get_running_loop()
    made = await loop.create_server(lambda: SMTP(server, hostname="localhost"), host, port)
    async with made:
        server.url = f"smtp://{host}:{made.sockets[0].getsockname()[1]}"
        yield server


async def sent_all(sender: Sender) -> None:
    """Send until nothing is left to be sent now."""
    while await sender.send_waiting():
        pass
