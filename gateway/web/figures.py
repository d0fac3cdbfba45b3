"""An indicator as a card of the report: its figures with names for their parts, and what belongs to it, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.catalogue import Snapshot
from gateway.web import formats, words
from gateway.web.language import TEXTS
from gateway.web.reporting import Measured
from services.contracts.names import sort_key
from services.contracts.problems import Language
from services.contracts.reporting import Figure


def _(text: str) -> str:
    """Mark a text for the catalogues."""
    return text


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a breakdown: a county, a level or a scheme."""

    name: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Remark:
    """A figure that belongs to the indicator, as a name and a value in words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class NamedPlaces:
    """A list of municipalities that belongs to the indicator, for example those that are missing."""

    name: str
    places: tuple[tuple[str, str], ...]
    """Code and name."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What one municipality was awarded, in øre."""

    code: str
    name: str
    awarded_ore: int


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator as the report shows it."""

    figure: Figure
    parts: tuple[Part, ...]
    by: str | None
    remarks: tuple[Remark, ...]
    places: tuple[NamedPlaces, ...]
    sums: tuple[Sum, ...]
    """By municipality, in Norwegian order; empty where the indicator is no money."""


REMARKS: Mapping[str, str] = {
    "forecast": _("Prognose med det som er avtalt for første gang"),
    "agreed": _("Avtalt for året"),
    "agreed_first_time": _("Av dem for første gang"),
    "surveys_expected": _("Kartlegginger ventet i året"),
    "rounds": _("Runder i alt"),
    "by_letter": _("Nådd med brev"),
    "offered": _("Kommuner som har fått tilbudet, på stedet eller på skjerm"),
    "invited": _("Inviterte kommuner"),
    "own_arrangements": _("Kommuner med eget opplegg"),
    "guests": _("Gjester, telles ikke som kommuner"),
    "introductory": _("Innføringskurs"),
    "introductory_days": _("Dager i innføringskurs"),
    "advanced": _("Fordypningskurs"),
    "offers": _("Tilbud i alt"),
    "municipalities": _("Kommuner som tilbudene gjelder for"),
    "awards": _("Tildelinger"),
    "designated": _("Utpekt i året"),
    "refused": _("Avslått i året"),
    "criteria_assessed": _("Kriterier vurdert i året"),
    "assignments": _("Oppdrag"),
    "assignments_with_reason": _("Oppdrag uten aktivitet, med skriftlig begrunnelse"),
    "goals": _("Resultatmål"),
    "tasks": _("Oppgaver"),
    "own_tasks": _("Av dem senterets egne"),
    "planned_activities": _("Planlagte aktiviteter, medregnet gjentakelser"),
    "repeats": _("Gjentakelser som ikke telles"),
    "with_overdose_problems": _("Kommuner med overdoseproblemer"),
}
"""The figures that reporting gives beside the main one, in the order in which they are shown."""

PLACES: Mapping[str, str] = {
    "missing": _("Kommuner som mangler"),
    "uninformed": _("Kommuner som ikke er informert"),
    "without_offer": _("Kommuner uten tilbud"),
    "not_offered": _("Kommuner som ikke har fått tilbudet"),
    "undecided": _("Delte kommuner uten oppgitt fordeling, telles ikke"),
    "divided": _("Delte kommuner, der beløpet er fordelt etter registrerte andeler"),
    "approximate": _("Kommuner som har avgitt eller fått et mindre område, der hele beløpet følger resten"),
}
"""Lists of municipalities, with names or as codes alone."""

PARTED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "by_channel": (_("Nådd etter kanal"), words.CHANNELS),
    "begun_by_kind": (_("Har begynt med"), words.MILESTONES),
    "not_held_by_status": (_("Ikke gjennomført, slik de står i planen"), words.PLAN_STATUSES),
}
"""Counts by slug, and the words for the slugs."""


def card(measured: Measured, country: Snapshot, language: Language) -> Card:
    """The indicator with everything on it named in the reader's language."""
    figure = measured.whole
    return Card(
        figure=figure,
        parts=tuple(Part(_part_name(part, measured, country, language), part) for part in measured.parts),
        by=measured.by,
        remarks=tuple(_remarks(figure.extra, language)),
        places=tuple(_places(figure.extra, country, language)),
        sums=tuple(
            sorted((Sum(**each) for each in figure.extra.get("by_unit", ())), key=lambda each: sort_key(each.name))
        ),
    )


def _part_name(part: Figure, measured: Measured, country: Snapshot, language: Language) -> str:
    name = part.by or ""
    if measured.by == "county" and country.geography.valid(name, part.geography):
        return country.geography.name(name, part.geography)
    if measured.by == "level" and name in words.LEVELS:
        return TEXTS[language].gettext(words.LEVELS[name])
    for scheme in measured.whole.extra.get("schemes", []):
        if scheme["scheme_id"] == name:
            told = scheme["name"]
            return f"{told.get(language) or next(filter(None, told.values()))} ({scheme['chapter']}.{scheme['item']})"
    return name


def _remarks(extra: Mapping[str, Any], language: Language) -> Iterator[Remark]:
    for key, name in REMARKS.items():
        value = extra.get(key)
        if isinstance(value, dict) and value.get("value") is not None:
            shown = formats.percent(value["value"], language)
            told = TEXTS[language].gettext("%(part)s av %(whole)s") % {
                "part": formats.number(value["numerator"], language),
                "whole": formats.number(value["denominator"], language),
            }
            yield Remark(TEXTS[language].gettext(name), f"{shown} ({told})")
        elif isinstance(value, int):
            yield Remark(TEXTS[language].gettext(name), formats.number(value, language))
    for key, (name, slugs) in PARTED.items():
        if counts := extra.get(key):
            parts = (
                f"{_called(slug, slugs, language)} {formats.number(part, language)}" for slug, part in counts.items()
            )
            yield Remark(TEXTS[language].gettext(name), ", ".join(parts))


def _called(slug: str, slugs: Mapping[str, str], language: Language) -> str:
    return TEXTS[language].gettext(slugs[slug]) if slug in slugs else words.spelled(slug).lower()


def _places(extra: Mapping[str, Any], country: Snapshot, language: Language) -> Iterator[NamedPlaces]:
    for key, name in PLACES.items():
        if listed := extra.get(key):
            yield NamedPlaces(TEXTS[language].gettext(name), tuple(_place(each, country) for each in listed))


def _place(told: Any, country: Snapshot) -> tuple[str, str]:
    """Code and name of a municipality that is told with its name, or as a code alone."""
    if isinstance(told, str):
        known = country.geography.units.get(told) or country.geography.undone_units[told]
        return told, known.names[-1].name
    return told["code"], told["name"]
