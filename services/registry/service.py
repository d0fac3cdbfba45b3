"""What the registry is, on one screen. It reads nobody: everything here is first told here."""

from services.contracts.registry import (
    AwarenessMessage,
    CountyMessage,
    GeographicChangeMessage,
    MappingMessage,
    OrganisationMessage,
    UnitMessage,
)
from services.kernel.service import Service
from services.registry.api import routes
from services.registry.domain.mappings import MappingExists
from services.registry.domain.organisations import OrganisationExists
from services.registry.tables import METADATA

registry = Service(
    name="registry",
    metadata=METADATA,
    routes=routes,
    publishes=(
        UnitMessage,
        CountyMessage,
        GeographicChangeMessage,
        OrganisationMessage,
        MappingMessage,
        AwarenessMessage,
    ),
    refusals={"uq_mapping_year": MappingExists, "uq_organisation_reference": OrganisationExists},
)
