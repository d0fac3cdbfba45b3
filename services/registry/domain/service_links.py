"""What may be told of a service in the directory."""

from datetime import date

from services.contracts.registry.service_links import TSB, Pillar, ServiceLink, ServiceLinkFacts
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.refusals import StepOutOfOrder


def require_service(facts: ServiceLinkFacts, *, today: date) -> None:
    """Refuse what contradicts itself.

    Raises:
        DateInFuture: it cannot have been told of yet.
        Invalid: specialised treatment that is of another pillar, or of none.
    """
    require_occurred(facts.occurred_on, today=today)
    if (facts.service_type in TSB) != (facts.pillar is Pillar.tsb):
        raise Invalid(errors=[FieldError("/pillar", code="pillar-differs")])


def require_listed(link: ServiceLink, *, step: str) -> None:
    """Refuse a step on a service that is in the directory no longer.

    Raises:
        StepOutOfOrder: it was removed.
    """
    if link.removed_on is not None:
        raise StepOutOfOrder(step=step, current_status="removed", allowed_from=["recorded"])


def removed(link: ServiceLink, on: date, *, today: date) -> ServiceLink:
    """The service, in the directory no longer from the day on.

    Raises:
        StepOutOfOrder: it was removed before.
        DateInFuture, DateOutOfOrder: it cannot have been removed then.
    """
    require_listed(link, step="remove")
    require_occurred(on, today=today)
    require_order(on, earliest=link.recorded_on)
    return link.model_copy(update={"removed_on": on})
