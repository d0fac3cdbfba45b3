"""Who is invited, who came, and what the excepted units get instead."""

from uuid import UUID

from services.contracts.events import (
    Activity,
    ActivityAttendanceRecorded,
    ActivityUnitReplaced,
    ActivityUnitsInvited,
    InviteUnits,
    RecordAttendance,
    ReplaceUnit,
)
from services.events.commands.activities import tell
from services.events.commands.references import require_organisations, require_units
from services.events.commands.storing import lock_own_activity
from services.events.domain import participation as rules
from services.events.domain.dates import require_occurred
from services.kernel.transaction import Transaction


def invite_units(tx: Transaction, activity_id: UUID, request: InviteUnits) -> Activity:
    """Invite units in a mode, and organisations as guests. All of them or none.

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        StepOutOfOrder, DateOutOfOrder, DateInFuture: invitations do not go out now, or not on that day.
        NothingToInvite, UnitNotValid, GuestIsMunicipality: the request is wrong.
        ExceptedUnitInvited: names every excepted unit of the list (BR-10).
        NotYetKnown: a unit or guest is not known here yet.
    """
    activity = lock_own_activity(tx, activity_id)
    require_occurred(request.occurred_on, today=tx.today)
    require_units(tx, request.unit_codes, on=request.occurred_on, pointer="/unit_codes/")
    kinds = require_organisations(tx, request.guest_ids, pointer="/guest_ids/")
    return tell(tx, activity, rules.invite(activity, request, kinds), ActivityUnitsInvited, request.occurred_on)


def record_attendance(tx: Transaction, activity_id: UUID, request: RecordAttendance) -> Activity:
    """Record which units came.

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        StepOutOfOrder, DateOutOfOrder, DateInFuture: it is not held, or nobody can have come on that day.
        UnitNotValid: a code was no unit on that day.
        NotYetKnown: a unit is not known here yet.
    """
    activity = lock_own_activity(tx, activity_id)
    require_occurred(request.occurred_on, today=tx.today)
    require_units(tx, request.unit_codes, on=request.occurred_on, pointer="/unit_codes/")
    after = rules.record_attendance(activity, request)
    return tell(tx, activity, after, ActivityAttendanceRecorded, request.occurred_on)


def replace_unit(tx: Transaction, activity_id: UUID, request: ReplaceUnit) -> Activity:
    """Give an excepted unit an arrangement of its own.

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        StepOutOfOrder, DateOutOfOrder, DateInFuture: it is closed or cancelled, or was planned later.
        NotExcepted: the unit is not excepted.
        AlreadyArranged: it has its arrangement.
    """
    activity = lock_own_activity(tx, activity_id)
    require_occurred(request.occurred_on, today=tx.today)
    return tell(tx, activity, rules.replace(activity, request), ActivityUnitReplaced, request.occurred_on)
