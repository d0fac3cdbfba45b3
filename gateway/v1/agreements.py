"""Agreements and focus municipalities: passed on to the registry."""

from datetime import date
from uuid import UUID

from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Forwarded, Owner
from services.contracts.message import UnitCode
from services.contracts.registry.agreement_requests import (
    ChangeAgreement,
    DraftAgreement,
    EndAgreement,
    ProvideEvidence,
    SignAgreement,
    VerifyCommitment,
)
from services.contracts.registry.agreements import (
    Agreement,
    AgreementCommitment,
    AgreementKind,
    AgreementStatus,
    AgreementVersion,
)
from services.contracts.registry.focus import (
    AssessFocus,
    DesignateFocus,
    EndFocus,
    FocusCandidate,
    FocusNomination,
    FocusStatus,
    NominateFocus,
    RefuseFocus,
)
from services.kernel.web import Routes

routes = Routes(PREFIX)


registry = Owner("registry")

READ, WRITE, SIGN = "read_register", "write_agreement", "sign_agreement"
NOMINATE, DESIGNATE = "nominate_focus", "designate_focus"
AN_AGREEMENT, A_NOMINATION = "/agreements/{agreement_id}", "/focus-nominations/{nomination_id}"
A_COMMITMENT = f"{AN_AGREEMENT}/commitments/{{commitment_id}}"

TABLE: tuple[Forwarded, ...] = (
    registry.lists(
        "/agreements",
        Agreement,
        READ,
        "Agreements; for who reads a part of the register those that it is a party to",
        centre_id=UUID,
        party_id=UUID,
        unit_code=UnitCode,
        kind=AgreementKind,
        status=AgreementStatus,
        in_breach=bool,
    ),
    registry.reads(AN_AGREEMENT, Agreement, READ, "One agreement, as it binds and as it is drafted"),
    registry.reads(f"{AN_AGREEMENT}/history", Items[AgreementVersion], READ, "What was recorded of it: every edition"),
    registry.lists(
        "/commitments",
        AgreementCommitment,
        READ,
        "Commitments of agreements in force, the first due first",
        centre_id=UUID,
        unit_code=UnitCode,
        is_met=bool,
        overdue=bool,
        due_before=date,
    ),
    registry.makes("/agreements", DraftAgreement, Agreement, WRITE, "Put an agreement before its parties"),
    registry.moves(
        f"{AN_AGREEMENT}/change", ChangeAgreement, Agreement, WRITE, "Put something else before the parties"
    ),
    registry.moves(f"{AN_AGREEMENT}/sign", SignAgreement, Agreement, SIGN, "A party signs, or is signed for"),
    registry.moves(f"{AN_AGREEMENT}/end", EndAgreement, Agreement, SIGN, "A party says that it binds no more"),
    registry.moves(f"{A_COMMITMENT}/evidence", ProvideEvidence, Agreement, SIGN, "Show that a commitment is met"),
    registry.moves(f"{A_COMMITMENT}/verify", VerifyCommitment, Agreement, SIGN, "Say that another's evidence holds"),
    registry.lists(
        "/focus-nominations",
        FocusNomination,
        READ,
        "Nominations; for who reads a part of the register those of its own centre and municipality",
        centre_id=UUID,
        unit_code=UnitCode,
        status=FocusStatus,
    ),
    registry.reads(
        "/focus-nominations/ranking",
        Items[FocusCandidate],
        READ,
        "A centre's candidates that are not decided, who comes first at the top",
        centre_id=UUID,
    ),
    registry.reads(A_NOMINATION, FocusNomination, READ, "One nomination, with what was found and decided"),
    registry.makes("/focus-nominations", NominateFocus, FocusNomination, NOMINATE, "Consider a unit"),
    registry.moves(f"{A_NOMINATION}/assess", AssessFocus, FocusNomination, NOMINATE, "Assess it by the five criteria"),
    registry.moves(
        f"{A_NOMINATION}/designate", DesignateFocus, FocusNomination, DESIGNATE, "It is a focus municipality"
    ),
    registry.moves(
        f"{A_NOMINATION}/refuse", RefuseFocus, FocusNomination, DESIGNATE, "It does not become one, and why"
    ),
    registry.moves(f"{A_NOMINATION}/end", EndFocus, FocusNomination, DESIGNATE, "It is one no more, or is given up"),
)
routes.routes.extend(line.route() for line in TABLE)
