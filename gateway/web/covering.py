"""Who covers a municipality, told once each: a county that only got another number does not end a centre's time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from gateway.resources import Covering
from services.contracts.geography import COMPLETE_FROM
from services.contracts.names import sort_key
from services.contracts.registry import CENTRE_KINDS, OrganisationKind


@dataclass(frozen=True, slots=True)
class Cover:
    """An organisation and an unbroken time in which it covers a municipality. No themes: all of them."""

    name: str
    reference: str | None
    kind: OrganisationKind | None
    themes: tuple[str, ...]
    since: date | None
    """Empty: since before the tables begin."""
    last_day: date | None
    """Empty: no end is known."""
    is_current: bool
    is_confirmed: bool
    source: str | None
    certainty: str | None

    @property
    def is_centre(self) -> bool:
        """It is a competence centre."""
        return self.kind in CENTRE_KINDS


def covers(country: Snapshot, coverings: Iterable[Covering], on: date) -> tuple[Cover, ...]:
    """The times in which organisations cover a municipality, in the order of their names."""
    alike: dict[tuple[str, tuple[str, ...]], list[Covering]] = defaultdict(list)
    for each in sorted(coverings, key=lambda each: each.valid_from):
        alike[str(each.organisation.organisation_id), each.themes].append(each)
    told = [_cover(country, unbroken, on) for times in alike.values() for unbroken in _unbroken(times)]
    return tuple(sorted(told, key=lambda cover: (sort_key(cover.name), cover.since or date.min)))


def _unbroken(times: Sequence[Covering]) -> list[list[Covering]]:
    """Times in the order of their beginnings, those together that touch or overlap."""
    runs: list[list[Covering]] = []
    for time in times:
        if runs and any(each.valid_to is None or time.valid_from <= each.valid_to for each in runs[-1]):
            runs[-1].append(time)
        else:
            runs.append([time])
    return runs


def _cover(country: Snapshot, run: Sequence[Covering], on: date) -> Cover:
    newest = run[-1]
    known = country.organisations.get(newest.organisation.organisation_id)
    ends = [each.valid_to for each in run]
    until = None if None in ends else max(end for end in ends if end is not None)
    return Cover(
        name=newest.organisation.name,
        reference=known.reference if known else None,
        kind=newest.organisation.kind,
        themes=newest.themes,
        since=run[0].valid_from if run[0].valid_from >= COMPLETE_FROM else None,
        last_day=until - date.resolution if until is not None else None,
        is_current=run[0].valid_from <= on and (until is None or on < until),
        is_confirmed=newest.confirmed_on is not None,
        source=newest.source,
        certainty=newest.certainty,
    )
