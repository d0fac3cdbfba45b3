"""What can be asked of the registry. Each query is a constant number of statements."""

from services.registry.queries.contact_links import linked_contact
from services.registry.queries.erasures import erasure_request, erasure_requests
from services.registry.queries.groups import group, groups
from services.registry.queries.history import history as history_of
from services.registry.queries.localities import localities
from services.registry.queries.mapping_tables import mapping_rows
from services.registry.queries.organisations import (
    OrganisationFilter,
    organisation,
    organisation_row,
    organisations,
    organisations_by_reference,
    possible_duplicates,
)
from services.registry.queries.places import counties, geography, history, unit, units
from services.registry.queries.proposals import proposal, proposals
from services.registry.queries.records import (
    AwarenessFilter,
    MappingFilter,
    awareness,
    awareness_record,
    mapping,
    mappings,
)
from services.registry.queries.representatives import representative, representatives
from services.registry.queries.versions import told_by_people

__all__ = [
    "AwarenessFilter",
    "MappingFilter",
    "OrganisationFilter",
    "awareness",
    "awareness_record",
    "counties",
    "erasure_request",
    "erasure_requests",
    "geography",
    "group",
    "groups",
    "history",
    "history_of",
    "linked_contact",
    "localities",
    "mapping",
    "mapping_rows",
    "mappings",
    "organisation",
    "organisation_row",
    "organisations",
    "organisations_by_reference",
    "possible_duplicates",
    "proposal",
    "proposals",
    "representative",
    "representatives",
    "told_by_people",
    "unit",
    "units",
]
