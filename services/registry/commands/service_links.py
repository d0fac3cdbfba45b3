"""The directory of services: recorded, changed, removed."""

from uuid import UUID

from services.contracts.registry.service_links import (
    ChangeServiceLink,
    RecordServiceLink,
    RemoveServiceLink,
    ServiceLink,
    ServiceLinkChanged,
    ServiceLinkMessage,
    ServiceLinkRecorded,
    ServiceLinkRemoved,
)
from services.kernel.transaction import Transaction
from services.registry.commands.references import lock_own, require_own_centre, require_places
from services.registry.domain.service_links import removed, require_listed, require_service
from services.registry.tables import ServiceLinkRow


def record_service_link(tx: Transaction, command: RecordServiceLink) -> ServiceLink:
    """Put a service into the directory of a municipality.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        UnknownUnit, UnitNotValid: it was no unit on the day. And as ``require_service``.
    """
    require_own_centre(tx, command.centre_id)
    require_service(command, today=tx.today)
    require_places(tx, {"/unit_code": command.unit_code}, on=command.occurred_on)
    told = command.model_dump(exclude={"occurred_on"})
    row = ServiceLinkRow(service_link_id=tx.new_id(), recorded_on=command.occurred_on, **told)
    tx.add(row)
    link = row.public()
    tx.publish(ServiceLinkRecorded(occurred_on=command.occurred_on, service_link=link))
    return link


def change_service_link(tx: Transaction, service_link_id: UUID, command: ChangeServiceLink) -> ServiceLink:
    """Tell anew of a service.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder: it was removed. And as ``require_service``.
    """
    row = lock_own(tx, ServiceLinkRow, service_link_id, ServiceLinkMessage)
    require_listed(row.public(), step="change")
    require_service(command, today=tx.today)
    row.sqlmodel_update(command.model_dump(exclude={"occurred_on"}))
    link = row.public()
    tx.publish(ServiceLinkChanged(occurred_on=command.occurred_on, service_link=link))
    return link


def remove_service_link(tx: Transaction, service_link_id: UUID, command: RemoveServiceLink) -> ServiceLink:
    """Take a service out of the directory.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it was removed before, or cannot have been then.
    """
    row = lock_own(tx, ServiceLinkRow, service_link_id, ServiceLinkMessage)
    link = removed(row.public(), command.occurred_on, today=tx.today)
    row.removed_on = link.removed_on
    tx.publish(ServiceLinkRemoved(occurred_on=command.occurred_on, service_link=link))
    return link
