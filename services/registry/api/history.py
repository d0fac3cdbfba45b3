"""The history of every record, over HTTP: one route for each kind of thing, all alike."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from services.contracts.access import Scope
from services.contracts.message import Message
from services.contracts.registry import (
    AwarenessMessage,
    ContactMessage,
    LetterMessage,
    MappingMessage,
    MunicipalityGroupMessage,
    OrganisationMessage,
    Recorded,
    RepresentativeMessage,
)
from services.contracts.registry.focus import FocusMessage
from services.contracts.registry.memberships import ProgrammeMembershipMessage
from services.contracts.registry.overdoses import OverdoseCountMessage, OverdoseUnitMessage
from services.contracts.registry.plan_anchors import PlanAnchorMessage
from services.contracts.registry.service_links import ServiceLinkMessage
from services.kernel.problems import NotFound
from services.kernel.web import Caller, Read, Routes
from services.registry import queries
from services.registry.api.answers import whole

routes = Routes()

OPEN: Mapping[str, type[Message]] = {
    "organisations": OrganisationMessage,
    "groups": MunicipalityGroupMessage,
    "representatives": RepresentativeMessage,
    "plan-anchors": PlanAnchorMessage,
    "programme-memberships": ProgrammeMembershipMessage,
    "service-links": ServiceLinkMessage,
}
"""Things whose whole history anybody may read."""

RECORDS: Mapping[str, type[Message]] = {
    **OPEN,
    "contacts": ContactMessage,
    "focus-nominations": FocusMessage,
    "letters": LetterMessage,
    "mappings": MappingMessage,
    "awareness": AwarenessMessage,
    "overdose-counts": OverdoseCountMessage,
    "overdose-units": OverdoseUnitMessage,
}
"""The things that have a history, by their name in a path."""

History = Callable[[UUID, Read, Caller], Awaitable[dict[str, Sequence[Recorded]]]]


def _history_of(name: str, kind: type[Message]) -> History:
    async def history(record_id: UUID, read: Read, caller: Caller) -> dict[str, Sequence[Recorded]]:
        """Everything that was recorded of it: when, by whom, why, and what was changed."""
        if name not in OPEN and caller.scope is not Scope.all:
            raise NotFound()  # of what they may not read all of, they may not read what it once was
        return whole(await read(queries.history_of, kind.aggregate, record_id))

    return history


for _name, _kind in RECORDS.items():
    routes.get(f"/{_name}/{{record_id}}/history", action="read_register")(_history_of(_name, _kind))
