"""The rows of the service's own database, one module per thing."""

from services.events.tables.activities import ActivityRow as ActivityRow
from services.events.tables.copies import OrganisationCopy as OrganisationCopy
from services.events.tables.metadata import METADATA as METADATA
from services.events.tables.networks import NetworkRow as NetworkRow
from services.events.tables.offers import OfferRow as OfferRow
