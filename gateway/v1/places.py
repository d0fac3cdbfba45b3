"""Municipalities, districts and counties, and what each municipality can get: from the catalogue, without a hop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import StringConstraints, ValidationError
from pydantic_core import to_json

from gateway import queries
from gateway.catalogue import Snapshot
from gateway.gate import Country, Known, Moment, Today, gate_of
from gateway.refusals import refusal_of
from gateway.resources import CoordinatedOffer, FoundPlace, Place, PlaceCollection, PlaceDetail
from gateway.v1.declared import Declared, Handler, Items
from gateway.v1.forwarding import PREFIX
from services.contracts.geography import GeographyError
from services.contracts.message import CountyCode
from services.contracts.message import Request as Asked
from services.contracts.registry import PlaceHistory
from services.kernel.edge import HEADERS
from services.kernel.web import Read, Routes

routes = Routes(PREFIX)

Words = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Q = TypeVar("Q", bound="OnDay")


class OnDay(Asked):
    """Something as it was on a date, today if none is named, as it was known at a moment, now if none is named."""

    on: date | None = None
    known_at: Moment | None = None


class InCounty(OnDay):
    """The municipalities of a date, all or those of a county."""

    county: CountyCode | None = None


class WhichMunicipalities(InCounty):
    """The same, or those that words find."""

    q: Words | None = None


@dataclass(frozen=True, slots=True)
class Question(Generic[Q]):
    """A request, taken apart, with what it is to be answered from."""

    asked: Q
    on: date
    snapshot: Snapshot
    path: Mapping[str, str]
    if_none_match: bytes | None


def municipalities(question: Question[WhichMunicipalities]) -> Response:
    """The municipalities of a date; ``q`` finds them by name, former name, Sámi name or any code they ever had."""
    asked, snapshot, on = question.asked, question.snapshot, question.on
    if asked.q is not None:
        return _items(queries.find_places(snapshot, asked.q, on, asked.county))
    return queries.municipalities(snapshot, on, asked.county).answer(question.if_none_match)


def counties(question: Question[OnDay]) -> Response:
    """The counties of a date."""
    return queries.counties(question.snapshot, question.on).answer(question.if_none_match)


def districts(question: Question[OnDay]) -> Response:
    """The city districts of a date."""
    return queries.districts(question.snapshot, question.on).answer(question.if_none_match)


def points(question: Question[InCounty]) -> Response:
    """The municipalities of a date as GeoJSON, each with a point in it or the reason why it has none."""
    told = queries.points(question.snapshot, question.on, question.asked.county)
    return told.answer(question.if_none_match)


def table(question: Question[InCounty]) -> Response:
    """The municipalities of a date as a table for a spreadsheet: semicolons, UTF-8 with a mark, Norwegian order."""
    told = queries.table(question.snapshot, question.on, question.asked.county)
    return told.answer(question.if_none_match)


def municipality(question: Question[OnDay]) -> Response:
    """The municipality or city district that has the code on the date."""
    told = queries.ready_place(question.snapshot, question.path["code"], question.on)
    return told.answer(question.on, question.if_none_match)


def answers_with(model: type[Q], tell: Callable[[Question[Q]], Response]) -> Handler:
    """A handler that takes the request apart, and refuses what the geography cannot answer."""

    async def handle(request: Request) -> Response:
        gate = gate_of(request)
        asked = _parsed(request.scope["query_string"], model)
        snapshot, on = await gate.country(asked.known_at), asked.on or gate.today
        if_none_match = request.scope[HEADERS].get(b"if-none-match")
        try:
            return tell(Question(asked, on, snapshot, request.path_params, if_none_match))
        except GeographyError as error:
            raise refusal_of(error, on) from None

    return handle


class GeoJson(JSONResponse):
    """Points on a map (RFC 7946)."""

    media_type = queries.GEOJSON


class Table(Response):
    """Rows for a spreadsheet."""

    media_type = queries.CSV


def _declare(
    path: str,
    model: type[Q],
    tell: Callable[[Question[Q]], Response],
    answers: Any,
    response_class: type[Response] = JSONResponse,
) -> None:
    routes.routes.append(
        Declared(
            "GET",
            PREFIX + path,
            answers_with(model, tell),
            action="read_register",
            summary=(tell.__doc__ or "").rstrip(".").replace("``", ""),
            answers=answers,
            response_class=response_class,
            query={name: field.annotation for name, field in model.model_fields.items()},
        )
    )


_declare("/municipalities", WhichMunicipalities, municipalities, Items[Place | FoundPlace])
_declare("/municipalities.geojson", InCounty, points, PlaceCollection, GeoJson)
_declare("/municipalities.csv", InCounty, table, None, Table)
_declare("/municipalities/{code}", OnDay, municipality, PlaceDetail)
_declare("/counties", OnDay, counties, Items[Place])
_declare("/districts", OnDay, districts, Items[Place])


@routes.get("/municipalities/{code}/history", action="read_register")
async def history(code: str, snapshot: Known, today: Today, on: date | None = None) -> PlaceHistory:
    """What the code came from, what is recorded about it, and what it is today or on the date."""
    try:
        return queries.history(snapshot, code, on or today)
    except GeographyError as error:
        raise refusal_of(error, on or today) from None


@routes.get("/municipalities/{code}/offer", action="read_offer")
async def coordinated_offer(
    code: str, read: Read, snapshot: Country, today: Today, on: date | None = None
) -> CoordinatedOffer:
    """The one list: what all centres together offer the municipality on the date, and what they did this year."""
    try:
        return await read(queries.coordinated_offer, snapshot, code, on or today)
    except GeographyError as error:
        raise refusal_of(error, on or today) from None


def _parsed(sent: bytes, model: type[Q]) -> Q:
    if not sent:
        return model()
    try:
        return model.model_validate(dict(parse_qsl(sent.decode("latin-1"), keep_blank_values=True)))
    except ValidationError as error:
        wrong = [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong) from None


def _items(items: Any) -> Response:
    return Response(to_json({"items": items}, exclude_none=True), media_type="application/json")
