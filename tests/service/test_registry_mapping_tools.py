"""Mapping tools as data over HTTP on both databases: which there are, who runs them, and who should run one now."""

from typing import Any

import pytest

from deploy.reference_tables import read_reference
from services.contracts.message import Text
from services.contracts.registry.mapping_tools import MappingTool, RunBy, SurveyTool
from services.registry.commands import register_mapping_tools
from services.registry.domain.refusals import UnknownOrganisation
from tests.service.registry_house import Caller, House
from tests.statements import selects

FIRST = '"1"'
TOBACCO = SurveyTool(
    tool=MappingTool("tobacco_survey"),
    name=Text(nb="Tobakksundersøkelsen", nn="Tobakksundersøkinga"),
    run_by=RunBy.unit,
    interval_months=12,
    source="the test",
    certainty="high",
)


async def run(editor: Caller, place: str, completed_on: str | None = None, **told: Any) -> str:
    """One run of a tool, Ungdata if nothing else is said; the mapping's id."""
    field = "county_code" if len(place) == 2 else "unit_code"
    day = completed_on or "2016-01-04"
    body = {"tool": "ungdata", field: place, "year": int(day[:4]), "occurred_on": day, **told}
    made = await editor.post("/mappings", body)
    assert made.status_code == 201, made.text
    if completed_on is not None:
        path = f"{made.headers['location']}/complete"
        assert (await editor.post(path, {"occurred_on": completed_on}, if_match=FIRST)).status_code == 200
    return str(made.json()["mapping_id"])


async def due(caller: Caller, tool: str = "ungdata", **asked: str) -> dict[str, dict[str, Any]]:
    answer = await caller.get(f"/mapping-tools/{tool}/due", **asked)
    assert answer.status_code == 200, answer.text
    return {each["unit_code"] or each["county_code"]: each for each in answer.json()["items"]}


async def test_the_tools_are_told_with_their_names_in_both_languages(house: House) -> None:
    found = {each["tool"]: each for each in (await house.anybody.get("/mapping-tools")).json()["items"]}
    assert list(found) == ["brukerplan", "hkh", "ungdata", "ungdata_upper_secondary"]
    upper_secondary = found["ungdata_upper_secondary"]
    assert upper_secondary["name"] == {"nb": "Ungdata i videregående skole", "nn": "Ungdata i vidaregåande skule"}
    assert [each["run_by"] for each in found.values()] == ["unit", "unit", "unit", "county_authority"]
    assert [each["interval_months"] for each in found.values()] == [None, None, 36, 36]
    assert [each["counts_towards"] for each in found.values()] == [
        *("brukerplan_coverage", None, "ungdata_coverage", "ungdata_upper_secondary"),
    ]
    assert found["brukerplan"]["owner_reference"] == "korfor"
    assert [each["type"] for each in await house.told("mapping_tool")] == [
        "samla.registry.mapping_tool.registered.v1"
    ] * 4


async def test_a_tool_that_the_code_never_heard_of_is_loaded_and_run(house: House) -> None:
    centre_id = str(await house.organisation_id("KoRus-Nord"))
    editor = house.caller("ED", await house.organisation_id("KoRus-Nord"))
    body = {"tool": "tobacco_survey", "unit_code": "1902", "year": 2015, "centre_id": centre_id}
    refused = await editor.post("/mappings", {**body, "occurred_on": "2015-03-01"})
    assert refused.json()["type"] == "urn:samla:problem:unknown-mapping-tool"
    assert await house.database.write(register_mapping_tools, [TOBACCO]) == 1
    await run(editor, "1902", "2015-03-01", tool="tobacco_survey", centre_id=centre_id)
    assert [each["tool"] for each in (await house.anybody.get("/mappings")).json()["items"]] == ["tobacco_survey"]
    last_year = await due(house.anybody, "tobacco_survey", county="19", on="2016-02-29")
    assert "1902" not in last_year
    assert len(last_year) == 23
    assert (await due(house.anybody, "tobacco_survey", county="19", on="2016-03-01"))["1902"]["due_on"] == "2016-03-01"


async def test_loading_the_table_again_changes_what_differs_and_nothing_else(house: House) -> None:
    told = read_reference().mapping_tools
    assert await house.database.write(register_mapping_tools, told) == 0
    yearly = [each.model_copy(update={"interval_months": 12}) if each.tool == "brukerplan" else each for each in told]
    assert await house.database.write(register_mapping_tools, yearly) == 1
    changed = (await house.told("mapping_tool"))[-1]
    assert changed["type"] == "samla.registry.mapping_tool.changed.v1"
    assert (changed["subject"], changed["aggregateversion"]) == ("brukerplan", 2)
    found = (await house.anybody.get("/mapping-tools")).json()["items"]
    assert found[0]["interval_months"] == 12


async def test_an_owner_that_nobody_knows_is_refused_and_nothing_of_the_batch_is_stored(house: House) -> None:
    nobodys = TOBACCO.model_copy(update={"owner_reference": "nobody"})
    with pytest.raises(UnknownOrganisation):
        await house.database.write(register_mapping_tools, [TOBACCO.model_copy(update={"tool": "other"}), nobodys])
    assert len((await house.anybody.get("/mapping-tools")).json()["items"]) == 4


async def test_br_08_the_due_list_names_all_without_a_survey_and_those_whose_last_is_too_old(house: House) -> None:
    korus = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", korus)
    for place, day in (("1902", "2013-04-08"), ("1903", "2013-04-09"), ("1804", "2015-05-04")):
        await run(editor, place, day, centre_id=str(korus))
    troms = await due(house.anybody, county="19", on="2016-04-08")
    assert len(troms) == 24 - 1
    assert "1903" not in troms
    assert troms["1902"] == {
        "unit_code": "1902",
        "county_code": "19",
        "name": "Tromsø",
        "reason": "too_long_ago",
        "last_completed_on": "2013-04-08",
        "run_in": ["1902"],
        "due_on": "2016-04-08",
        "open_run": None,
    }
    assert {each["reason"] for code, each in troms.items() if code != "1902"} == {"never"}
    country = await due(house.anybody, on="2016-04-08")
    assert len(country) == 428 - 2
    # Today is the day of the clock: the same as the date that was asked about.
    assert await due(house.anybody) == country


async def test_br_47_the_due_list_of_a_county_authoritys_tool_is_of_counties(house: House) -> None:
    korus = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", korus)
    await run(editor, "18", "2013-04-15", tool="ungdata_upper_secondary", centre_id=str(korus))
    in_april = await due(house.anybody, "ungdata_upper_secondary", on="2016-04-14")
    assert "18" not in in_april
    later = await due(house.anybody, "ungdata_upper_secondary", county="18", on="2016-04-15")
    assert [(each["unit_code"], each["name"], each["reason"]) for each in later.values()] == [
        (None, "Nordland", "too_long_ago")
    ]


async def test_who_is_asked_already_is_told_to_those_who_read_the_whole_register(house: House) -> None:
    korus = await house.organisation_id("KoRus-Nord")
    mapping_id = await run(house.caller("ED", korus), "1902", centre_id=str(korus))
    run_of = {"mapping_id": mapping_id, "year": 2016, "status": "invited", "since": "2016-01-04"}
    for caller, seen in (
        (house.caller("HD"), run_of),
        (house.caller("API", korus), run_of),
        (house.caller("API", await house.organisation_id("KoRus-Midt")), None),
        (house.anybody, None),
    ):
        assert (await due(caller, county="19"))["1902"]["open_run"] == seen


WRONG = [
    ("/mapping-tools/questback/due", 404, "not-found"),
    ("/mapping-tools/Questback!/due", 404, "not-found"),
    ("/mapping-tools/ungdata/due?on=2001-12-31", 422, "date-before-tables"),
    ("/mapping-tools/ungdata/due?county=98", 422, "unknown-unit"),
    ("/mapping-tools/ungdata/due?county=55&on=2016-04-08", 422, "unit-not-valid"),
    ("/mapping-tools/ungdata/due?since=2016", 400, "unknown-query-parameter"),
]


async def test_what_cannot_be_asked_is_refused_by_name(house: House) -> None:
    for path, status, slug in WRONG:
        answer = await house.anybody.get(path)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:samla:problem:{slug}"), path


async def test_the_due_list_is_a_constant_number_of_statements(house: House) -> None:
    korus = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", korus)

    async def number() -> int:
        with selects(house.database) as asked:
            await due(house.anybody)
        return len(asked)

    assert await number() == 5
    for code in ("1902", "1903", "1911", "1913"):
        await run(editor, code, "2013-03-01", centre_id=str(korus))
    assert await number() == 5
