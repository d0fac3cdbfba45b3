"""Where a mapping may be run, and which step follows which."""

from collections.abc import Mapping as Lookup
from datetime import date

from services.contracts.registry import InviteMapping, Mapping, MappingStatus
from services.contracts.registry.mapping_tools import RunBy
from services.kernel.problems import Conflict, FieldError, Invalid
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.refusals import StepOutOfOrder


class MappingExists(Conflict):
    """The place already has a run of the tool in that year which is not cancelled."""

    code = "mapping-exists"


class UnknownMappingTool(Invalid):
    """The registry's table has no such tool."""

    code = "unknown-mapping-tool"

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/tool", code="unknown-mapping-tool")])


STEPS: Lookup[MappingStatus, frozenset[MappingStatus]] = {
    MappingStatus.agreed: frozenset((MappingStatus.invited,)),
    MappingStatus.completed: frozenset((MappingStatus.invited, MappingStatus.agreed)),
    MappingStatus.cancelled: frozenset((MappingStatus.invited, MappingStatus.agreed)),
}
"""Where a mapping may come from to each status. Who has run the survey has agreed to it, in writing or by doing."""


def place_of(command: InviteMapping, run_by: RunBy) -> str:
    """The code of the place that is to run the survey: a county where the tool is county authorities' (BR-47).

    Raises:
        Invalid: the wrong one is named, or none, or both.
    """
    is_county = run_by is RunBy.county_authority
    wanted, other = ("county_code", "unit_code") if is_county else ("unit_code", "county_code")
    errors = []
    if getattr(command, other) is not None:
        errors.append(FieldError(f"/{other}", code="county-needed" if is_county else "unit-needed"))
    place: str | None = getattr(command, wanted)
    if place is None:
        errors.append(FieldError(f"/{wanted}", code="missing"))
    if place is None or errors:
        raise Invalid(errors=errors)
    return place


def moved(mapping: Mapping, to: MappingStatus, on: date, *, today: date) -> Mapping:
    """The mapping after a step on a date, which may be past; a completion may not be in the future.

    Raises:
        StepOutOfOrder: a completed or cancelled mapping stays, and no step is taken twice.
        DateInFuture: the survey cannot have been run yet.
        DateOutOfOrder: the step lies before the last one.
    """
    if mapping.status not in STEPS[to]:
        raise StepOutOfOrder(step=str(to), current_status=str(mapping.status), allowed_from=sorted(map(str, STEPS[to])))
    if to is MappingStatus.completed:
        require_occurred(on, today=today)
    require_order(on, earliest=max(day for day in (mapping.invited_on, mapping.agreed_on, date.min) if day))
    return mapping.model_copy(update={"status": to, f"{to}_on": on})
