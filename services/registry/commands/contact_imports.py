"""Tables of contacts: many made known at once, one message for each. Nothing that is told of them names anybody."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from services.contracts.geography import Geography
from services.contracts.registry.contact_imports import ImportContact
from services.contracts.registry.contact_requests import RegisterContact
from services.contracts.registry.imports import TableImport
from services.kernel.problems import FieldError, Invalid
from services.kernel.transaction import Transaction
from services.registry.commands.contact_rights import IsOwn, own_place
from services.registry.commands.contact_rows import NewContact
from services.registry.commands.contacts import make_known
from services.registry.commands.references import lock_bodies, lock_places
from services.registry.commands.table_imports import How, Judged, import_table
from services.registry.domain.contact_imports import Known, told_in
from services.registry.domain.contacts import told_of
from services.registry.domain.held_contacts import Errors, HeldContacts
from services.registry.domain.spreadsheets.reading import Table
from services.registry.domain.validity import first_numbers
from services.registry.queries import geography
from services.registry.queries.held_contacts import held_contacts
from services.registry.tables.organisations import ORGANISATIONS


def import_contacts(tx: Transaction, table: Table[ImportContact], how: How) -> TableImport:
    """Make known the contacts that the rows tell of, or say what would come of it.

    A row that tells exactly what is held is left alone. No row changes a contact that is held.

    Raises:
        NotFound: the caller acts for nobody.
        WrongCells: something is wrong with a row, or another tells of the same role; nothing is stored.
    """
    tx.own(tx.principal.organisation_id)
    return import_table(tx, table, how, judge_contacts, make_known)


def judge_contacts(tx: Transaction, asked: Sequence[ImportContact]) -> Judged[NewContact]:
    """What the rows come to: a role of a contact to be stored, one that is held, or what is wrong."""
    known, is_own = _known(tx, asked), own_place(tx)
    told = [_told(line, known, is_own) for line in asked]
    places = _Places(known.country)
    held = _held(tx, places, [each for each in told if isinstance(each, RegisterContact)])
    errors_of = [
        each if isinstance(each, tuple) else held.judge(each, places.of(each), line.occurred_on)
        for line, each in zip(asked, told, strict=True)
    ]
    # In order, so that lists show the contacts as they stood in the table.
    ids = sorted(tx.new_id() for _ in held.new)
    new = [NewContact(told_of(each, its_id), each) for each, its_id in zip(held.new, ids, strict=True)]
    return Judged(errors_of, new, held.left_alone)


class _Places:
    """Where contacts are, whatever number a unit had when they were told of."""

    def __init__(self, country: Geography) -> None:
        first = first_numbers(country)
        self._units = {code: first.get(code, code) for code in country.units}

    def of(self, told: RegisterContact) -> str:
        """What the place of a contact is called."""
        return str(told.organisation_id) if told.unit_code is None else self._units[told.unit_code]

    def units(self, all_told: Iterable[RegisterContact]) -> Mapping[str, str]:
        """Every number of the units that they are at, and what each unit is called."""
        called = {self._units[told.unit_code] for told in all_told if told.unit_code is not None}
        return {code: name for code, name in self._units.items() if name in called}


def _known(tx: Transaction, asked: Iterable[ImportContact]) -> Known:
    body = ORGANISATIONS.c
    named = {line.organisation for line in asked if line.organisation is not None}
    chosen = sa.select(body.reference, body.organisation_id, body.merged_into).where(body.reference.in_(named))
    found = tx.connection.execute(chosen).all()
    return Known(
        country=geography(tx.connection),
        references={row.reference: row.organisation_id for row in found},
        bodies={row.organisation_id: row.merged_into for row in found},
        today=tx.today,
    )


def _told(line: ImportContact, known: Known, is_own: IsOwn) -> RegisterContact | Errors:
    """What a row tells as far as it can be seen alone, or what is wrong with it."""
    try:
        told = told_in(line, known)
    except Invalid as refusal:
        return refusal.errors
    if not is_own(told):
        pointer = "/organisation" if told.unit_code is None else "/unit_code"
        return (FieldError(pointer, code="another-place"),)
    return told


def _held(tx: Transaction, places: _Places, all_told: Sequence[RegisterContact]) -> HeldContacts:
    """The contacts at the places of the rows. No other table tells of these places until this transaction ends."""
    codes = places.units(all_told)
    bodies = {told.organisation_id for told in all_told if told.organisation_id is not None}
    lock_places(tx, codes)
    lock_bodies(tx, bodies)
    return HeldContacts(held_contacts(tx.connection, codes, bodies))
