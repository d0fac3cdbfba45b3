"""Mail goes out: over SMTP, to the one server that the settings name."""

import asyncio
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b
from secrets import token_bytes
from urllib.parse import unquote, urlsplit
from uuid import UUID

from services.kernel.mail import AddressRefused, Mail, NotTaken

TIMEOUT_S = 10.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NO_MAILBOX = frozenset(b"5.1.%d" % detail for detail in (1, 2, 3, 4, 6, 10)) | {b"5.2.1"}
"""Enhanced statuses (RFC 3463) that say of an address that nobody has it, or that its mailbox is closed."""


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
            ((code, words),) = refused.recipients.values()
            raise (AddressRefused() if _is_no_mailbox(code, words) else NotTaken(f"SMTP {code}")) from None
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
        is_secret = address.scheme == "smtps"
        server = (
            smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=trusted)
            if is_secret
            else smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        )
        try:
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls"):
                server.starttls(context=trusted)
                is_secret = True
            if address.username is not None:
                # Who stands between could take the offer of STARTTLS away, to read the password.
                if not is_secret and host not in LOOPBACK:
                    raise NotTaken("no encryption")
                server.login(unquote(address.username), unquote(address.password or ""))
            server.send_message(written)
        finally:
            # The mail is the server's by now, or is not: how it takes its leave changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()


def _is_no_mailbox(code: int, words: bytes) -> bool:
    """Whether the server says that the mailbox is none, rather than that it will not have mail from us."""
    enhanced = re.match(rb"5\.\d{1,3}\.\d{1,3}\b", words)
    return enhanced[0] in NO_MAILBOX if enhanced else code in (550, 551, 553)
