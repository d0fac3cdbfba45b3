"""The centre that speaks for a region in the project for children and young people, and who chose it (BR-42)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.message import Message, Public, Request


class Region(StrEnum):
    """A region of the specialist health service."""

    north = "north"
    mid = "mid"
    west = "west"
    south_east = "south_east"


class Vote(Public):
    """Whom an elector chose, newest choice only."""

    elector_id: UUID
    candidate_id: UUID
    voted_on: date


class Representative(Public):
    """One election and the seat that it fills. The electors are those of the day on which it was called.

    ``elected_id`` is a centre, never a person. ``valid_from`` to ``valid_to`` (exclusive) is the time in the seat.
    """

    representative_id: UUID
    region: Region
    electors: tuple[UUID, ...]
    candidates: tuple[UUID, ...]
    votes: tuple[Vote, ...] = ()
    called_on: date
    elected_id: UUID | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class RepresentativeMessage(Message):
    """Any fact about a regional representative."""

    aggregate = "representative"
    representative: Representative

    @property
    def aggregate_id(self) -> str:
        return str(self.representative.representative_id)


class ElectionCalled(RepresentativeMessage):
    """The electors of a region are asked to choose."""

    type = "samla.registry.representative.called.v1"


class VoteCast(RepresentativeMessage):
    """An elector has chosen, or chosen anew; nobody is elected yet."""

    type = "samla.registry.representative.voted.v1"


class RepresentativeElected(RepresentativeMessage):
    """More than half of the electors have chosen the same centre."""

    type = "samla.registry.representative.elected.v1"


class RepresentativeEnded(RepresentativeMessage):
    """The seat is empty again, or the election came to nothing."""

    type = "samla.registry.representative.ended.v1"


class CallElection(Request):
    """Ask the electors of a region to choose a representative."""

    region: Region
    occurred_on: date


class CastVote(Request):
    """An elector's choice."""

    elector_id: UUID
    candidate_id: UUID
    occurred_on: date


class EndRepresentation(Request):
    """The representative leaves the seat, or an election without result is given up."""

    occurred_on: date
