"""What everybody may know of a municipality on a date beside its offer: agreements, plans, programmes, services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gateway.agreements import FocusMunicipalityOn, SignedAgreementNamed
from gateway.catalogue import Snapshot
from gateway.queries.agreements import focus_municipalities, signed_agreements
from gateway.queries.unit_records import MEMBERSHIPS, PLAN_ANCHORS, SERVICE_LINKS, records_of
from gateway.reach import Areas
from services.contracts.names import sort_key
from services.contracts.registry.memberships import MembershipProgramme, ProgrammeMembership
from services.contracts.registry.plan_anchors import PlanAnchor
from services.contracts.registry.service_links import ServiceLink

MOST_AGREEMENTS = 100
"""More than any municipality is party to at once."""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """All of it is true on the date."""

    agreements: Sequence[SignedAgreementNamed]
    focus: Sequence[FocusMunicipalityOn]
    plans: Sequence[PlanAnchor]
    memberships: Sequence[tuple[ProgrammeMembership, MembershipProgramme | None]]
    """Each with its programme, which may not be known yet."""
    services: Sequence[ServiceLink]

    @property
    def sources(self) -> list[str | None]:
        """Where the records come from."""
        of_programmes = (each.source for each, _ in self.memberships)
        return [*(each.source for each in self.plans), *of_programmes, *(each.source for each in self.services)]


def on_record(connection: sa.Connection, country: Snapshot, areas: Areas, on: date) -> OnRecord:
    """What there is of a municipality, in five statements, by whichever of its codes it was recorded."""
    codes, programmes = areas.units, {each.reference: each for each in country.membership_programmes}
    plans = map(PlanAnchor.model_validate, records_of(connection, PLAN_ANCHORS, codes, on))
    roles = map(ProgrammeMembership.model_validate, records_of(connection, MEMBERSHIPS, codes, on))
    services = map(ServiceLink.model_validate, records_of(connection, SERVICE_LINKS, codes, on))
    return OnRecord(
        agreements=signed_agreements(
            connection, country, on, unit=areas.code, party_id=None, after=None, limit=MOST_AGREEMENTS
        ),
        focus=focus_municipalities(connection, country, on, unit=areas.code, county=None, centre_id=None),
        plans=sorted(plans, key=lambda each: (sort_key(each.name), each.plan_anchor_id)),
        memberships=[(each, programmes.get(each.programme)) for each in sorted(roles, key=lambda each: each.programme)],
        services=sorted(
            (each for each in services if _is_there(each, on)), key=lambda each: (each.service_type, each.name)
        ),
    )


def _is_there(service: ServiceLink, on: date) -> bool:
    return service.recorded_on <= on and (service.removed_on is None or on < service.removed_on)
