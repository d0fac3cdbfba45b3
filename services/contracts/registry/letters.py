"""A letter that goes to many units at once, and what became of it in each, as the registry publishes and shows it."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.message import STRICT, LongText, Message, Public, Request, UnitCode, Year
from services.contracts.registry.sources import Source

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f\x85\u2028\u2029]*$")]
"""A text that mail takes for one line, whatever signs for a new line there are."""


class LetterLanguage(StrEnum):
    """What a letter is written in, as BCP 47 calls it."""

    nb = "nb"
    nn = "nn"
    se = "se"
    en = "en"


class NorwegianForm(StrEnum):
    """What a unit is written to in that has decided nothing, or to be neutral."""

    both = "both"
    """Bokmål, and nynorsk after it."""
    nb = "nb"
    nn = "nn"


class LetterText(Public):
    """A letter in one language: what the centre itself says. Greeting and closing come from the template."""

    subject: Line
    body: LongText


class LetterTexts(Public):
    """A letter in bokmål and nynorsk, and perhaps in Northern Sámi and English."""

    nb: LetterText
    nn: LetterText
    se: LetterText | None = None
    en: LetterText | None = None


class LetterStatus(StrEnum):
    """Where a letter stands."""

    prepared = "prepared"
    """Nothing has been sent: a person reads it first."""
    released = "released"
    withdrawn = "withdrawn"


class Letter(Public):
    """A letter of a centre for a year, without its text. Awareness names it in ``dispatch_id``."""

    letter_id: UUID
    centre_id: UUID
    year: int
    status: LetterStatus
    units: int
    """How many units it is for, also those that have no official mailbox."""
    prepared_on: date
    released_on: date | None = None
    withdrawn_on: date | None = None
    source: str | None = None


class LetterMessage(Message):
    """Any fact about a letter as a whole. What became of it in one unit is told as awareness."""

    aggregate = "letter"
    letter: Letter

    @property
    def aggregate_id(self) -> str:
        return str(self.letter.letter_id)


class LetterPrepared(LetterMessage):
    """A letter is written, and it stands which units it is for."""

    type = "samla.registry.letter.prepared.v1"


class LetterReleased(LetterMessage):
    """A person has read it and lets it go to every unit that has an official mailbox."""

    type = "samla.registry.letter.released.v1"


class LetterWithdrawn(LetterMessage):
    """It will not be sent."""

    type = "samla.registry.letter.withdrawn.v1"


class ReceiptStatus(StrEnum):
    """What became of a letter in one unit."""

    no_mailbox = "no_mailbox"
    """The unit has no official mailbox that is known, so the letter does not inform it (BR-02)."""
    prepared = "prepared"
    waiting = "waiting"
    """On its way. A mail server that does not answer is asked again for more than a day."""
    sent = "sent"
    """The mail server has taken it."""
    bounced = "bounced"
    """The mail server would not have it, or it came back later."""
    not_sent = "not_sent"
    """Given up: there was nobody to send it to any more, or no mail server took it."""
    withdrawn = "withdrawn"


class LetterReceipt(Public):
    """What became of a letter in one unit. ``awareness_id`` is the record that tells it, once there is one."""

    unit_code: UnitCode
    unit_name: str
    languages: tuple[LetterLanguage, ...]
    """In the order in which they stand in the letter."""
    status: ReceiptStatus
    awareness_id: UUID | None = None


class LetterDetail(Public):
    """A letter with its text, and how many units it stands how with."""

    letter: Letter
    texts: LetterTexts
    undecided_form: NorwegianForm
    receipts: dict[ReceiptStatus, int]


class LetterPreview(Public):
    """The letter as it will be read, in one choice of languages, with one of the units that will get it so."""

    languages: tuple[LetterLanguage, ...]
    units: int
    unit_name: str
    subject: str
    text: str


class LetterPreviews(Public):
    """Every choice of languages that the letter is sent in. ``digest`` stands for all that is read here."""

    items: tuple[LetterPreview, ...]
    digest: str


class NewLetterText(LetterText):
    """As a letter's text; what it does not know is refused."""

    model_config = STRICT


class NewLetterTexts(LetterTexts):
    """As a letter's texts; what it does not know is refused."""

    model_config = STRICT

    nb: NewLetterText
    nn: NewLetterText
    se: NewLetterText | None = None
    en: NewLetterText | None = None


class PrepareLetter(Request):
    """Write a letter to units: to these, or to every one that the centre covers today. Nothing is sent yet."""

    centre_id: UUID
    year: Year
    texts: NewLetterTexts
    undecided_form: NorwegianForm = NorwegianForm.both
    unit_codes: tuple[UnitCode, ...] | None = Field(default=None, min_length=1, max_length=500)
    source: Source = None


class ReleaseLetter(Request):
    """Let a letter go, as it was read: ``digest`` is the one of its previews."""

    digest: str = Field(max_length=64)


class WithdrawLetter(Request):
    """Do not send a letter, and say why."""

    reason: LongText
