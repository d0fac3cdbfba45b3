"""Programmes, networks and schemes with members, and each unit's role in one."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from services.contracts.registry.memberships import (
    MembershipProgramme,
    MembershipRole,
    ProgrammeKind,
    ProgrammeMembership,
)
from services.registry.tables.metadata import METADATA, RegistryTable, one_of

EVER_WAS = sa.text("valid_to IS NULL OR valid_to > valid_from")


class MembershipProgrammeRow(RegistryTable, table=True):
    """One row per programme, network or scheme. None is ever taken away, for memberships name it."""

    __tablename__ = "membership_programme"
    __table_args__ = (one_of("kind", ProgrammeKind),)

    reference: str = Field(primary_key=True)
    name: dict[str, Any] = Field(sa_type=JSON)
    kind: str
    owner_reference: str | None = None
    roles: list[str] = Field(sa_type=JSON)
    source: str
    certainty: str

    def public(self) -> MembershipProgramme:
        """The row as everybody may see it."""
        return MembershipProgramme.model_validate(self.model_dump())


class ProgrammeMembershipRow(RegistryTable, table=True):
    """One row per role of a unit in a programme. One that never was ends on its first day."""

    __tablename__ = "programme_membership"
    __table_args__ = (
        one_of("role", MembershipRole),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="period"),
        Index(
            "uq_programme_membership_first_day",
            "programme",
            "unit_code",
            "valid_from",
            unique=True,
            sqlite_where=EVER_WAS,
            postgresql_where=EVER_WAS,
        ),
    )

    programme_membership_id: UUID = Field(primary_key=True)
    programme: str = Field(foreign_key="membership_programme.reference")
    unit_code: str = Field(foreign_key="unit.code", index=True)
    role: str
    valid_from: date
    valid_to: date | None = None
    owner_id: UUID | None = Field(default=None, foreign_key="organisation.organisation_id")
    source: str | None = None

    def public(self) -> ProgrammeMembership:
        """The row as everybody may see it."""
        return ProgrammeMembership.model_validate(self.model_dump())


MEMBERSHIP_PROGRAMMES = METADATA.tables["membership_programme"]
MEMBERSHIPS = METADATA.tables["programme_membership"]
