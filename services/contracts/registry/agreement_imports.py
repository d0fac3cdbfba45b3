"""A table of agreements to be signed: one commitment in each row, with the agreement that it stands in."""

from datetime import date

from services.contracts.message import LongText, Request, ShortText
from services.contracts.registry.agreement_requests import Term
from services.contracts.registry.agreements import AgreementKind, EvidenceKind
from services.contracts.registry.localities import Reference
from services.contracts.tables import Becomes, Column, TableForm


class ImportAgreement(Request):
    """A commitment as a row tells of it. Rows with the same ``source`` are one agreement, of the caller's own centre.

    ``parties`` are short names of organisations and groups, and ``unit_codes`` codes, parted by semicolons or commas. A
    row without a commitment tells of an agreement that has none.
    """

    source: ShortText
    kind: AgreementKind
    title_nb: LongText | None = None
    title_nn: LongText | None = None
    scope_nb: LongText | None = None
    scope_nn: LongText | None = None
    parties: LongText
    unit_codes: LongText | None = None
    administrative_reference: ShortText | None = None
    administrative_on: date | None = None
    political_reference: ShortText | None = None
    political_on: date | None = None
    is_long_term: bool = False
    revise_by: Term | None = None
    occurred_on: date
    commitment_nb: LongText | None = None
    commitment_nn: LongText | None = None
    due_on: Term | None = None
    evidence_kind: EvidenceKind | None = None
    responsible: Reference | None = None


AGREEMENTS = TableForm(
    "agreements",
    ImportAgreement,
    (
        Column("source"),
        Column("kind"),
        Column("title_nb"),
        Column("title_nn"),
        Column("scope_nb"),
        Column("scope_nn"),
        Column("parties"),
        Column("unit_codes", Becomes.code, (4, 6)),
        Column("administrative_reference"),
        Column("administrative_on", Becomes.day),
        Column("political_reference"),
        Column("political_on", Becomes.day),
        Column("is_long_term"),
        Column("revise_by", Becomes.day),
        Column("occurred_on", Becomes.day),
        Column("commitment_nb"),
        Column("commitment_nn"),
        Column("due_on", Becomes.day),
        Column("evidence_kind"),
        Column("responsible"),
    ),
)
"""The columns of a table of agreements."""
