"""Many bodies made known at once: row by row it is said what is wrong, and nothing is stored unless all is right."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.contracts.registry import (
    ImportedRow,
    ImportOrganisations,
    Likeness,
    Organisation,
    OrganisationImport,
    OrganisationRegistered,
    RowError,
)
from services.kernel.problems import FieldError, Invalid, Problem
from services.kernel.transaction import Transaction
from services.registry.commands.organisation_rows import store
from services.registry.commands.organisations import known_programmes, known_references, standing
from services.registry.domain.mergers import duplicates
from services.registry.domain.organisations import OrganisationExists, require_new, told_of
from services.registry.queries import OrganisationFilter, geography, organisations, organisations_by_reference


def import_organisations(tx: Transaction, command: ImportOrganisations) -> OrganisationImport:
    """Make the bodies known, or say what would come of it. The number of statements is the same for any number of rows.

    Raises:
        Invalid: points at everything that is wrong with the rows; nothing is stored. A dry run answers it instead.
    """
    errors = list(_errors(tx, command))
    if any(errors) and not command.dry_run:
        raise Invalid(
            errors=[
                FieldError(f"/rows/{place}{error.pointer}", code=error.code)
                for place, row in enumerate(errors)
                for error in row
            ]
        )
    new = [told_of(row, tx.new_id()) for row in command.rows]
    alike = _likenesses([*organisations(tx.connection, OrganisationFilter(), tx.today), *new])
    if not command.dry_run:
        store(tx, new)
        for row, organisation in zip(command.rows, new, strict=True):
            tx.publish(OrganisationRegistered(occurred_on=row.occurred_on, organisation=organisation))
    rows = (
        ImportedRow(reference=each.reference, errors=wrong, may_be=tuple(alike[each.organisation_id]))
        for each, wrong in zip(new, errors, strict=True)
    )
    return OrganisationImport(stored=not command.dry_run, rows=tuple(rows))


def _errors(tx: Transaction, command: ImportOrganisations) -> Iterable[tuple[RowError, ...]]:
    """What is wrong with each row, seen alone and beside those before it."""
    country = geography(tx.connection)
    members = standing(tx, [member for row in command.rows for member in row.members])
    references = known_references(tx, *command.rows) | {row.reference for row in command.rows}
    programmes = known_programmes(tx, *command.rows)
    known = organisations_by_reference(tx.connection, [row.reference for row in command.rows])
    taken = dict.fromkeys(known, OrganisationExists.code)
    for row in command.rows:
        if row.reference in taken:
            yield (RowError(pointer="/reference", code=taken[row.reference]),)
            continue
        taken[row.reference] = "named-twice"
        try:
            require_new(
                row,
                members=members,
                references=references,
                programmes=programmes,
                country=country,
                today=tx.today,
            )
        except Problem as refusal:
            yield tuple(RowError(pointer=error.pointer, code=error.code) for error in refusal.errors)
        else:
            yield ()


def _likenesses(records: Sequence[Organisation]) -> Mapping[UUID, list[Likeness]]:
    """For each record the others that may be the same body."""
    names = {record.organisation_id: record.reference for record in records}
    found: dict[UUID, list[Likeness]] = defaultdict(list)
    for pair in duplicates(records):
        for one, other in ((pair.one_id, pair.other_id), (pair.other_id, pair.one_id)):
            found[one].append(Likeness(reference=names[other], reasons=pair.reasons))
    return found
