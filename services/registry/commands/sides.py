"""On whose side a caller acts: its organisation's own, and that of those which it stands for."""

from collections.abc import Iterable
from uuid import UUID

from services.contracts.registry.agreements import Party, PartyKind
from services.kernel.transaction import Transaction
from services.registry.queries.standing import stood_for


def own_side(tx: Transaction, organisation_id: UUID | None) -> None:
    """As ``tx.own``, also for what belongs to an organisation that the caller's stands for.

    Raises:
        NotFound: it is another's.
    """
    own_id = tx.principal.organisation_id
    if organisation_id != own_id and organisation_id in stood_for(tx.connection, own_id, tx.today):
        organisation_id = own_id
    tx.own(organisation_id)


def speaks_as(tx: Transaction, parties: Iterable[Party]) -> UUID | None:
    """The first of the parties that the caller's organisation is or stands for, else the caller's organisation."""
    own_id = tx.principal.organisation_id
    sides = stood_for(tx.connection, own_id, tx.today)
    bodies = (party.party_id for party in parties if party.kind is PartyKind.organisation)
    return next((each for each in bodies if each in sides), own_id)
