"""Municipality groups, towns and regions, and regional representatives, each seen from a date."""

from collections.abc import Iterable, Sequence
from datetime import date

from gateway.catalogue import Snapshot
from gateway.resources import LocalityOn, RepresentativeNamed
from services.contracts.geography import Geography
from services.contracts.names import fold
from services.contracts.registry import Locality, MunicipalityGroup, MunicipalityGroupOn, Region, Representative


def groups(snapshot: Snapshot, on: date, unit: str | None = None) -> Sequence[MunicipalityGroupOn]:
    """The groups with their municipalities of the date, or those that a unit is in then, by their reference.

    Raises:
        UnknownCode, NotValidOn: there is no such unit on the date.
    """
    if unit is not None:
        snapshot.geography.unit(unit, on)
    found = [group_on(snapshot, group, on) for group in snapshot.groups]
    return [group for group in found if unit is None or unit in group.unit_codes]


def group_on(snapshot: Snapshot, group: MunicipalityGroup, on: date) -> MunicipalityGroupOn:
    """A group with the codes of the date for its members of the date."""
    members = (
        member.unit_code
        for member in group.members
        if member.valid_from <= on and (member.valid_to is None or on < member.valid_to)
    )
    codes = _codes_on(snapshot.geography, members, on)
    counties = {snapshot.geography.county_of(code, on) for code in codes}
    return MunicipalityGroupOn(
        **group.model_dump(),
        on=on,
        unit_codes=codes,
        county_codes=tuple(sorted(county for county in counties if county is not None)),
    )


def localities(snapshot: Snapshot, on: date, words: str | None = None) -> Sequence[LocalityOn]:
    """Towns and regions by their reference, or those whose name or other name holds the words."""
    wanted = fold(words) if words else ""
    return [
        LocalityOn(**locality.model_dump(), on=on, units=_codes_on(snapshot.geography, locality.unit_codes, on))
        for locality in snapshot.localities
        if not wanted or any(wanted in fold(name) for name in _called(locality))
    ]


def representatives(
    snapshot: Snapshot, region: Region | None = None, on: date | None = None
) -> Sequence[RepresentativeNamed]:
    """Every election, by its id; with a date those who had the seat of their region then."""
    return [
        representative_named(snapshot, each)
        for each in snapshot.representatives
        if region in (None, each.region) and (on is None or _has_seat(each, on))
    ]


def representative_on(representative: Representative, on: date) -> Representative | None:
    """An election and its seat as they stood at the end of the date; none before it was called."""
    if on < representative.called_on:
        return None
    began, ended = representative.valid_from, representative.valid_to
    return representative.model_copy(
        update={
            "votes": tuple(vote for vote in representative.votes if vote.voted_on <= on),
            "elected_id": representative.elected_id if began is not None and began <= on else None,
            "valid_from": began if began is not None and began <= on else None,
            "valid_to": ended if ended is not None and ended <= on else None,
        }
    )


def representative_named(snapshot: Snapshot, representative: Representative) -> RepresentativeNamed:
    """An election with the name of the centre that was elected."""
    elected = representative.elected_id
    return RepresentativeNamed(**representative.model_dump(), elected=snapshot.named(elected) if elected else None)


def _has_seat(representative: Representative, on: date) -> bool:
    began, ended = representative.valid_from, representative.valid_to
    return began is not None and began <= on and (ended is None or on < ended)


def _codes_on(geography: Geography, codes: Iterable[str], on: date) -> tuple[str, ...]:
    """The codes of the date that have the area of these. One that is not known yet has none."""
    known = (code for code in codes if code in geography.units)
    return tuple(sorted({branch.code for code in known for branch in geography.related(code, on)}))


def _called(locality: Locality) -> tuple[str, ...]:
    return (locality.name, locality.reference, *locality.aliases)
