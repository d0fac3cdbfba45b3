"""Whose contacts a municipality sees, over every change that the country has seen since 2002."""

from collections import defaultdict
from datetime import date

import pytest

from services.contracts.lineage import Relation
from services.contracts.registry import UnitKind
from services.registry.domain.contact_places import codes_of
from tests.unit.test_geography import COUNTRY

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(("code", "codes"), [
    ("5501", {"1902", "5401", "5501"}),
    ("1902", {"1902", "5401", "5501"}),
    ("5512", {"1852", "1913", "5412", "5512"}),
    ("1580", {"1534", "1580"}),
    ("1850", {"1850"}),
    ("9999", {"9999"}),
])  # fmt: skip
def test_a_municipality_sees_what_became_it_whole(code: str, codes: set[str]):
    assert codes_of(COUNTRY, code, TODAY) == codes


def test_nobody_is_seen_by_two_municipalities_of_today():
    seen: dict[str, list[str]] = defaultdict(list)
    for unit in COUNTRY.units_on(TODAY):
        for code in codes_of(COUNTRY, unit.code, TODAY):
            seen[code].append(unit.code)
    assert {code: by for code, by in seen.items() if len(by) > 1} == {}
    unseen = {code for code, unit in COUNTRY.units.items() if unit.kind is UnitKind.municipality} - seen.keys()
    divided = {
        code for code in unseen if any(branch.relation is Relation.split for branch in COUNTRY.related(code, TODAY))
    }
    assert unseen == divided
    assert "1850" in divided


def test_a_municipality_sees_its_city_districts():
    oslo = codes_of(COUNTRY, "0301", TODAY)
    districts = {unit.code for unit in COUNTRY.units.values() if unit.parent_code == "0301"}
    assert districts
    assert oslo == {"0301", *districts}
