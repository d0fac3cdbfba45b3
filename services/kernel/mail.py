"""Mail: what is sent, and what takes it. Which server that is, is for whoever runs the parts to say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


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
