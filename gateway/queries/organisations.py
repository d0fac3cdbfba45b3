"""Organisations from the snapshot in memory: by kind and name, and by what they cover on a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from gateway.queries.coverage import covers
from services.contracts.names import fold
from services.contracts.registry import (
    CoreArea,
    Coverage,
    Mandate,
    Membership,
    Organisation,
    OrganisationKind,
    UnitCoverage,
)


@dataclass(frozen=True, slots=True)
class WantedOrganisations:
    """Which organisations; empty fields do not narrow. ``on`` asks for those that were there on the date."""

    kind: OrganisationKind | None = None
    words: str | None = None
    mandate: Mandate | None = None
    core_area: CoreArea | None = None
    county: str | None = None
    unit: str | None = None
    theme: str | None = None
    on: date | None = None

    @property
    def asks_for_coverage(self) -> bool:
        """Whether what an organisation covers decides."""
        return any(each is not None for each in (self.county, self.unit, self.theme))

    def fits(self, organisation: Organisation) -> bool:
        """Whether it is one of these, whatever it covers. A record that was given up for another never is."""
        return (
            organisation.merged_into is None
            and self.kind in (None, organisation.kind)
            and (self.mandate is None or self.mandate in organisation.mandates)
            and (self.core_area is None or self.core_area in organisation.core_areas)
            and (self.on is None or was_there(organisation, self.on))
        )


def organisations(snapshot: Snapshot, wanted: WantedOrganisations, today: date) -> Sequence[Organisation]:
    """Organisations by their reference; the words are looked for in names, aliases and references.

    Raises:
        UnknownCode, NotValidOn: there is no such county or unit on the date, today if none is named.
    """
    words = fold(wanted.words) if wanted.words else ""
    found = [
        organisation
        for organisation in snapshot.organisations_by_reference
        if wanted.fits(organisation) and (not words or any(words in fold(each) for each in _called(organisation)))
    ]
    if not wanted.asks_for_coverage:
        return found
    on = wanted.on or today
    areas = snapshot.areas(wanted.unit, on) if wanted.unit is not None else None
    if wanted.county is not None:
        snapshot.geography.county(wanted.county, on)
    return [
        organisation
        for organisation in found
        if was_there(organisation, on)
        and covers(organisation, on, snapshot.geography, areas=areas, county=wanted.county, theme=wanted.theme)
    ]


def organisation_on(organisation: Organisation, on: date) -> Organisation | None:
    """The organisation with what it covered and who was part of it on the date; none if it was not there then."""
    if not was_there(organisation, on):
        return None
    dated = {name: tuple(each for each in getattr(organisation, name) if _holds(each, on)) for name in _DATED}
    return organisation.model_copy(update=dated)


def was_there(organisation: Organisation, on: date) -> bool:
    """Whether the organisation existed on the date, as far as that is recorded."""
    began, ended = organisation.valid_from, organisation.valid_to
    return (began is None or began <= on) and (ended is None or on < ended)


_DATED = ("coverage", "unit_coverage", "members")


def _holds(dated: Coverage | UnitCoverage | Membership, on: date) -> bool:
    return dated.valid_from <= on and (dated.valid_to is None or on < dated.valid_to)


def _called(organisation: Organisation) -> tuple[str, ...]:
    return (organisation.name, organisation.reference, *organisation.aliases)
