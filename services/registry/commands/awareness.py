"""Telling units about a centre's offer: in a letter, in dialogue, or otherwise."""

from uuid import UUID

from services.contracts.registry import (
    Awareness,
    AwarenessMessage,
    AwarenessRecorded,
    Bounce,
    Channel,
    Dispatch,
    DispatchLetter,
    LetterBounced,
    LetterDispatched,
    RecordAwareness,
)
from services.kernel.transaction import Transaction
from services.registry.commands.newsletters import subscribers
from services.registry.commands.references import lock_own, require_own_centre, require_places
from services.registry.domain.awareness import bounced, letters_to
from services.registry.domain.dates import require_occurred
from services.registry.domain.newsletters import require_subscriber, units_reached
from services.registry.queries import geography
from services.registry.tables import AwarenessRow


def record_awareness(tx: Transaction, command: RecordAwareness) -> Awareness:
    """A unit was told about the centre's offer.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        DateInFuture: it cannot have happened yet.
        UnknownUnit, UnitNotValid: it was no unit on the date.
        NoSubscriber: by a newsletter that nobody there got (BR-03).
    """
    require_own_centre(tx, command.centre_id)
    require_occurred(command.occurred_on, today=tx.today)
    require_places(tx, {"/unit_code": command.unit_code}, on=command.occurred_on)
    if command.channel is Channel.newsletter:
        reached = units_reached(subscribers(tx, command.centre_id), geography(tx.connection), command.occurred_on)
        require_subscriber(command.unit_code, reached)
    row = AwarenessRow(
        awareness_id=tx.new_id(),
        unit_code=command.unit_code,
        centre_id=command.centre_id,
        channel=command.channel,
        informed_on=command.occurred_on,
        source=command.source,
    )
    tx.add(row)
    awareness = row.public()
    tx.publish(AwarenessRecorded(occurred_on=command.occurred_on, awareness=awareness))
    return awareness


def dispatch_letter(tx: Transaction, command: DispatchLetter) -> Dispatch:
    """The yearly letter went to the official mailbox of each unit, sent by other means than ours (BR-02).

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        DateInFuture: it cannot have happened yet.
        Invalid: a unit is named twice.
        UnknownUnit, UnitNotValid: points at each code that was no unit on the date.
    """
    require_own_centre(tx, command.centre_id)
    require_occurred(command.occurred_on, today=tx.today)
    codes = {f"/unit_codes/{place}": code for place, code in enumerate(letters_to(command))}
    require_places(tx, codes, on=command.occurred_on)
    dispatch_id = tx.new_id()
    rows = [
        AwarenessRow(
            awareness_id=tx.new_id(),
            dispatch_id=dispatch_id,
            unit_code=code,
            centre_id=command.centre_id,
            channel=Channel.letter,
            informed_on=command.occurred_on,
            source=command.source,
        )
        for code in codes.values()
    ]
    tx.add(*rows)
    letters = tuple(row.public() for row in rows)
    for letter in letters:
        tx.publish(LetterDispatched(occurred_on=command.occurred_on, awareness=letter))
    return Dispatch(dispatch_id=dispatch_id, awareness=letters)


def bounce_letter(tx: Transaction, awareness_id: UUID, command: Bounce) -> Awareness:
    """The letter to one unit came back.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it is no letter, or cannot have come back then.
    """
    row = lock_own(tx, AwarenessRow, awareness_id, AwarenessMessage)
    awareness = bounced(row.public(), command.occurred_on, today=tx.today)
    row.sqlmodel_update({"bounced_on": awareness.bounced_on, "bounce": awareness.bounce})
    tx.publish(LetterBounced(occurred_on=command.occurred_on, awareness=awareness))
    return awareness
