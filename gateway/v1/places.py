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

from gateway import queries
from gateway.catalogue import Ready, Snapshot
from gateway.gate import Country, Gate, Known, Moment, Today, gate_of
from gateway.refusals import refusal_of
from gateway.resources import CoordinatedOffer, FoundPlace, Place, PlaceCollection, PlaceDetail
from gateway.v1.declared import Declared, Handler, Items
from gateway.v1.forwarding import PREFIX, CsvFile
from services.contracts.geography import COMPLETE_FROM, GeographyError
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


def municipalities(question: Question[WhichMunicipalities]) -> Ready | Response:
    """The municipalities of a date; ``q`` finds them by name, former name, Sámi name or any code they ever had."""
    asked, snapshot, on = question.asked, question.snapshot, question.on
    if asked.q is not None:
        return Response(queries.places_found(snapshot, asked.q, on, asked.county), media_type="application/json")
    return queries.municipalities(snapshot, on, asked.county)


def counties(question: Question[OnDay]) -> Ready:
    """The counties of a date."""
    return queries.counties(question.snapshot, question.on)


def districts(question: Question[OnDay]) -> Ready:
    """The city districts of a date."""
    return queries.districts(question.snapshot, question.on)


def points(question: Question[InCounty]) -> Ready:
    """The municipalities of a date as GeoJSON, each with a point in it or the reason why it has none."""
    return queries.points(question.snapshot, question.on, question.asked.county)


def table(question: Question[InCounty]) -> Ready:
    """The municipalities of a date as a table for a spreadsheet: semicolons, UTF-8 with a mark, Norwegian order."""
    return queries.table(question.snapshot, question.on, question.asked.county)


def municipality(question: Question[OnDay]) -> Ready:
    """The municipality or city district that has the code on the date."""
    return queries.ready_place(question.snapshot, question.path["code"], question.on)


Tell = Callable[[Question[Q]], Ready | Response]


def answers_with(model: type[Q], tell: Tell[Q]) -> Handler:
    """A handler that finds the answer as it was given before, or takes the request apart."""

    async def handle(request: Request) -> Response:
        scope = request.scope
        gate: Gate = scope["app"].state.gate
        snapshot, today = await gate.catalogue.current(), gate.today
        address = (scope["path"], scope["query_string"], today)
        told = snapshot.answers.get(address) or await _told(request, model, tell, today)
        return told if isinstance(told, Response) else told.answer(scope[HEADERS].get(b"if-none-match"))

    return handle


async def _told(request: Request, model: type[Q], tell: Tell[Q], today: date) -> Ready | Response:
    """The answer, kept for those who ask the same while the country stays as it is; what it cannot tell is refused."""
    path, sent = request.scope["path"], request.scope["query_string"]
    asked = _parsed(sent, model)
    on = asked.on or today
    snapshot = await gate_of(request).country(asked.known_at)
    try:
        told = tell(Question(asked, on, snapshot, request.path_params))
    except GeographyError as error:
        raise refusal_of(error, on, place="county" if isinstance(asked, InCounty) else None) from None
    if isinstance(told, Ready) and asked.known_at is None:
        snapshot.keep((path, sent, today), told)
    return told


class GeoJson(JSONResponse):
    """Points on a map (RFC 7946)."""

    media_type = queries.GEOJSON


def _declare(
    path: str,
    model: type[Q],
    tell: Tell[Q],
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
_declare("/municipalities.csv", InCounty, table, None, CsvFile)
_declare("/municipalities/{code}", OnDay, municipality, PlaceDetail)
_declare("/counties", OnDay, counties, Items[Place])
_declare("/districts", OnDay, districts, Items[Place])


@routes.get("/municipalities/{code}/history", action="read_register")
async def history(
    code: str, snapshot: Known, today: Today, on: date | None = None, since: date = COMPLETE_FROM
) -> PlaceHistory:
    """What the code came from, what is recorded about it, and what it is today or on the date.

    ``earlier`` tells the codes of ``since``; if it is left out, of the day on which the tables begin.
    """
    try:
        return queries.history(snapshot, code, on or today, since)
    except GeographyError as error:
        raise refusal_of(error, on or today, parameter="since") from None


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
    try:
        return model.model_validate(dict(parse_qsl(sent.decode("latin-1"), keep_blank_values=True)))
    except ValidationError as error:
        wrong = [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong) from None
