"""Changes to the country over HTTP: proposed by one, approved by two."""

from uuid import UUID

from fastapi import Response

from services.contracts.registry import (
    ApproveProposal,
    GeographicProposal,
    ProposalDetail,
    ProposalStatus,
    ProposeChanges,
    ProposeUndo,
    RejectProposal,
)
from services.kernel.paging import Page
from services.kernel.web import Read, Routes
from services.registry import commands, queries
from services.registry.api.answers import Today
from services.registry.api.writing import Write
from services.registry.domain.proposals import DiffChanged

routes = Routes()


@routes.get("/geographic-proposals", action="change_register")
async def proposals(read: Read, page: Page, status: ProposalStatus | None = None) -> Response:
    """Proposals in the order they were made, of a status or all."""
    found = await read(queries.proposals, status, page.limit, page.after_id)
    return page.of(found, key=lambda proposal: proposal.proposal_id)


@routes.get("/geographic-proposals/{proposal_id}", action="change_register")
async def proposal(proposal_id: UUID, read: Read, today: Today, response: Response) -> ProposalDetail:
    """One proposal with everything that it would change, or has changed."""
    found, version = await read(queries.proposal, proposal_id, today)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/geographic-proposals", action="change_register", status_code=201)
async def propose_changes(request: ProposeChanges, write: Write) -> Response:
    """Propose what is to happen to the country on a day, past or future."""
    return await write(commands.propose_changes, request, location="/geographic-proposals/{proposal_id}")


@routes.post("/geographic-proposals/undo", action="change_register", status_code=201)
async def propose_undo(request: ProposeUndo, write: Write) -> Response:
    """Propose that recorded changes did not happen after all."""
    return await write(commands.propose_undo, request, location="/geographic-proposals/{proposal_id}")


@routes.post("/geographic-proposals/{proposal_id}/approve", action="change_register")
async def approve(proposal_id: UUID, request: ApproveProposal, write: Write) -> Response:
    """Approve what the digest stands for; the second person's approval changes the country.

    Where the country has changed in the meantime, the proposal's new digest is stored without any approval, and the
    answer is the problem ``diff-changed``.
    """
    answer = await write(commands.approve_proposal, proposal_id, request)
    stands = GeographicProposal.model_validate_json(bytes(answer.body))
    if not stands.approvals:
        raise DiffChanged(digest=stands.digest)
    return answer


@routes.post("/geographic-proposals/{proposal_id}/reject", action="change_register")
async def reject(proposal_id: UUID, request: RejectProposal, write: Write) -> Response:
    """Say why it will not be done."""
    return await write(commands.reject_proposal, proposal_id, request)
