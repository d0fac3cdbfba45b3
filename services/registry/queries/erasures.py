"""Requests to be erased, as those see them who decide. Nothing of who the contact is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.contact_persons import ErasureDecision, ErasureRequest, ErasureStatus
from services.kernel.problems import NotFound
from services.registry.tables.contacts import CONTACTS
from services.registry.tables.erasures import ERASURE_DECISIONS, ERASURE_REQUESTS

REQUEST, DECISION = ERASURE_REQUESTS.c, ERASURE_DECISIONS.c
_PLACE = (CONTACTS.c.unit_code, CONTACTS.c.organisation_id, CONTACTS.c.owner_id.label("kept_by"))
_REQUESTS = sa.select(ERASURE_REQUESTS, *_PLACE).join(CONTACTS, CONTACTS.c.contact_id == REQUEST.contact_id)


def erasure_requests(
    connection: sa.Connection, status: ErasureStatus | None, limit: int, after: UUID | None
) -> Sequence[ErasureRequest]:
    """At most ``limit`` requests in the order they were made, from behind ``after``; of a status or all."""
    chosen = _REQUESTS.order_by(REQUEST.request_id).limit(limit)
    if status is not None:
        chosen = chosen.where(REQUEST.status == status)
    if after is not None:
        chosen = chosen.where(REQUEST.request_id > after)
    return _shown(connection, connection.execute(chosen).mappings().all())


def erasure_request(connection: sa.Connection, request_id: UUID) -> ErasureRequest:
    """One request.

    Raises:
        NotFound: there is none.
    """
    rows = connection.execute(_REQUESTS.where(REQUEST.request_id == request_id)).mappings().all()
    if not rows:
        raise NotFound()
    return _shown(connection, rows)[0]


def newest_request(connection: sa.Connection, contact_id: UUID) -> ErasureRequest | None:
    """The last thing that a contact asked for, if it ever did."""
    of_contact = _REQUESTS.where(REQUEST.contact_id == contact_id)
    rows = connection.execute(of_contact.order_by(REQUEST.request_id.desc()).limit(1)).mappings().all()
    return _shown(connection, rows)[0] if rows else None


def is_kept(connection: sa.Connection, contact_id: UUID) -> bool:
    """Whether two persons have decided once that the contact is kept."""
    chosen = sa.exists().where(REQUEST.contact_id == contact_id, REQUEST.status == ErasureStatus.kept)
    return bool(connection.execute(sa.select(chosen)).scalar())


def decisions_of(connection: sa.Connection, request_id: UUID) -> dict[str, ErasureDecision]:
    """Who has decided what."""
    chosen = sa.select(DECISION.subject, DECISION.decision).where(DECISION.request_id == request_id)
    return {row.subject: ErasureDecision(row.decision) for row in connection.execute(chosen)}


def _shown(connection: sa.Connection, rows: Sequence[Mapping[Any, Any]]) -> Sequence[ErasureRequest]:
    decisions: dict[UUID, list[str]] = defaultdict(list)
    chosen = sa.select(ERASURE_DECISIONS).where(DECISION.request_id.in_([row["request_id"] for row in rows]))
    for row in connection.execute(chosen.order_by(DECISION.decided_at, DECISION.subject)):
        decisions[row.request_id].append(row.decision)
    return [ErasureRequest.model_validate({**row, "decisions": tuple(decisions[row["request_id"]])}) for row in rows]
