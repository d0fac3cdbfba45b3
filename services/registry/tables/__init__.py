"""The rows of the registry, one module per subject."""

from services.registry.tables.metadata import METADATA as METADATA
from services.registry.tables.organisations import AliasRow as AliasRow
from services.registry.tables.organisations import OrganisationRow as OrganisationRow
from services.registry.tables.places import CountyRow as CountyRow
from services.registry.tables.places import GeographicChangeRow as GeographicChangeRow
from services.registry.tables.places import UnitRow as UnitRow
from services.registry.tables.records import AwarenessRow as AwarenessRow
from services.registry.tables.records import MappingRow as MappingRow
