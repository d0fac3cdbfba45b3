"""What is wrong in a plan's file that its columns do not show: ids used twice, misplaced, or referring to nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from services.contracts.geography import COMPLETE_FROM
from services.contracts.plan_file import FileActivity, FileAssignment, FileGoal, FileTask, PlanFile
from services.kernel.problems import FieldError, Invalid


def check(file: PlanFile) -> None:
    """Refuse a file that contradicts itself or is older than the tables of places, and say where.

    Raises:
        Invalid: an id is used twice or stands under another assignment, a repeat refers to nothing that is counted, or
            nobody can tell which places there were in the plan's year.
    """
    errors = [*_too_early(file), *_repeated(_ids(file)), *_misplaced(file), *_dangling(file)]
    if errors:
        raise Invalid(errors=errors)


def assignments_of(file: PlanFile) -> Iterator[tuple[str, str, FileAssignment]]:
    """Each assignment with the code of its area and the pointer to where it stands."""
    for number, area in enumerate(file.areas):
        for position, assignment in enumerate(area.assignments):
            yield area.code, f"/areas/{number}/assignments/{position}", assignment


def activities_of(file: PlanFile) -> Iterator[tuple[str, FileAssignment, FileActivity]]:
    """Each activity with its assignment and the pointer to where it stands."""
    for _, pointer, assignment in assignments_of(file):
        for position, activity in enumerate(assignment.activities):
            yield f"{pointer}/activities/{position}", assignment, activity


def _too_early(file: PlanFile) -> Iterator[FieldError]:
    if date(file.source.plan_year, 1, 1) < COMPLETE_FROM:
        yield FieldError("/source/plan_year", code="before-the-tables")


def _ids(file: PlanFile) -> Iterator[tuple[str, str]]:
    """Every id in the file with where it stands."""
    for number, area in enumerate(file.areas):
        yield f"/areas/{number}/code", f"area {area.code}"
    for _, pointer, assignment in assignments_of(file):
        yield f"{pointer}/code", assignment.code
        yield from _parts(pointer, assignment)


def _parts(pointer: str, assignment: FileAssignment) -> Iterator[tuple[str, str]]:
    parts: dict[str, Sequence[FileGoal | FileTask | FileActivity]] = {
        "result_goals": assignment.result_goals,
        "tasks": assignment.tasks,
        "activities": assignment.activities,
    }
    for name, listed in parts.items():
        for position, each in enumerate(listed):
            yield f"{pointer}/{name}/{position}/id", each.id


def _repeated(ids: Iterable[tuple[str, str]]) -> Iterator[FieldError]:
    seen = set()
    for pointer, found in ids:
        if found in seen:
            yield FieldError(pointer, code="repeated-id")
        seen.add(found)


def _misplaced(file: PlanFile) -> Iterator[FieldError]:
    for _, pointer, assignment in assignments_of(file):
        for where, found in _parts(pointer, assignment):
            if found.partition("-")[0] != assignment.code:
                yield FieldError(where, code="another-assignment")


def _dangling(file: PlanFile) -> Iterator[FieldError]:
    counted = {activity.id for _, _, activity in activities_of(file) if activity.duplicate_of is None}
    for pointer, _, activity in activities_of(file):
        if activity.duplicate_of is not None and activity.duplicate_of not in counted:
            yield FieldError(f"{pointer}/duplicate_of", code="unknown-reference")
