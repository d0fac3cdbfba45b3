"""What a caller meets at a part's door: answers, refusals, and that nothing is stored or repeated when it refuses."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest

from services.kernel import edge
from services.kernel.access import LIFETIME_S
from services.kernel.clock import FixedClock
from services.kernel.web import Routes
from tests.conftest import OpenDatabase
from tests.kernel.conftest import NOTHING, OURS, THEIRS, Visit, a_visit, invitation

CANARY = "Kanarifugl Kanarisen 01017012345"


async def refused(visit: Visit, answer: httpx.Response, status: int, code: str) -> dict:
    """It is that problem, nothing is stored, and nothing that was sent comes back."""
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:samla:problem:{code}"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["title"]
    assert len(answer.json()["trace_id"]) == 32
    for piece in (CANARY, *CANARY.split()):
        assert piece not in answer.text
        assert piece not in str(answer.headers)
    assert await visit.stored() == NOTHING
    return answer.json()


async def test_a_command_is_answered_with_what_it_made_its_place_and_its_version(visit_both: Visit):
    answer = await visit_both.post()
    assert answer.status_code == 201, answer.text
    mapping_id = answer.json()["mapping_id"]
    assert answer.headers["location"] == f"/mappings/{mapping_id}"
    assert answer.headers["samla-version"] == f"mapping/{mapping_id}@1"
    assert answer.headers["etag"] == '"1"'
    assert await visit_both.stored() == {"invitation": 1, "outbox": 1, "idempotency": 1}
    read = await visit_both.client.get(f"/mappings/{mapping_id}", headers=visit_both.token("ED"))
    assert read.json()["status"] == "invited"


async def test_the_version_of_an_answer_is_what_the_next_change_must_have_seen(visit_both: Visit):
    first = await visit_both.post()
    path = f"{first.headers['location']}/complete"
    second = await visit_both.post(path, {"occurred_on": "2016-05-01"}, If_Match=first.headers["etag"])
    assert (second.status_code, second.headers["etag"]) == (200, '"2"')
    stale = await visit_both.post(path, {"occurred_on": "2016-05-02"}, If_Match=first.headers["etag"])
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:samla:problem:precondition-failed")
    without = await visit_both.post(path, {"occurred_on": "2016-05-02"})
    assert (without.status_code, without.json()["type"]) == (428, "urn:samla:problem:precondition-required")
    strange = await visit_both.post(path, {"occurred_on": "2016-05-02"}, If_Match='"any"')
    assert strange.status_code == 412
    assert (await visit_both.stored())["outbox"] == 2


@pytest.mark.parametrize(
    "body",
    [
        f'{{"tool": "{CANARY}"',
        f"[{CANARY}]",
        "\x00" + CANARY,
        f'"{CANARY}',
        "[" * 100_000,
        '{"year": NaN,}',
        "\xff\xfe",
    ],
    ids=["cut off", "no values", "a null byte", "an open string", "very deep", "a trailing comma", "no UTF-8"],
)
async def test_what_is_not_json_is_refused(visit: Visit, body: str):
    headers = {**visit.token("ED"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = await visit.client.post("/mappings", content=body.encode("latin-1"), headers=headers)
    await refused(visit, answer, 400, "malformed-json")


async def test_an_unknown_field_is_refused_and_its_name_is_not_repeated(visit: Visit):
    problem = await refused(visit, await visit.post(body=invitation(**{CANARY: CANARY})), 422, "unknown-field")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("", "unknown-field")]


@pytest.mark.parametrize(
    ("changes", "code", "pointer", "error"),
    [
        ({CANARY: "x\u200b"}, "unknown-field", "", "unknown-field"),
        ({CANARY: {"tool": ["x\u200b"]}}, "unknown-field", "", "unknown-field"),
        ({"email": "x\u200b"}, "unknown-field", "", "unknown-field"),
        ({"tool": {CANARY: "x\u200b"}}, "invalid", "/tool", "invisible-character"),
        ({"tool": [{CANARY: ["x\u200b"]}]}, "invalid", "/tool/0", "invisible-character"),
        ({"tool": "x\u200b"}, "invalid", "/tool", "invisible-character"),
    ],
)
async def test_no_name_that_is_not_ours_is_repeated_whatever_is_wrong_below_it(
    visit: Visit, changes: dict, code: str, pointer: str, error: str
):
    problem = await refused(visit, await visit.post(body=invitation(**changes)), 422, code)
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [(pointer, error)]


@pytest.mark.parametrize("field", ["tool", "unit_code", "year", "centre_id", "occurred_on", "source", "county_code"])
async def test_a_wrong_value_is_refused_with_its_place_in_any_field(visit: Visit, field: str):
    problem = await refused(visit, await visit.post(body=invitation(**{field: [CANARY]})), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [f"/{field}"]
    assert all(error["detail"] for error in problem["errors"])


async def test_a_missing_field_is_named(visit: Visit):
    body = invitation()
    del body["year"]
    problem = await refused(visit, await visit.post(body=body), 422, "invalid")
    assert problem["errors"] == [{"pointer": "/year", "code": "missing", "detail": "Feltet mangler."}]


async def test_an_unknown_query_parameter_is_refused_with_the_names_of_those_that_are_known(visit: Visit):
    answer = await visit.client.get("/years", params={CANARY: CANARY}, headers=visit.token("ED"))
    problem = await refused(visit, answer, 400, "unknown-query-parameter")
    assert problem["allowed"] == ["after", "limit"]
    posted = await visit.post(f"/mappings?{CANARY}=1")
    await refused(visit, posted, 400, "unknown-query-parameter")


@pytest.mark.parametrize("query", ["limit=0", "limit=201", f"limit={CANARY}", f"after={CANARY}!"])
async def test_a_query_parameter_out_of_bounds_is_named(visit: Visit, query: str):
    answer = await visit.client.get(f"/years?{query}", headers=visit.token("ED"))
    problem = await refused(visit, answer, 422, "invalid")
    assert [error["parameter"] for error in problem["errors"]] == [query.partition("=")[0]]


async def test_a_megabyte_is_refused_whether_its_length_is_told_or_not(visit: Visit):
    headers = {**visit.token("ED"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    body = json.dumps(invitation(source=CANARY * 40_000)).encode()
    assert len(body) > 1_000_000
    await refused(visit, await visit.client.post("/mappings", content=body, headers=headers), 413, "too-large")

    async def pieces():
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    told_nothing = await visit.client.post("/mappings", content=pieces(), headers=headers)
    await refused(visit, told_nothing, 413, "too-large")
    lied = await visit.client.post("/mappings", content=pieces(), headers={**headers, "Content-Length": "10"})
    await refused(visit, lied, 413, "too-large")


async def test_a_route_may_take_a_larger_body_and_no_other_does(visit: Visit):
    async def sent(path: str, size: int, **headers: str) -> httpx.Response:
        async def pieces():
            for start in range(0, size, 10_000):
                yield b" " * min(10_000, size - start)

        return await visit.client.post(path, content=pieces(), headers={**visit.token("ED"), **headers})

    report = f"/mappings/{OURS}/report"
    taken = await sent(report, 500_000)
    assert (taken.status_code, taken.json()) == (200, {"bytes": 500_000})
    for headers in ({}, {"Content-Length": "10"}):
        problem = await refused(visit, await sent(report, 500_001, **headers), 413, "too-large")
        assert problem["most_bytes"] == 500_000
    told = {**visit.token("ED"), "Content-Type": "application/json"}
    await refused(visit, await visit.client.post(report, content=b" " * 500_001, headers=told), 413, "too-large")
    for path in (f"/mappings/{OURS}/complete", f"{report}/again", f"/more{report}"):
        problem = await refused(visit, await sent(path, edge.BODY_LIMIT + 1), 413, "too-large")
        assert problem["most_bytes"] == edge.BODY_LIMIT


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""])
async def test_a_form_is_not_taken_for_json(visit: Visit, kind: str):
    headers = {**visit.token("ED"), "Idempotency-Key": "k", "Content-Type": kind}
    answer = await visit.client.post("/mappings", content=json.dumps(invitation()), headers=headers)
    await refused(visit, answer, 415, "unsupported-media-type")


async def test_a_path_that_is_not_there_and_an_id_that_cannot_be_one_answer_alike(visit: Visit):
    for path in ("/nowhere", f"/mappings/{CANARY}", f"/mappings/{OURS}"):
        answer = await visit.client.get(path, headers=visit.token("ED"))
        problem = await refused(visit, answer, 404, "not-found")
        assert set(problem) == {"type", "title", "status", "trace_id"}


async def test_a_method_that_is_not_there_is_refused_with_those_that_are(visit: Visit):
    answer = await visit.client.request("TRACE", "/years", headers=visit.token("ED"))
    await refused(visit, answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


async def test_a_fault_of_ours_is_not_explained_and_leaves_nothing(visit_both: Visit):
    answer = await visit_both.post("/broken", invitation(source=CANARY))
    problem = await refused(visit_both, answer, 500, "internal")
    assert set(problem) == {"type", "title", "status", "detail", "trace_id"}


async def test_a_command_that_forgets_to_ask_whose_it_is_stores_nothing(visit_both: Visit):
    await refused(visit_both, await visit_both.post("/careless"), 500, "internal")


async def test_another_centres_thing_is_not_there(visit_both: Visit):
    await refused(visit_both, await visit_both.post(body=invitation(centre_id=str(THEIRS))), 404, "not-found")


async def test_a_coordinator_may_write_for_every_centre(visit_both: Visit):
    headers = {**visit_both.token("KOO", organisation_id=None), "Idempotency-Key": "k"}
    for path in ("/mappings", "/careless"):
        answer = await visit_both.client.post(path, json=invitation(centre_id=str(THEIRS)), headers=headers)
        assert answer.status_code == 201


async def test_who_has_not_signed_in_and_who_may_not_get_different_refusals(visit: Visit):
    nobody = await visit.client.post("/mappings", json=invitation(), headers={"Idempotency-Key": "k"})
    await refused(visit, nobody, 401, "unauthenticated")
    assert nobody.headers["www-authenticate"] == "Bearer"
    headers = {**visit.token("HD"), "Idempotency-Key": "k"}
    await refused(visit, await visit.client.post("/mappings", json=invitation(), headers=headers), 403, "forbidden")


async def test_who_may_not_is_refused_before_what_was_sent_is_read(visit: Visit):
    answer = await visit.client.post("/mappings", content=b"{", headers={"Content-Type": "application/json"})
    await refused(visit, answer, 401, "unauthenticated")


async def test_an_expired_token_is_refused_also_when_it_was_accepted_a_moment_ago(visit: Visit, clock: FixedClock):
    headers = visit.token("ED")
    assert (await visit.client.get("/me", headers=headers)).json() == {"subject": "somebody", "scope": "all"}
    clock.advance(timedelta(seconds=LIFETIME_S))
    await refused(visit, await visit.client.get("/me", headers=headers), 401, "token-expired")


async def test_every_answer_carries_the_headers_that_keep_a_browser_in_its_place(visit: Visit):
    for answer in (await visit.post(), await visit.client.get("/nowhere"), await visit.post(body={})):
        for name, value in edge.SECURITY_HEADERS:
            assert answer.headers[name] == value
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accepted", "title"),
    [
        ("nn", "Finst ikkje"),
        ("nn-NO,nn;q=0.9,nb;q=0.5", "Finst ikkje"),
        ("nb,nn;q=0.5", "Finnes ikke"),
        ("en", "Finnes ikke"),
        (f"{CANARY};q=x", "Finnes ikke"),
    ],
)
async def test_a_refusal_is_in_the_callers_norwegian(visit: Visit, accepted: str, title: str):
    answer = await visit.client.get("/nowhere", headers={"Accept-Language": accepted})
    assert answer.json()["title"] == title
    assert answer.headers["content-language"] in ("nb", "nn")


async def test_a_list_comes_in_pages_that_end(visit_both: Visit):
    for year in range(2010, 2015):
        await visit_both.post(body=invitation(year=year))
    path, pages = "/years?limit=2", []
    while path:
        answer = await visit_both.client.get(path, headers=visit_both.token("ED"))
        pages.append([item["year"] for item in answer.json()["items"]])
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert pages == [[2010, 2011], [2012, 2013], [2014]]


@pytest.mark.parametrize("after", [":", "%2B%2B", "a", "AA", "w6", "%C3%A5"])
async def test_a_page_behind_nothing_that_was_given_out_is_refused(visit: Visit, after: str):
    answer = await visit.client.get(f"/years?after={after}", headers=visit.token("ED"))
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "after")


async def test_an_answer_that_does_not_come_in_time_says_that_the_outcome_is_unknown(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(edge, "DEADLINE_S", 0.05)
    visit.app.router.routes.extend(_slow.routes)
    answer = await visit.client.get("/slow")
    await refused(visit, answer, 503, "too-slow")
    assert answer.headers["retry-after"] == "1"


_slow = Routes()


@_slow.get("/slow", action="health")
async def get_slow() -> dict[str, str]:
    await asyncio.sleep(5)
    return {}


async def test_a_part_says_whether_it_lives_and_what_it_waits_for(sqlite_database: OpenDatabase, clock: FixedClock):
    troubles = ["broker"]
    visit = await a_visit(sqlite_database, clock, ready=lambda: troubles)
    async with visit.client:
        assert (await visit.client.get("/health/live")).json() == {"status": "live"}
        waiting = await visit.client.get("/health/ready")
        assert (waiting.status_code, waiting.json()["waits_for"]) == (503, ["broker"])
        troubles.clear()
        assert (await visit.client.get("/health/ready")).status_code == 200


def test_a_route_without_an_action_or_with_an_unknown_one_cannot_be_written():
    routes = Routes()

    async def nothing() -> None:
        return None

    with pytest.raises(TypeError, match="action"):
        routes.get("/x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="access"):
        routes.get("/x", action="sing")(nothing)


async def test_a_path_finds_the_route_that_names_most_of_it_and_other_methods_are_told_apart(visit: Visit):
    visit.app.router.routes.extend(_near.routes)
    for path, answer in (("/near/here", "here"), ("/near/there", "there"), ("/far/a/b", "a/b"), ("/near", "near")):
        assert (await visit.client.get(path)).json() == {"is": answer}, path
    assert (await visit.client.get("/near/")).status_code == 404
    assert (await visit.client.get("//near")).status_code == 404
    assert (await visit.client.post("/near/here")).headers["allow"] == "GET"


_near = Routes()


@_near.get("/near/{where}", action="health")
async def get_near(where: str) -> dict[str, str]:
    return {"is": where}


@_near.get("/near/here", action="health")
async def get_here() -> dict[str, str]:
    return {"is": "here"}


@_near.get("/near", action="health")
async def get_nearest() -> dict[str, str]:
    return {"is": "near"}


@_near.get("/far/{where:path}", action="health")
async def get_far(where: str) -> dict[str, str]:
    return {"is": where}
