"""What an indicator is asked about, and the states it is computed from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.events import Activity, ActivityStatus, CoOrganiser, CoOrganiserStatus, Offer, Programme
from services.contracts.funding import Grant, Scheme
from services.contracts.registry import Awareness, Mapping, MappingStatus
from services.contracts.registry.focus import FocusNomination
from services.contracts.registry.mapping_tools import SurveyTool
from services.contracts.registry.overdoses import OverdoseUnit
from services.contracts.reporting import Assignment, Plan, PlannedActivity
from services.reporting.domain.facts import Known
from services.reporting.domain.measures import Window
from services.reporting.domain.region import Region


class Source(StrEnum):
    """What an indicator reads: each is one copy, or the plans that are the part's own."""

    mappings = "mappings"
    mapping_tools = "mapping_tools"
    overdose_units = "overdose_units"
    awareness = "awareness"
    focus_nominations = "focus_nominations"
    programmes = "programmes"
    offers = "offers"
    activities = "activities"
    schemes = "schemes"
    grants = "grants"
    plans = "plans"
    assignments = "assignments"
    planned_activities = "planned_activities"


@dataclass(frozen=True, slots=True)
class Sources:
    """The newest known state of everything that an indicator reads. What it does not read is empty."""

    mappings: tuple[Known[Mapping], ...] = ()
    mapping_tools: tuple[Known[SurveyTool], ...] = ()
    overdose_units: tuple[Known[OverdoseUnit], ...] = ()
    awareness: tuple[Known[Awareness], ...] = ()
    focus_nominations: tuple[Known[FocusNomination], ...] = ()
    programmes: tuple[Known[Programme], ...] = ()
    offers: tuple[Known[Offer], ...] = ()
    activities: tuple[Known[Activity], ...] = ()
    schemes: tuple[Known[Scheme], ...] = ()
    grants: tuple[Known[Grant], ...] = ()
    plans: tuple[Known[Plan], ...] = ()
    assignments: tuple[Known[Assignment], ...] = ()
    planned_activities: tuple[Known[PlannedActivity], ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figure it is, for which year and period, as seen on which business day, over which municipalities.

    ``given_up`` are the records that turned out to be the same centre: what was told of them is the centre's.
    """

    centre_id: UUID
    year: int
    window: Window
    as_of: date
    region: Region
    given_up: frozenset[UUID] = frozenset()

    def is_centre(self, organisation_id: UUID | None) -> bool:
        """Whether this is whose figure it is."""
        return organisation_id == self.centre_id or organisation_id in self.given_up

    @property
    def counted(self) -> Window:
        """The part of the window that has passed on the day asked about."""
        return Window(self.window.since, min(self.window.until, self.as_of))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where something stood on a day, and since when."""

    status: str
    since: date


def mapping_on(mapping: Mapping, day: date) -> Standing | None:
    """Where a mapping stood at the end of the day; none before its first date."""
    return _standing(
        day,
        (MappingStatus.invited, mapping.invited_on),
        (MappingStatus.agreed, mapping.agreed_on),
        (MappingStatus.completed, mapping.completed_on),
        (MappingStatus.cancelled, mapping.cancelled_on),
    )


def activity_on(activity: Activity, day: date) -> Standing | None:
    """Where an activity stood at the end of the day; none before it was planned."""
    return _standing(
        day,
        (ActivityStatus.planned, activity.planned_on),
        (ActivityStatus.announced, activity.announced_on),
        (ActivityStatus.held, activity.held_on),
        (ActivityStatus.cancelled, activity.cancelled_on),
    )


def _standing(day: date, *steps: tuple[StrEnum, date | None]) -> Standing | None:
    passed = [Standing(status, since) for status, since in steps if since is not None and since <= day]
    return passed[-1] if passed else None


def accepted(co_organisers: Iterable[CoOrganiser], day: date) -> frozenset[UUID]:
    """The organisations that had said yes by the end of the day (BR-44)."""
    return frozenset(
        each.organisation_id
        for each in co_organisers
        if each.status is CoOrganiserStatus.accepted and each.answered_on is not None and each.answered_on <= day
    )


def is_carried(carried: Activity | Offer, scope: Scope) -> bool:
    """Whether the centre leads the activity or offer, or carries it as a co-organiser that has said yes."""
    return scope.is_centre(carried.lead_id) or any(map(scope.is_centre, accepted(carried.co_organisers, scope.as_of)))
