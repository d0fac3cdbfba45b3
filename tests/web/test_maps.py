"""The map: what is drawn together on which date, and how lines that neighbours share stay shared."""

from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise

import pytest

from deploy.map.derive import ATTRIBUTION, codes_today, read_country
from deploy.map.lines import Shape, simplified, topology
from gateway.web.inside import clearest_point
from gateway.web.map_areas import counties_of_shapes, map_areas, tints
from gateway.web.maps import TINTS, country_map, county_map, neighbours
from gateway.web.outlines import FILE, NORWAY
from services.contracts.geography import Geography

TODAY = date(2026, 11, 20)
EVERY_YEAR = [date(year, 1, 1) for year in range(2002, 2027)]


@cache
def country() -> Geography:
    return read_country()


def names(code_or_codes: frozenset[str], on: date) -> list[str]:
    return sorted(country().name(code, on) for code in code_or_codes)


def test_the_file_is_small_and_says_whose_it_is():
    assert FILE.stat().st_size <= 200_000
    assert f'"attribution":"{ATTRIBUTION}"' in FILE.read_text("utf-8")


def test_every_municipality_of_today_has_a_shape_and_only_two_share_one():
    assert set(NORWAY.shape_of) == {unit.code for unit in country().units_on(TODAY)}
    assert [shape.codes for shape in NORWAY.shapes if len(shape.codes) > 1] == [("1508", "1580")]


def test_every_municipality_of_the_package_has_its_numbers_of_today_from_our_own_tables():
    today = codes_today(country())
    assert len(today) == 356
    assert today["5412"] == ("5512",)  # Tjeldsund
    assert today["1507"] == ("1508", "1580")
    assert {code for codes in today.values() for code in codes} == set(NORWAY.shape_of)


def test_no_two_shapes_leave_a_gap_or_lie_on_each_other():
    """A line is used by one shape or by two, and those two walk it opposite ways: that leaves nothing between them."""
    walked = Counter(number for shape in NORWAY.shapes for ring in shape.rings for number in ring)
    assert max(walked.values()) == 1


def test_rings_close():
    for ring in NORWAY.rings(NORWAY.all):
        steps = [abs(x2 - x1) + abs(y2 - y1) for (x1, y1), (x2, y2) in pairwise((*ring, ring[0]))]
        assert len(ring) > 2
        assert all(steps)


@pytest.mark.parametrize("on", EVERY_YEAR, ids=str)
def test_every_municipality_of_a_date_lies_in_one_area_and_every_shape_too(on: date):
    areas = map_areas(country(), NORWAY, on)
    codes = [code for area in areas for code in area.codes]
    shapes = [shape for area in areas for shape in area.shapes]
    assert sorted(codes) == [unit.code for unit in country().units_on(on)]
    assert sorted(shapes) == sorted(NORWAY.all)


def test_what_has_merged_since_is_one_area():
    on = date(2016, 6, 1)
    tromso = next(area for area in map_areas(country(), NORWAY, on) if "1928" in area.codes)
    assert names(tromso.codes, on) == ["Berg", "Lenvik", "Torsken", "Tranøy"]
    assert [NORWAY.shapes[at].codes for at in tromso.shapes] == [("5530",)]


def test_what_was_divided_since_is_one_area_of_several_shapes():
    on = date(2016, 6, 1)
    snillfjord = next(area for area in map_areas(country(), NORWAY, on) if "1613" in area.codes)
    assert sorted(NORWAY.shapes[at].codes for at in snillfjord.shapes) == [("5055",), ("5056",), ("5059",)]


def test_alesund_and_haram_are_drawn_together_and_the_map_says_why():
    shown = county_map(country(), "15", TODAY)
    assert [(each.names, each.is_without_border) for each in shown.together] == [(("Haram", "Ålesund"), True)]
    assert {row.number for row in shown.rows if row.name in ("Haram", "Ålesund")} == {"7"}
    before = county_map(country(), "15", date(2019, 6, 1))
    alesund = next(each for each in before.together if "Ålesund" in each.names)
    assert alesund.names == ("Haram", "Sandøy", "Skodje", "Ørskog", "Ålesund")
    assert not alesund.is_without_border


@pytest.mark.parametrize(("on", "counties", "municipalities"), [(date(2016, 6, 1), 19, 428), (TODAY, 15, 357)])
def test_the_country_shows_every_county_of_the_date(on: date, counties: int, municipalities: int):
    shown = country_map(country(), on)
    assert len(shown.rows) == counties
    assert shown.municipalities == municipalities
    assert sorted(area.label for area in shown.picture.areas if area.label) == sorted(
        county.code for county in country().counties_on(on)
    )


def test_what_lay_in_two_counties_has_the_colour_of_none():
    on = date(2016, 6, 1)
    mixed = [area.names for area in country_map(country(), on).picture.areas if area.tint is None]
    assert ("Nordland", "Troms") in mixed  # Tjeldsund and Skånland
    together = [each.names for each in country_map(country(), on).straddling]
    assert ("Skånland", "Tjeldsund") in together
    assert country_map(country(), TODAY).straddling == ()


def test_neighbouring_counties_have_different_colours():
    counties = counties_of_shapes(country(), NORWAY, TODAY)
    beside: dict[str, set[str]] = {}
    for one, others in NORWAY.neighbours.items():
        for other in others:
            beside.setdefault(min(counties[one]), set()).update(counties[other] - counties[one])
    chosen = tints(beside, TINTS)
    assert all(chosen[one] != chosen[other] for one, others in beside.items() for other in others)


def test_the_table_of_a_county_is_in_norwegian_order():
    rows = [row.name for row in county_map(country(), "18", TODAY).rows]
    assert rows[:3] == ["Alstahaug", "Andøy", "Beiarn"]
    assert rows[-3:] == ["Værøy", "Vågan", "Øksnes"]


def test_neighbours_are_told_in_words():
    beside = neighbours(country(), "5612", TODAY)
    assert (beside.names, beside.are_all) == (("Alta", "Karasjok", "Kvænangen", "Nordreisa"), True)


@pytest.mark.parametrize(
    ("code", "on", "names"),
    [
        ("1546", date(2016, 6, 1), ()),  # Sandøy: islands, drawn together with Ålesund
        ("1508", TODAY, ()),  # the map does not know what of Ålesund is Haram
        ("1924", date(2016, 6, 1), ("Balsfjord", "Bardu", "Storfjord", "Sørreisa")),  # and Lenvik
        ("1578", TODAY, ("Rauma", "Skjåk", "Stranda", "Sykkylven", "Vestnes")),  # Fjord: and Ålesund
    ],
)
def test_a_border_on_land_that_the_map_of_today_cannot_show_is_not_told(code: str, on: date, names: tuple[str, ...]):
    beside = neighbours(country(), code, on)
    assert (beside.names, beside.are_all) == (names, False)


def test_the_number_of_an_area_stands_inside_it():
    bay = ((0, 0), (100, 0), (100, 100), (90, 100), (90, 10), (0, 10))
    x, y = clearest_point(bay)
    assert (y <= 10 and 0 <= x <= 100) or (90 <= x <= 100)


def test_a_border_that_two_share_is_one_line_before_and_after_it_is_simplified():
    wiggle = [(10, y) if y % 2 else (11, y) for y in range(11)]
    left = Shape(("left",), [[(0, 0), *wiggle, (0, 10)]])
    right = Shape(("right",), [[(20, 10), *reversed(wiggle), (20, 0)]])
    lines, outlines = topology([left, right])
    assert len(lines) == 3
    fewer, same = simplified(lines, outlines, kept_share=0.5)
    walked = [number for _, rings in same for ring in rings for number in ring]
    assert [number for number in walked if ~number in walked and number >= 0] != []
    assert sum(map(len, fewer)) < sum(map(len, lines))
    assert [rings for _, rings in same] == [rings for _, rings in outlines]


def test_small_islands_are_left_out_but_never_a_whole_area():
    large = [(0, 0), (100, 0), (100, 100), (0, 100)]
    small = [(200, 0), (203, 0), (203, 3), (200, 3)]
    lines, outlines = topology([Shape(("both",), [large, small]), Shape(("small",), [_moved(small)])])
    _, outlines = simplified(lines, outlines, kept_share=1)
    assert {codes: len(rings) for codes, rings in outlines} == {("both",): 1, ("small",): 1}


def _moved(ring: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(x + 50, y) for x, y in ring]
