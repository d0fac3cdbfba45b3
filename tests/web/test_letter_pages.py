"""A centre's letters: written, read in every choice of languages, let go or withdrawn, and what became of each."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser

from services.kernel.clock import FixedClock
from tests.mail_server import mail_server
from tests.service.letters_house import LettersHouse, mailbox_of
from tests.unit.test_identity_numbers import ORDINARY
from tests.web.centre_pages import CentrePages
from tests.web.reading import text_of
from tests.web.signing_in import hidden
from tests.web.test_browser import barriers, sign_in, visit, width_of

PAGE, NEW = "/brev", "/brev/nytt"
BODO, TROMSO, ROST, KAUTOKEINO = "1804", "5501", "1856", "5612"
WRITTEN = {
    "emne_nb": "Tilbudet i år",
    "tekst_nb": "Kom på kurs.",
    "emne_nn": "Tilbodet i år",
    "tekst_nn": "Kom på kurs, de òg.",
    "aar": "2026",
    "form": "both",
    "hvem": "alle",
}


@dataclass
class Letters:
    """The pages with the registry's letters behind them, and a mail server for what is let go."""

    pages: CentrePages
    house: LettersHouse

    @property
    def centre_id(self) -> UUID:
        return self.house.centre_id

    async def prepared(self, reader: httpx.AsyncClient, prefix: str = "", **changed: str) -> str:
        """The page of a letter that somebody has written in the form."""
        answer = await self.pages.sends(reader, prefix + NEW, prefix + NEW, {**WRITTEN, **changed})
        assert answer.status_code == 303, text_of(answer.text)
        return answer.headers["location"]

    async def released(self, reader: httpx.AsyncClient, page: str) -> None:
        """Let it go with the button, and wait until nothing waits to be sent."""
        answer = await self.pages.sends(reader, page, f"{page}/send", {})
        assert (answer.status_code, answer.headers["location"]) == (303, page)
        await self.house.send()
        await self.pages.told()

    async def told(self) -> list[str]:
        """What has become of letters, by the names of the facts."""
        return [each["type"].split(".")[3] for each in await self.house.registry.told("letter")]


@pytest.fixture
async def letters(centre: CentrePages, clock: FixedClock) -> AsyncIterator[Letters]:
    async with mail_server() as mails:
        centre_id = await centre.registry.organisation_id("KoRus-Nord")
        yield Letters(centre, LettersHouse(centre.registry, mails, centre_id))


def codes_in(page: str) -> list[str]:
    """The municipalities in the table of receipts."""
    return re.findall(r'<th scope="row"><a href="[^"]*/kommuner/(\d+)"', page)


async def test_a_letter_to_all_is_read_in_every_choice_of_languages_before_it_goes(letters: Letters):
    await letters.house.give_mailboxes([TROMSO, BODO])
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        page = await letters.prepared(reader)
        shown = (await reader.get(page)).text
        text = text_of(shown)
        assert "skrevet, ikke sendt" in text
        assert "Mottakere 80" in text
        assert "Mangler postmottak 78" in text
        assert "På bokmål og nynorsk" in text
        assert re.search(r"\d+ mottakere får det slik, her ", text)
        assert "Kom på kurs, de òg." in text
        assert "Send til 2 postmottak" in text
        assert letters.house.mails.mails == []
        await letters.released(reader, page)
        shown = text_of((await reader.get(page)).text)
        assert "sendt ut 20. november 2026" in shown
        assert "Sendt 2" in shown
        assert "Trekk tilbake" not in shown
        assert sorted(mail.to for mail in letters.house.mails.mails) == sorted(map(mailbox_of, (TROMSO, BODO)))
        listed = text_of((await reader.get(PAGE)).text)
    assert "Brev for 2026 , skrevet 20. november 2026" in listed.replace("2026,", "2026 ,")
    assert "sendt ut 80" in listed
    assert await letters.told() == ["prepared", "released"]


async def test_br_02_who_bounced_or_has_no_mailbox_is_named_first_and_is_written_to_anew(letters: Letters):
    await letters.house.give_mailboxes([TROMSO, BODO])
    letters.house.mails.answers = {mailbox_of(BODO): "550 No such user"}
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        page = await letters.prepared(reader)
        await letters.released(reader, page)
        shown = (await reader.get(page)).text
        first = text_of(shown.partition('id="star"')[2].partition("</section>")[0])
        assert "Kom i retur (1) Bodø" in first
        assert "Mangler postmottak (78)" in first
        only = (await reader.get(f"{page}?status=bounced")).text
        assert codes_in(only) == [BODO]
        assert "Mottakere: kom i retur" in text_of(only)
        # The page of municipalities leads to the form for those who are left.
        own = (await reader.get("/mine-kommuner")).text
        assert f'href="{NEW}?hvem=uinformert"' in own
        form = (await reader.get(f"{NEW}?hvem=uinformert")).text
        assert 'value="uinformert" checked' in form
        assert "Bare de 79 som ikke er informert i 2026" in text_of(form)
        second = await letters.prepared(reader, hvem="uinformert")
        assert "Mottakere 79" in text_of((await reader.get(second)).text)
        again = (await reader.get(f"{second}?status=prepared")).text
    assert codes_in(again) == [BODO]


async def test_every_one_of_357_receipts_can_be_come_to(letters: Letters):
    async with letters.pages.signed_in("KOO") as reader:
        form = f"{NEW}?senter=napha"
        page = (await letters.pages.sends(reader, form, form, WRITTEN)).headers["location"]
        first = (await reader.get(page)).text
        (following,) = re.findall(r'href="([^"]+)#mottakere">Neste side', first)
        second = (await reader.get(unescape(following))).text
    assert "Neste side" not in second
    assert f'href="{PAGE}?senter=napha"' in second
    seen = codes_in(first) + codes_in(second)
    assert (len(seen), len(set(seen))) == (357, 357)


async def test_a_letter_may_be_in_northern_sami_and_english_too(letters: Letters):
    optional = {"emne_se": "Fálaldat", "tekst_se": "Boahtte kursii.", "emne_en": "The offer", "tekst_en": "Come."}
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        shown = (await reader.get(await letters.prepared(reader, **optional))).text
        text = text_of(shown)
        assert re.search(r"På [^.]*nordsamisk og engelsk", text)
        assert "Boahtte kursii." in text
        half = {**WRITTEN, "emne_se": "Fálaldat", "tekst_se": ""}
        answer = await letters.pages.sends(reader, NEW, NEW, half)
    assert (answer.status_code, 'id="tekst-se-feil"' in answer.text) == (422, True)
    assert '<details class="more" open>' in answer.text


async def test_what_is_refused_is_told_at_its_field_and_what_was_written_is_kept(letters: Letters):
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        wrong = {**WRITTEN, "emne_nn": "", "tekst_nb": "Første linje.\r\nAndre <b>linje</b>.", "aar": "i år"}
        answer = await letters.pages.sends(reader, NEW, NEW, {**wrong, "form": "nn", "hvem": "uinformert"})
        assert answer.status_code == 422
        for field in ("emne-nn", "aar"):
            assert f'id="{field}-feil"' in answer.text
            assert f'aria-describedby="{field}-feil"' in answer.text
        assert "Feltet mangler." in text_of(answer.text)
        assert "Første linje.\nAndre &lt;b&gt;linje&lt;/b&gt;.</textarea>" in answer.text
        assert 'value="i år"' in answer.text
        assert 'value="nn" checked' in answer.text
        assert 'value="uinformert" checked' in answer.text
        answer = await letters.pages.sends(reader, NEW, NEW, {**WRITTEN, "tekst_nb": f"Om {ORDINARY}."})
        assert answer.status_code == 422
        assert "Teksten har et fødselsnummer" in text_of(answer.text)
        assert 'id="tekst-nb-feil"' in answer.text
        answer = await letters.pages.sends(reader, NEW, NEW, {**WRITTEN, "tekst_nb": "a" * 4001})
        assert "Verdien er for lang." in text_of(answer.text)
        assert "a" * 4001 in answer.text
    assert await letters.told() == []


async def test_the_form_sent_twice_writes_one_letter(letters: Letters):
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        form = (await reader.get(NEW)).text.partition(f'method="post" action="{NEW}"')[2]
        sent = {name: hidden(form, name) for name in ("form_token", "idempotency_key")}
        first, second = [await reader.post(NEW, data={**sent, **WRITTEN}) for _ in range(2)]
        assert first.headers["location"] == second.headers["location"]
        page = first.headers["location"]
        await letters.house.give_mailboxes([TROMSO])
        form = (await reader.get(page)).text.partition(f'action="{page}/send"')[2]
        sent = {name: hidden(form, name) for name in ("form_token", "idempotency_key", "version", "digest")}
        for _ in range(2):
            assert (await reader.post(f"{page}/send", data=sent)).status_code == 303
        await letters.house.send()
    assert await letters.told() == ["prepared", "released"]
    assert len(letters.house.mails.mails) == 1


async def test_a_letter_is_withdrawn_with_a_reason(letters: Letters):
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        page = await letters.prepared(reader)
        action = f"{page}/trekk-tilbake"
        answer = await letters.pages.sends(reader, page, action, {"begrunnelse": ""})
        assert (answer.status_code, 'id="begrunnelse-feil"' in answer.text) == (422, True)
        answer = await letters.pages.sends(reader, page, action, {"begrunnelse": "Feil dato."})
        assert answer.headers["location"] == page
        shown = text_of((await reader.get(page)).text)
        assert "trukket tilbake 20. november 2026" in shown
        assert "Trukket tilbake 80" in shown
        assert "Send til" not in shown
    assert await letters.told() == ["prepared", "withdrawn"]


async def test_who_has_read_another_letter_than_it_is_now_is_told_so(letters: Letters):
    await letters.house.give_mailboxes([TROMSO])
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        page = await letters.prepared(reader)
        answer = await letters.pages.sends(reader, page, f"{page}/send", {}, digest="0" * 64)
        assert answer.status_code == 409
        assert "Brevet er ikke slik du har lest det" in text_of(answer.text)
        assert "Send til 1 postmottak" in text_of(answer.text)
        answer = await letters.pages.sends(reader, page, f"{page}/send", {}, version='"7"')
        assert answer.status_code == 412
        assert "Noen har endret dette etter at du åpnet siden." in text_of(answer.text)
        answer = await letters.pages.sends(
            reader, page, f"{page}/trekk-tilbake", {"begrunnelse": "Feil dato."}, version='"7"'
        )
        assert (answer.status_code, "Feil dato.</textarea>" in answer.text) == (412, True)
        # The other language of the page that told so is the letter itself.
        assert f'href="/nn{page}/trekk-tilbake"' in answer.text
        answer = await reader.get(f"/nn{page}/trekk-tilbake")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/nn{page}")
    assert await letters.told() == ["prepared"]


async def test_a_letter_that_has_gone_meanwhile_is_not_withdrawn(letters: Letters):
    await letters.house.give_mailboxes([TROMSO])
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        page = await letters.prepared(reader)
        action = f"{page}/trekk-tilbake"
        form = (await reader.get(page)).text.partition(f'action="{action}"')[2]
        sent = {name: hidden(form, name) for name in ("form_token", "idempotency_key", "version")}
        await letters.released(reader, page)
        answer = await reader.post(action, data={**sent, "begrunnelse": "Feil dato."})
    assert (answer.status_code, "Noen har endret dette" in answer.text) == (412, True)
    assert await letters.told() == ["prepared", "released"]


async def test_another_centres_letter_is_none_of_the_readers_business(letters: Letters):
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        page = await letters.prepared(reader)
        form = (await reader.get(page)).text
    other = await letters.pages.registry.organisation_id("KoRus-Sør")
    async with letters.pages.signed_in("ED", other) as stranger:
        assert (await stranger.get(page)).status_code == 404
        token = hidden((await stranger.get(NEW)).text, "form_token")
        stolen = {name: hidden(form, name) for name in ("idempotency_key", "version")}
        answer = await stranger.post(
            f"{page}/trekk-tilbake", data={**stolen, "form_token": token, "begrunnelse": "Nei."}
        )
        assert answer.status_code == 404
        assert "Senteret har ikke skrevet noen brev ennå." in text_of((await stranger.get(PAGE)).text)
        assert (await stranger.get("/brev/noe")).status_code == 404
    assert await letters.told() == ["prepared"]


@pytest.mark.parametrize("page", [PAGE, NEW])
async def test_only_who_may_write_letters_sees_the_pages(letters: Letters, page: str):
    async with letters.pages.signed_in("SB", letters.centre_id) as reader:
        assert (await reader.get(page)).status_code == 403
        reader.cookies.clear()
        answer = await reader.get(page)
    assert (answer.status_code, "/logg-inn?neste=" in answer.text) == (401, True)


async def test_only_a_form_of_the_page_itself_writes_or_sends_anything(letters: Letters):
    await letters.house.give_mailboxes([TROMSO])
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        page = await letters.prepared(reader)
        for address in (NEW, f"{page}/send", f"{page}/trekk-tilbake"):
            assert (await reader.post(address, data=WRITTEN)).status_code == 403
        for action in (f"{page}/send", f"{page}/trekk-tilbake"):
            assert (await letters.pages.sends(reader, page, action, {}, form_token="another")).status_code == 403
            assert (await letters.pages.sends(reader, page, action, {}, idempotency_key="")).status_code == 400
    assert await letters.told() == ["prepared"]


async def test_a_coordinator_chooses_the_centre_and_writes_for_it(letters: Letters):
    async with letters.pages.signed_in("KOO") as reader:
        for page, said in ((PAGE, "Velg et senter for å se brevene"), (NEW, "Velg senteret som brevet er fra.")):
            assert said in text_of((await reader.get(page)).text)
        form = f"{NEW}?senter=korus-nord"
        answer = await letters.pages.sends(reader, form, form, WRITTEN)
        assert answer.status_code == 303
        listed = (await reader.get(f"{PAGE}?senter=korus-nord")).text
        token = hidden(listed, "form_token")
        nobody = {**WRITTEN, "form_token": token, "idempotency_key": "a"}
        assert (await reader.post(NEW, data=nobody)).status_code == 404
    assert f'href="{answer.headers["location"]}"' in listed


async def test_the_pages_in_nynorsk_have_no_bokmal(letters: Letters):
    await letters.house.give_mailboxes([TROMSO])
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        page = await letters.prepared(reader, "/nn")
        assert page.startswith("/nn/brev/")
        shown = [(await reader.get(each)).text for each in (f"/nn{PAGE}", f"/nn{NEW}", page)]
    for each in shown:
        ours = re.sub(r'<article class="mail".*?</article>', "", each, flags=re.DOTALL)
        text = text_of(ours.partition("<main")[2].partition("</main>")[0])
        assert re.findall(r"\b(ikke|fra|hvem|hvorfor|noen|sendes|mottakere|skrevet|året på)\b", text) == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize("prefix", ["", "/nn"])
async def test_the_pages_have_no_barrier_are_not_too_wide_and_need_no_scripts(
    letters: Letters, browser: Browser, prefix: str
):
    await letters.house.give_mailboxes([TROMSO])
    await letters.pages.add_account("an-editor", "ED", letters.centre_id)
    async with letters.pages.signed_in("ED", letters.centre_id) as reader:
        written = await letters.prepared(reader)
    async with letters.pages.served() as url:
        async with visit(browser) as (context, heard):
            page = await context.new_page()
            await sign_in(page, url, "an-editor")
            for width in (1280, 320):
                await page.set_viewport_size({"width": width, "height": 900})
                for path in (PAGE, NEW, written):
                    await page.goto(url + prefix + path)
                    assert await barriers(page) == [], path
                    assert await width_of(page) <= width, path
            assert heard == []
            await page.goto(url + prefix + NEW)
            await page.evaluate("document.querySelectorAll('[required]').forEach(field => field.required = false)")
            await page.locator(".centre-form button").click()
            await page.locator("[aria-invalid]").first.wait_for()
            assert await barriers(page) == []
            assert await width_of(page) <= 320
        async with visit(browser, java_script_enabled=False) as (context, heard):
            page = await context.new_page()
            await sign_in(page, url, "an-editor")
            await page.goto(f"{url}{prefix}{written}")
            await page.get_by_role("button", name="Send til 1 postmottak").click()
            await page.wait_for_url(f"{url}{prefix}{written}")
            assert heard == []
    assert await letters.told() == ["prepared", "released"]
