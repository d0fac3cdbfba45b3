"""All routes of the service of events."""

from services.events.api.activities import routes as activities
from services.events.api.networks import routes as networks
from services.events.api.offers import routes as offers
from services.kernel.web import Routes

routes = Routes()
for group in (offers, activities, networks):
    routes.routes.extend(group.routes)
