"""A letter is written, read, let go, and comes to each mailbox once: over HTTP and a real mail server."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from deploy.reference_load import load_reference
from services.kernel.clock import FixedClock
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.mail_server import mail_server
from tests.service.letters_house import DAY, TEXTS, LettersHouse, mailbox_of
from tests.service.registry_house import House
from tests.statements import selects, statements

ROST, TROMSO, BODO, BALSFJORD, KAUTOKEINO = "1856", "1902", "1804", "1933", "2011"
HARSTAD, SKANLAND, HORNINDAL, VOLDA, HARAM = "1903", "1913", "1444", "1519", "1534"
AALESUND = "1507"
"""From 2020 to 2024, with Haram in it."""
TOMORROW, NINE_YEARS = timedelta(days=1), timedelta(days=9 * 365)


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[LettersHouse]:
    house = House(await open_database(registry, load_reference), clock)
    async with house.client, mail_server() as mails:
        centre_id = await house.organisation_id("KoRus-Nord")
        yield LettersHouse(house, mails, centre_id)


async def the_87(house: LettersHouse) -> list[str]:
    return [
        unit["code"]
        for county in ("18", "19", "20")
        for unit in (await house.registry.anybody.get("/municipalities", on=DAY, county=county)).json()["items"]
    ]


async def test_st_14_a_letter_to_87_mailboxes_one_refused_and_one_call(house: LettersHouse) -> None:
    """The municipality of Tromsø is in the reference tables; its mailbox is told of like the others'."""
    codes = await the_87(house)
    await house.give_mailboxes(codes)
    house.mails.answers[mailbox_of(ROST)] = "550 no such mailbox"

    letter = await house.prepare()

    assert (letter["status"], letter["units"]) == ("prepared", 87)
    assert await house.stands(letter) == {"prepared": 87}
    await house.send()
    assert house.mails.mails == []
    released = await house.release(letter)
    assert (released.status_code, released.json()["status"]) == (200, "released")
    assert await house.stands(letter) == {"waiting": 87}
    await house.send()

    assert sorted(mail.to for mail in house.mails.mails) == sorted(mailbox_of(code) for code in codes if code != ROST)
    assert house.mails.repeats == 0
    assert await house.stands(letter) == {"bounced": 1, "sent": 86}
    receipts = await house.receipts(letter, limit=40)
    assert [each["unit_code"] for each in receipts] == sorted(codes)
    (refused,) = (await house.editor.get(f"/letters/{letter['letter_id']}/receipts", status="bounced")).json()["items"]
    assert (refused["unit_code"], refused["unit_name"], refused["languages"]) == (ROST, "Røst", ["nb", "nn"])

    told = await house.registry.told("awareness")
    assert sorted(each["type"].split(".")[3] for each in told) == ["letter_bounced", *["letter_dispatched"] * 86]
    assert {each["data"]["awareness"]["dispatch_id"] for each in told} == {letter["letter_id"]}
    (bounced,) = (each["data"]["awareness"] for each in told if each["data"]["awareness"]["unit_code"] == ROST)
    assert (bounced["bounce"], bounced["bounced_on"], bounced["informed_on"]) == ("refused", DAY, DAY)
    assert bounced["awareness_id"] == refused["awareness_id"]
    called = {"centre_id": str(house.centre_id), "unit_code": ROST, "channel": "call", "occurred_on": DAY}
    assert (await house.editor.post("/awareness", called)).status_code == 201
    records = await house.registry.anybody.pages("/awareness", centre_id=house.centre_id, year=2016, limit=50)
    assert len({each["unit_code"] for each in records if each["channel"] == "letter" and not each["bounced_on"]}) == 86
    assert len({each["unit_code"] for each in records if not each["bounced_on"]}) == 87


async def test_br_02_without_a_mailbox_a_unit_is_not_informed_and_one_found_in_time_is(house: LettersHouse) -> None:
    await house.give_mailboxes([BODO])
    letter = await house.prepare(unit_codes=[BODO, ROST, TROMSO])
    assert await house.stands(letter) == {"no_mailbox": 2, "prepared": 1}
    await house.give_mailboxes([ROST])
    assert await house.stands(letter) == {"no_mailbox": 1, "prepared": 2}
    await house.release(letter)
    await house.give_mailboxes([TROMSO])
    await house.send()
    assert await house.stands(letter) == {"no_mailbox": 1, "sent": 2}
    assert {each["unit_code"]: each["status"] for each in await house.receipts(letter)} == {
        BODO: "sent", ROST: "sent", TROMSO: "no_mailbox",
    }  # fmt: skip
    assert sorted(mail.to for mail in house.mails.mails) == [mailbox_of(BODO), mailbox_of(ROST)]


async def test_br_02_only_the_mailbox_of_the_municipality_as_it_is_now_counts(house: LettersHouse) -> None:
    await house.give_mailboxes([BODO], valid_to="2016-01-01")
    await house.give_mailboxes([ROST], official_mailbox=None)
    letter = await house.prepare(unit_codes=[BODO, ROST])
    assert await house.stands(letter) == {"no_mailbox": 2}
    refused = await house.release(letter)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:samla:problem:no-mailboxes")
    assert await house.stands(letter) == {"no_mailbox": 2}


async def test_r_110_each_is_written_to_in_its_own_form_and_the_letter_reads_as_its_preview(
    house: LettersHouse,
) -> None:
    for code, form, sami in ((BODO, "bokmal", None), (ROST, "nynorsk", None), (KAUTOKEINO, "bokmal", "north")):
        decided = [{"form": form, "sami_category": sami and "language_development", "source": "x"}]
        await decide(house, code, decided)
    codes = [BODO, ROST, KAUTOKEINO, TROMSO]
    await house.give_mailboxes(codes)
    texts = {**TEXTS, "se": {"subject": "Fálaldat 2016", "body": "Boahtet kursii."}}
    letter = await house.prepare(unit_codes=codes, texts=texts)

    read = (await house.editor.get(f"/letters/{letter['letter_id']}/preview")).json()["items"]

    assert {tuple(each["languages"]): each["units"] for each in read} == {
        ("nb",): 1, ("nn",): 1, ("nb", "se"): 1, ("nb", "nn"): 1,
    }  # fmt: skip
    await house.release(letter)
    await house.send()
    came = {mail.to: (mail.subject, mail.text.replace("\r\n", "\n"), mail.language) for mail in house.mails.mails}
    shown = {each["unit_name"]: each for each in read}
    for code, name in ((BODO, "Bodø"), (ROST, "Røst"), (TROMSO, "Tromsø")):
        subject, text, language = came[mailbox_of(code)]
        assert (subject, text) == (shown[name]["subject"], shown[name]["text"])
        assert language == ", ".join(shown[name]["languages"])
    assert came[mailbox_of(ROST)][1].startswith("Til Røst\n\nKom på kurs, de òg.\n\nVennleg helsing\nKORUS Nord (")
    assert "\n\nGuovdageaidnu\n\nBoahtet kursii.\n" in came[mailbox_of(KAUTOKEINO)][1]


async def decide(house: LettersHouse, code: str, languages: list[dict[str, Any]]) -> None:
    """A municipality has decided in which languages it is written to; what was proposed of it is another test's."""
    told = orjson.dumps([{**each, "valid_from": "2010-01-01"} for each in languages]).decode()
    statement = sa.text("UPDATE unit SET languages = :told WHERE code = :code")
    await house.registry.database.transact(
        lambda connection: connection.execute(statement, {"told": told, "code": code})
    )


async def test_a_letter_goes_once_and_only_as_it_was_read(house: LettersHouse) -> None:
    await house.give_mailboxes([BODO])
    letter = await house.prepare(unit_codes=[BODO])
    path = f"/letters/{letter['letter_id']}"
    unread = await house.editor.post(f"{path}/release", {"digest": "0" * 64}, if_match='"1"')
    assert (unread.status_code, unread.json()["type"]) == (409, "urn:samla:problem:letter-changed")
    read = (await house.editor.get(f"{path}/preview")).json()
    assert unread.json()["digest"] == read["digest"]
    assert (await house.editor.post(f"{path}/release", {"digest": read["digest"]})).status_code == 428
    assert (await house.release(letter)).status_code == 200
    for step, body in (("release", {"digest": read["digest"]}), ("withdraw", {"reason": "too late"})):
        refused = await house.editor.post(f"{path}/{step}", body, if_match='"2"')
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:samla:problem:step-out-of-order")
    await house.send()
    await house.send()
    assert [mail.to for mail in house.mails.mails] == [mailbox_of(BODO)]


async def test_a_withdrawn_letter_is_never_sent_and_says_why_in_the_audit(house: LettersHouse) -> None:
    await house.give_mailboxes([BODO])
    letter = await house.prepare(unit_codes=[BODO])
    path = f"/letters/{letter['letter_id']}"
    withdrawn = await house.editor.post(f"{path}/withdraw", {"reason": "Feil dato i brevet."}, if_match='"1"')
    assert (withdrawn.status_code, withdrawn.json()["status"], withdrawn.json()["withdrawn_on"]) == (
        200, "withdrawn", DAY,
    )  # fmt: skip
    assert await house.stands(letter) == {"withdrawn": 1}
    read = (await house.editor.get(f"{path}/preview")).json()
    refused = await house.editor.post(f"{path}/release", {"digest": read["digest"]}, if_match='"2"')
    assert refused.json()["type"] == "urn:samla:problem:step-out-of-order"
    await house.send()
    assert house.mails.mails == []
    assert [each["type"].split(".")[3] for each in await house.registry.told("letter")] == ["prepared", "withdrawn"]
    reasons = sa.text("SELECT reason FROM audit WHERE command = 'withdraw_letter'")
    rows = await house.registry.database.read(lambda connection: connection.execute(reasons).scalars().all())
    assert rows == ["Feil dato i brevet."]


async def test_br_02_a_municipality_with_another_code_has_the_mailbox_that_it_had(
    house: LettersHouse, clock: FixedClock
) -> None:
    await house.give_mailboxes([TROMSO, SKANLAND, HARSTAD, BODO, HORNINDAL, VOLDA, AALESUND, HARAM])
    clock.advance(NINE_YEARS)
    letter = await house.prepare(unit_codes=["5501", "5503", "5512", "1577", "1804", "1508", "1580"])
    assert await house.stands(letter) == {"no_mailbox": 1, "prepared": 6}
    await house.give_mailboxes(["5503"])
    await house.release(letter)
    await house.send()
    receipts = {each["unit_code"]: each["status"] for each in await house.receipts(letter)}
    assert [code for code, status in receipts.items() if status == "no_mailbox"] == ["1508"]
    # Ålesund was divided, and Haram is again what it was. Volda has taken in Hornindal under a new code: of their
    # mailboxes the first. Harstad has made a new one known.
    reached = (TROMSO, SKANLAND, "5503", BODO, HORNINDAL, HARAM)
    assert sorted(mail.to for mail in house.mails.mails) == sorted(mailbox_of(code) for code in reached)


async def test_the_address_is_asked_for_at_the_moment_of_sending(house: LettersHouse) -> None:
    await house.give_mailboxes([BODO, ROST])
    letter = await house.prepare(unit_codes=[BODO, ROST])
    await house.release(letter)
    new = {BODO: "nytt.postmottak@kommune.example", ROST: None}
    for code, address in new.items():
        body_id = await house.registry.organisation_id(f"Kommune {code}")
        told = {"name": f"Kommune {code}", "official_mailbox": address, "source": "x", "occurred_on": DAY}
        path = f"/organisations/{body_id}/change"
        assert (await house.registry.caller("KOO").post(path, told, if_match='"1"')).status_code == 200
    await house.send()
    assert [mail.to for mail in house.mails.mails] == ["nytt.postmottak@kommune.example"]
    assert {each["unit_code"]: each["status"] for each in await house.receipts(letter)} == {
        BODO: "sent", ROST: "not_sent",
    }  # fmt: skip
    stored = await house.registry.database.read(
        lambda connection: str(connection.execute(sa.text("SELECT * FROM effect")).all())
    )
    assert "@" not in stored


async def test_a_mail_server_that_is_away_is_asked_again_and_a_letter_can_come_back_later(
    house: LettersHouse, clock: FixedClock
) -> None:
    await house.give_mailboxes([BODO])
    house.mails.answers[mailbox_of(BODO)] = "450 later"
    letter = await house.prepare(unit_codes=[BODO], source="a circular")
    await house.release(letter)
    await house.send()
    assert await house.stands(letter) == {"waiting": 1}
    house.mails.answers.clear()
    clock.advance(TOMORROW)
    await house.send()
    (receipt,) = await house.receipts(letter)
    (told,) = await house.registry.told("awareness")
    assert (told["data"]["awareness"]["informed_on"], told["data"]["awareness"]["source"]) == (
        "2016-04-09", "a circular",
    )  # fmt: skip
    path = f"/awareness/{receipt['awareness_id']}/bounce"
    bounced = await house.editor.post(path, {"occurred_on": "2016-04-09"}, if_match='"1"')
    assert (bounced.status_code, bounced.json()["bounce"]) == (200, "returned")
    (receipt,) = await house.receipts(letter)
    assert receipt["status"] == "bounced"


async def test_a_letter_is_the_own_centres_and_no_message_holds_its_text(house: LettersHouse) -> None:
    await house.give_mailboxes([BODO])
    letter = await house.prepare(unit_codes=[BODO])
    midt_id = await house.registry.organisation_id("KoRus-Midt")
    midt = house.registry.caller("ED", midt_id)
    path = f"/letters/{letter['letter_id']}"
    for address in (path, f"{path}/preview", f"{path}/receipts", f"{path}/history"):
        assert (await midt.get(address)).status_code == 404, address
        assert (await house.registry.anybody.get(address)).status_code == 401, address
        assert (await house.registry.caller("KOM", midt_id).get(address)).status_code == 403, address
        assert (await house.registry.caller("KOO").get(address)).status_code == 200, address
    for step, body in (("release", {"digest": "0"}), ("withdraw", {"reason": "x"})):
        assert (await midt.post(f"{path}/{step}", body, if_match='"1"')).status_code == 404, step
    asked = {"centre_id": str(house.centre_id), "year": 2016, "texts": TEXTS}
    assert (await midt.post("/letters", asked)).status_code == 404
    assert (await midt.get("/letters")).json() == {"items": []}
    assert (await midt.get("/letters", centre_id=house.centre_id)).json() == {"items": []}
    assert [each["letter_id"] for each in (await house.editor.get("/letters")).json()["items"]] == [letter["letter_id"]]
    assert (await house.editor.get("/letters", year=2015)).json() == {"items": []}
    assert "Kom på kurs" not in str(await house.registry.told("letter"))


async def test_bad_letters_are_refused_by_name(house: LettersHouse) -> None:
    asked = {"centre_id": str(house.centre_id), "year": 2016, "texts": TEXTS}
    for change, status, slug, pointers in (
        ({"unit_codes": ["1902", "9998"]}, 422, "unknown-unit", ["/unit_codes/1"]),
        ({"unit_codes": ["5501"]}, 422, "unit-not-valid", ["/unit_codes/0"]),
        ({"unit_codes": ["1902", "1902"]}, 422, "invalid", ["/unit_codes/1"]),
        ({"unit_codes": []}, 422, "invalid", ["/unit_codes"]),
        ({"texts": {"nb": TEXTS["nb"]}}, 422, "invalid", ["/texts/nn"]),
        ({"texts": {**TEXTS, "nn": {"subject": "Eit\u2028brev", "body": "x"}}}, 422, "invalid", ["/texts/nn/subject"]),
    ):
        answer = await house.editor.post("/letters", asked | change)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:samla:problem:{slug}"), answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    governor = await house.registry.organisation_id("Fylkesmannen i Troms")
    nobody = await house.registry.caller("KOO").post("/letters", asked | {"centre_id": str(governor)})
    assert nobody.json()["type"] == "urn:samla:problem:not-a-centre"
    new = {"reference": "nytt-senter", "name": "Nytt senter", "kind": "korus", "occurred_on": DAY}
    without_area = (await house.registry.caller("KOO").post("/organisations", new)).json()["organisation_id"]
    nobody = await house.registry.caller("KOO").post("/letters", asked | {"centre_id": without_area})
    assert (nobody.status_code, nobody.json()["type"]) == (422, "urn:samla:problem:nobody-to-write-to")


async def test_a_letter_to_all_is_written_and_let_go_in_as_many_statements_as_one_to_two(house: LettersHouse) -> None:
    codes = await the_87(house)
    await house.give_mailboxes(codes)
    numbers = []
    for chosen in (codes[:2], codes):
        with statements(house.registry.database) as prepared:
            letter = await house.prepare(unit_codes=chosen)
        with statements(house.registry.database) as released:
            assert (await house.release(letter)).status_code == 200
        assert await house.stands(letter) == {"waiting": len(chosen)}
        numbers.append((len(prepared), len(released)))
    assert numbers[0] == numbers[1]


async def test_receipts_and_totals_are_a_constant_number_of_statements(house: LettersHouse) -> None:
    codes = await the_87(house)
    await house.give_mailboxes(codes)
    few, many = await house.prepare(unit_codes=codes[:2]), await house.prepare()

    async def number(letter: dict[str, Any], path: str = "", **parameters: Any) -> int:
        address = f"/letters/{letter['letter_id']}{path}"
        with selects(house.registry.database) as asked:
            assert (await house.editor.get(address, **parameters)).status_code == 200
        return len(asked)

    with selects(house.registry.database) as asked:
        assert len((await house.editor.get("/letters")).json()["items"]) == 2
    assert len(asked) == 1
    assert await number(few) == await number(many) == 5
    assert await number(few, "/receipts") == await number(many, "/receipts", limit=200) == 4
    assert await number(few, "/preview") == await number(many, "/preview") == 2
