"""Who is invited to an activity, who came, and what the excepted units get instead (BR-10, BR-50)."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.contracts.events import Activity, InviteUnits, Participation, RecordAttendance, ReplaceUnit
from services.contracts.registry import OrganisationKind
from services.events.domain.dates import require_order
from services.events.domain.steps import ActivityStep, require_activity_step
from services.kernel.problems import Conflict, FieldError, Invalid


class NothingToInvite(Invalid):
    """The invitation names neither a unit nor a guest."""

    code = "nothing-to-invite"


class ExceptedUnitInvited(Conflict):
    """Units that are excepted from the activity are not invited to it (BR-10). The refusal names them: ``codes``."""

    code = "excepted-unit-invited"


class GuestIsMunicipality(Invalid):
    """A municipality is invited as a unit, never as a guest: guests are not counted (BR-50)."""

    code = "guest-is-municipality"


class NotExcepted(Invalid):
    """The unit is not excepted from the activity, so nothing replaces it."""

    code = "not-excepted"


class AlreadyArranged(Conflict):
    """The excepted unit has its own arrangement. The refusal says since when: ``arranged_on``."""

    code = "already-arranged"


def invite(activity: Activity, request: InviteUnits, guest_kinds: Mapping[UUID, OrganisationKind]) -> Activity:
    """The activity with the units invited in the mode, and the guests.

    A unit that is invited again keeps the day of its first invitation and gets the new mode.

    Raises:
        StepOutOfOrder: the activity is not announced, or no longer open.
        DateOutOfOrder: it was announced later.
        NothingToInvite: nobody is named.
        ExceptedUnitInvited: names every excepted unit of the list.
        GuestIsMunicipality: a guest is a municipality.
    """
    require_activity_step(ActivityStep.invite_units, activity)
    require_order(request.occurred_on, earliest=activity.announced_on)
    if not request.unit_codes and not request.guest_ids:
        raise NothingToInvite(errors=[FieldError("/unit_codes", code="nothing-to-invite")])
    excepted = sorted({excepted.code for excepted in activity.excepted}.intersection(request.unit_codes))
    if excepted:
        raise ExceptedUnitInvited(codes=excepted)
    _require_no_municipality(request.guest_ids, guest_kinds)
    units = {unit.code: unit for unit in activity.units}
    for code in request.unit_codes:
        first_on = units[code].invited_on if code in units else request.occurred_on
        units[code] = Participation(code=code, mode=request.mode, invited_on=first_on)
    guest_ids = tuple(sorted({*activity.guest_ids, *request.guest_ids}, key=str))
    return activity.model_copy(update={"units": in_order(units.values()), "guest_ids": guest_ids})


def record_attendance(activity: Activity, request: RecordAttendance) -> Activity:
    """The activity with the units that came. One that was not invited is added; the first day it came stands.

    Raises:
        StepOutOfOrder: the activity is not held, or closed.
        DateOutOfOrder: it starts later.
    """
    require_activity_step(ActivityStep.record_attendance, activity)
    require_order(request.occurred_on, earliest=activity.starts_on)
    units = {unit.code: unit for unit in activity.units}
    for code in request.unit_codes:
        unit = units.get(code) or Participation(code=code, mode=activity.mode)
        units[code] = unit.model_copy(update={"attended_on": unit.attended_on or request.occurred_on})
    return activity.model_copy(update={"units": in_order(units.values())})


def replace(activity: Activity, request: ReplaceUnit) -> Activity:
    """The activity with an arrangement of its own for one excepted unit.

    Raises:
        StepOutOfOrder: the activity is cancelled or closed.
        DateOutOfOrder: it was planned later.
        NotExcepted: the unit is not excepted.
        AlreadyArranged: it has its arrangement.
    """
    require_activity_step(ActivityStep.replace_unit, activity)
    require_order(request.occurred_on, earliest=activity.planned_on)
    before = next((excepted for excepted in activity.excepted if excepted.code == request.code), None)
    if before is None:
        raise NotExcepted(errors=[FieldError("/code", code="not-excepted")])
    if before.arranged_on is not None:
        raise AlreadyArranged(arranged_on=before.arranged_on.isoformat())
    after = before.model_copy(update={"arrangement": request.arrangement, "arranged_on": request.occurred_on})
    excepted = tuple(after if one is before else one for one in activity.excepted)
    return activity.model_copy(update={"excepted": excepted})


def in_order(units: Iterable[Participation]) -> tuple[Participation, ...]:
    """The one order they are kept and shown in: by code."""
    return tuple(sorted(units, key=lambda unit: unit.code))


def _require_no_municipality(guest_ids: Sequence[UUID], kinds: Mapping[UUID, OrganisationKind]) -> None:
    errors = [
        FieldError(f"/guest_ids/{place}", code="guest-is-municipality")
        for place, guest_id in enumerate(guest_ids)
        if kinds[guest_id] == OrganisationKind.municipality
    ]
    if errors:
        raise GuestIsMunicipality(errors=errors)
