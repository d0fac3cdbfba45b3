"""Carrying something together: an organisation is asked, and counts when it has said yes itself (BR-44)."""

from datetime import date
from uuid import UUID

from services.contracts.events import CoOrganiser, CoOrganiserStatus
from services.events.domain.dates import require_order
from services.kernel.problems import Conflict, FieldError, Invalid, NotFound

CoOrganisers = tuple[CoOrganiser, ...]


class LeadAsCoOrganiser(Invalid):
    """The organisation that leads is asked to carry it together with itself."""

    code = "lead-as-co-organiser"


class AlreadyInvited(Conflict):
    """The organisation is asked already, and has not said no."""

    code = "already-invited"


class AlreadyAnswered(Conflict):
    """The invited organisation has answered before."""

    code = "already-answered"


class CoOrganiserPending(Conflict):
    """A named co-organiser has not accepted yet (BR-44). The refusal names who: ``organisation_ids``."""

    code = "co-organiser-pending"


def invited(co_organisers: CoOrganisers, organisation_id: UUID, *, lead_id: UUID, on: date) -> CoOrganisers:
    """The co-organisers with one more invited. One that has said no may be asked again.

    Raises:
        LeadAsCoOrganiser: it is the lead.
        AlreadyInvited: it is asked already.
    """
    if organisation_id == lead_id:
        raise LeadAsCoOrganiser(errors=[FieldError("/organisation_id", code="lead-as-co-organiser")])
    if any(known.organisation_id == organisation_id and known.status != "declined" for known in co_organisers):
        raise AlreadyInvited()
    new = CoOrganiser(organisation_id=organisation_id, status=CoOrganiserStatus.invited, invited_on=on)
    return in_order((*(known for known in co_organisers if known.organisation_id != organisation_id), new))


def answered(co_organisers: CoOrganisers, organisation_id: UUID | None, *, accept: bool, on: date) -> CoOrganisers:
    """The co-organisers after the invited organisation's own answer.

    Raises:
        NotFound: it is not invited; as if the thing did not exist.
        AlreadyAnswered: it has answered before.
        DateOutOfOrder: the answer lies before the invitation.
    """
    mine = next((known for known in co_organisers if known.organisation_id == organisation_id), None)
    if mine is None:
        raise NotFound()
    if mine.status != CoOrganiserStatus.invited:
        raise AlreadyAnswered()
    require_order(on, earliest=mine.invited_on)
    status = CoOrganiserStatus.accepted if accept else CoOrganiserStatus.declined
    answer = mine.model_copy(update={"status": status, "answered_on": on})
    return tuple(answer if known is mine else known for known in co_organisers)


def require_accepted(co_organisers: CoOrganisers) -> None:
    """Refuse while somebody who is asked has not answered. One that has said no is no co-organiser (BR-44).

    Raises:
        CoOrganiserPending: names those who have not.
    """
    waiting = sorted(str(known.organisation_id) for known in co_organisers if known.status == "invited")
    if waiting:
        raise CoOrganiserPending(organisation_ids=waiting)


def in_order(co_organisers: CoOrganisers) -> CoOrganisers:
    """The one order they are kept and shown in: as they were invited."""
    return tuple(sorted(co_organisers, key=lambda known: (known.invited_on, str(known.organisation_id))))
