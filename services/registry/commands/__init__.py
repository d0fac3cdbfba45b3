"""What can be done with the registry, one module per thing."""

from services.registry.commands.agreement_imports import import_agreements
from services.registry.commands.awareness import bounce_letter, dispatch_letter, record_awareness
from services.registry.commands.contact_imports import import_contacts
from services.registry.commands.contact_links import answer_by_link
from services.registry.commands.contact_looks import (
    look_at_contact,
    look_at_contacts,
    look_at_person,
    take_out_contacts,
)
from services.registry.commands.contact_persons import change_person, record_bounce
from services.registry.commands.contacts import (
    change_contact,
    confirm_contact,
    end_contact,
    register_contact,
    register_contacts,
)
from services.registry.commands.erasures import decide_erasure, request_erasure
from services.registry.commands.groups import change_group, register_group, register_groups
from services.registry.commands.klass import propose_from_klass
from services.registry.commands.localities import register_localities
from services.registry.commands.mapping_imports import import_mappings
from services.registry.commands.mapping_tools import register_mapping_tools
from services.registry.commands.mappings import invite_mapping, move_mapping
from services.registry.commands.memberships import register_membership_programmes
from services.registry.commands.mergers import merge_organisations
from services.registry.commands.organisation_imports import import_organisations
from services.registry.commands.organisation_tables import register_organisations
from services.registry.commands.organisations import change_organisation, confirm_organisation, register_organisation
from services.registry.commands.places import record_changes, register_counties, register_units
from services.registry.commands.proposals import (
    approve_proposal,
    open_proposal,
    propose_changes,
    propose_undo,
    reject_proposal,
)
from services.registry.commands.representatives import call_election, cast_vote, end_representation

__all__ = [
    "answer_by_link",
    "approve_proposal",
    "bounce_letter",
    "call_election",
    "cast_vote",
    "change_contact",
    "change_group",
    "change_organisation",
    "change_person",
    "confirm_contact",
    "confirm_organisation",
    "decide_erasure",
    "dispatch_letter",
    "end_contact",
    "end_representation",
    "import_agreements",
    "import_contacts",
    "import_mappings",
    "import_organisations",
    "invite_mapping",
    "look_at_contact",
    "look_at_contacts",
    "look_at_person",
    "merge_organisations",
    "move_mapping",
    "open_proposal",
    "propose_changes",
    "propose_from_klass",
    "propose_undo",
    "record_awareness",
    "record_bounce",
    "record_changes",
    "register_contact",
    "register_contacts",
    "register_counties",
    "register_group",
    "register_groups",
    "register_localities",
    "register_mapping_tools",
    "register_membership_programmes",
    "register_organisation",
    "register_organisations",
    "register_units",
    "reject_proposal",
    "request_erasure",
    "take_out_contacts",
]
