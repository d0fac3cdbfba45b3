"""Agreements, what has been recorded of one, and commitments that are due: lists of a constant number of statements.

Who may not read the whole register reads the agreements that it is a party to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.registry import Recorded
from services.contracts.registry.agreements import (
    Agreement,
    AgreementCommitment,
    AgreementKind,
    AgreementMessage,
    AgreementStatus,
    Edition,
)
from services.kernel.access import Principal
from services.kernel.problems import FieldError, Invalid, NotFound
from services.registry.queries.history import history
from services.registry.queries.versions import newest_version, versions
from services.registry.queries.viewers import own_sides
from services.registry.tables.agreements import AGREEMENT_PARTIES, AGREEMENT_UNITS, AGREEMENTS, COMMITMENTS

AGREEMENT, COMMITMENT = AGREEMENTS.c, COMMITMENTS.c
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class AgreementFilter:
    """Which agreements; empty fields do not narrow. ``party_id`` is an organisation's or a group's."""

    centre_id: UUID | None = None
    party_id: UUID | None = None
    unit_code: str | None = None
    kind: AgreementKind | None = None
    status: AgreementStatus | None = None
    in_breach: bool | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        for column, value in (("centre_id", self.centre_id), ("kind", self.kind), ("status", self.status)):
            if value is not None:
                yield AGREEMENT[column] == value
        if self.party_id is not None:
            yield _has_party((self.party_id,))
        if self.unit_code is not None:
            yield sa.exists().where(
                AGREEMENT_UNITS.c.agreement_id == AGREEMENT.agreement_id, AGREEMENT_UNITS.c.unit_code == self.unit_code
            )
        if self.in_breach is not None:
            is_in_breach = AGREEMENT.in_breach_since.is_not(None)
            yield is_in_breach if self.in_breach else sa.not_(is_in_breach)


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """Which commitments of agreements in force; empty fields do not narrow. ``due_before`` is exclusive."""

    centre_id: UUID | None = None
    unit_code: str | None = None
    is_met: bool | None = None
    overdue: bool | None = None
    due_before: date | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        yield AGREEMENT.status == AgreementStatus.in_force
        yield from AgreementFilter(centre_id=self.centre_id, unit_code=self.unit_code).conditions()
        for wanted, column in ((self.is_met, COMMITMENT.evidence_on), (self.overdue, COMMITMENT.overdue_on)):
            if wanted is not None:
                yield column.is_not(None) if wanted else column.is_(None)
        if self.due_before is not None:
            yield COMMITMENT.due_on < self.due_before


def agreements(
    connection: sa.Connection, viewer: Principal, wanted: AgreementFilter, today: date, limit: int, after: UUID | None
) -> Sequence[str]:
    """At most ``limit`` agreements that the viewer may read, as they are published, in the order they were entered.

    Each is the JSON that it is stored as: to read it costs more than to find it.
    """
    chosen = _AS_STORED.where(_seen_by(connection, viewer, today), *wanted.conditions())
    if after is not None:
        chosen = chosen.where(AGREEMENT.agreement_id > after)
    return connection.execute(chosen.limit(limit)).scalars().all()


def agreement(connection: sa.Connection, viewer: Principal, agreement_id: UUID, today: date) -> tuple[Agreement, int]:
    """One agreement and its newest version.

    Raises:
        NotFound: there is none that the viewer may read.
    """
    chosen = sa.select(AGREEMENT.state).where(
        AGREEMENT.agreement_id == agreement_id, _seen_by(connection, viewer, today)
    )
    state = connection.execute(chosen).scalar()
    if state is None:
        raise NotFound()
    return Agreement.model_validate(state), newest_version(connection, AgreementMessage.aggregate, agreement_id)


def agreement_history(
    connection: sa.Connection, viewer: Principal, agreement_id: UUID, today: date
) -> Sequence[Recorded]:
    """Everything that was recorded of an agreement, the oldest first: every edition that there was is in it.

    Raises:
        NotFound: there is none that the viewer may read.
    """
    agreement(connection, viewer, agreement_id, today)
    return history(connection, AgreementMessage.aggregate, agreement_id)


def edition_on(connection: sa.Connection, agreement: Agreement, on: date) -> Edition | None:
    """What all had signed by the date: the newest edition, or as it stood last an earlier one; nothing if none was.

    Earlier editions are read from what was published of them, and only if the newest came later than the date.
    """
    if agreement.signed is None or _is_in_force(agreement.signed, on):
        return agreement.signed
    told = versions(connection, AgreementMessage.aggregate, agreement.agreement_id)
    editions = (message.agreement.signed for _, message in reversed(told) if isinstance(message, AgreementMessage))
    return next((edition for edition in editions if edition is not None and _is_in_force(edition, on)), None)


def _is_in_force(edition: Edition, on: date) -> bool:
    return edition.in_force_on is not None and edition.in_force_on <= on


def commitments(
    connection: sa.Connection, viewer: Principal, wanted: CommitmentFilter, today: date, limit: int, after: str | None
) -> Sequence[AgreementCommitment]:
    """At most ``limit`` commitments of agreements in force that the viewer may read, the first due first."""
    title = AGREEMENT.state["signed"]["title"].label("title")
    chosen = (
        sa.select(AGREEMENT.agreement_id, AGREEMENT.centre_id, title, COMMITMENT.state.label("commitment"))
        .join_from(COMMITMENTS, AGREEMENTS, AGREEMENT.agreement_id == COMMITMENT.agreement_id)
        .where(_seen_by(connection, viewer, today), *wanted.conditions())
        .order_by(COMMITMENT.due_on, COMMITMENT.commitment_id)
        .limit(limit)
    )
    if after is not None:
        due_on, commitment_id = _place_in_list(after)
        is_later = sa.and_(COMMITMENT.due_on == due_on, COMMITMENT.commitment_id > commitment_id)
        chosen = chosen.where(sa.or_(COMMITMENT.due_on > due_on, is_later))
    return [AgreementCommitment.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def place_in_list(found: AgreementCommitment) -> str:
    """What orders commitments, as text: the day on which it is due, then its id."""
    return f"{found.commitment.due_on}/{found.commitment.commitment_id}"


def _place_in_list(after: str) -> tuple[date, UUID]:
    due_on, _, commitment_id = after.partition("/")
    try:
        return date.fromisoformat(due_on), UUID(commitment_id)
    except ValueError:
        raise Invalid(errors=[FieldError(parameter="after")]) from None


def _seen_by(connection: sa.Connection, viewer: Principal, today: date) -> Condition:
    if viewer.scope is not Scope.public:
        return sa.true()
    return _has_party(own_sides(connection, viewer, today))


def _has_party(party_ids: Iterable[UUID]) -> Condition:
    return sa.exists().where(
        AGREEMENT_PARTIES.c.agreement_id == AGREEMENT.agreement_id, AGREEMENT_PARTIES.c.party_id.in_(list(party_ids))
    )


_AS_STORED = sa.select(sa.cast(AGREEMENT.state, sa.Text)).order_by(AGREEMENT.agreement_id)
