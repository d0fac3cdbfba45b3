"""Every page that the gateway shows, and the files they need."""

from gateway.web.assets import asset
from gateway.web.pages import about, login, municipality, operations, provenance, report, start
from services.kernel.web import Route, Routes

routes = Routes()
for pages in (start, municipality, report, provenance, login, operations, about):
    routes.routes.extend(pages.routes.routes)
routes.routes.append(Route("/static/{version}/{name}", asset, action="read_offer", methods=["GET"]))
