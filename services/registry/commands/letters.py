"""Letters that Samla itself sends: written, read by a person, let go, and what became of each."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import AwarenessMessage, Channel, LetterBounced, LetterDispatched
from services.contracts.registry.awareness import BounceKind
from services.contracts.registry.letters import (
    Letter,
    LetterMessage,
    LetterPrepared,
    LetterReleased,
    LetterStatus,
    LetterWithdrawn,
    PrepareLetter,
    ReleaseLetter,
    WithdrawLetter,
)
from services.kernel.effects import Effect, add_effects
from services.kernel.transaction import Transaction
from services.registry.commands.references import lock_own, require_own_centre, require_places
from services.registry.domain.letters import NoMailboxes, addressees, previews, require_prepared, require_read
from services.registry.queries import geography
from services.registry.queries.letters import LETTER, addressees_of, mailboxes, read_letter
from services.registry.queries.organisations import organisation_row
from services.registry.tables import AwarenessRow, LetterRow, LetterUnitRow
from services.registry.tables.letters import LETTER_UNITS


def prepare_letter(tx: Transaction, command: PrepareLetter) -> Letter:
    """Write a letter, and settle which units it is for and in what languages. Nothing is sent.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        Invalid: a unit is named twice.
        UnknownUnit, UnitNotValid: points at each code that is no unit today.
        NobodyToWriteTo: the centre covers nobody.
    """
    require_own_centre(tx, command.centre_id)
    if command.unit_codes is not None:
        codes = {f"/unit_codes/{place}": code for place, code in enumerate(command.unit_codes)}
        require_places(tx, codes, on=tx.today)
    centre = organisation_row(tx.connection, command.centre_id)
    found = addressees(
        geography(tx.connection), centre, command.unit_codes, command.texts, command.undecided_form, tx.today
    )
    row = LetterRow(
        letter_id=tx.new_id(),
        centre_id=command.centre_id,
        centre_name=centre.name,
        year=command.year,
        status=LetterStatus.prepared,
        texts=command.texts.model_dump(mode="json", exclude_none=True),
        undecided_form=command.undecided_form,
        units=len(found),
        prepared_on=tx.today,
        source=command.source,
    )
    tx.add(row)
    for each in found:
        tx.add(
            LetterUnitRow(
                letter_id=row.letter_id,
                unit_code=each.unit_code,
                name=each.name,
                north_sami=each.north_sami,
                languages=[str(language) for language in each.languages],
            )
        )
    return _tell(tx, LetterPrepared, row)


def release_letter(tx: Transaction, letter_id: UUID, command: ReleaseLetter) -> Letter:
    """Let a letter go as it was read, to every unit that now has an official mailbox: a mail each (BR-02).

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder: it has gone or was withdrawn.
        LetterChanged: it is not as it was read.
        NoMailboxes: no unit has a mailbox.
    """
    row = lock_own(tx, LetterRow, letter_id, LetterMessage)
    require_prepared(row.status, "release")
    found = addressees_of(tx.connection, letter_id)
    require_read(command.digest, previews(found, row.written(), row.centre_name, row.year))
    reached = sorted(mailboxes(tx.connection, (each.unit_code for each in found), tx.today))
    if not reached:
        raise NoMailboxes()
    row.sqlmodel_update({"status": LetterStatus.released, "released_on": tx.today})
    _send(tx, letter_id, reached)
    return _tell(tx, LetterReleased, row)


def withdraw_letter(tx: Transaction, letter_id: UUID, command: WithdrawLetter) -> Letter:
    """Do not send a letter after all.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder: it has gone or was withdrawn.
    """
    row = lock_own(tx, LetterRow, letter_id, LetterMessage)
    require_prepared(row.status, "withdraw")
    tx.reason = command.reason
    row.sqlmodel_update({"status": LetterStatus.withdrawn, "withdrawn_on": tx.today})
    return _tell(tx, LetterWithdrawn, row)


def record_sent(tx: Transaction, effect: Effect) -> None:
    """The mail server has taken the letter to a unit."""
    _record(tx, effect, LetterDispatched)


def record_refused(tx: Transaction, effect: Effect) -> None:
    """The unit's mail server would not have the letter: it informs nobody (BR-02)."""
    _record(tx, effect, LetterBounced, bounced_on=tx.today, bounce=BounceKind.refused)


def _record(tx: Transaction, effect: Effect, fact: type[AwarenessMessage], **bounce: Any) -> None:
    letter = read_letter(tx.connection, UUID(effect.facts["letter_id"]))
    row = AwarenessRow(
        awareness_id=tx.new_id(),
        dispatch_id=letter.letter_id,
        unit_code=effect.facts["unit_code"],
        centre_id=letter.centre_id,
        channel=Channel.letter,
        informed_on=tx.today,
        source=letter.source,
        **bounce,
    )
    tx.add(row)
    tx.publish(fact(occurred_on=tx.today, awareness=row.public()))


def _send(tx: Transaction, letter_id: UUID, unit_codes: list[str]) -> None:
    unit, prefix = LETTER_UNITS.c, f"{LETTER}/{letter_id}/"
    reached = sa.and_(unit.letter_id == letter_id, unit.unit_code.in_(unit_codes))
    tx.connection.execute(sa.update(LETTER_UNITS).where(reached).values(effect_key=prefix + unit.unit_code))
    facts = {"letter_id": str(letter_id)}
    mails = {f"{prefix}{code}": (f"unit/{code}", {**facts, "unit_code": code}) for code in unit_codes}
    add_effects(tx, LETTER, mails)


def _tell(tx: Transaction, fact: type[LetterMessage], row: LetterRow) -> Letter:
    letter = row.public()
    tx.publish(fact(occurred_on=tx.today, letter=letter))
    return letter
