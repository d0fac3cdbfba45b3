"""Learning networks: prepared, opened, closed."""

from datetime import date
from uuid import UUID

from services.contracts.events import (
    Network,
    NetworkClosed,
    NetworkMessage,
    NetworkOpened,
    NetworkPrepared,
    OnDate,
    PrepareNetwork,
)
from services.events.commands.references import require_organisations
from services.events.domain import network as rules
from services.events.domain.dates import require_occurred
from services.events.tables.networks import NetworkRow
from services.kernel.transaction import Transaction


def prepare_network(tx: Transaction, request: PrepareNetwork) -> Network:
    """Prepare a network. Until it is opened its lead and whoever represents its region see it.

    Raises:
        NotFound: another organisation leads it.
        DateInFuture: it has not been prepared yet.
        NotYetKnown: the lead is not known here yet.
    """
    tx.own(request.lead_id)
    require_occurred(request.occurred_on, today=tx.today)
    require_organisations(tx, [request.lead_id], pointer="/lead_id")
    network = rules.prepare(request, tx.new_id())
    row = NetworkRow(**network.model_dump())
    tx.add(row)
    return _tell(tx, row, network, NetworkPrepared, request.occurred_on)


def open_network(tx: Transaction, network_id: UUID, request: OnDate) -> Network:
    """Begin the network, for anyone to see.

    Raises:
        NotFound: there is no such network, or another organisation leads it.
        StepOutOfOrder: it has begun or ended already.
        DateInFuture, DateOutOfOrder: it cannot have begun then.
    """
    row = _lock_own(tx, network_id)
    require_occurred(request.occurred_on, today=tx.today)
    return _tell(tx, row, rules.open_for_all(row.public(), request.occurred_on), NetworkOpened, request.occurred_on)


def close_network(tx: Transaction, network_id: UUID, request: OnDate) -> Network:
    """End the network, or give up one that is only prepared.

    Raises:
        NotFound: there is no such network, or another organisation leads it.
        StepOutOfOrder: it has ended already.
        DateInFuture, DateOutOfOrder: it cannot have ended then.
    """
    row = _lock_own(tx, network_id)
    require_occurred(request.occurred_on, today=tx.today)
    return _tell(tx, row, rules.close(row.public(), request.occurred_on), NetworkClosed, request.occurred_on)


def _lock_own(tx: Transaction, network_id: UUID) -> NetworkRow:
    row = tx.lock(NetworkRow, network_id)
    tx.own(row.lead_id)
    tx.expect(NetworkMessage.aggregate, network_id)
    return row


def _tell(tx: Transaction, row: NetworkRow, network: Network, fact: type[NetworkMessage], on: date) -> Network:
    row.sqlmodel_update(network.model_dump(include={"status", "opened_on", "closed_on"}))
    tx.publish(fact(occurred_on=on, network=network))
    return network
