"""To undo changes: the codes that ended by them live again, and those that came with them alone never were."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.contracts.geography import Geography
from services.contracts.registry import Amendment, ChangeKind, GeographicChange
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.draft import (
    Draft,
    is_main,
    key_of,
    living_again,
    undone_now,
    without_name_of,
)
from services.registry.domain.geography_refusals import (
    AlreadyUndone,
    LaterChange,
    UndoneInPart,
    refuse,
)
from services.registry.domain.homes import require_homes


def undone(country: Geography, change_ids: Sequence[UUID], *, today: date) -> tuple[Amendment, ...]:
    """The compensation of recorded changes, all at once.

    Raises:
        Invalid: one of them is not known, or named twice.
        AlreadyUndone: one of them is.
        UndoneInPart: of the changes that ended a code, some would be undone and some not.
        LaterChange: something later builds upon them.
        PlaceLeftBehind: a unit would lie in a county or municipality that ended, or never was.
    """
    chosen = _chosen(country, change_ids)
    _require_whole(country, chosen, change_ids)
    draft = Draft.of(country)
    for change in chosen:
        draft.changes[key_of(change)] = undone_now(change, today)
    for change in chosen:
        place = draft.find(change.level, change.old_code)
        if place is not None and is_main(change):
            draft.put(living_again(place))
        elif place is not None and change.kind is ChangeKind.rename:
            draft.put(without_name_of(place, change.effective_on))
    _undo_what_came(draft, chosen, today)
    _require_nothing_later(draft, chosen)
    require_homes(draft.country, "/change_ids")
    return draft.amendments(country)


def _chosen(country: Geography, change_ids: Sequence[UUID]) -> list[GeographicChange]:
    standing = {change.change_id: change for change in country.changes}
    gone = {change.change_id for change in country.undone_changes}
    refuse(AlreadyUndone, [_at(number) for number, change_id in enumerate(change_ids) if change_id in gone])
    wrong = [
        FieldError(_at(number), code="named-twice" if change_id in standing else "no-such-thing")
        for number, change_id in enumerate(change_ids)
        if change_id not in standing or change_id in change_ids[:number]
    ]
    if wrong:
        raise Invalid(errors=wrong)
    return [standing[change_id] for change_id in change_ids]


def _at(number: int) -> str:
    return f"/change_ids/{number}"


def _require_whole(country: Geography, chosen: Sequence[GeographicChange], change_ids: Sequence[UUID]) -> None:
    """A code either lives on or does not: the changes that ended it go together."""
    ends = {(change.old_code, change.effective_on) for change in chosen if is_main(change)}
    together = [
        change
        for change in country.changes
        if is_main(change) and (change.old_code, change.effective_on) in ends and change.change_id not in change_ids
    ]
    codes = {change.old_code for change in together}
    pointers = [_at(number) for number, change in enumerate(chosen) if change.old_code in codes]
    refuse(UndoneInPart, pointers, changes=[str(change.change_id) for change in together])


def _undo_what_came(draft: Draft, chosen: Sequence[GeographicChange], today: date) -> None:
    """A code that began on the day of these changes, and by them alone, never was."""
    led_to = {(change.new_code, change.effective_on) for change in draft.country.changes}
    for change in chosen:
        place = draft.find(change.level, change.new_code)
        began = (change.new_code, change.effective_on)
        if place is not None and place.valid_from == change.effective_on and began not in led_to:
            draft.put(undone_now(place, today))


def _require_nothing_later(draft: Draft, chosen: Sequence[GeographicChange]) -> None:
    """What still stands needs the codes that it names: none of them may be gone, or what it restores live on."""
    after = draft.country
    alive = {change.old_code for change in chosen if is_main(change)}
    needed = {code for change in after.changes for code in (change.old_code, change.new_code) if after.is_undone(code)}
    needed |= {change.restores for change in after.changes if change.restores in alive and change.restores is not None}
    built_upon = [number for number, change in enumerate(chosen) if needed & {change.old_code, change.new_code}]
    refuse(LaterChange, map(_at, built_upon), codes=sorted(needed))
