"""Bodies that have members, and groups of municipalities."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from deploy.reference_tables.organisations import aliases_of
from deploy.reference_tables.tables import FIRST, Tables, day
from services.contracts.registry import (
    GroupKind,
    NewGroupMember,
    NewMembership,
    NewPartSource,
    OrganisationKind,
    OrganisationPart,
    RegisterGroup,
    RegisterOrganisation,
)


@dataclass(frozen=True)
class Seat:
    """A member of a forum, by its short name."""

    member: str
    has_vote: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Forum:
    """A body whose members the tables know by their short names: their ids are known once they are registered."""

    organisation: RegisterOrganisation
    seats: tuple[Seat, ...]

    def with_members(self, ids: Mapping[str, UUID]) -> RegisterOrganisation:
        """The body with its members by their ids."""
        members = tuple(
            NewMembership(
                organisation_id=ids[seat.member],
                has_vote=seat.has_vote,
                valid_from=seat.valid_from,
                valid_to=seat.valid_to,
            )
            for seat in self.seats
        )
        return self.organisation.model_copy(update={"members": members})


def forums(tables: Tables) -> Iterator[Forum]:
    """Forums of leaders and bodies of cooperation."""
    aliases = aliases_of(tables)
    for row in tables("forums"):
        seats = [each for each in tables("forum_members") if each["forum"] == row["reference"]]
        told = {(each["source"], each["certainty"]) for each in seats}
        since = day(row["valid_from"])
        yield Forum(
            RegisterOrganisation(
                reference=row["reference"],
                name=row["name"],
                kind=OrganisationKind(row["kind"]),
                aliases=aliases.get(row["reference"], ()),
                valid_from=since,
                valid_to=day(row["valid_to"]),
                source=row["source"],
                certainty=row["certainty"],
                sources=tuple(
                    NewPartSource(part=OrganisationPart.members, source=source, certainty=certainty)
                    for source, certainty in sorted(told)
                ),
                occurred_on=since or FIRST,
            ),
            tuple(
                Seat(
                    member=each["member"],
                    has_vote=each["has_vote"] == "yes",
                    valid_from=date.fromisoformat(each["valid_from"]),
                    valid_to=day(each["valid_to"]),
                )
                for each in seats
            ),
        )


def groups(tables: Tables) -> Iterator[RegisterGroup]:
    """Municipalities that a source names together."""
    for row in tables("groups"):
        members = tuple(
            NewGroupMember(
                unit_code=each["unit_code"],
                valid_from=date.fromisoformat(each["valid_from"]),
                valid_to=day(each["valid_to"]),
            )
            for each in tables("group_members")
            if each["group"] == row["reference"]
        )
        yield RegisterGroup(
            reference=row["reference"],
            name=row["name"],
            kind=GroupKind(row["kind"]),
            members=members,
            source=row["source"],
            certainty=row["certainty"],
            occurred_on=min(member.valid_from for member in members),
        )
