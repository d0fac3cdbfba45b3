"""The pages in a real browser: no barrier that axe can find, by keyboard alone, without scripts, on a small screen."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from playwright.async_api import Browser, BrowserContext, Page, expect

from gateway.sink import SunkMail
from tests.unit.reporting_world import NORD
from tests.web.web_house import PASSWORD, WebHouse

WIDTHS = (1280, 320)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"

OPEN = (
    "/",
    "/?q=tromsø",
    "/?q=Atlantis",
    "/?q=Alstadhaug",
    "/?q=Ofoten",
    "/kommuner/1902?dato=2016-06-01",
    "/kommuner/1902?dato=2016-12-31",
    "/kommuner/5612",
    "/kommuner/5614",
    "/kommuner/5614?dato=2030-01-01",
    "/kommuner/5501?dato=i+morgen",
    "/kommuner/1902",
    "/kommuner/5501?dato=2016-06-01",
    "/organisasjoner/korus-nord",
    "/organisasjoner/lederforum",
    "/kart",
    "/kart?dato=2016-06-01",
    "/kart/20?dato=2016-06-01",
    "/kart/55?dato=i+morgen",
    "/kart/19",
    "/rapport?dato=2016-12-31",
    "/rapport?kjent=2010-01-01",
    "/logg-inn",
    "/tilgjengelighet",
    "/kilder",
    "/finnes-ikke",
    "/drift",
)
"""Every page and state that anybody can come to."""

OPERATORS = ("/drift", f"/drift/spor/{TRACE_ID}", "/drift/post")
REFUSED = ("/finnes-ikke", "/drift", "i+morgen", "kjent=2010")
"""Addresses that answer with a refusal; the browser notes that in its console, and nothing else may stand there."""


@asynccontextmanager
async def visit(browser: Browser, **options: Any) -> AsyncIterator[tuple[BrowserContext, list[str]]]:
    """A browser window whose every complaint is heard."""
    context = await browser.new_context(locale="nb-NO", **options)
    heard: list[str] = []
    context.on("console", lambda message: heard.append(f"{message.text} {message.location['url']}"))
    context.on("weberror", lambda error: heard.append(str(error.error)))
    yield context, heard
    await context.close()


async def sign_in(page: Page, url: str, login_name: str, password: str = PASSWORD) -> None:
    await page.goto(f"{url}/logg-inn")
    await page.get_by_label("Brukernavn").fill(login_name)
    await page.get_by_label("Passord").fill(password)
    async with page.expect_navigation():
        await page.get_by_role("main").get_by_role("button", name="Logg inn").click()


async def barriers(page: Page) -> list[str]:
    """What axe finds, everything on the page opened."""
    await page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    found = await Axe().run(page, options=RULES)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


async def width_of(page: Page) -> int:
    width: int = await page.evaluate("document.documentElement.scrollWidth")
    return width


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("prefix", "width"), [(prefix, width) for prefix in ("", "/nn") for width in WIDTHS])
async def test_no_page_has_a_barrier_a_complaint_or_too_much_width(
    house: WebHouse, browser: Browser, prefix: str, width: int
):
    await house.import_plan()
    async with house.served() as url, visit(browser, viewport={"width": width, "height": 900}) as (context, heard):
        page = await context.new_page()
        for path in OPEN:
            await page.goto(url + prefix + path)
            assert await barriers(page) == [], path
            assert await width_of(page) <= width, path
            assert await page.get_attribute("html", "lang") == (prefix[1:] or "nb")
            if any(refused in path for refused in REFUSED):
                assert len(heard) == 1, (path, heard)
                assert heard[0].startswith("Failed to load resource"), path
            else:
                assert heard == [], path
            heard.clear()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("width", WIDTHS)
async def test_signed_in_pages_have_none_either(house: WebHouse, browser: Browser, width: int):
    await house.add_account("an-operator", "DRIFT", NORD)
    await send_trace(house)
    keep_mails(house)
    async with house.served() as url, visit(browser, viewport={"width": width, "height": 900}) as (context, heard):
        page = await context.new_page()
        await sign_in(page, url, "an-operator", "another")
        assert await barriers(page) == []
        await expect(page.get_by_role("alert")).to_contain_text("passer ikke sammen")
        heard.clear()
        await sign_in(page, url, "an-operator")
        for path in OPERATORS:
            await page.goto(url + path)
            assert await barriers(page) == [], path
            assert await width_of(page) <= width, path
        assert heard == []
        await page.get_by_role("button", name="Logg ut").click()
        await expect(page.get_by_role("link", name="Logg inn")).to_be_visible()


async def test_the_waterfall_goes_from_the_click_to_the_figure(house: WebHouse, browser: Browser):
    await house.add_account("an-operator", "DRIFT")
    await send_trace(house)
    async with house.served() as url, visit(browser) as (context, _):
        page = await context.new_page()
        await sign_in(page, url, "an-operator")
        await page.get_by_role("link", name="Drift").click()
        await page.get_by_role("link", name="POST /api/v1/mappings").click()
        await page.wait_for_url("**/drift/spor/**")
        shown = re.sub(r"\s+", " ", await page.get_by_role("table").inner_text())
    parts = ("Inngangen", "Register", "Rapportering")
    assert [shown.find(part) for part in parts] == sorted(shown.find(part) for part in parts)
    assert "Mater tallene: brukerplan_coverage, ungdata_coverage" in shown


@pytest.mark.timeout(180)
async def test_from_search_to_provenance_with_the_keyboard_alone(house: WebHouse, browser: Browser):
    await house.import_plan()
    async with house.served() as url, visit(browser) as (context, heard):
        page = await context.new_page()
        await page.goto(url)
        await page.keyboard.press("Tab")
        assert "Hopp til innholdet" in await focused(page)
        await page.keyboard.press("Enter")
        await tab_to(page, "q")
        await page.keyboard.type("tromso")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/?q=tromso")
        await tab_to(page, "Tromsø")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/kommuner/5501")
        await tab_to(page, "Rapport")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/rapport")
        await tab_to(page, "Se grunnlaget")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/rapport/grunnlag/**")
        await expect(page.get_by_role("heading", name="Hendelsene bak tallet")).to_be_visible()
        await tab_to(page, "Tromsø")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/kommuner/1902?dato=2015-05-04")
        assert heard == []


async def test_everything_works_without_scripts(house: WebHouse, browser: Browser):
    await house.import_plan()
    await house.add_account("an-editor", "ED", NORD)
    async with house.served() as url, visit(browser, java_script_enabled=False) as (context, heard):
        page = await context.new_page()
        await page.goto(url)
        await page.get_by_label("Finn kommunen din").fill("1902")
        await page.get_by_role("button", name="Søk").click()
        await page.get_by_role("main").get_by_role("link", name="Tromsø", exact=True).click()
        await page.get_by_label("Vis tilbudet per dato").fill("2016-06-01")
        await page.get_by_role("button", name="Vis").click()
        await expect(page.get_by_text("Nummer 5501 kom i bruk 1. januar 2024.")).to_be_visible()
        await page.get_by_role("main").get_by_role("link", name="Tromsø", exact=True).first.click()
        await expect(page.get_by_role("heading", name="Opplæring i KOR")).to_be_visible()
        await page.get_by_role("link", name="Se alle kommunene i Troms på kartet").click()
        await expect(page.get_by_role("img", name="Kart over kommunene i Troms 1. juni 2016")).to_be_visible()
        await page.get_by_label("Vis kartet per dato").fill("2019-12-31")
        await page.get_by_role("button", name="Vis").click()
        await page.get_by_role("link", name="Nummer").click()
        await expect(page).to_have_url(f"{url}/kart/19?dato=2019-12-31&sorter=nummer")
        await page.get_by_role("row", name="1902").get_by_role("link").first.click()
        await page.goto(f"{url}/kommuner/1902?dato=2016-06-01")
        await page.get_by_role("link", name="Nynorsk").click()
        await expect(page).to_have_url(f"{url}/nn/kommuner/1902?dato=2016-06-01")
        await expect(page.get_by_role("heading", name="Dette kunne kommunen få 1. juni 2016")).to_be_visible()
        await sign_in(page, url, "an-editor")
        await expect(page.get_by_text("redaktør")).to_be_visible()
        await page.goto(f"{url}/rapport")
        await page.get_by_label("Per dato").fill("2016-12-31")
        await page.get_by_role("button", name="Vis tallene").click()
        await expect(page.get_by_text("1 av 87").first).to_be_visible()
        assert heard == []


async def test_the_register_works_without_scripts(house: WebHouse, browser: Browser):
    """The map, a county, a municipality with its timeline, an organisation, a guess and a region."""
    async with house.served() as url, visit(browser, java_script_enabled=False) as (context, heard):
        page = await context.new_page()
        main = page.get_by_role("main")
        await page.goto(url)
        await page.get_by_role("link", name="Finn kommunen på kartet").click()
        await expect(page.get_by_role("img", name=re.compile("^Kart over fylkene"))).to_be_visible()
        await main.get_by_role("table").get_by_role("link", name="Troms", exact=True).click()
        await expect(page).to_have_url(f"{url}/kart/55")
        await main.get_by_role("link", name="Tjeldsund", exact=True).first.click()
        await expect(page).to_have_url(f"{url}/kommuner/5512")

        timeline = page.get_by_role("region", name="Navn, nummer og grenser gjennom tiden")
        await expect(timeline).to_contain_text(
            "Tjeldsund (1852) og Skånland (1913) ble slått sammen til Tjeldsund (5412)."
        )
        await timeline.get_by_role("link", name="Skånland").last.click()
        await expect(page).to_have_url(f"{url}/kommuner/1913?dato=2019-12-31")

        covers = page.get_by_role("region", name="Hvem dekket kommunen 31. desember 2019")
        await covers.locator("summary").click()
        await expect(covers.get_by_text("Troms og Finnmark fylkeskommune")).to_be_visible()
        await covers.get_by_role("link", name=re.compile("KORUS Nord")).first.click()
        await expect(page).to_have_url(f"{url}/organisasjoner/korus-nord")
        await expect(page.get_by_role("heading", name="Hvor organisasjonen arbeider")).to_be_visible()
        await main.get_by_role("link", name="Lederforum Nord").click()
        await expect(page.get_by_text("bekreftet av organisasjonen 1. mars 2016")).to_be_visible()

        for words, told, place in (
            ("Alstadhaug", "Vi fant ikke «Alstadhaug». Mente du Alstahaug?", "Alstahaug"),
            ("Ofoten", "Ofoten er ikke en kommune. Området hører til Evenes og Narvik.", "Evenes"),
        ):
            await page.goto(url)
            await page.get_by_label("Finn kommunen din").fill(words)
            await page.get_by_role("button", name="Søk").click()
            await expect(main.get_by_text(told).last).to_be_visible()
            await main.get_by_role("link", name=place, exact=True).click()
            await expect(page.get_by_role("heading", name=place).first).to_be_visible()
        assert heard == []


async def test_a_day_is_asked_for_and_a_detail_opened_with_the_keyboard_alone(house: WebHouse, browser: Browser):
    async with house.served() as url, visit(browser) as (context, heard):
        page = await context.new_page()
        await page.goto(f"{url}/kommuner/1913?dato=2019-12-31")
        await tab_to(page, "dato")
        await page.keyboard.type("06062016")  # in whatever order the browser has day and month
        await tab_to(page, "Vis")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/kommuner/1913?dato=2016-06-06")
        await expect(page.get_by_label("Vis tilbudet per dato")).to_have_value("2016-06-06")
        hidden = page.get_by_text("Statsforvalteren i Troms og Finnmark")
        await expect(hidden.first).to_be_hidden()
        await tab_to(page, "Før og etter")
        await page.keyboard.press("Enter")
        await expect(hidden.first).to_be_visible()
        await page.keyboard.press("Space")
        await expect(hidden.first).to_be_hidden()
        assert heard == []


async def test_a_name_with_sami_letters_is_an_address(house: WebHouse, browser: Browser):
    async with house.served() as url, visit(browser) as (context, heard):
        page = await context.new_page()
        for name, code in (("Kárášjohka", "5610"), ("Guovdageaidnu", "5612"), ("Omasvuono", "5538")):
            await page.goto(f"{url}/kommuner/{name}")
            await expect(page).to_have_url(f"{url}/kommuner/{code}")
            await expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        assert heard == []


async def test_a_map_is_one_picture_and_no_stop_for_the_keyboard(house: WebHouse, browser: Browser):
    async with house.served() as url, visit(browser) as (context, heard):
        page = await context.new_page()
        await page.goto(f"{url}/kart")
        await tab_to(page, "dato")
        await tab_to(page, "Vis")
        await tab_to(page, "Nr.", most=1)  # the frame around the table
        await tab_to(page, "Finnmark", most=2)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/kart/56")
        await tab_to(page, "Kautokeino")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/kommuner/5612")
        await tab_to(page, "KORUS Nord")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/organisasjoner/korus-nord")
        assert heard == []


@pytest.mark.parametrize("width", WIDTHS)
async def test_what_advisers_see_beside_has_no_barrier(house: WebHouse, browser: Browser, width: int):
    await house.add_account("an-editor", "ED", NORD)
    async with house.served() as url, visit(browser, viewport={"width": width, "height": 900}) as (context, heard):
        page = await context.new_page()
        await sign_in(page, url, "an-editor")
        for path in ("/kommuner/5501", "/organisasjoner/korus-nord"):
            await page.goto(url + path)
            await expect(page.get_by_text("ikke bekreftet av organisasjonen").first).to_be_visible()
            assert await barriers(page) == [], path
            assert await width_of(page) <= width, path
        assert heard == []


async def focused(page: Page) -> str:
    """The text or name of what has the focus."""
    told: str = await page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()")
    return told


async def tab_to(page: Page, wanted: str, most: int = 60) -> None:
    """Press Tab until what is wanted has the focus, and see that the focus can be seen."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if (await focused(page)).startswith(wanted):
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees the focus on {wanted}"
            return
    raise AssertionError(f"{wanted} cannot be reached")


def keep_mails(house: WebHouse) -> None:
    """Mails as the sink takes them: in one language and in two, with an address that is long."""
    for number, language in enumerate(("nb", "nb, se")):
        mail = SunkMail(
            mail_id=f"<{number}@samla.invalid>",
            to=f"{'postmottak' * 8}@kommune.example",
            subject="Tilbudet i 2026 / Fálaldat 2026",
            language=language,
            text=f"Til Kautokeino\n\n{'Kom på kurs. ' * 20}",
            at=house.gate.database.clock.now(),
        )
        house.gate.sink.keep(mail)


async def send_trace(house: WebHouse) -> None:
    """Spans as an exporter sends them: from the click to the copy that the figures are made of."""
    spans: tuple[tuple[str, str, int, int | None, int, int, int, dict[str, list[str]]], ...] = (
        ("gateway", "POST /api/v1/mappings", 1, None, 2, 0, 40, {}),
        ("registry", "POST /mappings", 2, 1, 2, 4, 30, {}),
        ("registry", "transaction", 3, 2, 1, 6, 20, {}),
        ("registry", "publish", 4, 3, 4, 30, 12, {"samla.aggregate": ["mapping"]}),
        ("reporting", "apply", 5, 4, 5, 45, 8, {"samla.indicators": ["brukerplan_coverage", "ungdata_coverage"]}),
    )
    export = ExportTraceServiceRequest()
    for service, name, number, parent, kind, start_ms, duration_ms, attributes in spans:
        resource = export.resource_spans.add()
        resource.resource.attributes.add(key="service.name").value.string_value = service
        span = resource.scope_spans.add().spans.add()
        span.trace_id, span.span_id = bytes.fromhex(TRACE_ID), number.to_bytes(8, "big")
        span.parent_span_id = parent.to_bytes(8, "big") if parent else b""
        span.name, span.kind = name, kind
        span.start_time_unix_nano = 1_500_000_000_000_000_000 + start_ms * 1_000_000
        span.end_time_unix_nano = span.start_time_unix_nano + duration_ms * 1_000_000
        for key, values in attributes.items():
            told = span.attributes.add(key=key).value.array_value
            for value in values:
                told.values.add().string_value = value
    transport = httpx.ASGITransport(house.receiver)
    async with httpx.AsyncClient(transport=transport, base_url="http://receiver") as exporter:
        answer = await exporter.post("/v1/traces", content=export.SerializeToString())
    assert answer.status_code == 200


async def test_with_scripts_the_search_answers_while_one_types(house: WebHouse, browser: Browser):
    async with house.served() as url, visit(browser) as (context, heard):
        page = await context.new_page()
        await page.goto(url)
        await page.get_by_label("Finn kommunen din").press_sequentially("tromsø", delay=20)
        await page.get_by_role("link", name="Tromsø", exact=True).wait_for()
        await expect(page.get_by_role("status")).to_have_text("1 treff på «tromsø»")
        await expect(page).to_have_url(f"{url}/?q=troms%C3%B8")
        assert await page.evaluate("document.activeElement.name") == "q"
        assert await barriers(page) == []
        assert heard == []
