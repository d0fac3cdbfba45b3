"""The first page: what Samla is, and a search for a municipality by any name or number it ever had."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Query, Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, Today, gate_of
from gateway.queries import find_places
from gateway.resources import FoundPlace
from gateway.web.names import ParallelName, parallel_names
from gateway.web.numbers import Numbered, number_history
from gateway.web.page import Pages, show
from gateway.web.shown import example_day
from services.contracts.registry import Locality

routes = Pages()

LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A municipality that was found, with the numbers it has had."""

    place: FoundPlace
    names: tuple[ParallelName, ...]
    numbers: tuple[Numbered, ...]


@dataclass(frozen=True, slots=True)
class Lies:
    """A town or region that the words name, and the municipalities that it lies in or is made of."""

    locality: Locality
    places: tuple[str, ...]


@routes.page("/", action="read_offer")
async def start(
    request: Request, country: Country, today: Today, q: Annotated[str, Query(max_length=LONGEST_QUERY)] = ""
) -> Response:
    """The search, and what it found."""
    hits = find_hits(country, q, today)
    return await show(
        request,
        "start.html",
        query=q.strip(),
        hits=hits,
        same_name=len({hit.place.matched for hit in hits}) == 1,
        localities=where_it_lies(country, hits),
        example_day=await gate_of(request).database.read(example_day),
    )


def find_hits(country: Snapshot, words: str, today: date) -> list[Hit]:
    """The municipalities of today that the words find."""
    return [
        Hit(place, parallel_names(place), number_history(country.geography, place.code))
        for place in find_places(country, words, today)
    ]


def where_it_lies(country: Snapshot, hits: Iterable[Hit]) -> tuple[Lies, ...]:
    """The towns and regions among what was found, each once, with its municipalities."""
    places: dict[str, list[str]] = defaultdict(list)
    for place in (hit.place for hit in hits):
        if place.locality is not None:
            places[place.locality.reference].append(place.name)
    return tuple(Lies(each, tuple(places[each.reference])) for each in country.localities if each.reference in places)
