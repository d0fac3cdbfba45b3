"""What the registry is, on one screen. It reads nobody: everything here is first told here."""

from services.contracts.registry import (
    AwarenessMessage,
    ContactMessage,
    CountyMessage,
    GeographicChangeMessage,
    GeographicProposalMessage,
    LetterMessage,
    LocalityMessage,
    MappingMessage,
    MunicipalityGroupMessage,
    NewsletterSubscriptionMessage,
    OrganisationMessage,
    RepresentativeMessage,
    UnitMessage,
)
from services.contracts.registry.agreements import AgreementMessage
from services.contracts.registry.focus import FocusMessage
from services.contracts.registry.mapping_tools import SurveyToolMessage
from services.contracts.registry.memberships import MembershipProgrammeMessage, ProgrammeMembershipMessage
from services.contracts.registry.organisation_awareness import OrganisationAwarenessMessage
from services.contracts.registry.overdoses import OverdoseCountMessage, OverdoseUnitMessage
from services.contracts.registry.plan_anchors import PlanAnchorMessage
from services.contracts.registry.service_links import ServiceLinkMessage
from services.kernel.effects import MailEffect
from services.kernel.service import Service
from services.registry.api import routes
from services.registry.commands.agreement_checks import (
    check_commitment,
    check_revision,
    remind_of_commitment,
    remind_of_revision,
)
from services.registry.commands.contact_checks import (
    ask_contact,
    check_refused,
    check_sent,
    forget_links,
    remind_contact,
    stop_newsletters,
)
from services.registry.commands.contact_deadlines import CHECK, GONE, LINK, REMINDER, RETENTION
from services.registry.commands.erasures import erase_when_due
from services.registry.commands.letters import record_refused, record_sent
from services.registry.domain.agreement_deadlines import (
    COMMITMENT_CHECK,
    COMMITMENT_REMINDER,
    REVISION_CHECK,
    REVISION_REMINDER,
)
from services.registry.domain.agreement_notices import NOTICES
from services.registry.domain.focus import FocusNominationExists
from services.registry.domain.groups import GroupExists
from services.registry.domain.mappings import MappingExists
from services.registry.domain.newsletters import SubscriptionExists
from services.registry.domain.organisations import OrganisationExists
from services.registry.domain.overdoses import OverdoseCountExists, OverdoseUnitExists
from services.registry.domain.proposals import AlreadyApproved
from services.registry.domain.representatives import RegionHasRepresentative
from services.registry.queries.agreement_notices import agreement_notice
from services.registry.queries.contact_links import contact_check_mail
from services.registry.queries.letters import LETTER, compose_letter
from services.registry.tables import METADATA

registry = Service(
    name="registry",
    metadata=METADATA,
    routes=routes,
    publishes=(
        UnitMessage,
        CountyMessage,
        GeographicChangeMessage,
        GeographicProposalMessage,
        LocalityMessage,
        OrganisationMessage,
        MunicipalityGroupMessage,
        RepresentativeMessage,
        SurveyToolMessage,
        MappingMessage,
        AwarenessMessage,
        OrganisationAwarenessMessage,
        LetterMessage,
        NewsletterSubscriptionMessage,
        ContactMessage,
        PlanAnchorMessage,
        MembershipProgrammeMessage,
        ProgrammeMembershipMessage,
        OverdoseCountMessage,
        OverdoseUnitMessage,
        ServiceLinkMessage,
        AgreementMessage,
        FocusMessage,
    ),
    refusals={
        "pk_proposal_approval": AlreadyApproved,
        "uq_focus_nomination_open": FocusNominationExists,
        "uq_mapping_year": MappingExists,
        "uq_municipality_group_reference": GroupExists,
        "uq_newsletter_subscription_contact": SubscriptionExists,
        "uq_organisation_reference": OrganisationExists,
        "uq_overdose_count_year": OverdoseCountExists,
        "uq_overdose_unit_unit_code": OverdoseUnitExists,
        "uq_representative_region": RegionHasRepresentative,
    },
    deadlines={
        CHECK: ask_contact,
        REMINDER: remind_contact,
        LINK: forget_links,
        GONE: stop_newsletters,
        RETENTION: erase_when_due,
        COMMITMENT_REMINDER: remind_of_commitment,
        COMMITMENT_CHECK: check_commitment,
        REVISION_REMINDER: remind_of_revision,
        REVISION_CHECK: check_revision,
    },
    effects={
        LETTER: MailEffect(compose_letter, done=record_sent, refused=record_refused),
        CHECK: MailEffect(contact_check_mail, done=check_sent, refused=check_refused),
        **dict.fromkeys(NOTICES, MailEffect(agreement_notice)),
    },
)
