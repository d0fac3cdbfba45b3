"""What the registry is, on one screen. It reads nobody: everything here is first told here."""

from services.contracts.registry import (
    AwarenessMessage,
    CountyMessage,
    GeographicChangeMessage,
    GeographicProposalMessage,
    LocalityMessage,
    MappingMessage,
    MunicipalityGroupMessage,
    OrganisationMessage,
    RepresentativeMessage,
    UnitMessage,
)
from services.kernel.service import Service
from services.registry.api import routes
from services.registry.domain.groups import GroupExists
from services.registry.domain.mappings import MappingExists
from services.registry.domain.organisations import OrganisationExists
from services.registry.domain.proposals import AlreadyApproved
from services.registry.domain.representatives import RegionHasRepresentative
from services.registry.tables import METADATA

registry = Service(
    name="registry",
    metadata=METADATA,
    routes=routes,
    publishes=(
        UnitMessage,
        CountyMessage,
        GeographicChangeMessage,
        GeographicProposalMessage,
        LocalityMessage,
        OrganisationMessage,
        MunicipalityGroupMessage,
        RepresentativeMessage,
        MappingMessage,
        AwarenessMessage,
    ),
    refusals={
        "pk_proposal_approval": AlreadyApproved,
        "uq_mapping_year": MappingExists,
        "uq_municipality_group_reference": GroupExists,
        "uq_organisation_reference": OrganisationExists,
        "uq_representative_region": RegionHasRepresentative,
    },
)
