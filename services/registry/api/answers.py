"""What the routes of the registry share: the day in Norway, where a page begins, and lists given whole."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from services.kernel.clock import business_date

Resource = TypeVar("Resource", bound=BaseModel)
Year = Annotated[int | None, Query(ge=1990, le=2100)]


async def _today(request: Request) -> date:
    return business_date(request.app.door.database.clock.now())


Today = Annotated[date, Depends(_today)]


def whole(items: Sequence[Resource]) -> dict[str, Sequence[Resource]]:
    """A list that is short enough to be given whole."""
    return {"items": items}
