"""Which services there are in a municipality, and where to read of them: a directory, as the registry publishes it."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.message import Message, Public, Request, ShortText, UnitCode
from services.contracts.registry.sources import Source

WebAddress = Annotated[
    str, StringConstraints(max_length=500, pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s@]*)?$")
]
"""A page on the open web, encrypted on the way. No name and no password stands in it, and no mail address."""


class OwnerLevel(StrEnum):
    """Who provides the service."""

    municipality = "municipality"
    health_trust = "health_trust"
    nav = "nav"
    child_welfare = "child_welfare"
    voluntary = "voluntary"


class ServiceType(StrEnum):
    """What is provided. The first nine are the kinds of interdisciplinary specialised treatment (TSB)."""

    relevant_health_care = "relevant_health_care"
    assessment = "assessment"
    detoxification = "detoxification"
    outpatient = "outpatient"
    ambulant = "ambulant"
    day_treatment = "day_treatment"
    inpatient = "inpatient"
    substitution_treatment = "substitution_treatment"
    """LAR"""
    joint_with_specialists = "joint_with_specialists"
    """Together with other specialist services."""
    children_and_young = "children_and_young"
    living_conditions = "living_conditions"
    mental_health = "mental_health"
    low_threshold = "low_threshold"
    work_and_welfare = "work_and_welfare"
    child_welfare = "child_welfare"
    housing = "housing"
    user_organisation = "user_organisation"
    other = "other"


TSB = frozenset(list(ServiceType)[:9])
"""The kinds of interdisciplinary specialised treatment."""


class Pillar(StrEnum):
    """One of the three that the specialist health service stands on."""

    somatics = "somatics"
    mental_health_care = "mental_health_care"
    tsb = "tsb"


class ServiceRelation(StrEnum):
    """What the service is to the municipality's own work, in its map of actors: of services, never of persons."""

    part_of_it = "part_of_it"
    agreement = "agreement"
    referral = "referral"
    contact = "contact"


class ServiceSignificance(StrEnum):
    """How much it means to that work."""

    central = "central"
    regular = "regular"
    occasional = "occasional"


class ServiceLink(Public):
    """A service that people in a municipality may use. Only a TSB kind must have a pillar, and it is that of TSB."""

    service_link_id: UUID
    unit_code: UnitCode
    owner_level: OwnerLevel
    service_type: ServiceType
    pillar: Pillar | None = None
    name: ShortText
    web_address: WebAddress | None = None
    relation: ServiceRelation | None = None
    significance: ServiceSignificance | None = None
    centre_id: UUID
    """The centre that keeps the record."""
    recorded_on: date
    removed_on: date | None = None
    source: str | None = None


class ServiceLinkMessage(Message):
    """Any fact about a service in the directory."""

    aggregate = "service_link"
    service_link: ServiceLink

    @property
    def aggregate_id(self) -> str:
        return str(self.service_link.service_link_id)


class ServiceLinkRecorded(ServiceLinkMessage):
    """A service is in the directory."""

    type = "samla.registry.service_link.recorded.v1"


class ServiceLinkChanged(ServiceLinkMessage):
    """What is told of a service is otherwise than before."""

    type = "samla.registry.service_link.changed.v1"


class ServiceLinkRemoved(ServiceLinkMessage):
    """A service is in the directory no longer."""

    type = "samla.registry.service_link.removed.v1"


class ServiceLinkFacts(Request):
    """What may be told of a service anew."""

    owner_level: OwnerLevel
    service_type: ServiceType
    pillar: Pillar | None = None
    name: ShortText
    web_address: WebAddress | None = None
    relation: ServiceRelation | None = None
    significance: ServiceSignificance | None = None
    source: Source = None
    occurred_on: date


class RecordServiceLink(ServiceLinkFacts):
    """Put a service into the directory of a municipality."""

    unit_code: UnitCode
    centre_id: UUID


class ChangeServiceLink(ServiceLinkFacts):
    """A service as it is now to be told of. Its municipality and who keeps the record stay."""


class RemoveServiceLink(Request):
    """Take a service out of the directory."""

    occurred_on: date
