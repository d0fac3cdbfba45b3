"""Funding over HTTP. Paths are those of the public API without its prefix."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.funding import ApproveAward, AwardProposal, Grant, OpenScheme, ProposeAward, Scheme
from services.funding import commands, queries
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes, Write

routes = Routes()


@routes.get("/schemes", action="read_offer")
async def schemes(read: Read, page: Page, wanted: Annotated[queries.SchemeFilter, Depends()]) -> Response:
    """Schemes in the order they were opened."""
    found = await read(queries.schemes, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda scheme: scheme.scheme_id)


@routes.get("/schemes/{scheme_id}", action="read_offer")
async def scheme(scheme_id: UUID, read: Read) -> Scheme:
    """One scheme."""
    return await read(queries.scheme, scheme_id)


@routes.post("/schemes", action="manage_scheme", status_code=201)
async def open_scheme(request: OpenScheme, write: Write) -> Response:
    """Open a scheme with a frame for a year."""
    return await write(commands.open_scheme, request, location="/schemes/{scheme_id}")


@routes.post("/schemes/{scheme_id}/grants", action="decide", status_code=201)
async def propose_award(scheme_id: UUID, request: ProposeAward, write: Write) -> Response:
    """Propose an award; another person decides with ``POST /award-proposals/{proposal_id}/approve``."""
    return await write(commands.propose_award, scheme_id, request, location="/award-proposals/{proposal_id}")


@routes.get("/award-proposals", action="decide")
async def award_proposals(
    read: Read, caller: Caller, page: Page, wanted: Annotated[queries.ProposalFilter, Depends()]
) -> Response:
    """The caller's organisation's own proposals in the order they were made."""
    owner_id = caller.organisation_id
    found = await read(queries.award_proposals, owner_id, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda proposal: proposal.proposal_id)


@routes.get("/award-proposals/{proposal_id}", action="decide")
async def award_proposal(proposal_id: UUID, read: Read, caller: Caller) -> AwardProposal:
    """What the second person reads before the decision: the facts and their digest."""
    return await read(queries.award_proposal, proposal_id, caller.organisation_id)


@routes.post("/award-proposals/{proposal_id}/approve", action="decide", status_code=201)
async def award_grant(proposal_id: UUID, request: ApproveAward, write: Write) -> Response:
    """The second person's yes: the grant."""
    return await write(commands.award_grant, proposal_id, request, location="/grants/{grant_id}")


@routes.get("/grants", action="read_offer")
async def grants(read: Read, page: Page, wanted: Annotated[queries.GrantFilter, Depends()]) -> Response:
    """Grants in the order they were awarded."""
    found = await read(queries.grants, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda grant: grant.grant_id)


@routes.get("/grants/{grant_id}", action="read_offer")
async def grant(grant_id: UUID, read: Read) -> Grant:
    """One grant."""
    return await read(queries.grant, grant_id)


@routes.get("/ledger", action="read_offer")
async def ledger(scheme_id: UUID, read: Read, page: Page) -> Response:
    """A scheme's postings in the order they were made, with what each account holds and their sum: zero."""
    held, found = await read(queries.ledger, scheme_id, page.limit, page.after_id)
    return page.of(found, key=lambda posting: posting.posting_id, balances_ore=held, sum_ore=sum(held.values()))
