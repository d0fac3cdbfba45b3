"""Letters with their text, the units that each is for, and who gets a newsletter."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from services.contracts.registry.letters import Letter, LetterStatus, LetterTexts, NorwegianForm
from services.contracts.registry.newsletters import NewsletterSubscription
from services.registry.tables.metadata import METADATA, RegistryTable, one_of

IS_SUBSCRIBED = sa.text("ended_on IS NULL")


class LetterRow(RegistryTable, table=True):
    """One row per letter. Its text never changes: what is wrong is withdrawn and written anew."""

    __tablename__ = "letter"
    __table_args__ = (
        one_of("status", LetterStatus),
        one_of("undecided_form", NorwegianForm),
        CheckConstraint("(status = 'released') = (released_on IS NOT NULL)", name="released_on"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="withdrawn_on"),
    )

    letter_id: UUID = Field(primary_key=True)
    centre_id: UUID = Field(foreign_key="organisation.organisation_id", index=True)
    centre_name: str
    """As it was called when the letter was written: what was read is what is sent."""
    year: int
    status: str
    texts: dict[str, Any] = Field(sa_type=JSON)
    undecided_form: str
    units: int
    prepared_on: date
    released_on: date | None = None
    withdrawn_on: date | None = None
    source: str | None = None

    def public(self) -> Letter:
        """The letter as others see it."""
        return Letter.model_validate(self.model_dump(include=set(Letter.model_fields)))

    def written(self) -> LetterTexts:
        """What the centre says in it."""
        return LetterTexts.model_validate(self.texts)


class LetterUnitRow(RegistryTable, table=True):
    """One row per unit that a letter is for. What has become of it there is told by its effect and its awareness."""

    __tablename__ = "letter_unit"

    letter_id: UUID = Field(primary_key=True, foreign_key="letter.letter_id")
    unit_code: str = Field(primary_key=True, foreign_key="unit.code")
    name: str
    north_sami: str | None = None
    languages: list[str] = Field(sa_type=JSON)
    effect_key: str | None = None
    """Of the mail. Empty before the letter is released, and where there was no mailbox then."""


class SubscriptionRow(RegistryTable, table=True):
    """One row per contact that gets a newsletter, in a unit."""

    __tablename__ = "newsletter_subscription"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= subscribed_on", name="ended_on"),
        Index("uq_newsletter_subscription_contact", "centre_id", "contact_id", "unit_code", unique=True,
              sqlite_where=IS_SUBSCRIBED, postgresql_where=IS_SUBSCRIBED),
    )  # fmt: skip

    subscription_id: UUID = Field(primary_key=True)
    centre_id: UUID = Field(foreign_key="organisation.organisation_id")
    contact_id: UUID = Field(index=True)
    unit_code: str = Field(foreign_key="unit.code", index=True)
    subscribed_on: date
    ended_on: date | None = None

    def public(self) -> NewsletterSubscription:
        """The row without the contact."""
        return NewsletterSubscription.model_validate(self.model_dump(exclude={"contact_id"}))


LETTERS = METADATA.tables["letter"]
LETTER_UNITS = METADATA.tables["letter_unit"]
SUBSCRIPTIONS = METADATA.tables["newsletter_subscription"]
EFFECTS = METADATA.tables["effect"]
