"""The installation's own mail server, on loopback: it takes everything and delivers nothing."""

import asyncio
import contextlib
import email
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.sink import MailSink, SunkMail
from services.kernel.clock import Clock

MOST_BYTES = 256 * 1024


class _Taker:
    """Hands what comes to the sink."""

    def __init__(self, sink: MailSink, clock: Clock) -> None:
        self._sink, self._clock = sink, clock

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        self._sink.keep(read_mail(envelope.original_content or b"", self._clock.now()))
        return "250 Taken"


def read_mail(content: bytes, at: datetime) -> SunkMail:
    """The mail in these bytes."""
    read: Any = email.message_from_bytes(content, policy=default)
    mail: EmailMessage = read
    body = mail.get_body(("plain",))
    return SunkMail(
        mail_id=str(mail["Message-ID"] or ""),
        to=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        language=str(mail["Content-Language"] or ""),
        text=body.get_content() if body is not None else "",
        at=at,
        is_personal=str(mail["Sensitivity"] or "").lower() == "personal",
    )


@contextlib.asynccontextmanager
async def taking_mail(sink: MailSink, clock: Clock, listener: socket.socket) -> AsyncIterator[None]:
    """Take mail for as long as the context is open."""
    taker = _Taker(sink, clock)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(taker, hostname="localhost", data_size_limit=MOST_BYTES, enable_SMTPUTF8=True), sock=listener
    )
    async with server:
        yield
