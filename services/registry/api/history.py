"""The history of every record, over HTTP: one route for each kind of thing, all alike."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Path

from services.contracts.access import Scope
from services.contracts.message import Message
from services.contracts.registry import (
    AwarenessMessage,
    MappingMessage,
    MunicipalityGroupMessage,
    OrganisationMessage,
    Recorded,
    RepresentativeMessage,
)
from services.contracts.registry.memberships import ProgrammeMembershipMessage
from services.contracts.registry.organisation_awareness import OrganisationAwarenessMessage
from services.contracts.registry.overdoses import OverdoseCountMessage, OverdoseUnitMessage
from services.contracts.registry.plan_anchors import PlanAnchorMessage
from services.contracts.registry.service_links import ServiceLinkMessage
from services.kernel.problems import NotFound
from services.kernel.web import Caller, Read, Routes
from services.registry import queries
from services.registry.api.answers import whole

routes = Routes()

OPEN: Mapping[str, type[Message]] = {
    "organisations/{organisation_id}": OrganisationMessage,
    "groups/{group_id}": MunicipalityGroupMessage,
    "representatives/{representative_id}": RepresentativeMessage,
    "plan-anchors/{plan_anchor_id}": PlanAnchorMessage,
    "programme-memberships/{programme_membership_id}": ProgrammeMembershipMessage,
    "service-links/{service_link_id}": ServiceLinkMessage,
}
"""Things whose whole history anybody may read, by their address."""

RECORDS: Mapping[str, type[Message]] = {
    **OPEN,
    "mappings/{mapping_id}": MappingMessage,
    "awareness/{awareness_id}": AwarenessMessage,
    "organisation-awareness/{organisation_awareness_id}": OrganisationAwarenessMessage,
    "overdose-counts/{overdose_count_id}": OverdoseCountMessage,
    "overdose-units/{overdose_unit_id}": OverdoseUnitMessage,
}
"""The things that have a history."""

History = Callable[[UUID, Read, Caller], Awaitable[dict[str, Sequence[Recorded]]]]


def _history_of(address: str, kind: type[Message]) -> History:
    parameter = address.partition("{")[2].rstrip("}")

    async def history(
        record_id: Annotated[UUID, Path(alias=parameter)], read: Read, caller: Caller
    ) -> dict[str, Sequence[Recorded]]:
        """Everything that was recorded of it: when, by whom, why, and what was changed."""
        if address not in OPEN and caller.scope is not Scope.all:
            raise NotFound()  # of what they may not read all of, they may not read what it once was
        return whole(await read(queries.history_of, kind.aggregate, record_id))

    return history


for _address, _kind in RECORDS.items():
    routes.get(f"/{_address}/history", action="read_register")(_history_of(_address, _kind))
