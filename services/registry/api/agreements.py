"""Agreements and their commitments over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.message import UnitCode
from services.contracts.registry import Recorded
from services.contracts.registry.agreement_requests import (
    ChangeAgreement,
    DraftAgreement,
    EndAgreement,
    ProvideEvidence,
    SignAgreement,
    VerifyCommitment,
)
from services.contracts.registry.agreements import Agreement, AgreementKind, AgreementStatus
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes
from services.registry.api.answers import Today, as_stored, whole
from services.registry.api.writing import Write
from services.registry.commands import agreements as commands
from services.registry.commands import commitments as commitment_commands
from services.registry.queries import agreements as queries

routes = Routes()


async def _wanted(
    centre_id: UUID | None = None,
    party_id: UUID | None = None,
    unit_code: UnitCode | None = None,
    kind: AgreementKind | None = None,
    status: AgreementStatus | None = None,
    in_breach: bool | None = None,
) -> queries.AgreementFilter:
    return queries.AgreementFilter(centre_id, party_id, unit_code, kind, status, in_breach)


Wanted = Annotated[queries.AgreementFilter, Depends(_wanted)]


async def _wanted_commitments(
    centre_id: UUID | None = None,
    unit_code: UnitCode | None = None,
    is_met: bool | None = None,
    overdue: bool | None = None,
    due_before: date | None = None,
) -> queries.CommitmentFilter:
    return queries.CommitmentFilter(centre_id, unit_code, is_met, overdue, due_before)


@routes.get("/agreements", action="read_register")
async def agreements(read: Read, caller: Caller, page: Page, today: Today, wanted: Wanted) -> Response:
    """Agreements of a centre, a party, a unit; for who reads a part of the register, those that it is a party to."""
    found = await read(queries.agreements, caller, wanted, today, page.limit, page.after_id)
    return as_stored(page, found, "agreement_id")


@routes.get("/agreements/{agreement_id}", action="read_register")
async def agreement(agreement_id: UUID, read: Read, caller: Caller, today: Today, response: Response) -> Agreement:
    """One agreement, as it binds and as it is drafted."""
    found, version = await read(queries.agreement, caller, agreement_id, today)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.get("/agreements/{agreement_id}/history", action="read_register")
async def history(agreement_id: UUID, read: Read, caller: Caller, today: Today) -> dict[str, Sequence[Recorded]]:
    """Everything that was recorded of an agreement: when, by whom, why, and every edition."""
    return whole(await read(queries.agreement_history, caller, agreement_id, today))


@routes.get("/commitments", action="read_register")
async def commitments(
    read: Read,
    caller: Caller,
    page: Page,
    today: Today,
    wanted: Annotated[queries.CommitmentFilter, Depends(_wanted_commitments)],
) -> Response:
    """Commitments of agreements in force, the first due first."""
    found = await read(queries.commitments, caller, wanted, today, page.limit, page.after)
    return page.of(found, key=queries.place_in_list)


@routes.post("/agreements", action="write_agreement", status_code=201)
async def draft(request: DraftAgreement, write: Write) -> Response:
    """Put an agreement before its parties."""
    return await write(commands.draft_agreement, request, location="/agreements/{agreement_id}")


@routes.post("/agreements/{agreement_id}/change", action="write_agreement")
async def change(agreement_id: UUID, request: ChangeAgreement, write: Write) -> Response:
    """Put something else before the parties."""
    return await write(commands.change_agreement, agreement_id, request)


@routes.post("/agreements/{agreement_id}/sign", action="sign_agreement")
async def sign(agreement_id: UUID, request: SignAgreement, write: Write) -> Response:
    """A party signs, or is signed for."""
    return await write(commands.sign_agreement, agreement_id, request)


@routes.post("/agreements/{agreement_id}/end", action="sign_agreement")
async def end(agreement_id: UUID, request: EndAgreement, write: Write) -> Response:
    """A party says that it binds no more."""
    return await write(commands.end_agreement, agreement_id, request)


@routes.post("/agreements/{agreement_id}/commitments/{commitment_id}/evidence", action="sign_agreement")
async def evidence(agreement_id: UUID, commitment_id: UUID, request: ProvideEvidence, write: Write) -> Response:
    """Show that a commitment is met."""
    return await write(commitment_commands.provide_evidence, agreement_id, commitment_id, request)


@routes.post("/agreements/{agreement_id}/commitments/{commitment_id}/verify", action="sign_agreement")
async def verify(agreement_id: UUID, commitment_id: UUID, request: VerifyCommitment, write: Write) -> Response:
    """Another party says that the evidence holds."""
    return await write(commitment_commands.verify_commitment, agreement_id, commitment_id, request)
