"""A real mail server, and everything that the registry has to send put to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sink import read_mail
from gateway.sink import SunkMail
from services.kernel.clock import Clock
from services.kernel.database import Database
from services.kernel.effects import Sender
from services.kernel.mail import SmtpPostbox
from services.registry.service import registry

SENDER = "Samla <samla@senter.example>"


@dataclass
class Post:
    """The mails that have come to the server, in the order in which they came."""

    database: Database
    url: str = ""
    mails: list[SunkMail] = field(default_factory=list)

    async def sent(self) -> list[SunkMail]:
        """Send what waits, and give what came of it: the mails that are new, by their addresses."""
        before = len(self.mails)
        sender = Sender(self.database, registry.effects, SmtpPostbox(self.url, SENDER))
        while await sender.send_waiting():
            pass
        return sorted(self.mails[before:], key=lambda mail: mail.to)


class _Taker:
    def __init__(self, post: Post, clock: Clock) -> None:
        self._post, self._clock = post, clock

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._post.mails.append(read_mail(envelope.original_content or b"", self._clock.now()))
        return "250 Taken"


@asynccontextmanager
async def a_post(database: Database, clock: Clock) -> AsyncIterator[Post]:
    """The server, for as long as the context is open."""
    post = Post(database)
    taker = _Taker(post, clock)
    made = await asyncio.get_running_loop().create_server(lambda: SMTP(taker, hostname="localhost"), "127.0.0.1", 0)
    async with made:
        post.url = f"smtp://127.0.0.1:{made.sockets[0].getsockname()[1]}"
        yield post
