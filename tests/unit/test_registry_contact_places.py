"""Where a contact may be, and whose contacts a municipality sees over every change of the country since 2002."""

from collections import defaultdict
from datetime import date
from uuid import UUID

import pytest

from services.contracts.lineage import Relation
from services.contracts.registry import UnitKind
from services.contracts.registry.contact_requests import RegisterContact
from services.kernel.problems import Invalid, Problem
from services.registry.domain.contact_places import codes_of
from services.registry.domain.contacts import require_place
from services.registry.domain.organisations import OrganisationIsMerged
from services.registry.domain.refusals import UnitNotValid, UnknownOrganisation, UnknownUnit
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


BODY, KEPT = UUID(int=1), UUID(int=2)


def told(**place: object) -> RegisterContact:
    return RegisterContact.model_validate(
        {
            "name": "Kari", "phone": "77665544", "language": "nb", "source": "a list", "lawful_basis": "consent",
            "roles": [{"role": "leader", "valid_from": "2010-01-01"}], "occurred_on": "2016-04-08", **place,
        }
    )  # fmt: skip


@pytest.mark.parametrize(("place", "refusal"), [
    ({}, Invalid),
    ({"unit_code": "1902", "organisation_id": str(BODY)}, Invalid),
    ({"organisation_id": str(UUID(int=9))}, UnknownOrganisation),
    ({"organisation_id": str(KEPT)}, OrganisationIsMerged),
    ({"unit_code": "9999"}, UnknownUnit),
    ({"unit_code": "5501"}, UnitNotValid),
])  # fmt: skip
def test_a_contact_is_at_one_place_that_there_is_on_the_day(place: dict[str, str], refusal: type[Problem]):
    bodies = {BODY: None, KEPT: BODY}
    for right in ({"unit_code": "1902"}, {"organisation_id": str(BODY)}):
        require_place(told(**right), bodies, COUNTRY)
    with pytest.raises(refusal):
        require_place(told(**place), bodies, COUNTRY)
