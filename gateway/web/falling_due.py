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
from gateway.web.registry import read_all, read_one
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
    """The surveys that should be run again, by the code of the municipality. Asks once for each tool with an interval.

    Raises:
        Problem: the registry does not answer.
    """
    recurring = [
        tool
        for tool in country.mapping_tools.values()
        if tool.run_by is RunBy.unit and tool.interval_months is not None
    ]
    lists = await asyncio.gather(
        *(read_one(request, f"/mapping-tools/{tool.tool}/due", DueList, on=on + SOON) for tool in recurring)
    )
    found: dict[str, list[FallsDue]] = {}
    for each in lists:
        for place in each.thing.items:
            if place.unit_code is not None and place.reason is not DueReason.never:
                found.setdefault(place.unit_code, []).append(_run_due(each.thing.tool, place, on))
    return found


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
