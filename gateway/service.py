"""What the gateway is: it owns identity and the feed, publishes nothing, and copies what the catalogue shows."""

from gateway import handlers
from gateway.accounts import LoginNameTaken
from gateway.feed import append_to_feed
from gateway.tables import (
    METADATA,
    ActivityCopy,
    ActivityUnitCopy,
    AgreementCopy,
    AgreementReachCopy,
    AwarenessCopy,
    CountyCopy,
    FocusMunicipalityCopy,
    GeographicChangeCopy,
    GrantCopy,
    GroupCopy,
    LocalityCopy,
    MappingCopy,
    MappingToolCopy,
    MembershipProgrammeCopy,
    OfferAreaCopy,
    OfferCopy,
    OrganisationCopy,
    OverdoseCountCopy,
    PlanAnchorCopy,
    ProgrammeCopy,
    ProgrammeMembershipCopy,
    RepresentativeCopy,
    SchemeCopy,
    ServiceLinkCopy,
    UnitCopy,
)
from gateway.tables.metadata import table_of
from gateway.v1.api import routes
from services.contracts.events import ActivityMessage, OfferMessage, ProgrammeMessage
from services.contracts.funding import GrantMessage, SchemeMessage
from services.contracts.registry import (
    AwarenessMessage,
    CountyMessage,
    GeographicChangeMessage,
    LocalityMessage,
    MappingMessage,
    MunicipalityGroupMessage,
    OrganisationMessage,
    RepresentativeMessage,
    UnitMessage,
)
from services.contracts.registry.agreements import AgreementMessage
from services.contracts.registry.focus import FocusMessage
from services.contracts.registry.mapping_tools import SurveyToolMessage
from services.contracts.registry.memberships import MembershipProgrammeMessage, ProgrammeMembershipMessage
from services.contracts.registry.overdoses import OverdoseCountMessage
from services.contracts.registry.plan_anchors import PlanAnchorMessage
from services.contracts.registry.service_links import ServiceLinkMessage
from services.kernel.service import Copy, Service

REMEMBERED = (
    Copy(table_of(UnitCopy), handlers.fold_units, of=UnitMessage, key="code", history=True),
    Copy(table_of(CountyCopy), handlers.fold_counties, of=CountyMessage, key="code", history=True),
    Copy(
        table_of(GeographicChangeCopy),
        handlers.fold_changes,
        of=GeographicChangeMessage,
        key="change_id",
        history=True,
    ),
    Copy(
        table_of(OrganisationCopy),
        handlers.fold_organisations,
        of=OrganisationMessage,
        key="organisation_id",
        history=True,
    ),
    Copy(table_of(LocalityCopy), handlers.fold_localities, of=LocalityMessage, key="reference", history=True),
    Copy(table_of(GroupCopy), handlers.fold_groups, of=MunicipalityGroupMessage, key="group_id", history=True),
    Copy(
        table_of(RepresentativeCopy),
        handlers.fold_representatives,
        of=RepresentativeMessage,
        key="representative_id",
        history=True,
    ),
    Copy(table_of(MappingToolCopy), handlers.fold_mapping_tools, of=SurveyToolMessage, key="tool", history=True),
    Copy(
        table_of(MembershipProgrammeCopy),
        handlers.fold_membership_programmes,
        of=MembershipProgrammeMessage,
        key="reference",
        history=True,
    ),
)
"""Every version is kept: ``known_at`` asks for what was known at a moment."""

gateway = Service(
    name="gateway",
    metadata=METADATA,
    routes=routes,
    revision=4,
    copies=(
        *REMEMBERED,
        Copy(table_of(MappingCopy), handlers.fold_mappings, of=MappingMessage, key="mapping_id"),
        Copy(table_of(AwarenessCopy), handlers.fold_awareness, of=AwarenessMessage, key="awareness_id"),
        Copy(table_of(PlanAnchorCopy), handlers.fold_plan_anchors, of=PlanAnchorMessage, key="plan_anchor_id"),
        Copy(
            table_of(ProgrammeMembershipCopy),
            handlers.fold_memberships,
            of=ProgrammeMembershipMessage,
            key="programme_membership_id",
        ),
        Copy(
            table_of(OverdoseCountCopy), handlers.fold_overdose_counts, of=OverdoseCountMessage, key="overdose_count_id"
        ),
        Copy(table_of(ServiceLinkCopy), handlers.fold_service_links, of=ServiceLinkMessage, key="service_link_id"),
        Copy(table_of(AgreementCopy), handlers.fold_agreements, of=AgreementMessage, key="agreement_id"),
        Copy(table_of(AgreementReachCopy), handlers.fold_agreement_reach, of=AgreementMessage, key="agreement_id"),
        Copy(table_of(FocusMunicipalityCopy), handlers.fold_focus_municipalities, of=FocusMessage, key="nomination_id"),
        Copy(table_of(ProgrammeCopy), handlers.fold_programmes, of=ProgrammeMessage, key="programme_id"),
        Copy(table_of(OfferCopy), handlers.fold_offers, of=OfferMessage, key="offer_id"),
        Copy(table_of(OfferAreaCopy), handlers.fold_offer_areas, of=OfferMessage, key="offer_id"),
        Copy(table_of(ActivityCopy), handlers.fold_activities, of=ActivityMessage, key="activity_id"),
        Copy(table_of(ActivityUnitCopy), handlers.fold_activity_units, of=ActivityMessage, key="activity_id"),
        Copy(table_of(SchemeCopy), handlers.fold_schemes, of=SchemeMessage, key="scheme_id"),
        Copy(table_of(GrantCopy), handlers.fold_grants, of=GrantMessage, key="grant_id"),
    ),
    logs=(append_to_feed,),
    refusals={"uq_account_login_name": LoginNameTaken},
)
