"""What the service of events is, on one screen."""

from services.contracts.events import ActivityMessage, OfferMessage, ProgrammeMessage
from services.contracts.registry import CountyMessage, OrganisationMessage, UnitMessage
from services.events.api import routes
from services.events.handlers import fold_counties, fold_organisations, fold_units
from services.events.tables.copies import COUNTIES, ORGANISATIONS, UNITS
from services.events.tables.metadata import METADATA
from services.kernel.service import Copy, Service

events = Service(
    name="events",
    metadata=METADATA,
    routes=routes,
    publishes=(ProgrammeMessage, OfferMessage, ActivityMessage),
    copies=(
        Copy(UNITS, fold_units, of=UnitMessage, key="code"),
        Copy(COUNTIES, fold_counties, of=CountyMessage, key="code"),
        Copy(ORGANISATIONS, fold_organisations, of=OrganisationMessage, key="organisation_id"),
    ),
    # 2: a place that never was is in use on no day.
    revision=2,
)
