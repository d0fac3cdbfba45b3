"""A centre's focus municipalities and those it considers, with names, bars and what the reader can do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from gateway.queries import units_covered
from gateway.web.bars import Bar, share_bar
from gateway.web.parties import Reader
from services.contracts.names import sort_key
from services.contracts.registry import Organisation
from services.contracts.registry.agreements import Agreement, AgreementKind, AgreementStatus
from services.contracts.registry.focus import CountyShare, Criterion, FocusNomination, FocusStatus, Spread

UNDECIDED = (FocusStatus.nominated, FocusStatus.assessed)


@dataclass(frozen=True, slots=True)
class County:
    """A county's part, with the bar of its part of the focus municipalities and its part of the municipalities."""

    name: str
    share: CountyShare
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class FocusSteps:
    """What the reader may try. The registry judges."""

    assesses: bool
    decides: bool
    ends: bool


def place_of(country: Snapshot, nomination: FocusNomination) -> str:
    """What the unit was called when it was nominated."""
    return name_on(country, nomination.unit_code, nomination.nominated_on)


def name_on(country: Snapshot, code: str, on: date) -> str:
    """What a unit or county was called on a date, by its last name if it was none then."""
    if country.geography.valid(code, on):
        return country.geography.name(code, on)
    known = country.geography.units.get(code) or country.geography.counties.get(code)
    return known.names[-1].name if known is not None else code


def covered_units(country: Snapshot, centre: Organisation, on: date) -> list[tuple[str, str]]:
    """The municipalities that a centre may consider, by name; all where no coverage of it is told."""
    is_told = bool(centre.coverage or centre.unit_coverage)
    units = units_covered(country, centre, on) if is_told else country.geography.units_on(on)
    found = [(unit.code, f"{country.geography.name(unit.code, on)} ({unit.code})") for unit in units]
    return sorted(found, key=lambda each: (sort_key(each[1]), each[0]))


def about_unit(country: Snapshot, agreements: Iterable[Agreement], nomination: FocusNomination) -> list[Agreement]:
    """The agreements with focus municipalities that are in force and about the unit, by any code of its area."""
    meant = _area_of(country, nomination.unit_code, nomination.nominated_on)

    def is_about(agreement: Agreement) -> bool:
        edition = agreement.signed
        return edition is not None and any(
            not meant.isdisjoint(_area_of(country, code, nomination.nominated_on)) for code in edition.unit_codes
        )

    return [
        each
        for each in agreements
        if each.kind is AgreementKind.focus and each.status is AgreementStatus.in_force and is_about(each)
    ]


def counties(country: Snapshot, spread: Spread) -> Sequence[County]:
    """The counties of a spread, each with its bar where there is something to share."""
    return [
        County(
            name=name_on(country, each.county_code, spread.on),
            share=each,
            bar=None if each.share_after is None else share_bar(each.share_after, each.share_of_municipalities),
        )
        for each in spread.counties
    ]


def spread_of(nomination: FocusNomination) -> Spread | None:
    """The spread as it became, or as it would become when the unit was assessed."""
    told = nomination.designation or nomination.assessment
    return told.spread if told is not None else None


def fulfilled(nomination: FocusNomination) -> frozenset[Criterion]:
    """The criteria that were found to be fulfilled."""
    found = nomination.assessment.criteria if nomination.assessment is not None else ()
    return frozenset(each.criterion for each in found if each.is_fulfilled)


def focus_steps(nomination: FocusNomination, reader: Reader) -> FocusSteps:
    """What somebody can do with a nomination as it stands."""
    is_own = nomination.centre_id in reader.sides
    status = nomination.status
    return FocusSteps(
        assesses=is_own and reader.nominates and status in UNDECIDED,
        decides=is_own and reader.designates and status is FocusStatus.assessed,
        ends=is_own and reader.designates and status in (*UNDECIDED, FocusStatus.designated),
    )


def _area_of(country: Snapshot, code: str, on: date) -> frozenset[str]:
    if code not in country.geography.units:
        return frozenset((code,))
    return frozenset((code, *(branch.code for branch in country.geography.related(code, on))))
