"""Schemes, awards and the ledger: open data from the catalogue, case data from the service of funding."""

from uuid import UUID

from fastapi import Response

from gateway import queries
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Owner
from services.contracts.funding import (
    ApproveAward,
    AwardProposal,
    BudgetYear,
    Grant,
    OpenScheme,
    Posting,
    ProposeAward,
    Scheme,
)
from services.contracts.message import UnitCode
from services.kernel.paging import Limit
from services.kernel.web import Page, Read, Routes

routes = Routes(PREFIX)


@routes.get("/schemes", action="read_offer", response_model=Items[Scheme])
async def schemes(read: Read, page: Page) -> Response:
    """Grant schemes with their frames, by id."""
    found = await read(queries.schemes_page, page.after, page.limit)
    return page.of(found, key=lambda scheme: scheme["scheme_id"])


@routes.get("/awards", action="read_offer", response_model=Items[queries.Award])
async def awards(read: Read, page: Page) -> Response:
    """Final awards with the names of scheme and programme: open data."""
    found = await read(queries.awards_page, page.after, page.limit)
    return page.of(found, key=lambda award: award.grant_id)


class Ledger(Items[Posting]):
    """A page of postings. What all accounts hold together is always nothing."""

    balances_ore: dict[str, int]
    sum_ore: int


funding = Owner("funding")

TABLE = (
    funding.makes("/schemes", OpenScheme, Scheme, "manage_scheme", "Open a scheme with a frame for a year"),
    funding.reads("/schemes/{scheme_id}", Scheme, "read_offer", "One scheme"),
    funding.makes(
        "/schemes/{scheme_id}/grants",
        ProposeAward,
        AwardProposal,
        "decide",
        "Propose to pay a municipality; another person must approve it",
    ),
    funding.lists(
        "/award-proposals",
        AwardProposal,
        "decide",
        "The organisation's own proposals, waiting or decided",
        scheme_id=UUID,
        waiting=bool,
    ),
    funding.reads("/award-proposals/{proposal_id}", AwardProposal, "decide", "What the second person decides on"),
    funding.makes(
        "/award-proposals/{proposal_id}/approve",
        ApproveAward,
        Grant,
        "decide",
        "Approve exactly what another person proposed",
    ),
    funding.lists(
        "/grants",
        Grant,
        "read_offer",
        "Final awards of a scheme, a programme, a unit, a year",
        scheme_id=UUID,
        programme_id=UUID,
        unit_code=UnitCode,
        year=BudgetYear,
    ),
    funding.reads("/grants/{grant_id}", Grant, "read_offer", "One award"),
    funding.reads(
        "/ledger",
        Ledger,
        "read_offer",
        "The lines of a scheme's ledger, in pages, with what each account holds",
        scheme_id=UUID,
        limit=Limit,
        after=str,
    ),
)
routes.routes.extend(line.route() for line in TABLE)
