"""Tables of mapping surveys: many runs entered at once, one message for each."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Lookup
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import CENTRE_KINDS, Mapping, MappingInvited, MappingMessage, MappingStatus
from services.contracts.registry.imports import TableImport
from services.contracts.registry.mapping_imports import ImportMapping
from services.contracts.registry.mapping_tools import RunBy
from services.kernel.bulk import insert_rows
from services.kernel.problems import FieldError, Invalid
from services.kernel.transaction import Transaction
from services.registry.commands.mappings import MOVES
from services.registry.commands.references import lock_places
from services.registry.commands.table_imports import How, Judged, import_table
from services.registry.domain.held_mappings import HeldMappings, place_code
from services.registry.domain.mapping_imports import NOT_YET, Known, recorded
from services.registry.domain.organisations import OrganisationIsMerged
from services.registry.domain.place_names import PlaceNames
from services.registry.domain.spreadsheets.reading import Table
from services.registry.domain.validity import first_numbers, numbers_of
from services.registry.queries import geography
from services.registry.tables.mapping_tools import MAPPING_TOOLS
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.records import MAPPINGS, mapping_of

Errors = tuple[FieldError, ...]

_TOOLS = sa.select(MAPPING_TOOLS.c.tool, MAPPING_TOOLS.c.run_by)

FACTS: Lookup[MappingStatus, type[MappingMessage]] = {MappingStatus.invited: MappingInvited, **MOVES}


def import_mappings(tx: Transaction, table: Table[ImportMapping], how: How) -> TableImport:
    """Enter the surveys that the rows tell of, or say what would come of it.

    A row that tells exactly what is held is left alone. No row changes a survey that is held.

    Raises:
        NotFound: the caller acts for nobody.
        WrongCells: something is wrong with a row, or another tells of the same run; nothing is stored.
    """
    tx.own(tx.principal.organisation_id)
    return import_table(tx, table, how, judge_mappings, store_mappings)


def judge_mappings(tx: Transaction, asked: Sequence[ImportMapping]) -> Judged[Mapping]:
    """What the rows come to: a survey to be stored, one that is held, or what is wrong."""
    centres = _Centres(tx)
    country = geography(tx.connection)
    tools = {tool: RunBy(run_by) for tool, run_by in tx.connection.execute(_TOOLS)}
    known = Known(country, PlaceNames(country), tools, tx.today)
    told: list[Mapping | Errors] = []
    for line in asked:
        centre_id, errors = centres.of(line)
        try:
            mapping = recorded(line, centre_id or NOT_YET, known)
            told.append(errors or mapping)
        except Invalid as refusal:
            told.append((*errors, *refusal.errors))
    mappings = [each for each in told if isinstance(each, Mapping)]
    codes = numbers_of(country, *{place_code(mapping) for mapping in mappings})
    lock_places(tx, codes)
    held = HeldMappings(_held(tx, codes, asked), first_numbers(country), tx.principal.may_act_for)
    errors_of = [
        each if isinstance(each, tuple) else held.judge(each, line.mapping_id)
        for line, each in zip(asked, told, strict=True)
    ]
    # In order, so that lists show the rows as they stood in the table.
    ids = sorted(tx.new_id() for _ in held.new)
    new = [each.model_copy(update={"mapping_id": its_id}) for each, its_id in zip(held.new, ids, strict=True)]
    return Judged(errors_of, new, held.left_alone)


def store_mappings(tx: Transaction, new: Sequence[Mapping]) -> None:
    """Store surveys and tell of each where it stands."""
    columns = [column.name for column in MAPPINGS.columns]
    rows = (each.model_dump() | {"place_code": place_code(each)} for each in new)
    insert_rows(tx.connection, MAPPINGS, [{name: row[name] for name in columns} for row in rows])
    for each in new:
        tx.publish(FACTS[each.status](occurred_on=getattr(each, f"{each.status}_on"), mapping=each))


class _Centres:
    """The competence centres by the short names that rows give, and which of them are the caller's to tell of."""

    def __init__(self, tx: Transaction) -> None:
        column = ORGANISATIONS.c
        chosen = sa.select(column.organisation_id, column.reference, column.merged_into)
        found = tx.connection.execute(chosen.where(column.kind.in_(CENTRE_KINDS))).all()
        self._principal = tx.principal
        self._by_reference = {row.reference: row.organisation_id for row in found}
        self._known = {row.organisation_id for row in found}
        self._merged = {row.organisation_id for row in found if row.merged_into is not None}

    def of(self, line: ImportMapping) -> tuple[UUID | None, Errors]:
        """The centre of a row, and what is wrong with it."""
        if line.centre is None and self._principal.organisation_id is None:
            return None, (FieldError("/centre", code="missing"),)
        own = self._principal.organisation_id
        centre_id = own if line.centre is None else self._by_reference.get(line.centre)
        if centre_id is None or centre_id not in self._known:
            return None, (FieldError("/centre", code="unknown-centre"),)
        if not self._principal.may_act_for(centre_id):
            return None, (FieldError("/centre", code="another-centre"),)
        if centre_id in self._merged:
            return None, (FieldError("/centre", code=OrganisationIsMerged.code),)
        return centre_id, ()


def _held(tx: Transaction, codes: Collection[str], asked: Sequence[ImportMapping]) -> list[Mapping]:
    """The surveys of the places, by all of their codes, and those that rows name."""
    ids = [line.mapping_id for line in asked if line.mapping_id is not None]
    wanted = sa.or_(MAPPINGS.c.place_code.in_(codes), MAPPINGS.c.mapping_id.in_(ids))
    return [mapping_of(dict(row)) for row in tx.connection.execute(sa.select(MAPPINGS).where(wanted)).mappings()]
