"""Municipalities, districts and counties, and what each municipality can get: from the catalogue, without a hop."""

from datetime import date
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, StringConstraints, ValidationError
from pydantic_core import to_json

from gateway import queries
from gateway.catalogue import Ready
from gateway.gate import Country, Today, gate_of
from gateway.refusals import refusal_of
from gateway.resources import CoordinatedOffer, FoundPlace, Place, PlaceDetail
from gateway.v1.declared import Declared, Items
from gateway.v1.forwarding import PREFIX
from services.contracts.geography import GeographyError
from services.contracts.message import CountyCode
from services.contracts.message import Request as Asked
from services.contracts.registry import PlaceHistory
from services.kernel.edge import HEADERS
from services.kernel.web import Read, Routes

routes = Routes(PREFIX)

Words = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Q = TypeVar("Q", bound=BaseModel)


class OnDay(Asked):
    """A list as it was on a date, today if none is named."""

    on: date | None = None


class WhichMunicipalities(OnDay):
    """All municipalities of a date, those of a county, or those that words find."""

    county: CountyCode | None = None
    q: Words | None = None


async def municipalities(request: Request) -> Response:
    """The municipalities of a date; ``q`` finds them by name, former name, Sámi name or any code they ever had."""
    asked = _asked(request, WhichMunicipalities)
    gate, snapshot = gate_of(request), await gate_of(request).catalogue.current()
    on = asked.on or gate.today
    try:
        if asked.q is not None:
            return _items(queries.find_places(snapshot, asked.q, on, asked.county))
        found = queries.municipalities(snapshot, on, asked.county)
    except GeographyError as error:
        raise refusal_of(error, on) from None
    return found.answer(request.scope[HEADERS].get(b"if-none-match"))


async def counties(request: Request) -> Response:
    """The counties of a date."""
    return await _whole(request, queries.counties)


async def districts(request: Request) -> Response:
    """The city districts of a date."""
    return await _whole(request, queries.districts)


for path, handler, answers, query in (
    ("/municipalities", municipalities, Items[Place | FoundPlace], {"on": date, "county": CountyCode, "q": Words}),
    ("/counties", counties, Items[Place], {"on": date}),
    ("/districts", districts, Items[Place], {"on": date}),
):
    routes.routes.append(
        Declared(
            "GET",
            PREFIX + path,
            handler,
            action="read_register",
            summary=(handler.__doc__ or "").rstrip(".").replace("``", ""),
            answers=answers,
            query=query,
        )
    )


@routes.get("/municipalities/{code}", action="read_register")
async def municipality(code: str, snapshot: Country, today: Today, on: date | None = None) -> PlaceDetail:
    """The municipality or city district that has the code on the date."""
    try:
        return queries.place_detail(snapshot, code, on or today)
    except GeographyError as error:
        raise refusal_of(error, on or today) from None


@routes.get("/municipalities/{code}/history", action="read_register")
async def history(code: str, snapshot: Country, today: Today) -> PlaceHistory:
    """What the code came from, what is recorded about it, and what it is today."""
    try:
        return queries.history(snapshot, code, today)
    except GeographyError as error:
        raise refusal_of(error, today) from None


@routes.get("/municipalities/{code}/offer", action="read_offer")
async def coordinated_offer(
    code: str, read: Read, snapshot: Country, today: Today, on: date | None = None
) -> CoordinatedOffer:
    """The one list: what all centres together offer the municipality on the date, and what they did this year."""
    try:
        return await read(queries.coordinated_offer, snapshot, code, on or today)
    except GeographyError as error:
        raise refusal_of(error, on or today) from None


async def _whole(request: Request, query: Any) -> Response:
    asked = _asked(request, OnDay)
    gate, snapshot = gate_of(request), await gate_of(request).catalogue.current()
    on = asked.on or gate.today
    try:
        ready: Ready = query(snapshot, on)
    except GeographyError as error:
        raise refusal_of(error, on) from None
    return ready.answer(request.scope[HEADERS].get(b"if-none-match"))


def _asked(request: Request, model: type[Q]) -> Q:
    sent = request.scope["query_string"]
    if not sent:
        return model()
    try:
        return model.model_validate(dict(parse_qsl(sent.decode("latin-1"), keep_blank_values=True)))
    except ValidationError as error:
        wrong = [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong) from None


def _items(items: Any) -> Response:
    return Response(to_json({"items": items}, exclude_none=True), media_type="application/json")
