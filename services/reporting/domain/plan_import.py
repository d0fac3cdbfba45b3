"""From a plan's file to assignments and planned activities, with what its names stand for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from services.contracts.names import fold
from services.contracts.plan_file import FileActivity, FileAssignment, FileGoal, FilePeriod, FileTask, PlanFile
from services.contracts.registry import Organisation
from services.contracts.reporting import Assignment, Period, PlannedActivity, ResultGoal, Task
from services.kernel.problems import FieldError, Invalid, NotYetKnown
from services.reporting.domain.plan_checks import activities_of, assignments_of
from services.reporting.domain.plan_names import Names, spellings_of

EACH_CENTRE = "det enkelte senter"
"""The owner of a task that every centre has: the plan's own centre too."""

NOT_YET_S = 2
"""When to try again after a name that the registry's messages have not brought yet."""

_UNKNOWN = "unknown-name"

IdOf = Callable[[str], UUID]
"""The id of what has the code: the one it has already, or a new one."""


@dataclass(frozen=True)
class Reading:
    """A file that is being read for a centre, with what its names stand for."""

    file: PlanFile
    plan_id: UUID
    centre: Organisation
    names: Names

    def assignments(self, id_of: IdOf) -> list[Assignment]:
        """The plan's assignments, without reasons: those are given later, not in the file."""
        return [
            Assignment(
                assignment_id=id_of(assignment.code),
                plan_id=self.plan_id,
                code=assignment.code,
                area=area,
                title=assignment.title_nb,
                commissioned=assignment.in_commission_letter,
                goals=tuple(map(_goal, assignment.result_goals)),
                tasks=tuple(map(self._task, assignment.tasks)),
            )
            for area, _, assignment in assignments_of(self.file)
        ]

    def planned_activities(self, id_of: IdOf) -> list[PlannedActivity]:
        """The plan's activities, repeats too.

        Raises:
            NotYetKnown: a place is none that the registry has told of; the errors say where it is named.
            Invalid: a name could mean several municipalities.
        """
        spellings, errors = spellings_of(self.file.places), list[FieldError]()
        planned = []
        for pointer, assignment, activity in activities_of(self.file):
            counties = [self.names.county(name) for name in activity.counties]
            units = [self.names.municipalities(name, spellings, self.centre) for name in activity.municipalities]
            errors += _unknown(f"{pointer}/counties", counties) + _unknown(f"{pointer}/municipalities", units)
            errors += _ambiguous(f"{pointer}/municipalities", units)
            codes = tuple(code for unit in units for code in sorted(unit))
            if not errors:
                planned.append(self._planned(activity, assignment, id_of, counties, codes))
        if errors:
            refusal = NotYetKnown if any(error.code == _UNKNOWN for error in errors) else Invalid
            raise refusal(errors=errors, retry_after_s=NOT_YET_S if refusal is NotYetKnown else None)
        return planned

    def _planned(
        self,
        activity: FileActivity,
        assignment: FileAssignment,
        id_of: IdOf,
        counties: Iterable[str | None],
        unit_codes: tuple[str, ...],
    ) -> PlannedActivity:
        lead = self.names.organisation(activity.lead)
        return PlannedActivity(
            planned_activity_id=id_of(activity.id),
            plan_id=self.plan_id,
            assignment_code=assignment.code,
            code=activity.id,
            title=activity.title_nb,
            kind=activity.kind,
            level=activity.level,
            status=activity.status,
            lead=activity.lead,
            lead_id=lead.organisation_id if lead else None,
            own=lead is not None and lead.organisation_id == self.centre.organisation_id,
            co_organisers=tuple(activity.co_organisers),
            county_codes=tuple(code for code in counties if code),
            unit_codes=unit_codes,
            period=_period(activity.period),
            quantity=tuple(each.model_dump(by_alias=True, exclude_none=True) for each in activity.quantity),
            duplicate_of=activity.duplicate_of,
        )

    def _task(self, task: FileTask) -> Task:
        owner = self.names.organisation(task.owner) if task.owner else self.centre
        is_everybodys = task.owner is not None and fold(task.owner) == fold(EACH_CENTRE)
        is_own = owner is not None and owner.organisation_id == self.centre.organisation_id
        return Task(code=task.id, text=task.text_nb, own=is_own or is_everybodys)


def publisher_of(file: PlanFile, names: Names) -> Organisation:
    """The centre whose plan it is.

    Raises:
        NotYetKnown: no organisation that the registry has told of has the name.
    """
    centre = names.organisation(file.source.publisher)
    if centre is None:
        errors = [FieldError("/source/publisher", code=_UNKNOWN)]
        raise NotYetKnown(errors=errors, retry_after_s=NOT_YET_S)
    return centre


def _unknown(pointer: str, found: Iterable[str | frozenset[str] | None]) -> list[FieldError]:
    return [FieldError(f"{pointer}/{position}", code=_UNKNOWN) for position, each in enumerate(found) if not each]


def _ambiguous(pointer: str, found: Iterable[frozenset[str]]) -> list[FieldError]:
    return [
        FieldError(f"{pointer}/{position}", code="ambiguous-name")
        for position, codes in enumerate(found)
        if len(codes) > 1
    ]


def _goal(goal: FileGoal) -> ResultGoal:
    return ResultGoal(
        code=goal.id,
        text=goal.text_nb,
        indicator=goal.indicator,
        comparator=goal.comparator,
        target_value=goal.target_value,
        unit=goal.unit,
        period=_period(goal.period) if goal.period else None,
    )


def _period(period: FilePeriod) -> Period:
    return Period(label=period.label, precision=period.precision, since=period.since, until=period.until)
