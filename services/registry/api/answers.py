"""What the routes of the registry share: the moment, the day in Norway, versions, and lists given whole."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, TypeVar

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


def as_stored(page: Paging, found: Sequence[str], key: str) -> Response:
    """A page of things that are stored as they are published: what is JSON already is not read, but for one key."""
    places = list(range(len(found)))
    listed = page.of(places, key=lambda place: from_json(found[place])[key])
    items = ",".join(found[: page.limit - 1])
    headers = {"Link": listed.headers["Link"]} if "Link" in listed.headers else None
    return Response(f'{{"items":[{items}]}}', headers=headers, media_type="application/json")


def by_own_version(answer: Response) -> Response:
    """An answer with the ETag of what no message numbers. A personal one that is given again has no body, and none."""
    if answer.body:
        answer.headers["ETag"] = f'"{from_json(bytes(answer.body))["version"]}"'
    return answer
