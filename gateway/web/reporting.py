"""What the pages ask reporting: plans, figures and the facts behind them, as its contract has them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from urllib.parse import urlencode

import orjson
from fastapi import Request
from pydantic import BaseModel

from gateway.peers import Answer
from gateway.web.asking import ask_peer
from services.contracts.reporting import Figure, IndicatorDefinition, Plan, ProvenanceRow

SERVICE = "reporting"
ROWS_PER_PAGE = 50
PLANS_SHOWN = 200
BREAKDOWNS = ("level", "scheme", "county")
"""How a figure is parted on a page: the first of these that its indicator knows."""

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks of all indicators at once."""

    as_of: date
    known_at: datetime | None = None
    geography: date | None = None
    centre: str | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """As reporting's API names them."""
        asked = {
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "geography": self.geography.isoformat() if self.geography else None,
            "centre": self.centre,
        }
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator with its figure for the whole region and one for each part of the breakdown."""

    definition: IndicatorDefinition
    whole: Figure
    parts: tuple[Figure, ...]
    by: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """One page of the facts behind a figure, and where the next page begins."""

    rows: tuple[ProvenanceRow, ...]
    after: str | None


async def plans(request: Request) -> list[Plan]:
    """Every centre's plans."""
    return _items(await _ask(request, "/plans", {"limit": str(PLANS_SHOWN)}), Plan)


async def indicators(request: Request) -> list[IndicatorDefinition]:
    """Every indicator."""
    return _items(await _ask(request, "/indicators"), IndicatorDefinition)


async def measured(request: Request, definitions: Sequence[IndicatorDefinition], question: Question) -> list[Measured]:
    """Each indicator's figures, in the order given.

    Raises:
        Invalid: a part of the question was wrong; ``errors`` name its parameters.
    """
    return await asyncio.gather(*(_measured(request, definition, question) for definition in definitions))


async def _measured(request: Request, definition: IndicatorDefinition, question: Question) -> Measured:
    by = next((way for way in BREAKDOWNS if way in definition.by), None)
    parameters = {**question.parameters, **({"by": by} if by else {})}
    whole, *parts = _items(await _ask(request, f"/indicators/{definition.indicator}/values", parameters), Figure)
    return Measured(definition, whole, tuple(parts), by)


async def facts(request: Request, figure_id: str, after: str | None) -> Facts:
    """What lies behind a figure, a page at a time.

    Raises:
        NotFound: there is no such figure.
    """
    parameters = {"limit": str(ROWS_PER_PAGE), **({"after": after} if after else {})}
    answer = await _ask(request, f"/figures/{figure_id}/provenance", parameters)
    return Facts(tuple(_items(answer, ProvenanceRow)), _next_page(answer))


async def _ask(request: Request, path: str, parameters: dict[str, str] | None = None) -> Answer:
    headers = [(name, value) for name, value in request.scope["headers"] if name == b"authorization"]
    query = urlencode(parameters or {}).encode("ascii")
    return await ask_peer(request, SERVICE, path, query=query, headers=headers)


def _items(answer: Answer, model: type[M]) -> list[M]:
    return [model.model_validate(item) for item in orjson.loads(answer.body)["items"]]


def _next_page(answer: Answer) -> str | None:
    """The cursor in the ``Link`` to the next page, where there is one."""
    header = dict(answer.headers).get(b"link", b"").decode("ascii")
    if 'rel="next"' not in header:
        return None
    query = header.partition("?")[2].partition(">")[0]
    return dict(pair.split("=", 1) for pair in query.split("&")).get("after")
