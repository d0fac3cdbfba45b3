"""Mail: what is sent, and the server that takes it."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b
from secrets import token_bytes
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address. ``language`` is the text's, as a BCP 47 tag.

    A personal one tells of somebody, or gives the right to see it: no one but the recipient is to read it.
    """

    to: str
    subject: str
    text: str
    language: str
    is_personal: bool = False


class AddressRefused(Exception):
    """The server says that there is no such mailbox, or that it takes nothing: to send it again is of no use."""


class NotTaken(Exception):
    """The server could not be reached, or asks to be tried again later. Whether it has the mail may be unknown."""


class Postbox(Protocol):
    """Takes a mail, and answers when it is the server's."""

    @property
    def site(self) -> str:
        """The address of the installation's pages, for links in mails."""

    def token(self, mail_id: UUID) -> str:
        """128 bits that only the mail tells, the same however often it is put: a right of whoever has got it."""

    async def put(self, mail: Mail, mail_id: UUID, at: datetime) -> None:
        """Send it. The same ``mail_id`` is the same mail, however often it is put.

        Raises:
            AddressRefused: for good.
            NotTaken: for now.
        """


@dataclass(frozen=True)
class SmtpPostbox:
    """A mail server at ``smtp://[name:password@]host:port``, or at ``smtps://`` when encrypted from the start."""

    url: str
    sender: str
    site: str = ""
    secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False)
    """What tokens are made of. Not in a database: who reads that must not be able to make them."""

    def token(self, mail_id: UUID) -> str:
        return blake2b(mail_id.bytes, key=self.secret, digest_size=16).hexdigest()

    async def put(self, mail: Mail, mail_id: UUID, at: datetime) -> None:
        try:
            await asyncio.to_thread(self._send, self._written(mail, mail_id, at))
        # What the server said may hold the address: it goes no further.
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise (AddressRefused if all(code >= 500 for code in codes) else NotTaken)() from None
        except smtplib.SMTPResponseException as refused:
            raise NotTaken(f"SMTP {refused.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as failed:
            raise NotTaken(type(failed).__name__) from None

    def _written(self, mail: Mail, mail_id: UUID, at: datetime) -> EmailMessage:
        written = EmailMessage()
        written.set_content(mail.text)  # first: it takes away every header about the content
        written["From"], written["To"], written["Subject"] = self.sender, mail.to, mail.subject
        written["Date"] = format_datetime(at)
        # Servers and readers know a mail that comes a second time by its id.
        written["Message-ID"] = f"<{mail_id}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        written["Auto-Submitted"] = "auto-generated"
        written["Content-Language"] = mail.language
        if mail.is_personal:
            written["Sensitivity"] = "Personal"  # RFC 4021, 2.1.55
        return written

    def _send(self, written: EmailMessage) -> None:
        address, trusted = urlsplit(self.url), ssl.create_default_context()
        host, port = address.hostname or "", address.port or (465 if address.scheme == "smtps" else 25)
        with (
            smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=trusted)
            if address.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        ) as server:
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls"):
                server.starttls(context=trusted)
            if address.username is not None:
                server.login(unquote(address.username), unquote(address.password or ""))
            server.send_message(written)
