"""What the services publish, as rows of the catalogue. Drafts and plans leave no row: they are not anybody's yet.

Of agreements and focus municipalities only what everybody may know is kept.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.agreements import focus_municipality, signed_agreement
from services.contracts.events import ActivityMessage, OfferMessage, ProgrammeMessage
from services.contracts.funding import GrantMessage, SchemeMessage
from services.contracts.message import Public, Received
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
from services.contracts.registry.memberships import (
    MembershipProgrammeMessage,
    ProgrammeMembership,
    ProgrammeMembershipMessage,
)
from services.contracts.registry.overdoses import OverdoseCountMessage
from services.contracts.registry.plan_anchors import PlanAnchor, PlanAnchorMessage
from services.contracts.registry.service_links import ServiceLinkMessage

Row = dict[str, object]


def fold_units(received: Sequence[Received[UnitMessage]]) -> Iterable[Row]:
    """Municipalities and city districts, every version."""
    for fact in received:
        yield _remembered(fact, fact.message.unit, code=fact.message.unit.code)


def fold_counties(received: Sequence[Received[CountyMessage]]) -> Iterable[Row]:
    """Counties, every version."""
    for fact in received:
        yield _remembered(fact, fact.message.county, code=fact.message.county.code)


def fold_changes(received: Sequence[Received[GeographicChangeMessage]]) -> Iterable[Row]:
    """What became of codes, every version."""
    for fact in received:
        yield _remembered(fact, fact.message.change, change_id=fact.message.aggregate_id)


def fold_organisations(received: Sequence[Received[OrganisationMessage]]) -> Iterable[Row]:
    """Bodies and what they cover, every version."""
    for fact in received:
        yield _remembered(fact, fact.message.organisation, organisation_id=fact.message.aggregate_id)


def fold_localities(received: Sequence[Received[LocalityMessage]]) -> Iterable[Row]:
    """Towns and regions that are no municipality, every version."""
    for fact in received:
        yield _remembered(fact, fact.message.locality, reference=fact.message.locality.reference)


def fold_groups(received: Sequence[Received[MunicipalityGroupMessage]]) -> Iterable[Row]:
    """Municipality groups, every version."""
    for fact in received:
        yield _remembered(fact, fact.message.group, group_id=fact.message.aggregate_id)


def fold_representatives(received: Sequence[Received[RepresentativeMessage]]) -> Iterable[Row]:
    """Regional representatives and their elections, every version."""
    for fact in received:
        yield _remembered(fact, fact.message.representative, representative_id=fact.message.aggregate_id)


def fold_mapping_tools(received: Sequence[Received[SurveyToolMessage]]) -> Iterable[Row]:
    """Mapping tools, every version."""
    for fact in received:
        yield _remembered(fact, fact.message.mapping_tool, tool=fact.message.mapping_tool.tool)


def fold_membership_programmes(received: Sequence[Received[MembershipProgrammeMessage]]) -> Iterable[Row]:
    """Programmes with members, every version."""
    for fact in received:
        programme = fact.message.membership_programme
        yield _remembered(fact, programme, reference=programme.reference)


def fold_offers(received: Sequence[Received[OfferMessage]]) -> Iterable[Row]:
    """Offers from the day they are published."""
    for fact in received:
        offer = fact.message.offer
        if offer.published_on is not None:
            yield _copied(
                fact,
                offer,
                offer_id=fact.message.aggregate_id,
                theme=offer.theme,
                published_on=offer.published_on,
                withdrawn_on=offer.withdrawn_on,
                period_from=offer.period_from,
                period_to=offer.period_to,
            )


def fold_offer_areas(received: Sequence[Received[OfferMessage]]) -> Iterable[Row]:
    """The counties and units that published offers are for."""
    for fact in received:
        offer = fact.message.offer
        if offer.published_on is not None:
            for area in sorted({*offer.county_codes, *offer.unit_codes}):
                yield {"offer_id": fact.message.aggregate_id, "area": area}


def fold_activities(received: Sequence[Received[ActivityMessage]]) -> Iterable[Row]:
    """Activities from the day they are announced."""
    for fact in received:
        activity = fact.message.activity
        if activity.announced_on is not None:
            yield _copied(
                fact,
                activity,
                activity_id=fact.message.aggregate_id,
                offer_id=str(activity.offer_id) if activity.offer_id else None,
                theme=activity.theme,
                announced_on=activity.announced_on,
                cancelled_on=activity.cancelled_on,
                starts_on=activity.starts_on,
                ends_on=activity.ends_on,
                open_to_county=None if activity.units else activity.county_code,
            )


def fold_activity_units(received: Sequence[Received[ActivityMessage]]) -> Iterable[Row]:
    """The units that announced activities are for."""
    for fact in received:
        activity = fact.message.activity
        if activity.announced_on is not None:
            for code in sorted({unit.code for unit in activity.units}):
                yield {"activity_id": fact.message.aggregate_id, "code": code}


def fold_programmes(received: Sequence[Received[ProgrammeMessage]]) -> Iterable[Row]:
    """Programmes."""
    for fact in received:
        yield _copied(fact, fact.message.programme, programme_id=fact.message.aggregate_id)


def fold_mappings(received: Sequence[Received[MappingMessage]]) -> Iterable[Row]:
    """Surveys, by where they are run."""
    for fact in received:
        mapping = fact.message.mapping
        place = mapping.unit_code or mapping.county_code
        yield _copied(fact, mapping, mapping_id=fact.message.aggregate_id, place=place)


def fold_awareness(received: Sequence[Received[AwarenessMessage]]) -> Iterable[Row]:
    """Who has been told, by unit."""
    for fact in received:
        told = fact.message.awareness
        yield _copied(fact, told, awareness_id=fact.message.aggregate_id, unit_code=told.unit_code)


def fold_plan_anchors(received: Sequence[Received[PlanAnchorMessage]]) -> Iterable[Row]:
    """Municipal plans, by unit."""
    for fact in received:
        yield _of_unit(fact, fact.message.plan_anchor, plan_anchor_id=fact.message.aggregate_id)


def fold_memberships(received: Sequence[Received[ProgrammeMembershipMessage]]) -> Iterable[Row]:
    """Roles in programmes, by unit."""
    for fact in received:
        yield _of_unit(fact, fact.message.programme_membership, programme_membership_id=fact.message.aggregate_id)


def fold_overdose_counts(received: Sequence[Received[OverdoseCountMessage]]) -> Iterable[Row]:
    """Deaths by overdose, by unit, while nobody has withdrawn them."""
    for fact in received:
        told = fact.message.overdose_count
        if told.withdrawn_on is None:
            yield _copied(fact, told, overdose_count_id=fact.message.aggregate_id, unit_code=told.unit_code)


def fold_service_links(received: Sequence[Received[ServiceLinkMessage]]) -> Iterable[Row]:
    """Services, by municipality. One that was taken out of its directory was there on the days before."""
    for fact in received:
        link = fact.message.service_link
        yield _copied(fact, link, service_link_id=fact.message.aggregate_id, unit_code=link.unit_code)


def fold_agreements(received: Sequence[Received[AgreementMessage]]) -> Iterable[Row]:
    """Agreements from the day they are in force."""
    for fact in received:
        if (known := signed_agreement(fact.message.agreement)) is not None:
            yield _copied(
                fact,
                known,
                agreement_id=fact.message.aggregate_id,
                in_force_since=known.in_force_since,
                ended_on=known.ended_on,
            )


def fold_agreement_reach(received: Sequence[Received[AgreementMessage]]) -> Iterable[Row]:
    """The units that such agreements are about, and their parties."""
    for fact in received:
        if (known := signed_agreement(fact.message.agreement)) is not None:
            for key in sorted({*known.unit_codes, *(str(party.party_id) for party in known.parties)}):
                yield {"agreement_id": fact.message.aggregate_id, "key": key}


def fold_focus_municipalities(received: Sequence[Received[FocusMessage]]) -> Iterable[Row]:
    """Focus municipalities from the day they are designated."""
    for fact in received:
        if (known := focus_municipality(fact.message.nomination)) is not None:
            yield _copied(
                fact,
                known,
                nomination_id=fact.message.aggregate_id,
                unit_code=known.unit_code,
                centre_id=str(known.centre_id),
                designated_on=known.designated_on,
                ended_on=known.ended_on,
            )


def fold_schemes(received: Sequence[Received[SchemeMessage]]) -> Iterable[Row]:
    """Grant schemes."""
    for fact in received:
        yield _copied(fact, fact.message.scheme, scheme_id=fact.message.aggregate_id)


def fold_grants(received: Sequence[Received[GrantMessage]]) -> Iterable[Row]:
    """Final awards, by municipality."""
    for fact in received:
        grant = fact.message.grant
        yield _copied(
            fact, grant, grant_id=fact.message.aggregate_id, unit_code=grant.unit_code, amount_ore=grant.amount_ore
        )


def _remembered(fact: Received[Any], state: Public, **columns: object) -> Row:
    return _copied(fact, state, recorded_at=fact.recorded_at, **columns)


def _of_unit(fact: Received[Any], state: PlanAnchor | ProgrammeMembership, **columns: object) -> Row:
    """What is told of a unit for a period."""
    period = {"valid_from": state.valid_from, "valid_to": state.valid_to}
    return _copied(fact, state, unit_code=state.unit_code, **period, **columns)


def _copied(fact: Received[Any], state: Public, **columns: object) -> Row:
    return {
        "version": fact.version,
        "message_id": str(fact.message_id),
        "state": state.model_dump(mode="json", exclude_none=True),
        **columns,
    }
