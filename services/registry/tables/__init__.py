"""The rows of the registry, one module per subject."""

from services.registry.tables.contacts import ContactLinkRow as ContactLinkRow
from services.registry.tables.contacts import ContactLookRow as ContactLookRow
from services.registry.tables.contacts import ContactPersonRow as ContactPersonRow
from services.registry.tables.contacts import ContactRoleRow as ContactRoleRow
from services.registry.tables.contacts import ContactRow as ContactRow
from services.registry.tables.erasures import ErasureDecisionRow as ErasureDecisionRow
from services.registry.tables.erasures import ErasureRequestRow as ErasureRequestRow
from services.registry.tables.letters import LetterRow as LetterRow
from services.registry.tables.letters import LetterUnitRow as LetterUnitRow
from services.registry.tables.letters import SubscriptionRow as SubscriptionRow
from services.registry.tables.mapping_tools import MappingToolRow as MappingToolRow
from services.registry.tables.metadata import METADATA as METADATA
from services.registry.tables.organisations import AliasRow as AliasRow
from services.registry.tables.organisations import OrganisationRow as OrganisationRow
from services.registry.tables.places import CountyRow as CountyRow
from services.registry.tables.places import GeographicChangeRow as GeographicChangeRow
from services.registry.tables.places import GroupRow as GroupRow
from services.registry.tables.places import LocalityRow as LocalityRow
from services.registry.tables.places import UnitRow as UnitRow
from services.registry.tables.plan_anchors import PlanAnchorRow as PlanAnchorRow
from services.registry.tables.proposals import ApprovalRow as ApprovalRow
from services.registry.tables.proposals import KlassAnswerRow as KlassAnswerRow
from services.registry.tables.proposals import ProposalRow as ProposalRow
from services.registry.tables.records import AwarenessRow as AwarenessRow
from services.registry.tables.records import MappingRow as MappingRow
from services.registry.tables.representatives import RepresentativeRow as RepresentativeRow
