"""What the service of events is, on one screen."""

from services.contracts.events import ActivityMessage, NetworkMessage, OfferMessage, ProgrammeMessage
from services.contracts.registry import CountyMessage, OrganisationMessage, RepresentativeMessage, UnitMessage
from services.events.api import routes
from services.events.handlers import fold_counties, fold_organisations, fold_representatives, fold_units
from services.events.tables.copies import COUNTIES, ORGANISATIONS, REPRESENTATIVES, UNITS
from services.events.tables.metadata import METADATA
from services.kernel.service import Copy, Service

events = Service(
    name="events",
    metadata=METADATA,
    routes=routes,
    publishes=(ProgrammeMessage, OfferMessage, ActivityMessage, NetworkMessage),
    copies=(
        Copy(UNITS, fold_units, of=UnitMessage, key="code"),
        Copy(COUNTIES, fold_counties, of=CountyMessage, key="code"),
        Copy(ORGANISATIONS, fold_organisations, of=OrganisationMessage, key="organisation_id"),
        Copy(REPRESENTATIVES, fold_representatives, of=RepresentativeMessage, key="representative_id"),
    ),
    # 2: a place that never was is in use on no day. 3: who represents each region.
    revision=3,
)
