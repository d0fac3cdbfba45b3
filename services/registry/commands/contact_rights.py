"""Whose a contact is: the organisation's that registered it, and that of the place where it is."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from services.contracts.access import Scope, cell
from services.contracts.registry.contact_requests import RegisterContact
from services.contracts.registry.contacts import Contact
from services.kernel.transaction import Transaction
from services.registry.commands.contact_rows import lock_contact
from services.registry.queries.contacts import contact, own_codes, seen_by
from services.registry.tables import ContactRow

IsOwn = Callable[[RegisterContact], bool]


def own_contact(tx: Transaction, row: ContactRow) -> None:
    """Refuse, as if it did not exist, a contact that is neither the caller's own nor at the caller's own place.

    Raises:
        NotFound: it is not.
    """
    principal = tx.principal
    is_registrar = principal.may_act_for(row.owner_id)
    tx.own(row.owner_id if is_registrar or not _is_at_home(tx, row) else principal.organisation_id)


def own_places(tx: Transaction, commands: Iterable[RegisterContact]) -> None:
    """Refuse to register contacts for nobody; and elsewhere than at home for who may read no others.

    Raises:
        NotFound: the caller acts for no organisation, or a place is another's.
    """
    own_id = tx.principal.organisation_id
    tx.own(own_id)
    is_own = own_place(tx)
    for command in commands:
        tx.own(own_id if is_own(command) else None)


def own_place(tx: Transaction) -> IsOwn:
    """Whether the caller may register a contact where a command says: at home, for who may read no others."""
    principal = tx.principal
    if principal.scope is not Scope.own or cell("read_contacts", principal.roles).scope is Scope.all:
        return lambda _: True
    codes = own_codes(tx.connection, principal.organisation_id, tx.today)
    return lambda told: told.unit_code in codes or told.organisation_id == principal.organisation_id


def lock_seen(tx: Transaction, contact_id: UUID) -> Contact:
    """A contact that something else is about. Nobody may change it until this transaction ends.

    Raises:
        NotFound: there is none that the caller may read.
    """
    reader = replace(tx.principal, scope=cell("read_contacts", tx.principal.roles).scope)
    lock_contact(tx, contact_id)
    return contact(tx.connection, contact_id, seen_by(tx.connection, reader, tx.today))


def _is_at_home(tx: Transaction, row: ContactRow) -> bool:
    organisation_id = tx.principal.organisation_id
    if organisation_id is None:
        return False
    if row.unit_code is None:
        return row.organisation_id == organisation_id
    return row.unit_code in own_codes(tx.connection, organisation_id, tx.today)
