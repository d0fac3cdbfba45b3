"""What was to be mailed, what the mail server got, and what the units' awareness says of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from services.kernel.effects import EffectStatus
from tests.checker import Findings, compare
from tests.faults.world import mailbox_of
from tests.mail_server import MailServer


@dataclass(frozen=True, slots=True)
class ToldMail:
    """A letter to one unit, as the registry tells of it."""

    letter_id: str
    unit_code: str
    subject: str


@dataclass(frozen=True)
class Mails:
    """Every letter that was let go, and every receipt."""

    sent: Sequence[ToldMail]
    told: Sequence[str]
    """Letter and unit of each awareness by a letter."""
    given_up: int
    """Mails that ended otherwise than with the mail server. None of the load's may."""

    def compared(self, server: MailServer) -> Findings:
        """What the mail server got against what was let go: one mail to each mailbox, however often it was put."""
        wanted = [f"{mail.subject} to {mailbox_of(mail.unit_code)}" for mail in self.sent]
        return compare(wanted, [f"{mail.subject} to {mail.to}" for mail in server.first])

    def receipts(self) -> Findings:
        """What the units' awareness says against what was sent."""
        return compare([f"{mail.letter_id}/{mail.unit_code}" for mail in self.sent], self.told)


def mails_told(connection: sa.Connection) -> Mails:
    """Read it all. A letter's subject is its mark, the same in both languages."""
    rows = connection.execute(
        sa.text(
            "SELECT unit.letter_id, unit.unit_code, letter.source, effect.status FROM letter_unit AS unit "
            "JOIN letter ON letter.letter_id = unit.letter_id JOIN effect ON effect.key = unit.effect_key "
            "ORDER BY effect.effect_id"
        )
    ).all()
    ended = (EffectStatus.refused, EffectStatus.given_up)
    return Mails(
        sent=tuple(ToldMail(str(row.letter_id), row.unit_code, row.source) for row in rows),
        told=tuple(_receipts(connection)),
        given_up=sum(row.status in ended for row in rows),
    )


def _receipts(connection: sa.Connection) -> Iterator[str]:
    told = sa.text("SELECT dispatch_id, unit_code FROM awareness WHERE channel = 'letter' AND bounced_on IS NULL")
    for row in connection.execute(told):
        yield f"{row.dispatch_id}/{row.unit_code}"
