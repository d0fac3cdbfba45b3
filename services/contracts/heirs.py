"""Where a fact at a code belongs in the country of another date. Pure; one definition for every part that asks."""

from datetime import date

from services.contracts.geography import Geography, UnknownCode
from services.contracts.lineage import Branch
from services.contracts.registry import ChangeKind

SAME_AREA = frozenset((ChangeKind.recode, ChangeKind.county_change))
"""Changes that give a place another code and leave it what it was."""


def main_branches(country: Geography, code: str, happened_on: date, on: date) -> tuple[Branch, ...]:
    """The ways from a code, as it was when something happened there, to a date, smaller areas apart.

    What was entered on a code before it was known to have ended, or never to have been, still has a way. Several ways
    mean that nobody can say where the fact belongs; none, that the code is unknown or ended in nothing.
    """
    if country.is_undone(code):
        return country.instead_of(code, on)
    try:
        if not country.valid(code, happened_on):
            return country.related(code, on)
        if happened_on <= on:
            branches = country.successors(code, happened_on, on)
        else:
            branches = country.predecessors(code, happened_on, on)
    except UnknownCode:
        return ()
    return tuple(branch for branch in branches if branch.relation.is_main)


def is_same_area(country: Geography, branch: Branch) -> bool:
    """Whether the place at the end of the way is the one at its beginning, perhaps under another code."""
    return all(
        any(
            (change.old_code, change.new_code) == step and change.kind in SAME_AREA
            for change in country.changes_of(step[0])
        )
        for step in zip(branch.path, branch.path[1:], strict=False)
    )
