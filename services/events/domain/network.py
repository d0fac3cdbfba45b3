"""What a learning network becomes: prepared, opened, closed."""

from datetime import date
from uuid import UUID

from services.contracts.events import Network, NetworkStatus, PrepareNetwork
from services.events.domain.dates import require_order
from services.events.domain.steps import NetworkStep, require_network_step


def prepare(request: PrepareNetwork, network_id: UUID) -> Network:
    """A new network that others do not see yet."""
    return Network(
        network_id=network_id,
        status=NetworkStatus.prepared,
        prepared_on=request.occurred_on,
        **request.model_dump(exclude={"occurred_on"}),
    )


def open_for_all(network: Network, on: date) -> Network:
    """The network after it has begun.

    Raises:
        StepOutOfOrder: it has begun or ended already.
        DateOutOfOrder: it was prepared later.
    """
    require_network_step(NetworkStep.open, network)
    require_order(on, earliest=network.prepared_on)
    return network.model_copy(update={"status": NetworkStatus.open, "opened_on": on})


def close(network: Network, on: date) -> Network:
    """The network after it has ended, or was given up before it began.

    Raises:
        StepOutOfOrder: it has ended already.
        DateOutOfOrder: it was opened, or else prepared, later.
    """
    require_network_step(NetworkStep.close, network)
    require_order(on, earliest=network.opened_on or network.prepared_on)
    return network.model_copy(update={"status": NetworkStatus.closed, "closed_on": on})
