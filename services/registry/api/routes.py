"""All routes of the registry."""

from services.kernel.web import Routes
from services.registry.api.agreement_tables import routes as agreement_tables
from services.registry.api.agreements import routes as agreements
from services.registry.api.awareness import routes as awareness
from services.registry.api.contact_links import routes as contact_links
from services.registry.api.contact_tables import routes as contact_tables
from services.registry.api.contacts import routes as contacts
from services.registry.api.erasures import routes as erasures
from services.registry.api.focus import routes as focus
from services.registry.api.groups import routes as groups
from services.registry.api.history import routes as history
from services.registry.api.klass import routes as klass
from services.registry.api.letters import routes as letters
from services.registry.api.mapping_tables import routes as mapping_tables
from services.registry.api.mapping_tools import routes as mapping_tools
from services.registry.api.mappings import routes as mappings
from services.registry.api.memberships import routes as memberships
from services.registry.api.newsletters import routes as newsletters
from services.registry.api.organisation_awareness import routes as organisation_awareness
from services.registry.api.organisations import routes as organisations
from services.registry.api.overdoses import routes as overdoses
from services.registry.api.places import routes as places
from services.registry.api.plan_anchors import routes as plan_anchors
from services.registry.api.proposals import routes as proposals
from services.registry.api.representatives import routes as representatives
from services.registry.api.service_links import routes as service_links

routes = Routes()
for group in (
    places,
    proposals,
    klass,
    organisations,
    groups,
    representatives,
    mapping_tools,
    mapping_tables,
    mappings,
    awareness,
    organisation_awareness,
    plan_anchors,
    memberships,
    overdoses,
    service_links,
    agreement_tables,
    agreements,
    focus,
    letters,
    newsletters,
    contact_tables,
    contacts,
    erasures,
    contact_links,
    history,
):
    routes.routes.extend(group.routes)
