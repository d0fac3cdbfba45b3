"""R14: whatever is repeated, at once or after a crash, each unit gets a letter once and has one receipt."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from deploy.reference_load import load_reference
from deploy.smtp import SmtpPostbox
from services.kernel.clock import FixedClock
from services.kernel.effects import Sender
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.mail_server import mail_server
from tests.service.letters_house import FROM, LettersHouse, mailbox_of
from tests.service.registry_house import House

CODES = ("1804", "1856", "1902")


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[LettersHouse]:
    house = House(await open_database(registry, load_reference), clock)
    async with house.client, mail_server() as mails:
        found = LettersHouse(house, mails, await house.organisation_id("KoRus-Nord"))
        await found.give_mailboxes(CODES)
        yield found


async def receipts_told(house: LettersHouse) -> list[str]:
    return sorted(each["data"]["awareness"]["unit_code"] for each in await house.registry.told("awareness"))


async def release(house: LettersHouse, letter: dict[str, Any], key: str | None = None) -> int:
    path = f"/letters/{letter['letter_id']}"
    digest = (await house.editor.get(f"{path}/preview")).json()["digest"]
    answer = await house.editor.post(f"{path}/release", {"digest": digest}, if_match='"1"', key=key)
    return answer.status_code


async def test_r_14_a_release_that_is_asked_for_again_sends_nothing_more(house: LettersHouse) -> None:
    letter = await house.prepare(unit_codes=CODES)
    assert [await release(house, letter, "the same"), await release(house, letter, "the same")] == [200, 200]
    await house.send()
    assert sorted(mail.to for mail in house.mails.mails) == [mailbox_of(code) for code in CODES]
    assert await receipts_told(house) == list(CODES)


async def test_r_14_of_many_releases_at_once_one_lets_the_letter_go(house: LettersHouse) -> None:
    letter = await house.prepare(unit_codes=CODES)
    answers = await asyncio.gather(*(release(house, letter) for _ in range(8)))
    assert sorted(answers) == [200, *[412] * 7]
    await asyncio.gather(*(house.sender.send_waiting() for _ in range(1 if house.registry.database.is_sqlite else 3)))
    await house.send()
    assert sorted(mail.to for mail in house.mails.mails) == [mailbox_of(code) for code in CODES]
    assert await receipts_told(house) == list(CODES)


async def test_r_14_a_sender_that_dies_with_the_servers_answer_leaves_one_mail_and_one_receipt(
    house: LettersHouse,
) -> None:
    letter = await house.prepare(unit_codes=CODES)
    await release(house, letter)

    class Dies(SmtpPostbox):
        async def put(self, *arguments: Any) -> None:
            await super().put(*arguments)
            raise asyncio.CancelledError

    for _ in CODES:
        with pytest.raises(asyncio.CancelledError):
            await Sender(house.registry.database, registry.effects, Dies(house.mails.url, FROM)).send_waiting()
        await house.registry.database.transact(_forget_what_was_claimed)
    assert await receipts_told(house) == []
    assert await house.stands(letter) == {"waiting": 3}
    await house.send()
    assert sorted(mail.to for mail in house.mails.first) == [mailbox_of(code) for code in CODES]
    assert house.mails.repeats == len(CODES)
    assert await receipts_told(house) == list(CODES)
    assert await house.stands(letter) == {"sent": 3}


def _forget_what_was_claimed(connection: sa.Connection) -> None:
    """As a process does that starts, or as time does where there are several."""
    connection.execute(sa.text("UPDATE effect SET claimed_until = 0"))
