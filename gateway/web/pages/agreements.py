"""Agreements: the list of those that the reader is in, and the page of one."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import Request, Response

from gateway.gate import Country, gate_of
from gateway.web.agreements import edition_to_name, is_current, names_of, shown_agreement
from gateway.web.asking import Refused
from gateway.web.centres import Reference, centre_of
from gateway.web.fields import empty
from gateway.web.page import Pages, as_if_at, show
from gateway.web.parties import Reader, reader_of
from gateway.web.registry import read_list, read_one, read_part
from services.contracts.registry import Recorded
from services.contracts.registry.agreements import Agreement, AgreementStatus

routes = Pages()


@routes.page("/avtaler", action="read_register")
async def agreements(
    request: Request,
    country: Country,
    senter: Reference = None,
    status: str | None = None,
    brudd: str | None = None,
    etter: str | None = None,
) -> Response:
    """A page of the list, in the order in which they were entered. A municipality's people read those of their own."""
    reader = reader_of(request, country)
    at = centre_of(request, country, senter)
    chosen = status if status in set(AgreementStatus) else None
    found = await read_part(
        request,
        "/agreements",
        Agreement,
        after=etter,
        party_id=at.centre.organisation_id if reader.is_at_centre and at.centre else None,
        status=chosen,
        in_breach="true" if brudd else None,
    )
    return await show(
        request,
        "agreements.html",
        who=reader,
        at=at,
        agreements=found.items,
        names=names_of(country, found.items),
        edition_to_name=edition_to_name,
        asked={"senter": senter, "status": chosen, "brudd": brudd},
        is_first=etter is None,
        after=found.after,
    )


@routes.page("/avtaler/{agreement_id}", action="read_register")
async def agreement(request: Request, agreement_id: UUID, country: Country) -> Response:
    """What binds, what is to be signed, what came of each commitment, and what the reader can do."""
    reader = reader_of(request, country)
    return await agreement_page(request, agreement_id, country, reader)


async def agreement_page(
    request: Request,
    agreement_id: UUID,
    country: Country,
    reader: Reader,
    step: str = "",
    filled: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    """The page; after a form of it was refused with what was filled in and why. ``step`` says which form it was.

    Raises:
        NotFound: there is none that the reader may read.
    """
    path = f"/agreements/{agreement_id}"
    found = await read_one(request, path, Agreement)
    history = await read_list(request, f"{path}/history", Recorded)
    return await show(
        request,
        "agreement.html",
        status=refused.status if refused is not None else 200,
        who=reader,
        shown=shown_agreement(country, found.thing, reader),
        is_current=is_current(found.thing),
        version=found.version,
        history=history,
        country=country,
        step=step,
        filled=filled,
        fresh=empty(gate_of(request).today),
        refused=refused,
        **as_if_at(request, f"/avtaler/{agreement_id}"),
    )
