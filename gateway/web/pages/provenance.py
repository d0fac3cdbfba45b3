"""The facts behind one figure: what counts, what does not and why, each with its day."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Path, Request, Response

from gateway.gate import Country, Today
from gateway.web.dates import asked_day, end_of
from gateway.web.page import Pages, show
from gateway.web.reporting import Measured, Question, facts, indicators, measured
from gateway.web.rows import row_of
from services.contracts.reporting import Figure, IndicatorDefinition
from services.kernel.problems import BadRequest, Invalid, NotFound

routes = Pages()


@routes.page("/rapport/grunnlag/{figure_id}", action="read_register")
async def provenance(
    request: Request,
    figure_id: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,1000}$")],
    country: Country,
    today: Today,
    indikator: str | None = None,
    dato: str | None = None,
    kjent: str | None = None,
    geografi: str | None = None,
    senter: str | None = None,
    etter: str | None = None,
) -> Response:
    """A page of facts. The other parameters say which figure of the report it is, so that it can be shown on top."""
    try:
        page = await facts(request, figure_id, etter)
    except (BadRequest, Invalid):
        raise NotFound() from None
    asked, known, geography = asked_day(dato, today), asked_day(kjent, today), asked_day(geografi, today)
    question = Question(
        as_of=asked.day,
        known_at=end_of(known.day) if known.is_given else None,
        geography=geography.day if geography.is_given else None,
        centre=senter or None,
    )
    definition = next((each for each in await indicators(request) if each.indicator == indikator), None)
    return await show(
        request,
        "provenance.html",
        figure_id=figure_id,
        figure=await _figure(request, figure_id, definition, question) if definition else None,
        rows=[row_of(row, country) for row in page.rows],
        after=page.after,
        is_first=etter is None,
        asked={"indikator": indikator, "dato": dato, "kjent": kjent, "geografi": geografi, "senter": senter},
        country=country,
    )


async def _figure(
    request: Request, figure_id: str, definition: IndicatorDefinition, question: Question
) -> Figure | None:
    """The figure itself, if the address still tells which one it is."""
    try:
        found: Sequence[Measured] = await measured(request, [definition], question)
    except (BadRequest, Invalid):
        return None
    return next((each for each in (found[0].whole, *(found[0].parts)) if each.figure_id == figure_id), None)
