"""ST-14 as Samla itself sends the letter: from the preview to every mailbox, the figure, and who is left, by name."""

import re
from dataclasses import dataclass
from datetime import date

import pytest
import pytest_asyncio

from services.kernel.clock import business_date
from tests.end_to_end.figures import stands
from tests.end_to_end.installation import Installation
from tests.end_to_end.shown import OWN, report_shows
from tests.end_to_end.users import User
from tests.waiting import eventually
from tests.web.reading import rows_of, sums_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXTS = {
    "nb": {"subject": "Tilbudet i år", "body": "Kom på kurs."},
    "nn": {"subject": "Tilbodet i år", "body": "Kom på kurs, de òg."},
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter of KoRus-Nord's that nothing waits of any more, and the municipalities it was for."""

    path: str
    on: date
    codes: list[str]
    """In the order of the receipts. The last had no mailbox."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sent(here: Installation) -> Sent:
    """A letter that was released after a person had read the preview."""
    coordinator, editor = await here.user("koordinator1"), await here.user("korusnord.redaktor")
    today = business_date(here.host.hosted["registry"].database.clock.now())
    korus = str(here.organisations["korus-nord"])
    letter = await editor.does("/letters", {"centre_id": korus, "year": today.year, "texts": TEXTS})
    path = f"/letters/{letter['letter_id']}"
    codes = [each["unit_code"] for each in await editor.pages(f"{path}/receipts")]
    await give_mailboxes(coordinator, codes[:-1], today.isoformat())
    read = (await editor.get(f"{path}/preview")).json()
    assert sum(each["units"] for each in read["items"]) == len(codes)
    await editor.does(f"{path}/release", {"digest": read["digest"]}, about=path)
    await eventually(lambda: nothing_waits(editor, path), within_s=60)
    return Sent(path, today, codes)


async def test_st_14_the_letter_comes_to_every_mailbox_and_who_has_none_is_named(
    here: Installation, sent: Sent
) -> None:
    editor = await here.user("korusnord.redaktor")
    codes, without = sent.codes, sent.codes[-1]
    assert (await editor.get(sent.path)).json()["receipts"] == {"no_mailbox": 1, "sent": len(codes) - 1}
    sink = here.host.sink
    assert sink is not None
    mails = sink.newest()
    assert sorted(mail.to for mail in mails) == sorted(f"postmottak.{code}@kommune.example" for code in codes[:-1])
    assert {mail.times for mail in mails} == {1}
    # Narvik, Bodø and Tromsø are neutral, Bindal has decided for bokmål (R110).
    subjects = {mail.to.split(".")[1].partition("@")[0]: mail.subject for mail in mails}
    assert [subjects[code] for code in ("1806", "1804", "5501")] == ["Tilbudet i år / Tilbodet i år"] * 3
    assert subjects["1811"] == "Tilbudet i år"

    await here.settled()
    asked = {"year": sent.on.year, "as_of": sent.on.isoformat(), "geography": sent.on.isoformat()}
    figure = await editor.figure("awareness", **asked)
    assert (figure["numerator"], figure["denominator"], figure["reached"]) == (len(codes) - 1, len(codes), False)
    await stands(here, editor, figure)
    missing = (await here.anybody().get("/awareness/uninformed", centre="korus-nord", **asked)).json()
    assert (missing["units"], missing["informed"], missing["is_met"]) == (len(codes), len(codes) - 1, False)
    assert [each["code"] for each in missing["items"]] == [without]
    assert missing["items"] == [
        {**each, "county_code": without[:2], "last_bounce_of": None} for each in figure["extra"]["uninformed"]
    ]


async def test_st_14_the_adviser_reads_on_the_pages_who_was_told_and_who_is_left(
    here: Installation, sent: Sent
) -> None:
    editor = await here.user("korusnord.redaktor")
    await here.settled()
    told, all_of_them, year = len(sent.codes) - 1, len(sent.codes), sent.on.year
    page = await editor.page(OWN, vis="uinformert")
    assert re.search(rf"Informert i {year} {told} av {all_of_them} \(\d+,\d %\)", sums_of(page))
    ((name, informed, *_),) = rows_of(page)
    assert (f"/kommuner/{sent.codes[-1]}" in page, informed) == (True, "ikke informert")
    assert "Skriv brev til den ene som ikke er informert" in text_of(page)
    figure = await editor.figure("awareness", year=year, as_of=sent.on.isoformat(), geography=sent.on.isoformat())
    assert f"Kommuner som ikke er informert (1) {name}" in await report_shows(editor, figure)
    letter = sent.path.rpartition("/")[2]
    shown = await editor.page(f"/brev/{letter}")
    assert f"Sendt {told}" in text_of(shown)
    left = shown.partition("Mangler postmottak (1)")[2].partition("</div>")[0]
    assert re.findall(r"/kommuner/(\d+)", left) == sent.codes[-1:]
    form = text_of(await editor.page("/brev/nytt", hvem="uinformert"))
    assert f"Bare den ene som ikke er informert i {year}" in form


async def test_an_operator_sees_how_many_letters_stand_where_and_what_would_have_been_sent(
    here: Installation, sent: Sent
) -> None:
    operator = await here.user("drift1")
    parts = (await operator.get("/ops")).json()["items"]
    shown = (await operator.client.get("/drift/post")).text.count('class="mail"')
    (stands_where,) = [part["effects"] for part in parts if part["part"] == "registry"]
    assert stands_where == {"done": len(sent.codes) - 1} == {"done": await here.count("registry", "awareness")}
    assert 0 < shown <= stands_where["done"]
    page = (await operator.client.get("/drift")).text
    assert f'<td class="n">{stands_where["done"]}</td>' in page


async def give_mailboxes(coordinator: User, codes: list[str], day: str) -> None:
    rows = [
        {
            "reference": f"kommune-{code}",
            "name": f"Kommune {code}",
            "kind": "municipality",
            "unit_code": code,
            "official_mailbox": f"postmottak.{code}@kommune.example",
            "occurred_on": day,
        }
        for code in codes
    ]
    answer = await coordinator.does("/organisations/import", {"rows": rows, "dry_run": False})
    assert answer["stored"], answer


async def nothing_waits(editor: User, path: str) -> bool:
    return "waiting" not in (await editor.get(path)).json()["receipts"]
