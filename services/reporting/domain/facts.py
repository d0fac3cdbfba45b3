"""What a figure is made of: states that were told, and facts that count or do not count for a stated reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.contracts.message import Text

S = TypeVar("S")

EXAMPLE = "example"
"""The source of facts that only show how the system works. Every figure that rests on one says so."""


@dataclass(frozen=True, slots=True)
class Known(Generic[S]):
    """The newest known state of an aggregate, and the message that carried it."""

    state: S
    message_id: UUID
    aggregate: str
    """``<aggregate>/<id>``."""
    version: int


class Why(StrEnum):
    """Why a fact does not count."""

    outside_window = "outside-window"
    not_completed = "not-completed"
    cancelled = "cancelled"
    repeat = "repeat"
    bounced = "bounced"
    not_held = "not-held"
    remote = "remote"
    no_co_organiser = "no-co-organiser"
    other_lead = "other-lead"
    merged = "merged"
    divided = "divided"
    undone = "undone"
    not_begun = "not-begun"
    ended = "ended"
    refused = "refused"
    not_decided = "not-decided"


WHY_TEXTS: dict[Why, dict[str, str]] = {
    Why.outside_window: {"nb": "Utenfor perioden", "nn": "Utanfor perioden"},
    Why.not_completed: {"nb": "Ikke gjennomført ennå", "nn": "Ikkje gjennomført enno"},
    Why.cancelled: {"nb": "Avlyst", "nn": "Avlyst"},
    Why.repeat: {"nb": "Gjentakelse, telles én gang", "nn": "Gjentaking, blir talt éin gong"},
    Why.bounced: {"nb": "Brevet kom i retur", "nn": "Brevet kom i retur"},
    Why.not_held: {"nb": "Ikke avholdt ennå", "nn": "Ikkje halde enno"},
    Why.remote: {
        "nb": "Gitt på skjerm, er ikke en kursdag på stedet",
        "nn": "Gitt på skjerm, er ikkje ein kursdag på staden",
    },
    Why.no_co_organiser: {"nb": "Ingen medarrangør har takket ja", "nn": "Ingen medarrangør har takka ja"},
    Why.other_lead: {"nb": "Ledes av andre", "nn": "Blir leidd av andre"},
    Why.merged: {
        "nb": "Kommunen er slått sammen; perioden følger ikke med",
        "nn": "Kommunen er slått saman; perioden følgjer ikkje med",
    },
    Why.divided: {
        "nb": "Kommunen er delt, og ingen fordeling er oppgitt",
        "nn": "Kommunen er delt, og inga fordeling er oppgitt",
    },
    Why.undone: {
        "nb": "Kommunen ble aldri til, og det er ikke avgjort hvor dette hører hjemme",
        "nn": "Kommunen vart aldri til, og det er ikkje avgjort kvar dette høyrer heime",
    },
    Why.not_begun: {"nb": "Ikke begynt ennå", "nn": "Ikkje byrja enno"},
    Why.ended: {"nb": "Avsluttet", "nn": "Avslutta"},
    Why.refused: {"nb": "Avslått", "nn": "Avslått"},
    Why.not_decided: {"nb": "Ikke avgjort ennå", "nn": "Ikkje avgjort enno"},
}
"""The reasons in words, for pages and API answers."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, as one indicator sees it.

    ``place`` is the unit of the figure's geography that it falls to, ``unit_code`` the unit where it happened.
    ``amount`` is what it adds to the numerator when it counts.
    """

    message_id: UUID
    aggregate: str
    version: int
    label: str
    occurred_on: date
    unit_code: str | None = None
    county_code: str | None = None
    place: str | None = None
    why: Why | None = None
    amount: int = 1
    example: bool = False

    @property
    def counts(self) -> bool:
        return self.why is None

    @property
    def is_pending(self) -> bool:
        """Whether it is about something that has not come true, and so is the business of the parties alone."""
        return self.why in _PENDING and self.aggregate.startswith(_PARTIES)


_PENDING = (
    Why.not_completed,
    Why.not_held,
    Why.cancelled,
    Why.not_begun,
    Why.refused,
    Why.not_decided,
)
_PARTIES = ("mapping/", "activity/", "overdose_unit/", "focus_nomination/")
"""What an adopted plan says shall be done is public; a survey only agreed to and a course only planned are not.

Nor is which municipality has overdose problems and has begun nothing, or was considered and did not become a focus
municipality.
"""


def fact(
    known: Known[Any],
    label: str,
    occurred_on: date,
    *,
    source: str | None,
    unit_code: str | None = None,
    county_code: str | None = None,
    place: str | None = None,
    why: Why | None = None,
    amount: int = 1,
) -> Fact:
    """The fact that a known state tells of."""
    return Fact(
        known.message_id,
        known.aggregate,
        known.version,
        label,
        occurred_on,
        unit_code,
        county_code,
        place,
        why,
        amount,
        source == EXAMPLE,
    )


def when(each: Fact) -> tuple[date, UUID, str]:
    """The order of facts: by business date, ties by message id, so that any order of delivery gives the same answer."""
    return each.occurred_on, each.message_id, each.unit_code or ""


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """The facts sorted by ``when``."""
    return sorted(facts, key=when)


def first_per_place(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts in order, where only the first that counts for each place still counts; the others are repeats."""
    taken: set[str | None] = set()
    judged = []
    for each in in_order(facts):
        judged.append(replace(each, why=Why.repeat) if each.counts and each.place in taken else each)
        if each.counts:
            taken.add(each.place)
    return tuple(judged)


def places(facts: Iterable[Fact]) -> set[str]:
    """The distinct units of the figure's geography for which something counts."""
    return {each.place for each in facts if each.counts and each.place is not None}


def undecided(facts: Iterable[Fact]) -> list[str]:
    """The units whose facts could not be placed: they were divided and nobody recorded the shares, or never were."""
    return sorted({each.unit_code for each in facts if each.why in (Why.divided, Why.undone) and each.unit_code})


def words(text: Text) -> str:
    """A text by users in one language, for a label: bokmål where there is one."""
    return text.nb or text.nn or ""
