"""Focus municipalities over HTTP on both databases: nominated, assessed by five criteria, designated or refused."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.kernel.clock import FixedClock
from tests.service.registry_agreements import ANCHORED, DOCUMENT, Cast, a_commitment, an_organisation, slug
from tests.service.registry_house import Caller
from tests.statements import selects

FIRST = '"1"'
NOBODY = "00000000-0000-7000-8000-000000000000"
NEEDS: dict[str, Any] = {"reason": {"nb": "Mange overdoser"}, "source": "Overdosestatistikk 2015"}
TROMSO, BODO, HARSTAD, HAMMERFEST = "1902", "1804", "1903", "2004"
NINE_YEARS = timedelta(days=9 * 365)
NOMINATED, ASSESSED, DECIDED = "2016-03-15", "2016-03-20", "2016-04-01"


async def nominated(cast: Cast, unit_code: str = TROMSO, **changes: Any) -> str:
    """The path of a nomination."""
    answer = await nominate(cast, unit_code, **changes)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def nominate(cast: Cast, unit_code: str = TROMSO, *, by: Caller | None = None, **changes: Any) -> httpx.Response:
    body = {"unit_code": unit_code, "centre_id": str(cast.centre_id), "occurred_on": NOMINATED} | changes
    return await (by or cast.editor).post("/focus-nominations", body)


async def assess(cast: Cast, path: str, **changes: Any) -> httpx.Response:
    body = {"anchoring": ANCHORED, "occurred_on": ASSESSED} | changes
    return await cast.moves(path, "assess", body, by=cast.editor)


async def with_agreement(cast: Cast, unit_code: str = TROMSO, **changes: Any) -> str:
    """The id of a signed agreement with a municipality, which is made known where it is not."""
    party_id = str(cast.tromso_id)
    if unit_code != TROMSO:
        body = {"reference": f"kommune-{unit_code}", "name": unit_code, "kind": "municipality", "unit_code": unit_code}
        made = await cast.house.caller("KOO").post("/organisations", {**body, "occurred_on": "2016-01-01"})
        party_id = made.json()["organisation_id"]
    parties = [an_organisation(cast.centre_id), an_organisation(party_id)]
    told = {"parties": parties, "unit_codes": [unit_code], "commitments": [a_commitment(party_id)]} | changes
    path = await cast.drafted(**told)
    await cast.sign(path, cast.lead, cast.centre_id)
    signed = await cast.sign(path, cast.lead, party_id, document_reference="2016/118-9")
    assert signed.json()["status"] == "in_force"
    return path.rpartition("/")[2]


async def designated(cast: Cast, unit_code: str, *, assessed_on: str = ASSESSED) -> dict[str, Any]:
    """A unit that becomes a focus municipality of the centre."""
    path = await nominated(cast, unit_code)
    await assess(cast, path, agreement_id=await with_agreement(cast, unit_code), occurred_on=assessed_on)
    answer = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def fulfilled(nomination: dict[str, Any]) -> dict[str, bool]:
    return {each["criterion"]: each["is_fulfilled"] for each in nomination["assessment"]["criteria"]}


async def test_br_12_no_unit_is_designated_without_a_signed_agreement_with_a_commitment(cast: Cast) -> None:
    path = await nominated(cast)
    bare = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert (bare.status_code, slug(bare), bare.json()["current_status"]) == (409, "step-out-of-order", "nominated")
    drafted = (await cast.drafted()).rpartition("/")[2]
    empty = await with_agreement(cast, commitments=[])
    for agreement_id in (None, drafted, empty):
        assessed = await assess(cast, path, agreement_id=agreement_id)
        assert fulfilled(assessed.json())["agreement"] is False
        answer = await cast.moves(path, "designate", {"occurred_on": DECIDED})
        assert (answer.status_code, slug(answer)) == (409, "agreement-missing")
    agreement_id = await with_agreement(cast)
    assert fulfilled((await assess(cast, path, agreement_id=agreement_id)).json())["agreement"] is True
    answer = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert (answer.status_code, answer.json()["status"]) == (200, "designated")
    assert answer.json()["designation"]["agreement_id"] == agreement_id


async def test_br_12_the_agreement_is_asked_for_again_when_the_unit_is_designated(cast: Cast) -> None:
    path, agreement_id = await nominated(cast), await with_agreement(cast)
    await assess(cast, path, agreement_id=agreement_id)
    end = {"reason": {"nb": "Sagt opp"}, "occurred_on": "2016-03-25"}
    assert (await cast.moves(f"/agreements/{agreement_id}", "end", end)).status_code == 200
    answer = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert (answer.status_code, slug(answer)) == (409, "agreement-missing")


async def test_br_12_an_agreement_about_another_municipality_or_signed_later_does_not_do(cast: Cast) -> None:
    path = await nominated(cast, occurred_on="2016-03-05")
    about_bodo = await with_agreement(cast, BODO)
    answer = await assess(cast, path, agreement_id=about_bodo, occurred_on="2016-03-05")
    assert fulfilled(answer.json())["agreement"] is False
    agreement_id = await with_agreement(cast)
    # It is in force from 10 March on.
    for on, is_bound in (("2016-03-09", False), ("2016-03-10", True)):
        assessed = await assess(cast, path, agreement_id=agreement_id, occurred_on=on)
        assert fulfilled(assessed.json())["agreement"] is is_bound


async def with_another_edition(cast: Cast, agreement_id: str, **changes: Any) -> None:
    """Let all sign something else on 5 April."""
    path = f"/agreements/{agreement_id}"
    terms = cast.terms(occurred_on="2016-04-04", **changes)
    assert (await cast.moves(path, "change", terms, by=cast.editor)).status_code == 200
    parties = (await cast.shown(path))["parties"]
    for party in parties:
        signed = await cast.sign(path, cast.lead, party["party_id"], "2016-04-05", document_reference="2016/118-12")
        assert signed.status_code == 200, signed.text
    assert (await cast.shown(path))["signed"]["in_force_on"] == "2016-04-05"


async def test_br_12_a_commitment_counts_from_the_edition_on_that_all_signed_it_with(cast: Cast) -> None:
    path, agreement_id = await nominated(cast), await with_agreement(cast, commitments=[])
    await with_another_edition(cast, agreement_id)
    early = await assess(cast, path, agreement_id=agreement_id)
    assert fulfilled(early.json())["agreement"] is False
    refused = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert (refused.status_code, slug(refused)) == (409, "agreement-missing")
    answer = await cast.moves(path, "designate", {"occurred_on": "2016-04-05"})
    assert (answer.status_code, answer.json()["designation"]["designated_on"]) == (200, "2016-04-05")


async def test_br_12_a_unit_counts_from_the_edition_on_that_names_it(cast: Cast) -> None:
    party_id = str(cast.tromso_id)
    parties = [an_organisation(cast.centre_id), an_organisation(party_id)]
    bodo = {"reference": "kommune-1804", "name": "Bodø", "kind": "municipality", "unit_code": BODO}
    made = await cast.house.caller("KOO").post("/organisations", {**bodo, "occurred_on": "2016-01-01"})
    parties.append(an_organisation(made.json()["organisation_id"]))
    path = await cast.drafted(parties=parties, unit_codes=[BODO])
    for party in parties:
        await cast.sign(path, cast.lead, party["party_id"], document_reference="2016/118-9")
    agreement_id = path.rpartition("/")[2]
    await with_another_edition(cast, agreement_id, unit_codes=[BODO, TROMSO])
    nomination = await nominated(cast)
    for on, is_bound in ((ASSESSED, False), (DECIDED, False), ("2016-04-05", True)):
        answer = await assess(cast, nomination, agreement_id=agreement_id, occurred_on=on)
        assert fulfilled(answer.json())["agreement"] is is_bound, on


async def test_br_12_what_an_earlier_edition_bound_to_counts_on_the_days_that_it_was_in_force(cast: Cast) -> None:
    path, agreement_id = await nominated(cast), await with_agreement(cast)
    await with_another_edition(cast, agreement_id, document=DOCUMENT | {"archive_reference": "2016/118-11"})
    assessed = await assess(cast, path, agreement_id=agreement_id)
    (found,) = [each for each in assessed.json()["assessment"]["criteria"] if each["criterion"] == "agreement"]
    assert (found["is_fulfilled"], found["evidence"]) == (True, ["2016/118-4"])
    answer = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert (answer.status_code, answer.json()["status"]) == (200, "designated")


@pytest.mark.parametrize("missing", ["administrative", "political", "is_long_term"])
async def test_br_13_one_anchoring_is_not_enough_to_be_designated(cast: Cast, missing: str) -> None:
    path, agreement_id = await nominated(cast), await with_agreement(cast)
    anchoring = {name: told for name, told in ANCHORED.items() if name != missing}
    assessed = await assess(cast, path, agreement_id=agreement_id, anchoring=anchoring)
    assert fulfilled(assessed.json())["anchoring"] is False
    answer = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert (answer.status_code, slug(answer), answer.json()["criteria"]) == (
        409,
        "criteria-not-fulfilled",
        ["anchoring"],
    )


@pytest.mark.parametrize(
    "changes", [{"contains_topic": False}, {"valid_to": "2016-02-01"}, {"valid_from": "2017-01-01"}]
)
async def test_br_14_a_plan_counts_that_is_valid_and_speaks_of_the_topic(cast: Cast, changes: dict[str, Any]) -> None:
    path, agreement_id = await nominated(cast), await with_agreement(cast)
    plan: dict[str, Any] = ANCHORED["plans"][0] | changes
    assessed = await assess(cast, path, agreement_id=agreement_id, anchoring=ANCHORED | {"plans": [plan]})
    assert fulfilled(assessed.json())["plans"] is False
    answer = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert answer.json()["criteria"] == ["plans"]
    assert fulfilled((await assess(cast, path, agreement_id=agreement_id)).json())["plans"] is True


async def ranking(cast: Cast) -> list[tuple[int, str]]:
    answer = await cast.editor.get("/focus-nominations/ranking", centre_id=cast.centre_id)
    return [(each["rank"], each["nomination"]["unit_code"]) for each in answer.json()["items"]]


async def test_br_15_special_needs_come_first_whatever_the_order_of_nomination(cast: Cast) -> None:
    for unit_code, needs in ((TROMSO, None), (BODO, None), (HAMMERFEST, NEEDS)):
        path = await nominated(cast, unit_code, special_needs=needs)
        await assess(cast, path)
    assert (await ranking(cast))[0] == (1, HAMMERFEST)
    # Special needs that are found when the unit is assessed count as well.
    path = await nominated(cast, HARSTAD)
    assessed = await assess(cast, path, special_needs=NEEDS)
    assert (fulfilled(assessed.json())["special_needs"], assessed.json()["special_needs"]) == (
        True,
        NEEDS | {"reason": {"nb": NEEDS["reason"]["nb"], "nn": None}},
    )
    assert {unit_code for _, unit_code in (await ranking(cast))[:2]} == {HAMMERFEST, HARSTAD}
    assert [rank for rank, _ in await ranking(cast)] == [1, 2, 3, 4]


async def test_br_15_among_equals_who_fulfils_more_and_whose_county_is_behind_comes_first(cast: Cast) -> None:
    await designated(cast, TROMSO)
    for unit_code in (HARSTAD, HAMMERFEST, BODO):
        await nominated(cast, unit_code)
    # Troms has one already; Nordland has more municipalities than Finnmark and none of either is designated.
    assert [unit_code for _, unit_code in await ranking(cast)] == [BODO, HAMMERFEST, HARSTAD]
    (harstad,) = await cast.editor.pages("/focus-nominations", unit_code=HARSTAD)
    await assess(cast, f"/focus-nominations/{harstad['nomination_id']}")
    assert [unit_code for _, unit_code in await ranking(cast)] == [HARSTAD, BODO, HAMMERFEST]


async def test_br_16_the_spread_before_and_after_is_stored_and_skew_warns_without_refusing(cast: Cast) -> None:
    first = await designated(cast, TROMSO)
    spread = first["designation"]["spread"]
    assert (spread["on"], spread["is_skewed"]) == (DECIDED, False)
    shares = {each["county_code"]: each for each in spread["counties"]}
    numbers = ("municipalities", "focus_before", "focus_after")
    assert {code: tuple(each[name] for name in numbers) for code, each in shares.items()} == {
        "18": (44, 0, 0), "19": (24, 0, 1), "20": (19, 0, 0),
    }  # fmt: skip
    assert (shares["19"]["share_of_municipalities"], shares["19"]["share_before"]) == (24 / 87, None)
    assert (shares["19"]["share_after"], shares["18"]["share_after"]) == (1.0, 0.0)
    second = await designated(cast, HARSTAD, assessed_on=DECIDED)
    spread = second["designation"]["spread"]
    # Two of two in a county with 24 of 87 municipalities: more than its part, and designated all the same.
    assert (second["status"], spread["is_skewed"]) == ("designated", True)
    assert fulfilled(second)["geographic_spread"] is False
    assert [(each["focus_before"], each["focus_after"]) for each in spread["counties"]] == [(0, 0), (1, 2), (0, 0)]
    told = (await cast.house.told("focus_nomination"))[-1]["data"]["nomination"]["designation"]["spread"]
    assert told["counties"][1] | {"share_of_municipalities": 0} == {
        "county_code": "19", "municipalities": 24, "share_of_municipalities": 0,
        "focus_before": 1, "share_before": 1.0, "focus_after": 2, "share_after": 1.0,
    }  # fmt: skip


async def test_br_16_of_two_designations_at_once_the_second_sees_the_first(cast: Cast) -> None:
    paths = []
    for unit_code in (TROMSO, BODO):
        path = await nominated(cast, unit_code)
        await assess(cast, path, agreement_id=await with_agreement(cast, unit_code))
        paths.append(path)
    answers = await asyncio.gather(
        *(cast.lead.post(f"{path}/designate", {"occurred_on": DECIDED}, if_match='"2"') for path in paths)
    )
    spreads = [answer.json()["designation"]["spread"]["counties"] for answer in answers]
    assert sorted(sum(each["focus_before"] for each in counties) for counties in spreads) == [0, 1]
    assert sorted(sum(each["focus_after"] for each in counties) for counties in spreads) == [1, 2]


async def test_br_16_a_unit_by_its_new_code_is_nominated_once(cast: Cast, clock: FixedClock) -> None:
    """Whoever has two nominations counts as two in the spread."""
    path = await nominated(cast)
    clock.advance(NINE_YEARS)
    of_now = Cast(cast.house, cast.centre_id, cast.tromso_id)
    for code, told_on in (("5401", "2022-01-10"), ("5501", "2024-01-10")):
        again = await nominate(of_now, code, occurred_on=told_on)
        assert (again.status_code, slug(again)) == (409, "focus-nomination-exists")
    ended = {"reason": {"nb": "Uaktuelt"}, "occurred_on": "2024-02-01"}
    assert (await of_now.moves(path, "end", ended)).status_code == 200
    await nominated(of_now, "5501", occurred_on="2024-02-01")
    # Who has taken a municipality in is another than the one it took in.
    await nominated(of_now, "1913", occurred_on="2016-03-15")
    await nominated(of_now, "5512", occurred_on="2024-02-01")


async def test_br_16_after_a_merger_one_municipality_counts_once_in_the_spread(cast: Cast, clock: FixedClock) -> None:
    await designated(cast, "1913")
    await designated(cast, "1852", assessed_on=DECIDED)
    clock.advance(NINE_YEARS)
    of_now = Cast(cast.house, cast.centre_id, cast.tromso_id)
    path = await nominated(of_now, "5512", occurred_on="2024-02-01")
    spread = (await assess(of_now, path, occurred_on="2024-02-02")).json()["assessment"]["spread"]
    assert {each["county_code"]: (each["focus_before"], each["focus_after"]) for each in spread["counties"]} == {
        "18": (0, 0), "55": (1, 1), "56": (0, 0),
    }  # fmt: skip


async def test_br_18_there_are_five_criteria_each_with_what_shows_it(cast: Cast) -> None:
    path = await nominated(cast, special_needs=NEEDS)
    assessed = await assess(cast, path, agreement_id=await with_agreement(cast))
    criteria = assessed.json()["assessment"]["criteria"]
    assert [(each["criterion"], each["is_fulfilled"], each["evidence"]) for each in criteria] == [
        ("anchoring", True, ["2016/118-1", "KS 12/16"]),
        ("plans", True, ["Rusmiddelpolitisk handlingsplan"]),
        ("agreement", True, ["2016/118-4"]),
        ("geographic_spread", True, ["18: 0 → 0", "19: 0 → 1", "20: 0 → 0"]),
        ("special_needs", True, ["Overdosestatistikk 2015"]),
    ]
    assert await cast.facts("focus_nomination") == ["nominated", "assessed"]


async def test_a_unit_is_refused_with_reasons_and_what_it_did_not_fulfil(cast: Cast) -> None:
    path = await nominated(cast)
    reasons = {"reasons": {"nb": "Ingen politisk forankring ennå"}, "occurred_on": DECIDED}
    early = await cast.moves(path, "refuse", reasons)
    assert (slug(early), early.json()["allowed_from"]) == ("step-out-of-order", ["assessed"])
    await assess(cast, path, anchoring=ANCHORED | {"political": None})
    assert (await cast.moves(path, "refuse", {"occurred_on": DECIDED})).status_code == 422
    refused = await cast.moves(path, "refuse", reasons)
    refusal = refused.json()["refusal"]
    assert (refused.json()["status"], refusal["criteria"]) == ("refused", ["anchoring", "agreement"])
    assert refusal["reasons"]["nb"] == "Ingen politisk forankring ennå"
    late = await cast.moves(path, "designate", {"occurred_on": DECIDED})
    assert (slug(late), late.json()["current_status"]) == ("step-out-of-order", "refused")
    recorded = (await cast.editor.get(f"{path}/history")).json()["items"]
    assert [(each["command"], each["reason"]) for each in recorded] == [
        ("nominate_focus", None), ("assess_focus", None), ("refuse_focus", "Ingen politisk forankring ennå"),
    ]  # fmt: skip
    # What is refused may be considered again.
    assert (await nominate(cast)).status_code == 201


async def test_a_focus_municipality_is_one_until_it_is_ended(cast: Cast) -> None:
    nomination = await designated(cast, TROMSO)
    path = f"/focus-nominations/{nomination['nomination_id']}"
    again = await nominate(cast)
    assert (again.status_code, slug(again)) == (409, "focus-nomination-exists")
    early = await cast.moves(path, "end", {"reason": {"nb": "Ferdig"}, "occurred_on": "2016-03-31"})
    assert (slug(early), early.json()["earliest"]) == ("date-out-of-order", DECIDED)
    ended = await cast.moves(path, "end", {"reason": {"nb": "Ferdig"}, "occurred_on": "2016-04-05"})
    assert (ended.json()["status"], ended.json()["ended_on"]) == ("ended", "2016-04-05")
    assert (await designated(cast, HARSTAD))["designation"]["spread"]["counties"][1]["focus_before"] == 1
    assert await cast.facts("focus_nomination") == [
        "nominated", "assessed", "designated", "ended", "nominated", "assessed", "designated",
    ]  # fmt: skip
    assert (await nominate(cast)).status_code == 201


async def test_of_two_nominations_of_a_unit_at_once_one_stands(cast: Cast) -> None:
    answers = await asyncio.gather(*(nominate(cast) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    assert len(await cast.house.told("focus_nomination")) == 1


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"unit_code": "0301"}, "centre-does-not-cover", "/unit_code"),
    ({"unit_code": "9999"}, "unknown-unit", "/unit_code"),
    ({"unit_code": "5501"}, "unit-not-valid", "/unit_code"),
    ({"occurred_on": "2016-04-09"}, "date-in-future", "/occurred_on"),
    ({"special_needs": {"reason": {"nb": "x"}}}, "invalid", "/special_needs/source"),
    ({"special_needs": NEEDS | {"person": "x"}}, "unknown-field", "/special_needs"),
]


async def test_what_cannot_be_nominated_is_refused_by_name_and_nothing_is_stored(cast: Cast) -> None:
    for changes, problem, pointer in WRONG:
        answer = await nominate(cast, **changes)
        assert (answer.status_code, slug(answer)) == (422, problem), changes
        assert answer.json()["errors"][0]["pointer"] == pointer, changes
    assert await cast.facts("focus_nomination") == []


async def test_what_cannot_be_assessed_is_refused_by_name(cast: Cast) -> None:
    path = await nominated(cast)
    napha_id = await cast.house.organisation_id("NAPHA")
    parties = [an_organisation(napha_id), an_organisation(cast.tromso_id)]
    theirs = cast.draft(centre_id=str(napha_id), parties=parties, commitments=[])
    others = (await cast.house.caller("ED", napha_id).post("/agreements", theirs)).json()["agreement_id"]
    for changes, problem, pointer in (
        ({"agreement_id": NOBODY}, "invalid", "/agreement_id"),
        ({"agreement_id": others}, "invalid", "/agreement_id"),
        ({"occurred_on": "2016-03-14"}, "date-out-of-order", "/occurred_on"),
        ({"anchoring": None}, "invalid", "/anchoring"),
    ):
        answer = await assess(cast, path, **changes)
        assert (answer.status_code, slug(answer), answer.json()["errors"][0]["pointer"]) == (422, problem, pointer)
    await cast.moves(path, "end", {"reason": {"nb": "Trukket"}, "occurred_on": NOMINATED})
    old = await nominated(cast, occurred_on="2001-05-01")
    early = await assess(cast, old, occurred_on="2001-06-01")
    assert (slug(early), early.json()["earliest"]) == ("date-before-tables", "2002-01-01")


async def test_another_centres_nomination_does_not_exist_and_who_may_not_decide_is_told_so(cast: Cast) -> None:
    path = await nominated(cast)
    rvts_id = await cast.house.organisation_id("RVTS Nord")
    editor, lead = cast.house.caller("ED", rvts_id), cast.house.caller("GK", rvts_id)
    assert (await nominate(cast, HARSTAD, by=editor)).status_code == 404
    bodies: dict[str, dict[str, Any]] = {
        "assess": {"anchoring": ANCHORED, "occurred_on": ASSESSED},
        "designate": {"occurred_on": DECIDED},
        "refuse": {"reasons": {"nb": "Nei"}, "occurred_on": DECIDED},
        "end": {"reason": {"nb": "Nei"}, "occurred_on": DECIDED},
    }
    for verb, body in bodies.items():
        theirs = await cast.moves(path, verb, body, by=lead)
        nobodys = await lead.post(f"/focus-nominations/{NOBODY}/{verb}", body, if_match=FIRST)
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.json() | {"trace_id": ""} == nobodys.json() | {"trace_id": ""}
        own = cast.lead
        assert (await own.post(f"{path}/{verb}", body)).status_code == 428
        assert (await own.post(f"{path}/{verb}", body, if_match='"2"')).status_code == 412
    for verb in ("designate", "refuse", "end"):
        assert (await cast.moves(path, verb, bodies[verb], by=cast.editor)).status_code == 403
    for role in ("KOM", "KOM+", "SB", "KOO", "HD", "API", "REV"):
        assert (await nominate(cast, HARSTAD, by=cast.house.caller(role, cast.centre_id))).status_code == 403, role


async def test_who_reads_a_part_of_the_register_reads_of_its_own_centre_and_municipality(cast: Cast) -> None:
    path = await nominated(cast)
    await nominated(cast, BODO)
    rvts_id = await cast.house.organisation_id("RVTS Nord")
    for reader, units in (
        (cast.house.anybody, []),
        (cast.house.caller("PRO"), []),
        (cast.house.caller("API", rvts_id), []),
        (cast.tromso, [TROMSO]),
        (cast.house.caller("API", cast.centre_id), [BODO, TROMSO]),
        (cast.house.caller("HD"), [BODO, TROMSO]),
    ):
        assert sorted(each["unit_code"] for each in await reader.pages("/focus-nominations")) == units
        ranked = (await reader.get("/focus-nominations/ranking", centre_id=cast.centre_id)).json()["items"]
        assert {each["nomination"]["unit_code"] for each in ranked} == set(units)
        for its_path in (path, f"{path}/history"):
            assert (await reader.get(its_path)).status_code == (200 if TROMSO in units else 404)
    assert (await cast.editor.get("/focus-nominations/ranking", centre_id=NOBODY)).status_code == 404
    assert (await cast.editor.get("/focus-nominations/ranking")).status_code == 422
    assert await cast.editor.pages("/focus-nominations", status="designated") == []
    assert len(await cast.editor.pages("/focus-nominations", centre_id=cast.centre_id, limit=1)) == 2


async def test_the_list_is_one_statement(cast: Cast) -> None:
    for unit_code in (TROMSO, BODO, HARSTAD):
        await nominated(cast, unit_code)
    with selects(cast.house.database) as asked:
        assert len((await cast.editor.get("/focus-nominations")).json()["items"]) == 3
    assert len(asked) == 1
