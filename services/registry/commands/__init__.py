"""What can be done with the registry, one module per thing."""

from services.registry.commands.awareness import bounce_letter, dispatch_letter, record_awareness
from services.registry.commands.mappings import invite_mapping, move_mapping
from services.registry.commands.organisations import register_organisation, register_organisations
from services.registry.commands.places import record_changes, register_counties, register_units

__all__ = [
    "bounce_letter",
    "dispatch_letter",
    "invite_mapping",
    "move_mapping",
    "record_awareness",
    "record_changes",
    "register_counties",
    "register_organisation",
    "register_organisations",
    "register_units",
]
