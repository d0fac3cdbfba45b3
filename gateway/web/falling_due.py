"""What falls due at a centre: agreements to be revised, surveys to be run again, commitments to be shown."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from fastapi import Request

from gateway.agreements import SignedAgreement
from gateway.catalogue import Snapshot
from gateway.queries.agreements import party_name
from gateway.queries.coverage import codes_on
from gateway.web.registry import read_all, read_one
from services.contracts.geography import Geography
from services.contracts.registry import Organisation
from services.contracts.registry.agreements import AgreementCommitment
from services.contracts.registry.mapping_tools import DueList, DuePlace, DueReason, MappingTool, RunBy

SOON = timedelta(days=30)
"""How long before its day something is told to fall due."""


@dataclass(frozen=True, slots=True)
class FallsDue:
    """An agreement to be revised, or a survey to be run again; ``on`` is empty where only a merged part has run it."""

    what: Literal["revision", "mapping"]
    on: date | None
    is_overdue: bool
    agreement_id: UUID | None = None
    tool: MappingTool | None = None
    last_run_on: date | None = None


@dataclass(frozen=True, slots=True)
class Commits:
    """A commitment that is not met, by whom, and whether its day has passed."""

    agreement: AgreementCommitment
    by: str
    is_overdue: bool


def revisions(agreements: Iterable[SignedAgreement], on: date) -> Iterator[FallsDue]:
    """The agreements whose term for revision has passed, or passes soon."""
    for each in agreements:
        if each.revise_by is not None and each.revise_by <= on + SOON:
            yield FallsDue("revision", each.revise_by, each.revise_by < on, agreement_id=each.agreement_id)


async def runs_due(request: Request, country: Snapshot, on: date) -> dict[str, list[FallsDue]]:
    """The surveys that should be run again, by the code that the municipality has on the day.

    Asks once for each tool with an interval, and once more where a municipality is soon another.

    Raises:
        Problem: the registry does not answer.
    """
    found: dict[str, list[FallsDue]] = {}
    ending = _ending_soon(country.geography, on)
    renumbered = {later: code for code, later in ending.items() if later is not None}
    for tool, place in await _due(request, country, on + SOON):
        code = renumbered.get(place.unit_code or "", place.unit_code or "")
        found.setdefault(code, []).append(_run_due(tool, place, on))
    if None in ending.values():
        for tool, place in await _due(request, country, on):
            if place.unit_code in ending and ending[place.unit_code] is None:
                found.setdefault(place.unit_code, []).append(_run_due(tool, place, on))
    return found


async def _due(request: Request, country: Snapshot, on: date) -> list[tuple[MappingTool, DuePlace]]:
    """The municipalities of the date that have run a tool, and should run it again."""
    recurring = [
        tool
        for tool in country.mapping_tools.values()
        if tool.run_by is RunBy.unit and tool.interval_months is not None
    ]
    lists = await asyncio.gather(
        *(read_one(request, f"/mapping-tools/{tool.tool}/due", DueList, on=on) for tool in recurring)
    )
    return [
        (each.thing.tool, place)
        for each in lists
        for place in each.thing.items
        if place.unit_code is not None and place.reason is not DueReason.never
    ]


def _ending_soon(geography: Geography, on: date) -> dict[str, str | None]:
    """The codes of the day that are soon gone, each with its new number; none for what becomes another municipality."""
    later = on + SOON
    return {
        unit.code: _new_number(geography, unit.code, on, later)
        for unit in geography.units_on(on)
        if not geography.valid(unit.code, later)
    }


def _new_number(geography: Geography, code: str, on: date, later: date) -> str | None:
    heirs = sorted(codes_on(geography, code, later))
    is_renumbered = len(heirs) == 1 and codes_on(geography, heirs[0], on) == {code}
    return heirs[0] if is_renumbered else None


async def commitments_due(request: Request, country: Snapshot, centre: Organisation, on: date) -> list[Commits]:
    """What has been promised in the centre's agreements, is not shown yet, and is late or due soon; the first first.

    Raises:
        Problem: the registry does not answer.
    """
    found = await read_all(
        request,
        "/commitments",
        AgreementCommitment,
        centre_id=centre.organisation_id,
        is_met="false",
        due_before=on + SOON + date.resolution,
    )
    return [
        Commits(each, party_name(country, each.commitment.responsible), each.commitment.due_on < on) for each in found
    ]


def _run_due(tool: MappingTool, place: DuePlace, on: date) -> FallsDue:
    is_overdue = place.due_on is None or place.due_on <= on
    return FallsDue("mapping", place.due_on, is_overdue, tool=tool, last_run_on=place.last_completed_on)
