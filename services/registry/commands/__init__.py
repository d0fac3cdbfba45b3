"""What can be done with the registry, one module per thing."""

from services.registry.commands.awareness import bounce_letter, dispatch_letter, record_awareness
from services.registry.commands.groups import change_group, register_group, register_groups
from services.registry.commands.klass import propose_from_klass
from services.registry.commands.localities import register_localities
from services.registry.commands.mappings import invite_mapping, move_mapping
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
    "approve_proposal",
    "bounce_letter",
    "call_election",
    "cast_vote",
    "change_group",
    "change_organisation",
    "confirm_organisation",
    "dispatch_letter",
    "end_representation",
    "import_organisations",
    "invite_mapping",
    "merge_organisations",
    "move_mapping",
    "open_proposal",
    "propose_changes",
    "propose_from_klass",
    "propose_undo",
    "record_awareness",
    "record_changes",
    "register_counties",
    "register_group",
    "register_groups",
    "register_localities",
    "register_organisation",
    "register_organisations",
    "register_units",
    "reject_proposal",
]
