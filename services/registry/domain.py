"""The rules of the registry: where a mapping may be run, which step follows which, and who counts as told. Pure."""

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from datetime import date

from services.contracts.geography import NotValidOn
from services.contracts.registry import (
    CENTRE_KINDS,
    Awareness,
    Channel,
    DispatchLetter,
    InviteMapping,
    Mapping,
    MappingStatus,
    MappingTool,
    OrganisationKind,
)
from services.kernel.problems import Conflict, FieldError, Invalid


class UnknownUnit(Invalid):
    """No unit or county ever had the code."""

    code = "unknown-unit"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(errors=errors)


class UnitNotValid(Invalid):
    """A code is not in use on the date. ``places`` says of each when it is, and which codes have its area instead."""

    code = "unit-not-valid"

    def __init__(self, on: date, refused: Sequence[NotValidOn], *errors: FieldError) -> None:
        super().__init__(errors=errors, on=on.isoformat(), places=[_told(refusal) for refusal in refused])


def _told(refusal: NotValidOn) -> dict[str, object]:
    return {
        "code": refusal.code,
        "valid_from": refusal.valid_from.isoformat(),
        "valid_to": refusal.valid_to.isoformat() if refusal.valid_to else None,
        "instead": list(refusal.instead),
    }


class DateBeforeTables(Invalid):
    """The list of units is not complete for so early a date. ``earliest`` is the first date that is."""

    code = "date-before-tables"


class UnknownOrganisation(Invalid):
    """There is no such organisation."""

    code = "unknown-organisation"

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/centre_id", code="unknown-organisation")])


class NotACentre(Invalid):
    """The organisation is no competence centre, so it has no offer of its own and runs no mappings."""

    code = "not-a-centre"


class DateInFuture(Invalid):
    """What is said to have occurred lies after today."""

    code = "date-in-future"


class DateOutOfOrder(Invalid):
    """The step would lie before a step that it follows. ``earliest`` is the first date that would not."""

    code = "date-out-of-order"


class StepOutOfOrder(Conflict):
    """The thing does not stand where the step starts. The refusal says ``step``, ``status`` and ``allowed_from``."""

    code = "step-out-of-order"


class MappingExists(Conflict):
    """The place already has a run of the tool in that year which is not cancelled."""

    code = "mapping-exists"


class OrganisationExists(Conflict):
    """Another organisation has the reference."""

    code = "organisation-exists"


STEPS: Lookup[MappingStatus, frozenset[MappingStatus]] = {
    MappingStatus.agreed: frozenset((MappingStatus.invited,)),
    MappingStatus.completed: frozenset((MappingStatus.invited, MappingStatus.agreed)),
    MappingStatus.cancelled: frozenset((MappingStatus.invited, MappingStatus.agreed)),
}
"""Where a mapping may come from to each status. Who has run the survey has agreed to it, in writing or by doing."""


def place_of(command: InviteMapping) -> str:
    """The code of the place that is to run the survey: a county for upper secondary, else a unit (BR-47).

    Raises:
        Invalid: the wrong one is named, or none, or both.
    """
    is_county = command.tool is MappingTool.ungdata_upper_secondary
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


def require_centre(kind: OrganisationKind) -> None:
    """Only a competence centre runs mappings and has an offer to tell of.

    Raises:
        NotACentre: it is another kind of body.
    """
    if kind not in CENTRE_KINDS:
        raise NotACentre(errors=[FieldError("/centre_id", code="not-a-centre")])


def require_occurred(on: date, *, today: date) -> None:
    """Refuse a business date after today in Norway.

    Raises:
        DateInFuture: ``on`` lies after ``today``.
    """
    if on > today:
        raise DateInFuture(errors=[FieldError("/occurred_on", code="date-in-future")])


def require_order(on: date, *, earliest: date) -> None:
    """Refuse a step before the one it follows.

    Raises:
        DateOutOfOrder: ``on`` lies before ``earliest``.
    """
    if on < earliest:
        error = FieldError("/occurred_on", code="date-out-of-order")
        raise DateOutOfOrder(errors=[error], earliest=earliest.isoformat())


def moved(mapping: Mapping, to: MappingStatus, on: date, *, today: date) -> Mapping:
    """The mapping after a step on a date, which may be past; a completion may not be in the future.

    Raises:
        StepOutOfOrder: a completed or cancelled mapping stays, and no step is taken twice.
        DateInFuture: the survey cannot have been run yet.
        DateOutOfOrder: the step lies before the last one.
    """
    if mapping.status not in STEPS[to]:
        raise StepOutOfOrder(step=str(to), status=str(mapping.status), allowed_from=sorted(map(str, STEPS[to])))
    if to is MappingStatus.completed:
        require_occurred(on, today=today)
    require_order(on, earliest=max(day for day in (mapping.invited_on, mapping.agreed_on, date.min) if day))
    return mapping.model_copy(update={"status": to, f"{to}_on": on})


def letters_to(command: DispatchLetter) -> Sequence[str]:
    """The units of a yearly letter: one letter each (BR-02).

    Raises:
        Invalid: a unit is named twice.
    """
    twice = [place for place, code in enumerate(command.unit_codes) if code in command.unit_codes[:place]]
    if twice:
        raise Invalid(errors=[FieldError(f"/unit_codes/{place}", code="named-twice") for place in twice])
    return command.unit_codes


def bounced(awareness: Awareness, on: date, *, today: date) -> Awareness:
    """The letter after it came back: the unit was not informed by it (BR-02).

    Raises:
        StepOutOfOrder: it is no letter, or came back before.
        DateInFuture, DateOutOfOrder: on a date when it cannot have come back.
    """
    if awareness.channel is not Channel.letter or awareness.bounced_on is not None:
        status = "bounced" if awareness.bounced_on else str(awareness.channel)
        raise StepOutOfOrder(step="bounce", status=status, allowed_from=[str(Channel.letter)])
    require_occurred(on, today=today)
    require_order(on, earliest=awareness.informed_on)
    return awareness.model_copy(update={"bounced_on": on})
