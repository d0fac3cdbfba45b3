"""What the registry is, on one screen. It reads nobody: everything here is first told here."""

from services.contracts.registry import (
    AwarenessMessage,
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
from services.kernel.effects import MailEffect
from services.kernel.service import Service
from services.registry.api import routes
from services.registry.commands.letters import record_refused, record_sent
from services.registry.domain.groups import GroupExists
from services.registry.domain.mappings import MappingExists
from services.registry.domain.newsletters import SubscriptionExists
from services.registry.domain.organisations import OrganisationExists
from services.registry.domain.proposals import AlreadyApproved
from services.registry.domain.representatives import RegionHasRepresentative
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
        MappingMessage,
        AwarenessMessage,
        LetterMessage,
        NewsletterSubscriptionMessage,
    ),
    refusals={
        "pk_proposal_approval": AlreadyApproved,
        "uq_mapping_year": MappingExists,
        "uq_municipality_group_reference": GroupExists,
        "uq_newsletter_subscription_contact": SubscriptionExists,
        "uq_organisation_reference": OrganisationExists,
        "uq_representative_region": RegionHasRepresentative,
    },
    effects={LETTER: MailEffect(compose_letter, done=record_sent, refused=record_refused)},
)
