"""Agreements and focus municipalities: what everybody may know from the catalogue, all else from the registry."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Response

from gateway import queries
from gateway.agreements import FocusMunicipalityOn, SignedAgreementNamed
from gateway.gate import Country, Today
from gateway.refusals import refusal_of
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Forwarded, Owner
from services.contracts.geography import GeographyError
from services.contracts.message import CountyCode, UnitCode
from services.contracts.registry import Recorded
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
from services.kernel.web import Page, Read, Routes

routes = Routes(PREFIX)


@routes.get("/signed-agreements", action="read_register", response_model=Items[SignedAgreementNamed])
async def signed_agreements(
    read: Read,
    snapshot: Country,
    today: Today,
    page: Page,
    unit: UnitCode | None = None,
    party_id: UUID | None = None,
    on: date | None = None,
) -> Response:
    """Agreements in force on the date, with parties, title and dates: all, or those about or with a unit or a party."""
    try:
        found = await read(
            queries.signed_agreements,
            snapshot,
            on or today,
            unit=unit,
            party_id=party_id,
            after=page.after,
            limit=page.limit,
        )
    except GeographyError as error:
        raise refusal_of(error, on or today) from None
    return page.of(found, key=lambda agreement: agreement.agreement_id)


@routes.get("/focus-municipalities", action="read_register", response_model=Items[FocusMunicipalityOn])
async def focus_municipalities(
    read: Read,
    snapshot: Country,
    today: Today,
    page: Page,
    unit: UnitCode | None = None,
    county: CountyCode | None = None,
    centre_id: UUID | None = None,
    on: date | None = None,
) -> Response:
    """Focus municipalities of the date: all, or those of a county or a centre, or whether a unit is one."""
    try:
        found = await read(
            queries.focus_municipalities, snapshot, on or today, unit=unit, county=county, centre_id=centre_id
        )
    except GeographyError as error:
        raise refusal_of(error, on or today) from None
    behind = [each for each in found if page.after is None or str(each.nomination_id) > page.after]
    return page.of(behind, key=lambda each: each.nomination_id)


registry = Owner("registry")

READ, WRITE, SIGN = "read_register", "write_agreement", "sign_agreement"
NOMINATE, DESIGNATE = "nominate_focus", "designate_focus"
AN_AGREEMENT, A_NOMINATION = "/agreements/{agreement_id}", "/focus-nominations/{nomination_id}"
A_COMMITMENT = f"{AN_AGREEMENT}/commitments/{{commitment_id}}"
WANTED: dict[str, Any] = {
    "party_id": UUID,
    "unit_code": UnitCode,
    "kind": AgreementKind,
    "status": AgreementStatus,
    "in_breach": bool,
}

TABLE: tuple[Forwarded, ...] = (
    registry.imports("/agreements/import", WRITE, "Draft the agreements of a table, all or none, or try it"),
    registry.exports("/agreements/import-template.csv", WRITE, "A table with the headings and no rows"),
    *(
        registry.exports(
            f"/agreements.{ending}",
            WRITE,
            "The agreements that one's own centre has drafted, as a table that can be imported again",
            **WANTED,
        )
        for ending in ("csv", "xlsx")
    ),
    registry.lists(
        "/agreements",
        Agreement,
        READ,
        "Agreements; for who reads a part of the register those that it is a party to",
        centre_id=UUID,
        **WANTED,
    ),
    registry.reads(AN_AGREEMENT, Agreement, READ, "One agreement, as it binds and as it is drafted"),
    registry.reads(f"{AN_AGREEMENT}/history", Items[Recorded], READ, "What was recorded of it: every edition"),
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
    registry.reads(f"{A_NOMINATION}/history", Items[Recorded], READ, "What was recorded of it"),
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
