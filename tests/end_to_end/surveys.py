"""Mapping surveys as a centre enters them, each in three commands."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tests.end_to_end.users import User


@dataclass(frozen=True)
class Survey:
    """One run of a tool in a municipality or county: agreed to, and perhaps completed."""

    tool: str
    place: str
    agreed_on: date
    completed_on: date | None = None

    @property
    def invitation(self) -> Mapping[str, str | int]:
        """Where and for which year; a county authority's code has two digits."""
        place = {"county_code" if len(self.place) == 2 else "unit_code": self.place}
        year = (self.completed_on or self.agreed_on).year
        return {"tool": self.tool, "year": year, "occurred_on": str(self.agreed_on - timedelta(30)), **place}


def completed(tool: str, place: str, on: date) -> Survey:
    """One that was agreed to two months before it was completed."""
    return Survey(tool, place, on - timedelta(60), on)


async def enter(editor: User, centre_id: UUID, surveys: Iterable[Survey]) -> None:
    """Enter them all, several at a time."""
    gate = asyncio.Semaphore(8)

    async def one(survey: Survey) -> None:
        async with gate:
            made = await editor.post("/mappings", {**survey.invitation, "centre_id": str(centre_id)})
            assert made.status_code == 201, made.text
            thing = f"/mappings/{made.json()['mapping_id']}"
            for verb, day in (("agree", survey.agreed_on), ("complete", survey.completed_on)):
                if day is not None:
                    made = await editor.post(
                        f"{thing}/{verb}", {"occurred_on": str(day)}, if_match=made.headers["etag"]
                    )
                    assert made.status_code == 200, made.text

    await asyncio.gather(*map(one, surveys))
