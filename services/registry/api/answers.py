"""What the routes of the registry share: the moment, the day in Norway, versions, and lists given whole."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import BaseModel
from pydantic_core import from_json

from services.kernel.clock import business_date
from services.kernel.paging import Paging

Resource = TypeVar("Resource", bound=BaseModel)


async def _now(request: Request) -> datetime:
    now: datetime = request.app.door.database.clock.now()
    return now


async def _today(request: Request) -> date:
    return business_date(await _now(request))


Now = Annotated[datetime, Depends(_now)]
Today = Annotated[date, Depends(_today)]


def whole(items: Sequence[Resource]) -> dict[str, Sequence[Resource]]:
    """A list that is short enough to be given whole."""
    return {"items": items}


def as_stored(page: Paging, found: Sequence[tuple[UUID, str]]) -> Response:
    """A page of things that are stored as they are published, by their ids: what is JSON already is not read."""
    answer = page.of([its_id for its_id, _ in found], key=str)
    items = ",".join(stored for _, stored in found[: page.limit - 1])
    headers = {"Link": answer.headers["Link"]} if "Link" in answer.headers else None
    return Response(f'{{"items":[{items}]}}', headers=headers, media_type="application/json")


def by_own_version(answer: Response) -> Response:
    """An answer with the ETag of what no message numbers. A personal one that is given again has no body, and none."""
    if answer.body:
        answer.headers["ETag"] = f'"{from_json(bytes(answer.body))["version"]}"'
    return answer
