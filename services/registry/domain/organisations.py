"""Which bodies may do what, and which there may be."""

from services.contracts.registry import CENTRE_KINDS, OrganisationKind
from services.kernel.problems import Conflict, FieldError, Invalid


class NotACentre(Invalid):
    """The organisation is no competence centre, so it has no offer of its own and runs no mappings."""

    code = "not-a-centre"


class OrganisationExists(Conflict):
    """Another organisation has the reference."""

    code = "organisation-exists"


def require_centre(kind: OrganisationKind) -> None:
    """Only a competence centre runs mappings and has an offer to tell of.

    Raises:
        NotACentre: it is another kind of body.
    """
    if kind not in CENTRE_KINDS:
        raise NotACentre(errors=[FieldError("/centre_id", code="not-a-centre")])
