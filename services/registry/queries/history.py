"""What was recorded of a thing: its messages, and the audit's word on who did it and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import FieldChange, Recorded
from services.kernel.audit import rows_of
from services.kernel.problems import NotFound
from services.registry.queries.versions import versions


def history(connection: sa.Connection, aggregate: str, aggregate_id: UUID) -> Sequence[Recorded]:
    """Every version of a thing, the oldest first: two statements, however many there are.

    Raises:
        NotFound: there is no such thing.
    """
    told = {row["version"]: row for row in rows_of(connection, f"{aggregate}/{aggregate_id}")}
    found: list[Recorded] = []
    persons: dict[str | None, int] = {}
    before: Mapping[str, Any] = {}
    for envelope, message in versions(connection, aggregate, aggregate_id):
        after = _state(message.model_dump(mode="json", exclude_none=True))
        row = told.get(envelope.aggregateversion)
        found.append(
            Recorded(
                version=envelope.aggregateversion,
                fact=envelope.type,
                recorded_at=envelope.time,
                occurred_on=message.occurred_on,
                recorded_by=UUID(envelope.organisation) if envelope.organisation else None,
                person=persons.setdefault(envelope.actor, len(persons) + 1),
                command=row["command"] if row else None,
                reason=row["reason"] if row else None,
                changed=tuple(_changes(before, after)),
            )
        )
        before = after
    if not found:
        raise NotFound()
    return found


def _state(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a message's data say of the thing, without the name that it goes by and what the fact names beside it."""
    (state,) = (value for value in data.values() if isinstance(value, dict))  # the whole state of one thing
    return state


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for field in dict.fromkeys((*before, *after)):
        if before.get(field) != after.get(field):
            yield FieldChange(field=field, before=before.get(field), after=after.get(field))
