"""One nomination: the five criteria, the spread over the counties, and the steps to a decision."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from gateway.catalogue import Snapshot
from gateway.gate import Country, gate_of
from gateway.web import focus_forms
from gateway.web.agreements import edition_to_name
from gateway.web.anchoring_form import PLANS, filled_from, plans_told
from gateway.web.asking import Refused
from gateway.web.fields import empty, filled
from gateway.web.focus import about_unit, counties, focus_steps, place_of, spread_of
from gateway.web.form_rows import at_rows, rows_shown
from gateway.web.forms import sent_form, sent_key, sent_version
from gateway.web.page import Pages, as_if_at, language_of, link, show
from gateway.web.parties import reader_at_centre
from gateway.web.registry import read_all, read_list, read_one, tell
from services.contracts.registry import Recorded
from services.contracts.registry.agreements import Agreement
from services.contracts.registry.focus import FocusNomination

routes = Pages()

PAGE = "/innsatskommuner/{nomination_id}"


@routes.page(PAGE, action="read_register")
async def nomination(request: Request, nomination_id: UUID, country: Country) -> Response:
    """What was found and decided, and what the reader can do."""
    return await _page(request, nomination_id, country)


@routes.page(f"{PAGE}/vurder", action="nominate_focus", method="POST")
async def assess(request: Request, nomination_id: UUID, country: Country) -> Response:
    """Assess the unit by the five criteria."""
    return await _step(request, country, nomination_id, "assess", focus_forms.assessment)


@routes.page(f"{PAGE}/utpek", action="designate_focus", method="POST")
async def designate(request: Request, nomination_id: UUID, country: Country) -> Response:
    """The unit becomes a focus municipality."""
    return await _step(request, country, nomination_id, "designate", focus_forms.designation)


@routes.page(f"{PAGE}/avsla", action="designate_focus", method="POST")
async def refuse(request: Request, nomination_id: UUID, country: Country) -> Response:
    """It does not become one."""
    return await _step(request, country, nomination_id, "refuse", focus_forms.refusal)


@routes.page(f"{PAGE}/avslutt", action="designate_focus", method="POST")
async def end(request: Request, nomination_id: UUID, country: Country) -> Response:
    """It is one no more, or is given up."""
    return await _step(request, country, nomination_id, "end", focus_forms.ending)


async def _step(
    request: Request,
    country: Snapshot,
    nomination_id: UUID,
    verb: str,
    said: Callable[[FormData], dict[str, Any]],
) -> Response:
    sent = await sent_form(request)
    key, version = sent_key(sent), sent_version(sent)
    try:
        await tell(request, f"/focus-nominations/{nomination_id}/{verb}", said(sent), key=key, version=version)
    except Refused as refused:
        at_fields = at_rows(refused, "/anchoring/plans", plans_told(sent))
        return await _page(request, nomination_id, country, verb, filled(sent), at_fields)
    address = link(language_of(request), f"/innsatskommuner/{nomination_id}")
    return Response(status_code=303, headers={"Location": address})


async def _page(
    request: Request,
    nomination_id: UUID,
    country: Snapshot,
    step: str = "",
    sent: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    who = reader_at_centre(request, country)
    path = f"/focus-nominations/{nomination_id}"
    found = await read_one(request, path, FocusNomination)
    steps, spread = focus_steps(found.thing, who), spread_of(found.thing)
    agreements: list[Agreement] = []
    if steps.assesses:
        of_centre = {"centre_id": found.thing.centre_id, "kind": "focus", "status": "in_force"}
        agreements = about_unit(country, await read_all(request, "/agreements", Agreement, **of_centre), found.thing)
    fresh = empty(gate_of(request).today)
    known = {**fresh, **_known(found.thing)}
    return await show(
        request,
        "focus.html",
        status=refused.status if refused is not None else 200,
        nomination=found.thing,
        place=place_of(country, found.thing),
        centre=country.organisations.get(country.kept(found.thing.centre_id)),
        counties=counties(country, spread) if spread is not None else (),
        spread=spread,
        steps=steps,
        agreements=agreements,
        edition_to_name=edition_to_name,
        history=await read_list(request, f"{path}/history", Recorded),
        version=found.version,
        country=country,
        step=step,
        filled=sent,
        fresh=fresh,
        known=known,
        plan_rows=rows_shown(known if sent is None else sent, "plan", PLANS),
        refused=refused,
        **as_if_at(request, f"/innsatskommuner/{nomination_id}"),
    )


def _known(nomination: FocusNomination) -> Mapping[str, str]:
    """What an assessment begins with: what the one before it said, and the special needs that were told."""
    known: dict[str, str] = {}
    if nomination.assessment is not None:
        known |= filled_from(nomination.assessment.anchoring)
        known |= {"agreement_id": str(nomination.assessment.agreement_id or "")}
    if nomination.special_needs is not None:
        reason = nomination.special_needs.reason.model_dump(exclude_none=True)
        known |= {f"needs_reason_{form}": text for form, text in reason.items()}
        known |= {"needs_source": nomination.special_needs.source}
    return known
