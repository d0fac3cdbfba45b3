"""Contacts, and apart from them, to be deleted, who they are and who has looked at them. See docs/personal-data.md."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlmodel import Field

from services.contracts.registry.contact_persons import ContactLanguage, LawfulBasis
from services.contracts.registry.contacts import ContactRole
from services.kernel.database import UtcDateTime
from services.registry.tables.metadata import METADATA, RegistryTable, one_of


class ContactRow(RegistryTable, table=True):
    """One row per contact. It tells nothing of who it is, and stays."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("(unit_code IS NULL) <> (organisation_id IS NULL)", name="place"),
        CheckConstraint("erased_on IS NULL OR ended_on IS NOT NULL", name="erased_on"),
    )

    contact_id: UUID = Field(primary_key=True)
    unit_code: str | None = Field(default=None, foreign_key="unit.code", index=True)
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.organisation_id", index=True)
    owner_id: UUID | None = Field(default=None, foreign_key="organisation.organisation_id")
    """The organisation that registered it; none for an operator."""
    registered_on: date
    ended_on: date | None = None
    erased_on: date | None = None


class ContactRoleRow(RegistryTable, table=True):
    """One row per period in which a contact has a role."""

    __tablename__ = "contact_role"
    __table_args__ = (
        one_of("role", ContactRole),
        CheckConstraint("valid_to IS NULL OR valid_from < valid_to", name="period"),
        Index("ix_contact_role_role", "role", "contact_id"),
    )

    contact_id: UUID = Field(primary_key=True, foreign_key="contact.contact_id")
    role: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None


class ContactPersonRow(RegistryTable, table=True):
    """One row per contact whose person is known. Deleted when it is erased."""

    __tablename__ = "contact_person"
    __table_args__ = (
        one_of("language", ContactLanguage),
        one_of("lawful_basis", LawfulBasis),
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="reach"),
    )

    contact_id: UUID = Field(primary_key=True, foreign_key="contact.contact_id")
    version: int
    name: str
    email: str | None = None
    phone: str | None = None
    language: str
    source: str
    lawful_basis: str
    key: bytes = Field(sa_type=LargeBinary)
    """The audit's fingerprints of this person's values are made with it, and can be made by nobody without it."""
    asked_on: date | None = None
    confirmed_on: date | None = None
    bounced_on: date | None = None


class ContactLinkRow(RegistryTable, table=True):
    """One row per link that was sent to a contact. Deleted when it is erased, and when the link opens nothing more."""

    __tablename__ = "contact_link"

    digest: bytes = Field(primary_key=True, sa_type=LargeBinary)
    """SHA-256 of the link's token, which itself is nowhere but in the mail."""
    contact_id: UUID = Field(foreign_key="contact.contact_id", index=True)
    valid_until: datetime = Field(sa_type=UtcDateTime)


class ContactLookRow(RegistryTable, table=True):
    """One row per contact, organisation and day on which it has looked at the contact. Deleted when it is erased."""

    __tablename__ = "contact_look"

    contact_id: UUID = Field(primary_key=True, foreign_key="contact.contact_id")
    looked_on: date = Field(primary_key=True)
    reader: str = Field(primary_key=True)
    """The id of the organisation that somebody acted for; empty for who acts for none."""
    times: int


CONTACTS = METADATA.tables["contact"]
CONTACT_ROLES = METADATA.tables["contact_role"]
CONTACT_PERSONS = METADATA.tables["contact_person"]
CONTACT_LINKS = METADATA.tables["contact_link"]
CONTACT_LOOKS = METADATA.tables["contact_look"]
