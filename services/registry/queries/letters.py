"""Letters and what became of them, and the mail that one becomes at the moment of sending."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.registry import OrganisationKind
from services.contracts.registry.history import Recorded
from services.contracts.registry.letters import (
    Letter,
    LetterDetail,
    LetterLanguage,
    LetterMessage,
    LetterPreviews,
    LetterReceipt,
    LetterStatus,
    NorwegianForm,
    ReceiptStatus,
)
from services.kernel.access import Principal
from services.kernel.effects import Effect, EffectStatus
from services.kernel.mail import Mail
from services.kernel.problems import NotFound
from services.registry.domain.letters import Addressee, letter_to, mailboxes_of, previews
from services.registry.queries.history import history
from services.registry.queries.places import geography
from services.registry.queries.versions import newest_version
from services.registry.tables import LetterRow
from services.registry.tables.letters import EFFECTS, LETTER_UNITS, LETTERS
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.records import AWARENESS

LETTER = "letter"
"""The kind of effect that a letter to one unit is."""


def letters(
    connection: sa.Connection,
    viewer: Principal,
    centre_id: UUID | None,
    year: int | None,
    limit: int,
    after: UUID | None,
) -> Sequence[Letter]:
    """At most ``limit`` letters that the viewer may read, in the order they were written, from ``after`` on."""
    chosen = sa.select(LETTERS).where(_read_by(viewer)).order_by(LETTERS.c.letter_id).limit(limit)
    for column, value in ((LETTERS.c.centre_id, centre_id), (LETTERS.c.year, year)):
        if value is not None:
            chosen = chosen.where(column == value)
    if after is not None:
        chosen = chosen.where(LETTERS.c.letter_id > after)
    return [LetterRow(**row).public() for row in connection.execute(chosen).mappings()]


def letter(connection: sa.Connection, viewer: Principal, letter_id: UUID, today: date) -> tuple[LetterDetail, int]:
    """A letter with its text and how many units it stands how with, and its newest version.

    Raises:
        NotFound: there is none that the viewer may read.
    """
    row = read_letter(connection, letter_id, viewer)
    status = _receipts(connection, row, today).subquery().c.status
    counted = connection.execute(sa.select(status, sa.func.count().label("units")).group_by(status).order_by(status))
    found = LetterDetail(
        letter=row.public(),
        texts=row.written(),
        undecided_form=NorwegianForm(row.undecided_form),
        receipts={ReceiptStatus(each.status): each.units for each in counted},
    )
    return found, newest_version(connection, LetterMessage.aggregate, letter_id)


def letter_previews(connection: sa.Connection, viewer: Principal, letter_id: UUID) -> LetterPreviews:
    """The letter as it will be read, in every choice of languages.

    Raises:
        NotFound: there is none that the viewer may read.
    """
    row = read_letter(connection, letter_id, viewer)
    return previews(addressees_of(connection, letter_id), row.written(), row.centre_name, row.year)


def letter_receipts(
    connection: sa.Connection,
    viewer: Principal,
    letter_id: UUID,
    status: ReceiptStatus | None,
    today: date,
    limit: int,
    after: str | None,
) -> Sequence[LetterReceipt]:
    """What became of the letter in at most ``limit`` units, by code, from the one behind ``after``.

    Raises:
        NotFound: there is none that the viewer may read.
    """
    found = _receipts(connection, read_letter(connection, letter_id, viewer), today).subquery()
    chosen = sa.select(found).order_by(found.c.unit_code).limit(limit)
    if status is not None:
        chosen = chosen.where(found.c.status == status)
    if after is not None:
        chosen = chosen.where(found.c.unit_code > after)
    return [LetterReceipt.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def letter_history(connection: sa.Connection, viewer: Principal, letter_id: UUID) -> Sequence[Recorded]:
    """Everything that was recorded of a letter, the oldest first.

    Raises:
        NotFound: there is none that the viewer may read.
    """
    read_letter(connection, letter_id, viewer)
    return history(connection, LetterMessage.aggregate, letter_id)


def read_letter(connection: sa.Connection, letter_id: UUID, viewer: Principal | None = None) -> LetterRow:
    """The row of a letter.

    Raises:
        NotFound: there is none, or the viewer may not read it.
    """
    seen = sa.true() if viewer is None else _read_by(viewer)
    row = connection.execute(sa.select(LETTERS).where(LETTERS.c.letter_id == letter_id, seen)).mappings().first()
    if row is None:
        raise NotFound()
    return LetterRow(**row)


def addressees_of(connection: sa.Connection, letter_id: UUID) -> tuple[Addressee, ...]:
    """The units that a letter is for, by code."""
    chosen = sa.select(LETTER_UNITS).where(LETTER_UNITS.c.letter_id == letter_id).order_by(LETTER_UNITS.c.unit_code)
    return tuple(_addressee(row) for row in connection.execute(chosen).mappings())


def mailboxes(connection: sa.Connection, unit_codes: Iterable[str], on: date) -> dict[str, str]:
    """The official mailboxes of those of the units that have one on a day, by code.

    A municipality that is known by its own code is asked for no other; else its mailbox is looked for by what it was.
    """
    column = ORGANISATIONS.c
    chosen = sa.select(column.unit_code, column.official_mailbox).where(*_has_mailbox(on)).order_by(column.reference)
    held = [(row.unit_code, row.official_mailbox) for row in connection.execute(chosen)]
    wanted = set(unit_codes)
    # Of what stands twice the last counts: so the first in the order goes last.
    found = {code: mailbox for code, mailbox in reversed(held) if code in wanted}
    left = wanted - found.keys()
    return found | mailboxes_of(held, left, geography(connection), on) if left else found


def compose_letter(connection: sa.Connection, effect: Effect) -> Mail | None:
    """The letter to one unit; none where its mailbox is gone."""
    code = effect.facts["unit_code"]
    letter = read_letter(connection, UUID(effect.facts["letter_id"]))
    address = mailboxes(connection, (code,), letter.released_on or letter.prepared_on).get(code)
    if address is None:
        return None
    wanted = sa.and_(LETTER_UNITS.c.letter_id == letter.letter_id, LETTER_UNITS.c.unit_code == code)
    addressee = _addressee(connection.execute(sa.select(LETTER_UNITS).where(wanted)).mappings().one())
    mail = letter_to(addressee, letter.written(), letter.centre_name, letter.year)
    return Mail(address, mail.subject, mail.text, ", ".join(addressee.languages))


def _addressee(row: sa.RowMapping) -> Addressee:
    languages = tuple(LetterLanguage(language) for language in row["languages"])
    return Addressee(row["unit_code"], row["name"], row["north_sami"], languages)


def _read_by(viewer: Principal) -> sa.ColumnElement[bool]:
    """Who may write letters for one organisation reads those of that one."""
    return sa.true() if viewer.scope is Scope.all else LETTERS.c.centre_id == viewer.organisation_id


def _has_mailbox(on: date) -> Sequence[sa.ColumnElement[bool]]:
    column = ORGANISATIONS.c
    return (
        column.kind == OrganisationKind.municipality,
        column.merged_into.is_(None),
        column.official_mailbox.is_not(None),
        sa.or_(column.valid_from.is_(None), column.valid_from <= on),
        sa.or_(column.valid_to.is_(None), column.valid_to > on),
    )


def _receipts(
    connection: sa.Connection, letter: LetterRow, today: date
) -> sa.Select[tuple[str, str, list[str], str, UUID | None]]:
    """What has become of a letter in each unit: the mail says it, and before there is one the letter does."""
    unit, mail, told = LETTER_UNITS.c, EFFECTS.c.status, AWARENESS.c.bounced_on
    is_of_it = unit.letter_id == letter.letter_id
    reached: Iterable[str] = ()
    otherwise = ReceiptStatus.withdrawn if letter.status == LetterStatus.withdrawn else ReceiptStatus.no_mailbox
    if letter.status == LetterStatus.prepared:
        codes = connection.execute(sa.select(unit.unit_code).where(is_of_it)).scalars()
        reached = mailboxes(connection, codes, today)
    status = sa.case(
        (sa.and_(mail == EffectStatus.done, told.is_(None)), ReceiptStatus.sent.value),
        (mail.in_((EffectStatus.done, EffectStatus.refused)), ReceiptStatus.bounced.value),
        (mail == EffectStatus.given_up, ReceiptStatus.not_sent.value),
        (mail.is_not(None), ReceiptStatus.waiting.value),
        (unit.unit_code.in_(reached), ReceiptStatus.prepared.value),
        else_=otherwise.value,
    )
    of_this = sa.and_(AWARENESS.c.dispatch_id == unit.letter_id, AWARENESS.c.unit_code == unit.unit_code)
    return (
        sa.select(
            unit.unit_code,
            unit.name.label("unit_name"),
            unit.languages,
            status.label("status"),
            AWARENESS.c.awareness_id,
        )
        .outerjoin(EFFECTS, EFFECTS.c.key == unit.effect_key)
        .outerjoin(AWARENESS, of_this)
        .where(is_of_it)
    )
