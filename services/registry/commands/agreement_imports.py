"""Tables of agreements: many put before their parties at once, one message for each."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import MunicipalityGroup
from services.contracts.registry.agreement_imports import ImportAgreement
from services.contracts.registry.agreement_requests import DraftAgreement
from services.contracts.registry.agreements import Agreement, AgreementDrafted, Party, PartyKind
from services.contracts.registry.imports import TableImport
from services.kernel.problems import Invalid, NotFound
from services.kernel.transaction import Transaction
from services.registry.commands.agreement_rows import store_drafts
from services.registry.commands.references import lock_bodies, require_own_centre
from services.registry.commands.table_imports import How, Judged, import_table
from services.registry.domain.agreement_imports import Known, names_in, require_right, told_in
from services.registry.domain.agreements import drafted
from services.registry.domain.groups import on_date
from services.registry.domain.held_agreements import Errors, HeldAgreements
from services.registry.domain.spreadsheets.reading import Table
from services.registry.domain.validity import codes_on
from services.registry.queries import geography
from services.registry.tables.agreements import AGREEMENTS
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.places import GROUPS


def import_agreements(tx: Transaction, table: Table[ImportAgreement], how: How) -> TableImport:
    """Draft the agreements that the rows tell of for the caller's own centre, or say what would come of it.

    A row that tells exactly what is held is left alone. No row changes an agreement that is held.

    Raises:
        NotFound: the caller acts for nobody.
        NotACentre, OrganisationIsMerged: what it acts for is no centre, or was given up for another record.
        WrongCells: something is wrong with a row, or another tells of the same commitment; nothing is stored.
    """
    own_id = tx.principal.organisation_id
    if own_id is None:
        raise NotFound()
    require_own_centre(tx, own_id)

    def judge(tx: Transaction, asked: Sequence[ImportAgreement]) -> Judged[Agreement]:
        return judge_agreements(tx, asked, own_id)

    return import_table(tx, table, how, judge, draft_all)


def judge_agreements(tx: Transaction, asked: Sequence[ImportAgreement], centre_id: UUID) -> Judged[Agreement]:
    """What the rows come to: a commitment of an agreement to be drafted, one that is held, or what is wrong."""
    known = _known(tx, asked, centre_id)
    told = [_told(line, known) for line in asked]
    lock_bodies(tx, [centre_id])
    held = HeldAgreements(_held(tx, {line.source for line in asked}, centre_id))
    errors_of = [each if isinstance(each, tuple) else _wrong_in(each, held, known) or held.judge(each) for each in told]
    # In order, so that lists show the agreements as they stood in the table.
    ids = sorted(tx.new_id() for _ in held.new)
    new = [drafted(each, its_id, tx.new_id) for each, its_id in zip(held.new, ids, strict=True)]
    return Judged(errors_of, new, held.left_alone)


def draft_all(tx: Transaction, new: Sequence[Agreement]) -> None:
    """Store drafted agreements and put each before its parties."""
    store_drafts(tx, new)
    for each in new:
        if each.drafted is not None:
            tx.publish(AgreementDrafted(occurred_on=each.drafted.drafted_on, agreement=each))


def _known(tx: Transaction, asked: Sequence[ImportAgreement], centre_id: UUID) -> Known:
    """The parties that rows name. A short name that an organisation and a group have is the organisation's."""
    names, body = {name for line in asked for name in names_in(line)}, ORGANISATIONS.c
    # All that there are: a table may name more than a statement takes parameters.
    chosen = sa.select(body.reference, body.organisation_id, body.unit_code, body.merged_into)
    all_bodies = tx.connection.execute(chosen).all()
    bodies = [row for row in all_bodies if row.reference in names or row.organisation_id == centre_id]
    rows = [row for row in tx.connection.execute(sa.select(GROUPS)).mappings() if row["reference"] in names]
    groups = {group.group_id: group for group in (MunicipalityGroup.model_validate(dict(row)) for row in rows)}
    country = geography(tx.connection)
    units = {row.organisation_id: row.unit_code for row in bodies}

    @cache
    def municipalities(party: Party, on: date) -> frozenset[str]:
        if party.kind is PartyKind.group:
            return frozenset(on_date(groups[party.party_id], country, on).unit_codes)
        code = units[party.party_id]
        return frozenset() if code is None else codes_on(country, code, on)

    return Known(
        country=country,
        centre_id=centre_id,
        parties={group.reference: Party(kind=PartyKind.group, party_id=group.group_id) for group in groups.values()}
        | {row.reference: Party(kind=PartyKind.organisation, party_id=row.organisation_id) for row in bodies},
        bodies={row.organisation_id: row.merged_into for row in bodies},
        municipalities=lambda party, on: municipalities(Party(kind=party.kind, party_id=party.party_id), on),
        today=tx.today,
    )


def _told(line: ImportAgreement, known: Known) -> DraftAgreement | Errors:
    """What a row tells as far as it can be seen alone, or what is wrong with it."""
    try:
        return told_in(line, known)
    except Invalid as refusal:
        return refusal.errors


def _wrong_in(told: DraftAgreement, held: HeldAgreements, known: Known) -> Errors:
    """Why a row drafts no agreement. One that is held was right when it was drafted or changed, and may not be today.

    It may keep a commitment whose date had passed, or have a party that was given up for another record since.
    """
    if held.knows(told):
        return ()
    try:
        require_right(told, known)
    except Invalid as refusal:
        return refusal.errors
    return ()


def _held(tx: Transaction, sources: set[str], centre_id: UUID) -> list[Agreement]:
    """The centre's agreements from these sources, and those that rows can tell only by their ids."""
    source = AGREEMENTS.c.state["source"].as_string()
    told = sa.or_(source.in_(sources), source.is_(None))
    chosen = sa.select(AGREEMENTS.c.state).where(AGREEMENTS.c.centre_id == centre_id, told)
    return [Agreement.model_validate(state) for state in tx.connection.execute(chosen).scalars()]
