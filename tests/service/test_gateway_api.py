"""The partners' API: who may ask, what is answered from the catalogue, and what is passed on."""

from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from gateway.peers import Answer, Asked
from gateway.queries import awareness_of, grants_of, mappings_of
from services.contracts.events import (
    ActivityAnnounced,
    ActivityCancelled,
    ActivityPlanned,
    ActivityStatus,
    OfferDrafted,
    OfferPublished,
    OfferStatus,
    OfferWithdrawn,
    Programme,
    ProgrammeStarted,
)
from services.contracts.funding import Grant, GrantAwarded, Scheme, SchemeOpened
from services.contracts.message import Text
from services.contracts.registry import (
    Awareness,
    AwarenessRecorded,
    Channel,
    Mapping,
    MappingInvited,
    MappingStatus,
    MappingTool,
)
from services.kernel.clock import FixedClock
from services.kernel.problems import Unavailable
from tests.conftest import OpenDatabase
from tests.service.gateway_house import GatewayHouse, gateway_house
from tests.service.gateway_neighbours import (
    APRIL,
    KORUS_NORD,
    NAPHA,
    RVTS_NORD,
    a_county,
    a_unit,
    accepted,
    an_activity,
    an_offer,
    an_organisation,
    invited,
)

NEW_BODY = {
    "reference": "korus-test",
    "name": "KoRus Test",
    "kind": "korus",
    "occurred_on": "2016-04-08",
}


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock, tmp_path: Path):
    async with gateway_house(open_database, clock, tmp_path) as house:
        await house.neighbours.tell(
            a_county("19", "Troms"),
            a_county("18", "Nordland"),
            a_unit("1902", "Tromsø"),
            a_unit("1804", "Bodø", "18"),
            an_organisation(KORUS_NORD, "KoRus-Nord"),
            an_organisation(NAPHA, "NAPHA"),
            an_organisation(RVTS_NORD, "RVTS-Nord"),
        )
        yield house


def slug(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["type"].removeprefix("urn:samla:problem:")


async def one_list(house: GatewayHouse, code: str = "1902", on: str = "2016-05-01") -> list[dict]:
    answer = await house.anyone().get(f"/api/v1/municipalities/{code}/offer", params={"on": on})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_the_list_of_municipalities_is_whole_and_need_not_be_sent_twice(house: GatewayHouse):
    first = await house.anyone().get("/api/v1/municipalities")
    assert [each["name"] for each in first.json()["items"]] == ["Bodø", "Tromsø"]
    again = await house.anyone().get("/api/v1/municipalities", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_list_is_another_when_a_message_changes_it(house: GatewayHouse):
    first = await house.anyone().get("/api/v1/municipalities")
    await house.neighbours.tell(a_unit("1903", "Harstad"))
    house.gate.catalogue.forget()
    again = await house.anyone().get("/api/v1/municipalities", headers={"If-None-Match": first.headers["etag"]})
    assert [each["name"] for each in again.json()["items"]] == ["Bodø", "Tromsø", "Harstad"]


async def test_municipalities_of_a_county_and_by_name(house: GatewayHouse):
    of_county = await house.anyone().get("/api/v1/municipalities", params={"county": "18"})
    assert [each["code"] for each in of_county.json()["items"]] == ["1804"]
    found = await house.anyone().get("/api/v1/municipalities", params={"q": "tromso"})
    assert [(each["code"], each["county_name"]) for each in found.json()["items"]] == [("1902", "Troms")]


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/municipalities?colour=red", 400, "unknown-query-parameter"),
        ("/municipalities?on=yesterday", 422, "invalid"),
        ("/municipalities?on=1999-01-01", 422, "date-before-tables"),
        ("/municipalities?county=Troms", 422, "invalid"),
        ("/municipalities/9999", 404, "not-found"),
        ("/municipalities/1902?on=1950-01-01", 422, "unit-not-valid"),
        ("/municipalities/9999/history", 404, "not-found"),
        ("/municipalities/9999/offer", 404, "not-found"),
        ("/offers/not-an-id", 404, "not-found"),
        (f"/offers/{UUID(int=99)}", 404, "not-found"),
        ("/offers?limit=1000", 422, "invalid"),
        ("/feed?after=-1", 422, "invalid"),
        ("/no-such-thing", 404, "not-found"),
    ],
)
async def test_what_cannot_be_answered_is_refused_without_an_echo(house, path, status, problem):
    answer = await house.anyone().get(f"/api/v1{path}")
    assert (answer.status_code, slug(answer)) == (status, problem)
    for word in ("colour", "red", "yesterday", "not-an-id", "Troms"):
        assert word not in answer.text


async def test_the_one_list_names_all_who_carry_an_offer(house: GatewayHouse):
    offer = an_offer(1, co_organisers=(accepted(NAPHA), invited(RVTS_NORD)))
    await house.neighbours.tell(OfferPublished(occurred_on=APRIL, offer=offer))
    (line,) = await one_list(house)
    assert line["lead"]["name"] == "KoRus-Nord"
    assert [each["name"] for each in line["co_organisers"]] == ["NAPHA"]
    assert (line["availability"], line["reaches_through"]) == ("now", "county")
    assert await one_list(house, "1804") == []


async def test_the_one_list_holds_what_was_published_by_the_date(house: GatewayHouse):
    withdrawn = an_offer(2, status=OfferStatus.withdrawn, withdrawn_on=date(2016, 6, 1))
    draft = an_offer(3, status=OfferStatus.draft, published_on=None)
    await house.neighbours.tell(
        OfferPublished(occurred_on=APRIL, offer=an_offer(1)),
        OfferWithdrawn(occurred_on=date(2016, 6, 1), offer=withdrawn),
        OfferDrafted(occurred_on=APRIL, offer=draft),
    )
    assert await one_list(house, on="2016-04-07") == []
    assert [line["title"]["nb"] for line in await one_list(house, on="2016-05-31")] == ["Tilbud 1", "Tilbud 2"]
    assert [line["title"]["nb"] for line in await one_list(house, on="2016-06-01")] == ["Tilbud 1"]


async def test_an_activity_reaches_the_units_that_are_invited(house: GatewayHouse):
    await house.neighbours.tell(
        ActivityAnnounced(occurred_on=APRIL, activity=an_activity(1, "1902")),
        ActivityAnnounced(occurred_on=APRIL, activity=an_activity(2, title=Text(nb="Åpent kurs"))),
        ActivityPlanned(
            occurred_on=APRIL,
            activity=an_activity(3, "1902", status=ActivityStatus.planned, announced_on=None),
        ),
    )
    lines = {line["title"]["nb"]: line["reaches_through"] for line in await one_list(house)}
    assert lines == {"Aktivitet 1": "invitation", "Åpent kurs": "county"}
    assert await one_list(house, "1804") == []


async def test_a_cancelled_activity_leaves_the_list_and_a_held_one_is_over(house: GatewayHouse):
    cancelled = an_activity(1, "1902", status=ActivityStatus.cancelled, cancelled_on=date(2016, 4, 20))
    held = an_activity(2, "1902", status=ActivityStatus.held, held_on=date(2016, 5, 10))
    await house.neighbours.tell(
        ActivityCancelled(occurred_on=APRIL, activity=cancelled), ActivityAnnounced(occurred_on=APRIL, activity=held)
    )
    assert {line["id"] for line in await one_list(house, on="2016-04-19")} == {str(UUID(int=1)), str(UUID(int=2))}
    (line,) = await one_list(house, on="2016-05-11")
    assert (line["status"], line["availability"]) == ("held", "over")


async def test_public_lists_come_in_pages_that_follow_each_other(house: GatewayHouse):
    await house.neighbours.tell(*(OfferPublished(occurred_on=APRIL, offer=an_offer(n)) for n in range(1, 6)))
    seen, address = [], "/api/v1/offers?limit=2&on=2016-05-01"
    while address:
        answer = await house.anyone().get(address)
        seen += [each["title"]["nb"] for each in answer.json()["items"]]
        address = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == [f"Tilbud {number}" for number in range(1, 6)]


async def test_a_command_is_passed_on_and_its_answer_passed_back(house: GatewayHouse):
    coordinator = await house.person("KOO")
    key = {"Idempotency-Key": "one"}
    made = await coordinator.post("/api/v1/organisations", json=NEW_BODY, headers=key)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/api/v1/organisations/{made.json()['organisation_id']}"
    assert made.headers["etag"] == '"1"'
    assert made.headers["samla-version"].startswith("organisation/")
    again = await coordinator.post("/api/v1/organisations", json=NEW_BODY, headers=key)
    assert (again.status_code, again.content) == (201, made.content)
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_refusal_of_the_service_is_passed_back_as_it_is(house: GatewayHouse):
    coordinator = await house.person("KOO")
    answer = await coordinator.post(
        "/api/v1/organisations", json={**NEW_BODY, "surprise": 1}, headers={"Idempotency-Key": "x"}
    )
    assert (answer.status_code, slug(answer)) == (422, "unknown-field")
    without_key = await coordinator.post("/api/v1/organisations", json=NEW_BODY)
    assert (without_key.status_code, slug(without_key)) == (400, "idempotency-key-missing")
    in_nynorsk = await coordinator.post("/api/v1/organisations", json=NEW_BODY, headers={"Accept-Language": "nn"})
    assert in_nynorsk.json()["title"] == "Idempotency-Key manglar"


async def test_nobody_and_the_wrong_role_are_refused_at_the_door(house: GatewayHouse):
    key = {"Idempotency-Key": "one"}
    nobody = await house.anyone().post("/api/v1/organisations", json=NEW_BODY, headers=key)
    assert (nobody.status_code, slug(nobody)) == (401, "unauthenticated")
    editor = await (await house.person("ED")).post("/api/v1/organisations", json=NEW_BODY, headers=key)
    assert (editor.status_code, slug(editor)) == (403, "forbidden")
    partner = await (await house.partner()).get("/api/v1/ops")
    assert (partner.status_code, slug(partner)) == (403, "forbidden")


async def test_a_made_up_key_or_an_internal_token_is_refused(house: GatewayHouse):
    token = house.signer.mint((await house.gate.identity.visitor({})).principal)
    for shown in ("Bearer samla_000000000000_" + "A" * 43, f"Bearer {token}", "Basic abc", "Bearer"):
        answer = await house.anyone().get("/api/v1/municipalities", headers={"Authorization": shown})
        assert (answer.status_code, slug(answer)) == (401, "token-invalid")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "changed",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Samla-Form-Token": "0" * 64},
        {"Samla-Form-Token": ""},
    ],
)
async def test_another_sites_page_cannot_act_for_a_signed_in_person(house: GatewayHouse, changed):
    coordinator = await house.person("KOO")
    answer = await coordinator.post("/api/v1/organisations", json=NEW_BODY, headers={"Idempotency-Key": "k", **changed})
    assert (answer.status_code, slug(answer)) == (403, "cross-site")


async def test_a_partner_needs_no_form_token_and_sends_no_origin(house: GatewayHouse):
    partner = await house.partner()
    body = {
        "tool": "brukerplan",
        "unit_code": "9999",
        "year": 2016,
        "centre_id": str(KORUS_NORD),
        "occurred_on": "2016-04-08",
    }
    answer = await partner.post("/api/v1/mappings", json=body, headers={"Idempotency-Key": "k"})
    assert answer.status_code in (409, 422), answer.text


async def test_anothers_thing_is_as_unknown_as_one_that_does_not_exist(house: GatewayHouse):
    partner = await house.partner(uuid4())
    missing = await partner.post(
        f"/api/v1/mappings/{UUID(int=5)}/agree",
        json={"occurred_on": "2016-04-08"},
        headers={"Idempotency-Key": "k", "If-Match": '"1"'},
    )
    assert (missing.status_code, slug(missing)) == (404, "not-found")
    assert str(UUID(int=5)) not in missing.text


async def test_a_service_that_is_down_is_a_503_that_says_when_to_try_again(house: GatewayHouse):
    class Down:
        async def ask(self, asked: Asked) -> Answer:
            raise Unavailable(retry_after_s=1)

    house.gate.peers["registry"] = Down()
    answer = await house.anyone().get("/api/v1/awareness")
    assert (answer.status_code, slug(answer), answer.headers["retry-after"]) == (503, "unavailable", "1")
    assert (await house.anyone().get("/api/v1/municipalities")).status_code == 200


async def test_every_answer_carries_the_headers_that_keep_browsers_safe(house: GatewayHouse):
    for path in ("/api/v1/municipalities", "/api/v1/nothing", "/api/v1/mappings", "/health/live"):
        answer = await house.anyone().get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers
        assert "strict-transport-security" not in answer.headers


async def test_the_feed_answers_pages_with_a_cursor(house: GatewayHouse):
    seen, answer = [], await house.anyone().get("/api/v1/feed", params={"limit": 3})
    while "next" in answer.links:
        seen += [entry["subject"] for entry in answer.json()["items"]]
        answer = await house.anyone().get(answer.links["next"]["url"])
    seen += [entry["subject"] for entry in answer.json()["items"]]
    assert (len(seen), len(set(seen))) == (7, 7)
    end = await house.anyone().get("/api/v1/feed", params={"after": answer.json()["cursor"]})
    assert end.json() == {"items": [], "cursor": answer.json()["cursor"]}


async def test_operators_see_where_each_part_stands(house: GatewayHouse):
    answer = await (await house.person("DRIFT", organisation_id=None)).get("/api/v1/ops")
    assert answer.status_code == 200
    assert [part["part"] for part in answer.json()["items"]] == ["registry"]


def a_mapping(number: int, status: str, centre_id: UUID = KORUS_NORD) -> MappingInvited:
    mapping = Mapping(
        mapping_id=UUID(int=number),
        tool=MappingTool.brukerplan,
        unit_code="1902",
        year=2016,
        sequence=number,
        centre_id=centre_id,
        status=MappingStatus(status),
        completed_on=APRIL if status == "completed" else None,
    )
    return MappingInvited(occurred_on=APRIL, mapping=mapping)


async def test_strangers_read_of_completed_surveys_and_a_centres_system_also_of_its_own(house: GatewayHouse):
    await house.neighbours.tell(a_mapping(1, "completed"), a_mapping(2, "invited"), a_mapping(3, "invited", NAPHA))

    async def read(client: httpx.AsyncClient, **query: str) -> list[int]:
        answer = await client.get("/api/v1/mappings", params=query)
        assert answer.status_code == 200, answer.text
        return [each["sequence"] for each in answer.json()["items"]]

    assert await read(house.anyone()) == [1]
    assert await read(house.anyone(), status="invited") == []
    assert await read(house.anyone(), unit_code="1804") == []
    assert await read(await house.partner(NAPHA), tool="brukerplan", year="2016") == [1, 3]
    # Who may read the whole register is answered by the registry itself, which here has none.
    assert await read(await house.person("ED")) == []


async def test_awards_are_open_data_with_the_names_of_scheme_and_programme(house: GatewayHouse):
    scheme = Scheme(
        scheme_id=UUID(int=1),
        name=Text(nb="Stimuleringsmidler"),
        theme="aah",
        year=2016,
        chapter="765",
        item="74",
        frame_ore=100_000_00,
        owner_id=KORUS_NORD,
        opened_on=APRIL,
    )
    programme = Programme(
        programme_id=UUID(int=2), name=Text(nb="AAH"), theme="aah", lead_id=KORUS_NORD, started_on=APRIL
    )
    grant = Grant(
        grant_id=UUID(int=3),
        scheme_id=scheme.scheme_id,
        programme_id=programme.programme_id,
        unit_code="1902",
        year=2016,
        chapter="765",
        item="74",
        amount_ore=40_000_00,
        awarded_on=APRIL,
        owner_id=KORUS_NORD,
    )
    # The grant may come before what it refers to: another stream, another order.
    await house.neighbours.tell(GrantAwarded(occurred_on=APRIL, grant=grant))
    (alone,) = (await house.anyone().get("/api/v1/awards")).json()["items"]
    assert (alone["amount_ore"], alone["scheme_name"]) == (40_000_00, None)
    await house.neighbours.tell(
        SchemeOpened(occurred_on=APRIL, scheme=scheme), ProgrammeStarted(occurred_on=APRIL, programme=programme)
    )
    (award,) = (await house.anyone().get("/api/v1/awards")).json()["items"]
    assert (award["scheme_name"]["nb"], award["programme_name"]["nb"]) == ("Stimuleringsmidler", "AAH")
    assert (award["chapter"], award["item"]) == ("765", "74")
    for path, found in (("schemes", "scheme_id"), ("programmes", "programme_id")):
        (item,) = (await house.anyone().get(f"/api/v1/{path}")).json()["items"]
        assert found in item


async def test_what_has_been_done_in_a_municipality_is_told_as_of_a_date(house: GatewayHouse):
    told = Awareness(
        awareness_id=UUID(int=1), unit_code="1902", centre_id=KORUS_NORD, channel=Channel.visit, informed_on=APRIL
    )
    await house.neighbours.tell(AwarenessRecorded(occurred_on=APRIL, awareness=told), a_mapping(1, "completed"))
    areas = (await house.gate.catalogue.current()).areas("1902", APRIL)
    assert [each.channel for each in await house.database.read(awareness_of, areas, APRIL)] == ["visit"]
    assert await house.database.read(awareness_of, areas, date(2016, 4, 7)) == []
    found = partial(mappings_of, whole_register=False)
    assert [each.sequence for each in await house.database.read(found, areas, APRIL)] == [1]
    assert await house.database.read(found, areas, date(2016, 4, 7)) == []
    assert await house.database.read(grants_of, areas, APRIL) == []


@pytest.mark.parametrize(
    ("content", "kind", "status", "problem"),
    [
        (b"reference=x", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b"{", "application/json", 400, "malformed-json"),
        (b'"' + b"x" * 1_000_000 + b'"', "application/json", 413, "too-large"),
    ],
)
async def test_a_body_that_is_none_of_ours_is_refused(house: GatewayHouse, content, kind, status, problem):
    coordinator = await house.person("KOO")
    headers = {"Idempotency-Key": "k", "Content-Type": kind}
    answer = await coordinator.post("/api/v1/organisations", content=content, headers=headers)
    assert (answer.status_code, slug(answer)) == (status, problem)
