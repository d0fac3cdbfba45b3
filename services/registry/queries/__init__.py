"""What can be asked of the registry. Each query is a constant number of statements."""

from services.registry.queries.organisations import (
    OrganisationFilter,
    organisation,
    organisations,
    organisations_by_reference,
)
from services.registry.queries.places import counties, geography, history, unit, units
from services.registry.queries.records import (
    AwarenessFilter,
    MappingFilter,
    awareness,
    awareness_record,
    mapping,
    mappings,
)

__all__ = [
    "AwarenessFilter",
    "MappingFilter",
    "OrganisationFilter",
    "awareness",
    "awareness_record",
    "counties",
    "geography",
    "history",
    "mapping",
    "mappings",
    "organisation",
    "organisations",
    "organisations_by_reference",
    "unit",
    "units",
]
