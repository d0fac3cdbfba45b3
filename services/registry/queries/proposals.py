"""Proposals to change the country, and what each would change or has changed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import (
    Amendment,
    BodyToReview,
    County,
    GeographicProposal,
    GeographicProposalMessage,
    ProposalDetail,
    ProposalOrigin,
    ProposalStatus,
    ProposalStep,
    Unit,
)
from services.kernel.problems import NotFound, Problem
from services.registry.domain.amendments import digest_of
from services.registry.domain.proposals import Asked, codes_left, numbers_of, worked_out
from services.registry.queries.places import geography
from services.registry.queries.versions import newest_version, versions
from services.registry.tables import ProposalRow
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.proposals import APPROVALS, PROPOSALS

_APPROVALS = (
    sa.select(sa.func.count())
    .where(APPROVALS.c.proposal_id == PROPOSALS.c.proposal_id)
    .scalar_subquery()
    .label("approvals")
)

_APPLIED = (
    sa.select(PROPOSALS.c.amendments)
    .where(PROPOSALS.c.status == ProposalStatus.applied)
    .order_by(PROPOSALS.c.closed_on, PROPOSALS.c.proposal_id)
)


def proposals(
    connection: sa.Connection, status: ProposalStatus | None, limit: int, after: UUID | None
) -> Sequence[GeographicProposal]:
    """At most ``limit`` proposals in the order they were made, from behind ``after``."""
    shown = [column for column in PROPOSALS.columns if column.name in GeographicProposal.model_fields]
    chosen = sa.select(*shown, _APPROVALS).order_by(PROPOSALS.c.proposal_id).limit(limit)
    if status is not None:
        chosen = chosen.where(PROPOSALS.c.status == status)
    if after is not None:
        chosen = chosen.where(PROPOSALS.c.proposal_id > after)
    return [GeographicProposal.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def decided(connection: sa.Connection) -> frozenset[str]:
    """The codes of the places and the ids of the changes that persons have changed by an applied proposal.

    Not what came from Statistics Norway: see ``taken_over``.
    """
    applied = _APPLIED.where(PROPOSALS.c.origin != ProposalOrigin.klass)
    things = (each["after"] for amendments in connection.execute(applied).scalars() for each in amendments)
    return frozenset(thing.get("change_id") or thing["code"] for thing in things)


def taken_over(connection: sa.Connection) -> Mapping[str, Sequence[Amendment]]:
    """How places were changed by what came from Statistics Norway, by code, the oldest change first.

    Of these our tables know more, as soon as they know of them: smaller areas, and what was restored.
    """
    applied = _APPLIED.where(PROPOSALS.c.origin == ProposalOrigin.klass)
    found: dict[str, list[Amendment]] = defaultdict(list)
    for amendments in connection.execute(applied).scalars():
        for each in map(Amendment.model_validate, amendments):
            if isinstance(each.after, Unit | County):
                found[each.after.code].append(each)
    return found


def proposal(connection: sa.Connection, proposal_id: UUID, today: date) -> tuple[ProposalDetail, int]:
    """One proposal with its difference, and its newest version.

    An open one is worked out against the country as it is now: where that is not what was approved, nobody has approved
    what is shown. One that cannot be done any more says why.

    Raises:
        NotFound: there is none.
    """
    chosen = sa.select(PROPOSALS, _APPROVALS).where(PROPOSALS.c.proposal_id == proposal_id)
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return _detail(connection, dict(row), today), newest_version(
        connection, GeographicProposalMessage.aggregate, proposal_id
    )


def _detail(connection: sa.Connection, found: dict[str, Any], today: date) -> ProposalDetail:
    stored = ProposalRow(**{name: value for name, value in found.items() if name != "approvals"})
    shown, asked = stored.public(found["approvals"]), Asked.model_validate(stored.request)
    amendments = tuple(Amendment.model_validate(each) for each in stored.amendments)
    obstacle = None
    if shown.status is ProposalStatus.open:
        try:
            amendments = worked_out(geography(connection), asked, today=today)
            if (digest := digest_of(amendments)) != shown.digest:
                shown = shown.model_copy(update={"digest": digest, "approvals": 0, **numbers_of(amendments)})
        except Problem as problem:
            obstacle = problem.code
    return ProposalDetail(
        proposal=shown,
        reason=stored.reason,
        source=stored.source,
        amendments=amendments,
        bodies=_bodies(connection, codes_left(amendments)),
        left_out=asked.left_out,
        obstacle=obstacle,
        rejection=stored.rejection,
        steps=tuple(_steps(connection, shown.proposal_id)),
    )


def _steps(connection: sa.Connection, proposal_id: UUID) -> Iterator[ProposalStep]:
    """Who did what with the proposal, from what was published of it; its persons are numbered as they come."""
    persons: dict[str | None, int] = {}
    for envelope, _ in versions(connection, GeographicProposalMessage.aggregate, proposal_id):
        yield ProposalStep(
            fact=envelope.type,
            person=persons.setdefault(envelope.actor, len(persons) + 1),
            recorded_by=UUID(envelope.organisation) if envelope.organisation else None,
            recorded_at=envelope.time,
        )


def _bodies(connection: sa.Connection, left: Mapping[str, tuple[str, ...]]) -> tuple[BodyToReview, ...]:
    """The bodies of the places with these codes, apart from those that were merged into another record."""
    column = ORGANISATIONS.c
    code = sa.func.coalesce(column.unit_code, column.county_code).label("code")
    chosen = (
        sa.select(column.organisation_id, column.reference, column.name, code)
        .where(code.in_(list(left)), column.merged_into.is_(None))
        .order_by(code, column.reference)
    )
    rows = connection.execute(chosen).mappings() if left else ()
    return tuple(BodyToReview(**row, instead=left[row["code"]]) for row in rows)
