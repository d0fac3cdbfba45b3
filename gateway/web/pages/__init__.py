"""Every page that the gateway shows, and the files they need."""

from gateway.web.assets import asset
from gateway.web.pages.about import routes as about
from gateway.web.pages.agreement_change import routes as agreement_change
from gateway.web.pages.agreement_draft import routes as agreement_draft
from gateway.web.pages.agreement_steps import routes as agreement_steps
from gateway.web.pages.agreements import routes as agreements
from gateway.web.pages.contact import routes as contact
from gateway.web.pages.focus import routes as focus
from gateway.web.pages.focus_nomination import routes as focus_nomination
from gateway.web.pages.letter import routes as letter
from gateway.web.pages.letters import routes as letters
from gateway.web.pages.login import routes as login
from gateway.web.pages.maps import routes as maps
from gateway.web.pages.municipality import routes as municipality
from gateway.web.pages.operations import routes as operations
from gateway.web.pages.organisation import routes as organisation
from gateway.web.pages.own_municipalities import routes as own_municipalities
from gateway.web.pages.provenance import routes as provenance
from gateway.web.pages.report import routes as report
from gateway.web.pages.start import routes as start
from gateway.web.pages.sunk_mail import routes as sunk_mail
from services.kernel.web import Route, Routes

routes = Routes()
for group in (start, municipality, maps, organisation, report, provenance, login, operations, sunk_mail, about):
    routes.routes.extend(group.routes)
for group in (contact, own_municipalities, letters, letter):
    routes.routes.extend(group.routes)
for group in (agreement_draft, agreement_change, agreements, agreement_steps, focus, focus_nomination):
    routes.routes.extend(group.routes)
routes.routes.append(Route("/static/{version}/{name}", asset, action="read_offer", methods=["GET"]))
