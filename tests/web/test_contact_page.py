"""The page that a contact comes to by the link in its mail: it shows everything, and one button says one thing."""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from playwright.async_api import Browser, expect

from services.kernel import telemetry
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.contact_house import EMAIL, NAME, PHONE
from tests.web.contact_pages import ContactPages, contact_pages
from tests.web.reading import text_of
from tests.web.test_browser import barriers, visit, width_of

UNKNOWN = "0" * 32


@pytest.fixture
async def house(sqlite_database: OpenDatabase, clock: FixedClock, tmp_path: Path) -> AsyncIterator[ContactPages]:
    async with contact_pages(sqlite_database, clock, tmp_path) as house:
        yield house


async def shown(house: ContactPages, prefix: str = "") -> str:
    """What the contact reads."""
    async with house.reader() as reader:
        answer = await reader.get(f"{prefix}/kontakt/{house.token}")
    assert answer.status_code == 200
    return text_of(answer.text)


async def test_the_page_shows_everything_that_is_kept_and_who_has_looked(house: ContactPages):
    page = await shown(house)
    for told in (
        NAME, EMAIL, PHONE, "Tromsø", "Folkehelsekoordinator fra 1. januar 2015", "bokmål",
        "the municipality's own pages", "Det trengs for en oppgave i allmennhetens interesse.", "KORUS Nord",
        "et år etter at du ikke lenger har noen rolle", "Lenken til denne siden virker til 19. januar 2027.",
    ):  # fmt: skip
        assert told in page, told
    looks = page.partition("Hvem har sett på opplysningene?")[2]
    assert "Tromsø kommune 20. november 2026 · én gang" in looks
    assert "Nasjonal koordinator 20. november 2026 · 2 ganger" in looks


async def test_the_page_is_in_nynorsk_too(house: ContactPages):
    page = await shown(house, "/nn")
    assert "Folkehelsekoordinator frå 1. januar 2015" in page
    assert "Kven har sett på opplysningane?" in page
    async with house.reader() as reader:
        answer = await house.says(reader, "still_right", f"/nn/kontakt/{house.token}")
    assert answer.headers["location"] == f"/nn/kontakt/{house.token}"


async def test_looking_changes_nothing_and_one_button_confirms(house: ContactPages):
    for _ in range(3):
        await shown(house)
    assert (await house.asked.person(house.path))["standing"] == "asked"
    async with house.reader() as reader:
        answer = await house.says(reader, "still_right")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/kontakt/{house.token}")
    assert (await house.asked.person(house.path))["standing"] == "confirmed"
    assert "bekreftet 20. november 2026" in await shown(house)


async def test_who_is_no_contact_any_more_says_so_and_reads_when_it_is_forgotten(house: ContactPages):
    async with house.reader() as reader:
        await house.says(reader, "not_mine")
    page = await shown(house)
    assert "Du var kontaktperson for Tromsø i Samla til 20. november 2026." in page
    assert "Når de slettes 20. november 2027" in page
    assert "Alt er riktig" not in page
    assert "Slett opplysningene om meg" in page


async def test_who_wants_to_be_erased_reads_when_and_what_was_decided(house: ContactPages):
    async with house.reader() as reader:
        await house.says(reader, "erase_me")
    page = await shown(house)
    assert "20. november 2026 ba du om å bli slettet. Det blir avgjort innen 20. desember 2026." in page
    assert "Slett opplysningene om meg" not in page
    await decide(house, "keep_for_archive")
    page = await shown(house)
    assert "20. november 2026 ble det avgjort at opplysningene beholdes: Arkivlova krever at de tas vare på." in page
    assert "Du kan klage til Datatilsynet." in page
    async with house.reader() as reader:
        await house.says(reader, "erase_me")
    await decide(house, "erase")
    async with house.reader() as reader:
        answer = await reader.get(f"/kontakt/{house.token}")
    assert (answer.status_code, "Lenken virker ikke lenger" in answer.text) == (404, True)


async def decide(house: ContactPages, decision: str) -> None:
    """Two officers decide the request that is open."""
    for who in ("one", "two"):
        officer = house.asked.house.officer(who)
        (request,) = await officer.pages("/erasure-requests", status="open")
        path, seen = f"/erasure-requests/{request['request_id']}", f'"{request["version"]}"'
        assert (await officer.post(f"{path}/decide", {"decision": decision}, if_match=seen)).status_code == 200


@pytest.mark.parametrize(("prefix", "said"), [("", "Lenken virker ikke lenger"), ("/nn", "Lenkja verkar ikkje lenger")])
@pytest.mark.parametrize("token", [UNKNOWN, "x", "%2e%2e", "%C3%B8"])
async def test_an_unknown_link_says_what_may_have_happened(house: ContactPages, prefix: str, said: str, token: str):
    async with house.reader() as reader:
        answer = await reader.get(f"{prefix}/kontakt/{token}")
    assert (answer.status_code, said in answer.text) == (404, True)


async def test_only_a_button_of_the_page_itself_says_anything(house: ContactPages):
    address = f"/kontakt/{house.token}"
    async with house.reader() as reader:
        page = (await reader.get(address)).text
        token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]
        sent = {"form_token": token, "answer": "erase_me", "idempotency_key": "a key"}
        own = {"Origin": house.url}
        for headers, changes, status in (
            ({"Origin": "https://elsewhere.example"}, {}, 403),
            ({}, {}, 403),
            (own, {"form_token": "another"}, 403),
            (own, {"idempotency_key": ""}, 400),
            (own, {"answer": "make_me_leader"}, 422),
        ):
            assert (await reader.post(address, data=sent | changes, headers=headers)).status_code == status
    assert "Slett opplysningene om meg" in await shown(house)
    assert await house.asked.house.officer("one").pages("/erasure-requests") == []


@pytest.mark.parametrize(
    ("prefix", "said"), [("", "Skjemaet kan ikke leses"), ("/nn", "Skjemaet kan ikkje lesast")], ids=["nb", "nn"]
)
@pytest.mark.parametrize("key", ["\x01", " ", "a\r\nb: c", "blåbær", "€"])
async def test_a_form_whose_key_is_none_of_ours_is_told_so_and_says_nothing(
    house: ContactPages, prefix: str, said: str, key: str
):
    async with house.reader() as reader:
        answer = await house.says(reader, "erase_me", f"{prefix}/kontakt/{house.token}", idempotency_key=key)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert "Slett opplysningene om meg" in await shown(house)


async def test_a_key_that_has_said_something_else_says_nothing_more(house: ContactPages):
    async with house.reader() as reader:
        assert (await house.says(reader, "still_right", idempotency_key="once")).status_code == 303
        answer = await house.says(reader, "erase_me", idempotency_key="once")
    assert (answer.status_code, "Noe er ikke riktig fylt ut" in answer.text) == (422, True)
    assert "Slett opplysningene om meg" in await shown(house)


async def test_the_same_button_pressed_twice_says_it_once(house: ContactPages):
    address = f"/kontakt/{house.token}"
    async with house.reader() as reader:
        page = (await reader.get(address)).text
        form = page.partition('value="still_right"')[0]
        sent = {
            "form_token": re.findall(r'name="form_token" value="([^"]+)"', form)[-1],
            "answer": "still_right",
            "idempotency_key": re.findall(r'name="idempotency_key" value="([^"]+)"', form)[-1],
        }
        for _ in range(2):
            answer = await reader.post(address, data=sent, headers={"Origin": house.url})
            assert answer.status_code == 303
    told = [each["type"].split(".")[3] for each in await house.asked.house.told("contact")]
    assert told == ["registered", "confirmed"]


async def test_a_button_that_comes_too_late_shows_how_it_stands(house: ContactPages):
    async with house.reader() as reader, house.reader() as other:
        page = await other.get(f"/kontakt/{house.token}")
        await house.says(reader, "not_mine")
        form = page.text.partition('value="still_right"')[0]
        sent = {
            "form_token": re.findall(r'name="form_token" value="([^"]+)"', form)[-1],
            "answer": "still_right",
            "idempotency_key": re.findall(r'name="idempotency_key" value="([^"]+)"', form)[-1],
        }
        answer = await other.post(f"/kontakt/{house.token}", data=sent, headers={"Origin": house.url})
    assert answer.status_code == 303
    assert "Du var kontaktperson" in await shown(house)


async def test_the_right_in_the_address_reaches_no_log_no_trace_and_no_other_page(
    house: ContactPages, caplog: pytest.LogCaptureFixture
):
    spans = InMemorySpanExporter()
    telemetry.start(ratio=1.0, processor=SimpleSpanProcessor(spans))
    caplog.set_level(logging.INFO)
    try:
        async with house.reader() as reader:
            answer = await reader.get(f"/kontakt/{house.token}")
            await house.says(reader, "still_right")
            await reader.get(f"/api/v1/contact-links/{house.token}")
            refused = await reader.post(f"/kontakt/{house.token}", data={})
            assert refused.status_code == 403
    finally:
        telemetry.stop()
    told = [span.to_json() for span in spans.get_finished_spans()]
    assert any("/kontakt/{token}" in each for each in told)
    assert any("answer_by_link" in each for each in told)
    assert not any(house.token in each or NAME in each for each in told)
    assert "request refused" in caplog.messages
    assert not any(house.token in str(vars(record)) for record in caplog.records if record.name != "httpx")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    holding = re.findall(r'(?:href|action|src)="([^"]*)"', answer.text)
    assert {each for each in holding if house.token in each} == {
        f"/kontakt/{house.token}",
        f"/nn/kontakt/{house.token}",
    }
    assert not any("neste=" in each and "kontakt" in each for each in holding)
    assert house.token not in refused.text


@pytest.mark.parametrize("prefix", ["", "/nn"])
@pytest.mark.parametrize("rest", ["", "?neste=/", "/", "/mer"])
async def test_no_page_that_tells_what_went_wrong_holds_the_right_in_the_address(
    house: ContactPages, prefix: str, rest: str
):
    address = f"{prefix}/kontakt/{house.token}{rest}"
    own = {"Origin": house.url}
    async with house.reader() as reader:
        refused = [await reader.post(address, data={}, headers=headers) for headers in ({}, own)]
        if rest.startswith("/"):
            refused.append(await reader.get(address))
        gone = await reader.get(f"{prefix}/kontakt/{UNKNOWN}{rest}")
    for answer in (*refused, gone):
        assert answer.status_code in (400, 403, 404)
        assert house.token not in answer.text
        assert UNKNOWN not in answer.text


@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("/nn", 320)])
async def test_the_page_has_no_barrier_and_needs_no_scripts(
    house: ContactPages, browser: Browser, prefix: str, width: int
):
    async with house.served() as url:
        async with visit(browser, viewport={"width": width, "height": 900}) as (context, heard):
            page = await context.new_page()
            for address in (house.token, UNKNOWN):
                await page.goto(f"{url}{prefix}/kontakt/{address}")
                assert await barriers(page) == []
                assert await width_of(page) <= width
            assert [each for each in heard if "404" not in each] == []
        async with visit(browser, java_script_enabled=False) as (context, heard):
            page = await context.new_page()
            await page.goto(f"{url}{prefix}/kontakt/{house.token}")
            await page.get_by_role("button", name="Alt er rett" if prefix else "Alt er riktig").click()
            await expect(page.get_by_text("20. november 2026").first).to_be_visible()
            await page.get_by_role("link", name="Bokmål" if prefix else "Nynorsk").click()
            await expect(page.get_by_text("bekreftet 20." if prefix else "stadfesta 20.")).to_be_visible()
            assert heard == []


async def test_the_contact_gets_the_same_as_data(house: ContactPages):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url=house.url) as client:
        answer = await client.get(f"/api/v1/contact-links/{house.token}")
        assert answer.json()["person"]["email"] == EMAIL
        unknown = await client.get(f"/api/v1/contact-links/{UNKNOWN}")
        assert unknown.status_code == 404
        said = await client.post(
            f"/api/v1/contact-links/{house.token}/answer",
            json={"answer": "not_mine"},
            headers={"Idempotency-Key": "a key"},
        )
        assert said.json()["contact"]["ended_on"] == "2026-11-20"
