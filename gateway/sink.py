"""Where mail ends when the installation has no mail server: in memory, the newest, for whoever tries the product."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

KEPT = 500
"""Mails. Nothing of them is written to disk, so that nothing about an erased person stays."""


@dataclass(frozen=True, slots=True)
class SunkMail:
    """A mail that would have been delivered. It came ``times`` times: the same id is the same mail.

    A personal one is for the recipient alone: of it neither the address nor the text is kept.
    """

    mail_id: str
    to: str
    subject: str
    language: str
    text: str
    at: datetime
    times: int = 1
    is_personal: bool = False


class MailSink:
    """Keeps each mail once, by its id."""

    def __init__(self) -> None:
        self._mails: OrderedDict[str, SunkMail] = OrderedDict()

    def keep(self, mail: SunkMail) -> None:
        """Take a mail. One that was taken before is counted."""
        before = self._mails.get(mail.mail_id)
        if before is not None:
            self._mails[mail.mail_id] = replace(before, times=before.times + 1)
            return
        self._mails[mail.mail_id] = replace(mail, to="", text="") if mail.is_personal else mail
        while len(self._mails) > KEPT:
            self._mails.popitem(last=False)

    def newest(self) -> Sequence[SunkMail]:
        """All that are kept, the newest first."""
        return tuple(reversed(self._mails.values()))
