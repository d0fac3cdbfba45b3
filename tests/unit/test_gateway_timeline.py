"""What a municipality's page tells of its past: names, codes, borders and county by day, and who has covered it."""

from datetime import date
from uuid import UUID

import pytest

from gateway.catalogue import Snapshot
from gateway.queries import covered_by, timeline
from gateway.resources import Covering, Happening
from services.contracts.geography import UnknownCode
from services.contracts.registry import ChangeKind, Coverage, Organisation, OrganisationKind, UnitCoverage, UnitKind
from tests.unit.test_geography import COUNTRY, TODAY

KORUS, RVTS, TWIN = (UUID(int=number) for number in (1, 2, 3))


def happenings(code: str) -> dict[str, list[Happening]]:
    told: dict[str, list[Happening]] = {}
    for each in timeline(Snapshot(COUNTRY), code).happenings:
        told.setdefault(each.on.isoformat(), []).append(each)
    return told


def codes(happening: Happening) -> tuple[list[str], list[str]]:
    return [place.code for place in happening.before], [place.code for place in happening.after]


def test_a_merger_is_told_with_all_who_took_part_whichever_of_them_is_asked_about() -> None:
    four = ["1927", "1928", "1929", "1931"]
    for code in ("1927", "1931", "5421", "5530"):
        (merger,) = happenings(code)["2020-01-01"]
        assert (merger.kind, merger.changed) == (ChangeKind.merge, ("code", "name", "border", "county"))
        assert codes(merger) == (four, ["5421"])
        (recode,) = happenings(code)["2024-01-01"]
        assert (recode.kind, recode.changed) == (ChangeKind.recode, ("code", "county"))
        assert [place.county_name for place in (*recode.before, *recode.after)] == ["Troms og Finnmark", "Troms"]


def test_what_a_municipality_was_when_the_tables_begin() -> None:
    began = timeline(Snapshot(COUNTRY), "5530").began
    assert [(place.code, place.name) for place in began] == [
        ("1927", "Tranøy"),
        ("1928", "Torsken"),
        ("1929", "Berg"),
        ("1931", "Lenvik"),
    ]


def test_a_change_tells_where_it_is_known_from_also_when_nothing_is_noted_beside_it() -> None:
    (recode,) = happenings("5501")["2024-01-01"]
    assert (recode.note, recode.source, recode.certainty) == (None, "SSB Klass 131", None)


def test_a_change_with_a_note_tells_where_the_note_is_from() -> None:
    (moved,) = happenings("5501")["2008-01-01"]
    assert moved.note
    assert moved.source == "SSB Klass 131 note (opisthokonta/kommuneendringer)"


def test_a_municipality_that_takes_in_another_and_keeps_its_code_is_among_those_who_took_part() -> None:
    (merger,) = happenings("5001")["2020-01-01"]
    assert (codes(merger), merger.changed) == ((["5001", "5030"], ["5001"]), ("border",))


def test_borders_that_come_back_are_told_as_those_of_the_earlier_municipality() -> None:
    (divided,) = happenings("1580")["2024-01-01"]
    assert (divided.kind, codes(divided)) == (ChangeKind.split, (["1507"], ["1508", "1580"]))
    assert divided.restores is not None
    assert (divided.restores.code, divided.restores.name) == ("1534", "Haram")
    assert divided.note


def test_two_things_that_share_nothing_are_told_apart_though_they_happened_on_one_day() -> None:
    recodes = happenings("5055")["2018-01-01"]
    assert [codes(each) for each in recodes] == [(["1612"], ["5011"]), (["1613"], ["5012"])]


def test_who_also_got_a_share_is_told_but_not_where_the_rest_of_that_one_came_from() -> None:
    (heim,) = happenings("5055")["2020-01-01"]
    assert codes(heim) == (["1571", "5011", "5012"], ["5055", "5056", "5059"])


def test_a_smaller_area_and_a_new_name_are_told() -> None:
    (moved,) = happenings("5501")["2008-01-01"]
    assert (moved.kind, moved.changed, codes(moved)) == (ChangeKind.part, ("border",), (["1902"], ["1936"]))
    (renamed,) = happenings("0701")["2003-01-01"]
    assert (renamed.kind, renamed.changed) == (ChangeKind.rename, ("name",))
    assert [place.name for place in (*renamed.before, *renamed.after)] == ["Borre", "Horten"]
    (parallel,) = happenings("5001")["2023-01-01"]
    assert [place.official_name for place in (*parallel.before, *parallel.after)] == [
        "Trondheim",
        "Trondheim - Tråante",
    ]


def test_every_code_has_a_timeline_in_the_order_of_time() -> None:
    snapshot = Snapshot(COUNTRY)
    for code, unit in COUNTRY.units.items():
        told = timeline(snapshot, code)
        days = [each.on for each in told.happenings]
        assert days == sorted(days)
        assert told.began
        if unit.kind is UnitKind.municipality and unit.valid_to is not None:
            assert unit.valid_to in days, code
    with pytest.raises(UnknownCode):
        timeline(snapshot, "9999")


def an_organisation(organisation_id: UUID, name: str, **facts: object) -> Organisation:
    told = {"reference": name.lower(), "name": name, "kind": OrganisationKind.korus} | facts
    return Organisation.model_validate({"organisation_id": organisation_id, **told})


def covering(code: str, *organisations: Organisation, on: date = TODAY) -> list[Covering]:
    return list(covered_by(Snapshot(COUNTRY, organisations), code, on))


def periods(found: list[Covering]) -> list[tuple[str | None, str, str | None, bool]]:
    return [
        (
            each.county_code or each.unit_code,
            each.valid_from.isoformat(),
            each.valid_to.isoformat() if each.valid_to else None,
            each.is_current,
        )
        for each in found
    ]


def test_a_county_is_covered_while_the_municipality_lay_in_it() -> None:
    nord = an_organisation(
        KORUS,
        "KoRus-Nord",
        coverage=tuple(
            Coverage(county_code=code, valid_from=date(2005, 1, 1), themes=("brukerplan",))
            for code in ("18", "19", "20")
        ),
        certainty="high",
        confirmed_on=date(2026, 3, 1),
    )
    found = covering("5501", nord)
    assert periods(found) == [("19", "2005-01-01", None, True)]
    assert (found[0].themes, found[0].certainty, found[0].confirmed_on) == (("brukerplan",), "high", date(2026, 3, 1))
    # Tjeldsund came from both counties.
    assert periods(covering("5512", nord)) == [
        ("19", "2005-01-01", None, True),
        ("18", "2005-01-01", "2020-01-01", False),
    ]
    assert periods(covering("1902", nord, on=date(2016, 1, 1))) == [("19", "2005-01-01", None, True)]


def test_a_municipality_that_left_a_county_is_no_longer_covered_with_it() -> None:
    west = an_organisation(KORUS, "Vest", coverage=(Coverage(county_code="15", valid_from=date(2005, 1, 1)),))
    assert periods(covering("5061", west)) == [("15", "2005-01-01", "2019-01-01", False)]


def test_a_municipality_is_covered_by_its_own_name_and_by_those_it_came_from() -> None:
    units = tuple(UnitCoverage(unit_code=code, valid_from=date(2010, 1, 1)) for code in ("1850", "1902"))
    one = an_organisation(RVTS, "RVTS", unit_coverage=units, valid_to=date(2022, 1, 1))
    for code in ("1806", "1875", "1850"):
        assert periods(covering(code, one)) == [("1850", "2010-01-01", "2022-01-01", False)]
    assert covering("1804", one) == []


def test_those_that_cover_now_come_first_and_a_record_that_was_given_up_never() -> None:
    everywhere = (Coverage(county_code="18", valid_from=date(2005, 1, 1)),)
    found = covering(
        "1804",
        an_organisation(KORUS, "Ås", coverage=everywhere),
        an_organisation(RVTS, "Alta", coverage=everywhere, valid_to=date(2010, 1, 1)),
        an_organisation(TWIN, "Alta to", coverage=everywhere, merged_into=RVTS),
    )
    assert [each.organisation.name for each in found] == ["Ås", "Alta"]


def test_a_county_that_nobody_knows_yet_is_covered_by_nobody() -> None:
    assert (
        covering("1804", an_organisation(KORUS, "Ny", coverage=(Coverage(county_code="99", valid_from=TODAY),))) == []
    )
