"""A figure of reporting as a card of the report: who is named beside it, and how."""

from datetime import date
from typing import Any

from gateway.catalogue import Snapshot
from gateway.web.figures import Card, card
from gateway.web.reporting import Measured
from services.contracts.geography import Geography
from services.contracts.problems import Language
from services.contracts.registry import PlaceName, Unit, UnitKind
from services.contracts.reporting import Figure, IndicatorDefinition
from tests.unit.reporting_world import country

DAY = date(2024, 1, 1)


def awards(language: Language = "nb", of: Geography | None = None, **extra: Any) -> Card:
    """The card of what was awarded, with something beside it."""
    figure = Figure(
        figure_id="a", indicator="awarded_per_scheme", label={"nb": "Tildelt"}, numerator=0, unit="ore",
        basis="awarded", geography=DAY, as_of=DAY, extra=extra,
    )  # fmt: skip
    definition = IndicatorDefinition(indicator=figure.indicator, label=figure.label, unit="ore", basis="awarded")
    return card(Measured(definition, figure, (), None), Snapshot(of or country()), language)


def test_sums_stand_in_norwegian_order():
    told = awards(by_unit=[{"code": code, "name": name, "awarded_ore": 1} for code, name in (
        ("1508", "Ålesund"), ("1580", "Haram"), ("1577", "Volda"), ("1868", "Øksnes"))])  # fmt: skip
    assert [each.name for each in told.sums] == ["Haram", "Volda", "Øksnes", "Ålesund"]
    assert awards().sums == ()


def test_who_was_divided_moved_in_part_or_not_placed_is_named():
    told = awards(divided=["1507"], undecided=["1850"], approximate=["1439"])
    assert {each.name: each.places for each in told.places} == {
        "Delte kommuner uten oppgitt fordeling, telles ikke": (("1850", "Tysfjord"),),
        "Delte kommuner, der beløpet er fordelt etter registrerte andeler": (("1507", "Ålesund"),),
        "Kommuner som har avgitt eller fått et mindre område, der hele beløpet følger resten": (("1439", "Vågsøy"),),
    }
    assert [each.name for each in awards("nn", divided=["1507"]).places] == [
        "Delte kommunar, der beløpet er fordelt etter registrerte delar"
    ]


def test_a_municipality_that_never_was_is_named_too():
    names = (PlaceName(name="Prøvestad", valid_from=date(2016, 7, 1)),)
    never_was = Unit(
        code="1899", kind=UnitKind.municipality, names=names, valid_from=date(2016, 7, 1), undone_on=date(2016, 12, 24)
    )
    told = awards(of=Geography([never_was]), undecided=["1899"])
    assert [each.places for each in told.places] == [(("1899", "Prøvestad"),)]
