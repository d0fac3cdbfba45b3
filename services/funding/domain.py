"""The rules of money: what a frame has left, what two persons decide, what is posted. Amounts are whole øre."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Literal, Self
from uuid import UUID

from services.contracts.funding import Scheme
from services.kernel.problems import Conflict, FieldError, Forbidden, Invalid, NotYetKnown

Account = Literal["appropriation", "frame", "pledged"]

EARMARKED: Mapping[tuple[str, str], frozenset[str]] = {("765", "21"): frozenset(("overdose", "street_level_work"))}
"""The themes that a chapter and item of the budget is set aside for (BR-80). What is not here is for every theme."""

RETRY_AFTER_S = 1
"""When to try again what is not yet known: the web waits as long for its own copy."""


class FrameExceeded(Conflict):
    """The scheme's frame for the year has less left than the award asks for. The refusal says ``left_ore``."""

    code = "frame-exceeded"


class SamePerson(Forbidden):
    """Whoever proposed the award cannot approve it: a decision takes two persons."""

    code = "same-person"


class ProposalChanged(Conflict):
    """What the second person approves is not what is proposed."""

    code = "proposal-changed"


class AlreadyAwarded(Conflict):
    """The proposal has been approved before."""

    code = "already-awarded"


class OtherPurpose(Conflict):
    """The scheme's money is set aside for other themes than the programme's. The refusal says ``themes``."""

    code = "other-purpose"


class DateInFuture(Invalid):
    """What is said to have occurred lies after today."""

    code = "date-in-future"


class DateOutOfOrder(Invalid):
    """The approval would lie before the proposal. The refusal says ``earliest``."""

    code = "date-out-of-order"


class UnitNotValid(Invalid):
    """The code was no unit on the date. The refusal says ``codes`` and ``on``."""

    code = "unit-not-valid"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a scheme may pledge in its year."""

    total_ore: int
    pledged_ore: int = 0

    @property
    def left_ore(self) -> int:
        """What can still be pledged."""
        return self.total_ore - self.pledged_ore

    def pledge(self, amount_ore: int) -> Self:
        """The frame after one more award.

        Raises:
            FrameExceeded: it has less left.
            ValueError: ``amount_ore`` is not positive.
        """
        if amount_ore <= 0:
            raise ValueError("an award is more than nothing")
        if amount_ore > self.left_ore:
            raise FrameExceeded(left_ore=self.left_ore)
        return replace(self, pledged_ore=self.pledged_ore + amount_ore)


@dataclass(frozen=True, slots=True)
class ProposedAward:
    """What the first person proposes and the second approves: these facts and no others."""

    proposal_id: UUID
    scheme_id: UUID
    year: int
    chapter: str
    item: str
    programme_id: UUID
    unit_code: str
    amount_ore: int
    proposed_on: date
    source: str | None

    @classmethod
    def under(
        cls,
        scheme: Scheme,
        *,
        proposal_id: UUID,
        programme_id: UUID,
        unit_code: str,
        amount_ore: int,
        proposed_on: date,
        source: str | None,
    ) -> Self:
        """An award of this scheme. Year, chapter and item are the scheme's, so that money is never mixed (BR-80)."""
        return cls(
            proposal_id=proposal_id,
            scheme_id=scheme.scheme_id,
            year=scheme.year,
            chapter=scheme.chapter,
            item=scheme.item,
            programme_id=programme_id,
            unit_code=unit_code,
            amount_ore=amount_ore,
            proposed_on=proposed_on,
            source=source,
        )

    def digest(self) -> str:
        """SHA-256 of the facts in one canonical form."""
        facts = json.dumps(asdict(self), default=str, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(facts.encode()).hexdigest()


def require_two_persons(proposed_by: str, approved_by: str) -> None:
    """Refuse a decision by one person alone.

    Raises:
        SamePerson: both are the same.
    """
    if proposed_by == approved_by:
        raise SamePerson()


def require_same_facts(award: ProposedAward, digest: str) -> None:
    """Refuse an approval of anything but what is proposed.

    Raises:
        ProposalChanged: the digest is another.
    """
    if award.digest() != digest:
        raise ProposalChanged()


def require_purpose(scheme: Scheme, theme: str) -> None:
    """Refuse to use money on a programme of another theme than it is set aside for (BR-80).

    Raises:
        OtherPurpose: the chapter and item are for other themes.
    """
    themes = EARMARKED.get((scheme.chapter, scheme.item))
    if themes is not None and theme not in themes:
        raise OtherPurpose(themes=sorted(themes))


def require_occurred(on: date, *, today: date, earliest: date | None = None) -> None:
    """Refuse a business date after today in Norway, or before the step it follows.

    Raises:
        DateInFuture: ``on`` lies after ``today``.
        DateOutOfOrder: ``on`` lies before ``earliest``.
    """
    if on > today:
        raise DateInFuture(errors=[FieldError("/occurred_on", code="date-in-future")])
    if earliest is not None and on < earliest:
        error = FieldError("/occurred_on", code="date-out-of-order")
        raise DateOutOfOrder(errors=[error], earliest=earliest.isoformat())


@dataclass(frozen=True, slots=True)
class Validity:
    """When a unit's code is in use; ``valid_to`` is exclusive, empty while current."""

    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Whether the code is in use on the day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def require_unit(code: str, validity: Validity | None, *, on: date) -> None:
    """Refuse a code that is unknown, or known and no unit on the day.

    Raises:
        NotYetKnown: the registry's word about it has not arrived.
        UnitNotValid: it is not in use on ``on``.
    """
    if validity is None:
        raise not_yet_known("/unit_code")
    if not validity.holds(on):
        error = FieldError("/unit_code", code="unit-not-valid")
        raise UnitNotValid(errors=[error], codes=[code], on=on.isoformat())


def not_yet_known(pointer: str) -> NotYetKnown:
    """The refusal of something whose message may be on its way."""
    return NotYetKnown(errors=[FieldError(pointer, code="not-yet-known")], retry_after_s=RETRY_AFTER_S)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting group: what an account gains, or loses if negative."""

    account: Account
    amount_ore: int


def transfer(amount_ore: int, *, source: Account, target: Account) -> tuple[Line, Line]:
    """The two lines of moving an amount from one account to another; they sum to zero."""
    return Line(source, -amount_ore), Line(target, amount_ore)
