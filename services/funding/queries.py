"""Reads: schemes, grants and the ledger for anyone; award proposals for the organisation that owns the scheme."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.contracts.funding import AwardProposal, BudgetYear, Grant, Posting, Scheme
from services.contracts.message import UnitCode
from services.funding.domain import Validity
from services.funding.tables import AWARD_PROPOSALS, GRANTS, POSTINGS, PROGRAMMES, SCHEMES, UNITS
from services.kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class SchemeFilter:
    """Which schemes; empty fields do not narrow."""

    year: BudgetYear | None = None
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """Which grants; empty fields do not narrow."""

    scheme_id: UUID | None = None
    programme_id: UUID | None = None
    unit_code: UnitCode | None = None
    year: BudgetYear | None = None


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Which proposals. ``waiting``: those that are not approved, or those that are."""

    scheme_id: UUID | None = None
    waiting: bool | None = None


def schemes(connection: sa.Connection, wanted: SchemeFilter, limit: int, after: UUID | None) -> Sequence[Scheme]:
    """At most ``limit`` schemes in the order they were opened, from behind ``after``."""
    chosen = _page(sa.select(SCHEMES), SCHEMES, wanted, limit, after)
    return [Scheme.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def scheme(connection: sa.Connection, scheme_id: UUID) -> Scheme:
    """One scheme.

    Raises:
        NotFound: there is no such scheme.
    """
    row = connection.execute(sa.select(SCHEMES).where(SCHEMES.c.scheme_id == scheme_id)).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return Scheme.model_validate(dict(row))


def grants(connection: sa.Connection, wanted: GrantFilter, limit: int, after: UUID | None) -> Sequence[Grant]:
    """At most ``limit`` grants in the order they were awarded, from behind ``after``."""
    chosen = _page(sa.select(GRANTS), GRANTS, wanted, limit, after)
    return [Grant.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def grant(connection: sa.Connection, grant_id: UUID) -> Grant:
    """One grant.

    Raises:
        NotFound: there is no such grant.
    """
    row = connection.execute(sa.select(GRANTS).where(GRANTS.c.grant_id == grant_id)).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return Grant.model_validate(dict(row))


def award_proposals(
    connection: sa.Connection, owner_id: UUID | None, wanted: ProposalFilter, limit: int, after: UUID | None
) -> Sequence[AwardProposal]:
    """At most ``limit`` of the organisation's own proposals in the order they were made, from behind ``after``."""
    chosen = _proposals(owner_id).order_by(AWARD_PROPOSALS.c.proposal_id).limit(limit)
    if wanted.scheme_id is not None:
        chosen = chosen.where(AWARD_PROPOSALS.c.scheme_id == wanted.scheme_id)
    if wanted.waiting is not None:
        chosen = chosen.where(GRANTS.c.grant_id.is_(None) if wanted.waiting else GRANTS.c.grant_id.is_not(None))
    if after is not None:
        chosen = chosen.where(AWARD_PROPOSALS.c.proposal_id > after)
    return [AwardProposal.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def award_proposal(connection: sa.Connection, proposal_id: UUID, owner_id: UUID | None) -> AwardProposal:
    """One of the organisation's own proposals.

    Raises:
        NotFound: there is no such proposal, or it is another organisation's.
    """
    chosen = _proposals(owner_id).where(AWARD_PROPOSALS.c.proposal_id == proposal_id)
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return AwardProposal.model_validate(dict(row))


def ledger(
    connection: sa.Connection, scheme_id: UUID, limit: int, after: UUID | None
) -> tuple[dict[str, int], Sequence[Posting]]:
    """What each account of the scheme holds, in øre, and a page of its lines. All accounts together hold nothing.

    Raises:
        NotFound: there is no such scheme.
    """
    amount = sa.func.sum(POSTINGS.c.amount_ore)
    chosen = sa.select(POSTINGS.c.account, amount).where(POSTINGS.c.scheme_id == scheme_id).group_by(POSTINGS.c.account)
    held = {account: int(ore) for account, ore in connection.execute(chosen)}
    if not held:
        raise NotFound()
    return held, _postings(connection, scheme_id, limit, after)


def validity(connection: sa.Connection, unit_code: str) -> Validity | None:
    """When the code is a unit, if the copy knows it."""
    chosen = sa.select(UNITS.c.valid_from, UNITS.c.valid_to).where(UNITS.c.code == unit_code)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else Validity(row.valid_from, row.valid_to)


def programme_theme(connection: sa.Connection, programme_id: UUID) -> str | None:
    """The programme's theme, if the copy knows the programme."""
    chosen = sa.select(PROGRAMMES.c.theme).where(PROGRAMMES.c.programme_id == str(programme_id))
    theme: str | None = connection.execute(chosen).scalar_one_or_none()
    return theme


def _postings(connection: sa.Connection, scheme_id: UUID, limit: int, after: UUID | None) -> Sequence[Posting]:
    chosen = sa.select(POSTINGS).where(POSTINGS.c.scheme_id == scheme_id).order_by(POSTINGS.c.posting_id).limit(limit)
    if after is not None:
        chosen = chosen.where(POSTINGS.c.posting_id > after)
    return [Posting.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def _proposals(owner_id: UUID | None) -> sa.Select[tuple[object, ...]]:
    """The organisation's own proposals, each with the grant that came of it."""
    columns = (column for column in AWARD_PROPOSALS.columns if column.name not in ("owner_id", "proposed_by"))
    joined = AWARD_PROPOSALS.outerjoin(GRANTS, GRANTS.c.proposal_id == AWARD_PROPOSALS.c.proposal_id)
    return sa.select(*columns, GRANTS.c.grant_id).select_from(joined).where(AWARD_PROPOSALS.c.owner_id == owner_id)


def _page(
    chosen: "sa.Select[tuple[object, ...]]",
    table: sa.Table,
    wanted: SchemeFilter | GrantFilter,
    limit: int,
    after: UUID | None,
) -> "sa.Select[tuple[object, ...]]":
    (key,) = table.primary_key.columns
    for name in wanted.__dataclass_fields__:
        value = getattr(wanted, name)
        if value is not None:
            chosen = chosen.where(table.c[name] == value)
    if after is not None:
        chosen = chosen.where(key > after)
    return chosen.order_by(key).limit(limit)
