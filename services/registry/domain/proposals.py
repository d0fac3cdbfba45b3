"""A proposal to change the country: what is kept of what was asked for, and who may let it happen."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.contracts.geography import Geography
from services.contracts.registry import (
    Amendment,
    ChangeKind,
    County,
    GeographicChange,
    LeftOut,
    ProposalStatus,
    ProposeChanges,
    Unit,
)
from services.kernel.problems import Conflict, FieldError, Invalid
from services.registry.domain.amendments import amended, undone
from services.registry.domain.draft import NewId
from services.registry.domain.refusals import StepOutOfOrder

PERSONS_NEEDED = 2
"""How many different accounts approve the same digest before the country changes (matrix row 6)."""


class NothingChanges(Invalid):
    """Everything that is proposed is so already."""

    code = "nothing-changes"


class DiffChanged(Conflict):
    """The proposal would not change what the caller approves. Says ``digest``: what it would change now."""

    code = "diff-changed"


class AlreadyApproved(Conflict):
    """The caller has approved it; another person must too."""

    code = "already-approved"


class Asked(BaseModel):
    """What a proposal asks for: days with their changes, or changes to undo. Kept as it was sent."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[ProposeChanges, ...] = ()
    change_ids: tuple[UUID, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    """What of its source stands for no place of ours."""


NO_ID_YET = UUID(int=0)
"""In place of the id of a new change. It gets one when it is recorded."""


def worked_out(
    country: Geography, asked: Asked, *, today: date, new_id: NewId = lambda: NO_ID_YET
) -> tuple[Amendment, ...]:
    """What the proposal would change in the country as it is now.

    Raises:
        NothingChanges: nothing.
        Problem: as ``amended`` and ``undone``.
    """
    if asked.change_ids:
        return undone(country, asked.change_ids, today=today)
    found = amended(country, asked.steps, new_id=new_id)
    if not found:
        raise NothingChanges(errors=[FieldError("", code=NothingChanges.code)])
    return found


def require_open(status: str, step: str) -> None:
    """Refuse to move a proposal that is applied or rejected.

    Raises:
        StepOutOfOrder: it is.
    """
    if status != ProposalStatus.open:
        raise StepOutOfOrder(step=step, current_status=status, allowed_from=[str(ProposalStatus.open)])


def numbers_of(amendments: Sequence[Amendment]) -> dict[str, int]:
    """How many units, counties and changes are amended."""
    kinds = {"units": "unit", "counties": "county", "changes": "change"}
    return {name: sum(amendment.what == kind for amendment in amendments) for name, kind in kinds.items()}


def codes_left(amendments: Sequence[Amendment]) -> dict[str, tuple[str, ...]]:
    """The codes that end by the amendments, or never were, with those that are there instead."""
    left = {place.code for each in amendments if isinstance(place := each.after, Unit | County) and _goes(each)}
    instead: dict[str, set[str]] = {code: set() for code in left}
    for change in (each.after for each in amendments if isinstance(each.after, GeographicChange)):
        gone, kept = change.old_code, change.new_code
        if change.undone_on is not None:
            gone, kept = kept, gone
        if gone in left and change.kind is not ChangeKind.part:
            instead[gone].add(kept)
    return {code: tuple(sorted(codes)) for code, codes in sorted(instead.items())}


def _goes(amendment: Amendment) -> bool:
    before, after = amendment.before, amendment.after
    if not isinstance(before, Unit | County) or not isinstance(after, Unit | County):
        return False
    was_there = before.valid_to is None and before.undone_on is None
    return was_there and (after.valid_to is not None or after.undone_on is not None)
