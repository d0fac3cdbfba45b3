"""The first page: what Samla is, and a search for a municipality by any name or number it ever had."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Query, Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, Today, gate_of
from gateway.queries import find_places
from gateway.resources import FoundPlace
from gateway.web.numbers import Numbered, number_history
from gateway.web.page import Pages, show
from gateway.web.shown import example_day

routes = Pages()

LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A municipality that was found, with the numbers it has had."""

    place: FoundPlace
    numbers: tuple[Numbered, ...]


@routes.page("/", action="read_offer")
async def start(
    request: Request, country: Country, today: Today, q: Annotated[str, Query(max_length=LONGEST_QUERY)] = ""
) -> Response:
    """The search, and what it found."""
    return await show(
        request,
        "start.html",
        query=q.strip(),
        hits=find_hits(country, q, today),
        example_day=await gate_of(request).database.read(example_day),
    )


def find_hits(country: Snapshot, words: str, today: date) -> list[Hit]:
    """The municipalities of today that the words find."""
    return [Hit(place, number_history(country.geography, place.code)) for place in find_places(country, words, today)]
