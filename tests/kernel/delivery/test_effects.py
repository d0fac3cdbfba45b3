"""A mail is sent once for each that was asked for, after the commit, to whoever the recipient is at that moment."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from deploy.smtp import SmtpPostbox
from gateway.sink import SunkMail
from services.kernel.clock import FixedClock
from services.kernel.database import Database
from services.kernel.effects import (
    ATTEMPTS,
    FIRST_RETRY_S,
    Effect,
    EffectStatus,
    MailEffect,
    Sender,
    add_effect,
    add_effects,
    effects_by_status,
    withdraw,
)
from services.kernel.mail import Mail, NotTaken
from services.kernel.transaction import Transaction
from tests.kernel.delivery.conftest import Databases
from tests.kernel.delivery.parts import PUBLISHER, award
from tests.mail_server import MailServer, mail_server, sent_all
from tests.statements import statements


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as mails:
        yield mails


@pytest.fixture
async def funding(databases: Databases, clock: FixedClock) -> Database:
    return await databases.open(PUBLISHER, clock=clock)


ADDRESSES = {f"grant/{number}": f"mottak{number}@kommune.example" for number in range(400)}


def compose(_connection: sa.Connection, effect: Effect) -> Mail | None:
    address = ADDRESSES.get(effect.recipient)
    return address and Mail(address, f"Brev {effect.facts['year']}", "Hei på dykk, æøå", "nn")  # type: ignore[return-value]


def after_sending(tx: Transaction, effect: Effect) -> None:
    award(tx, int(effect.recipient.partition("/")[2]))


def sender_of(database: Database, server: MailServer) -> Sender:
    kinds = {"letter": MailEffect(compose, done=after_sending)}
    return Sender(database, kinds, SmtpPostbox(server.url, "Samla <samla@senter.example>"))


def letter(tx: Transaction, number: int) -> None:
    add_effect(tx, "letter", f"letter/{number}", f"grant/{number}", {"year": 2016})


async def numbers(database: Database) -> list[int]:
    chosen = sa.text("SELECT number FROM numbered_grant ORDER BY number")
    return await database.read(lambda connection: list(connection.execute(chosen).scalars()))


async def test_a_mail_leaves_after_the_commit_and_what_follows_is_stored_with_it(
    funding: Database, server: MailServer
) -> None:
    await funding.write(letter, 1)
    assert server.mails == []
    await sent_all(sender_of(funding, server))
    (mail,) = server.mails
    assert (mail.to, mail.subject, mail.text.strip()) == (ADDRESSES["grant/1"], "Brev 2016", "Hei på dykk, æøå")
    assert mail.language == "nn"
    assert await numbers(funding) == [1]
    assert await funding.read(effects_by_status) == {"done": 1}


async def test_what_is_asked_for_twice_is_one_mail_and_a_command_that_fails_sends_none(
    funding: Database, server: MailServer
) -> None:
    def fails(tx: Transaction) -> None:
        letter(tx, 2)
        raise RuntimeError

    await funding.write(letter, 1)
    await funding.write(letter, 1)
    with pytest.raises(RuntimeError):
        await funding.write(fails)
    await sent_all(sender_of(funding, server))
    assert [mail.to for mail in server.mails] == ["mottak1@kommune.example"]


async def test_many_mails_are_asked_for_in_one_statement_and_each_once(funding: Database, server: MailServer) -> None:
    def letters(tx: Transaction, *grants: int) -> None:
        add_effects(tx, "letter", {f"letter/{each}": (f"grant/{each}", {"year": 2016}) for each in grants})

    await funding.write(letters)
    with statements(funding) as told:
        await funding.write(letters, 1, 2)
        await funding.write(letters, 2, 1)
    assert sum("INSERT INTO effect" in each for each in told) == 2
    await sent_all(sender_of(funding, server))
    assert sorted(mail.to for mail in server.mails) == ["mottak1@kommune.example", "mottak2@kommune.example"]


async def test_a_mail_may_lead_back_by_a_token_that_stands_nowhere_else(
    funding: Database, server: MailServer, clock: FixedClock
) -> None:
    known: dict[str, str] = {}

    def compose_link(_connection: sa.Connection, effect: Effect) -> Mail:
        return Mail(ADDRESSES[effect.recipient], "Lenke", f"{effect.site}/side/{effect.token}", "nb")

    def remember(_tx: Transaction, effect: Effect) -> None:
        known[effect.recipient] = effect.token

    def sender(secret: bytes) -> Sender:
        postbox = SmtpPostbox(server.url, "samla@senter.example", "https://samla.example", secret)
        return Sender(funding, {"letter": MailEffect(compose_link, done=remember)}, postbox)

    server.answers["mottak1@kommune.example"] = "450 later"
    await funding.write(letter, 1)
    await funding.write(letter, 2)
    await sent_all(sender(b"a secret"))
    server.answers.clear()
    clock.advance(timedelta(seconds=FIRST_RETRY_S))
    await sent_all(sender(b"a secret"))
    assert {mail.to: mail.text.strip() for mail in server.mails} == {
        f"mottak{number}@kommune.example": f"https://samla.example/side/{known[f'grant/{number}']}" for number in (1, 2)
    }
    one, other = known["grant/1"], known["grant/2"]
    assert len({one, other}) == 2
    assert len(bytes.fromhex(one)) == 16
    rows = await funding.read(lambda connection: str(connection.execute(sa.text("SELECT * FROM effect")).all()))
    assert one not in rows
    ids = [UUID(mail_id.partition("@")[0].removeprefix("<")) for mail_id in server.times]
    assert {sender(b"a secret").postbox.token(each) for each in ids} == {one, other}
    assert {sender(b"another secret").postbox.token(each) for each in ids}.isdisjoint({one, other})


async def test_one_whose_address_is_gone_or_who_is_withdrawn_gets_nothing(
    funding: Database, server: MailServer
) -> None:
    await funding.write(add_effect, "letter", "gone", "grant/nobody", {"year": 2016})
    await funding.write(letter, 1)
    assert await funding.write(withdraw, "grant/1") == 1
    await sent_all(sender_of(funding, server))
    assert server.mails == []
    assert await funding.read(effects_by_status) == {EffectStatus.given_up: 2}
    assert await numbers(funding) == []


async def test_a_refused_address_is_told_of_and_not_tried_again(funding: Database, server: MailServer) -> None:
    server.answers["mottak1@kommune.example"] = "550 no such mailbox mottak1@kommune.example"
    await funding.write(letter, 1)
    refused: list[str] = []
    kinds = {"letter": MailEffect(compose, refused=lambda _tx, effect: refused.append(effect.recipient))}
    await sent_all(Sender(funding, kinds, SmtpPostbox(server.url, "samla@senter.example")))
    assert refused == ["grant/1"]
    assert await funding.read(effects_by_status) == {"refused": 1}
    rows = await funding.read(lambda connection: str(connection.execute(sa.text("SELECT * FROM effect")).all()))
    assert "kommune.example" not in rows


@pytest.mark.parametrize(
    "answer", ["550 5.7.1 relaying denied", "530 5.7.0 authentication required", "552 5.2.2 mailbox full", "554 no"]
)
async def test_a_server_that_will_not_have_our_mail_says_nothing_of_the_address(
    funding: Database, server: MailServer, clock: FixedClock, answer: str
) -> None:
    """One wrong setting would otherwise mark every recipient as one that is none."""
    server.answers["mottak1@kommune.example"] = answer
    await funding.write(letter, 1)
    sender = sender_of(funding, server)
    await sent_all(sender)
    assert await funding.read(effects_by_status) == {"waiting": 1}
    server.answers.clear()
    clock.advance(timedelta(seconds=FIRST_RETRY_S))
    await sent_all(sender)
    assert await numbers(funding) == [1]


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "550 unknown", "553 5.1.3 bad address"])
async def test_a_mailbox_that_is_none_is_known_by_what_the_server_says(
    funding: Database, server: MailServer, answer: str
) -> None:
    server.answers["mottak1@kommune.example"] = answer
    await funding.write(letter, 1)
    await sent_all(sender_of(funding, server))
    assert await funding.read(effects_by_status) == {"refused": 1}


async def test_a_mail_that_was_taken_is_not_sent_again_if_what_follows_fails(
    funding: Database, server: MailServer, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_tx: Transaction, _effect: Effect) -> None:
        raise RuntimeError

    await funding.write(letter, 1)
    kinds = {"letter": MailEffect(compose, done=fails)}
    await sent_all(Sender(funding, kinds, SmtpPostbox(server.url, "samla@senter.example")))
    clock.advance(timedelta(hours=1))
    await sent_all(sender_of(funding, server))
    assert list(server.times.values()) == [1]
    assert await funding.read(effects_by_status) == {"done": 1}
    assert "effect failed" in [record.message for record in caplog.records]


async def test_a_server_that_takes_its_leave_in_a_wrong_way_has_the_mail_all_the_same(
    funding: Database, server: MailServer, clock: FixedClock
) -> None:
    server.farewell = "421 too tired"
    await funding.write(letter, 1)
    sender = sender_of(funding, server)
    await sent_all(sender)
    clock.advance(timedelta(hours=1))
    await sent_all(sender)
    assert list(server.times.values()) == [1]
    assert await funding.read(effects_by_status) == {"done": 1}


async def test_what_is_withdrawn_while_others_of_its_batch_go_does_not_go(
    funding: Database, server: MailServer
) -> None:
    async def withdrawn_meanwhile(mail: SunkMail) -> None:
        other = {"mottak1@kommune.example": "grant/2", "mottak2@kommune.example": "grant/1"}[mail.to]
        assert await funding.write(withdraw, other) == 1

    server.on_mail = withdrawn_meanwhile
    await funding.write(letter, 1)
    await funding.write(letter, 2)
    await sent_all(sender_of(funding, server))
    assert len(server.mails) == 1
    assert await funding.read(effects_by_status) == {"done": 1, "given_up": 1}


async def test_a_stop_waits_until_it_is_stored_what_became_of_the_mail_under_way(
    funding: Database, server: MailServer
) -> None:
    has_come, may_answer = asyncio.Event(), asyncio.Event()

    async def slowly(_mail: SunkMail) -> None:
        has_come.set()
        await may_answer.wait()

    server.on_mail = slowly
    await funding.write(letter, 1)
    sending = asyncio.create_task(sender_of(funding, server).send_waiting())
    await has_come.wait()
    sending.cancel()
    await asyncio.sleep(0.1)
    assert not sending.done()
    may_answer.set()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert await funding.read(effects_by_status) == {"done": 1}
    assert await numbers(funding) == [1]


async def test_a_password_goes_to_no_server_that_offers_no_encryption(clock: FixedClock) -> None:
    async with mail_server() as mails:
        port = mails.url.rpartition(":")[2]
        # Another address of this machine than those that need no encryption.
        postbox = SmtpPostbox(f"smtp://user:password@127.0.0.2:{port}", "samla@senter.example")
        async with mail_server(mails, int(port), "127.0.0.2"):
            with pytest.raises(NotTaken, match="no encryption"):
                await postbox.put(Mail("mottak1@kommune.example", "Brev", "Hei", "nb"), UUID(int=1), clock.now())
        assert mails.mails == []


async def test_a_server_that_is_away_is_asked_again_until_it_answers(
    funding: Database, server: MailServer, clock: FixedClock
) -> None:
    server.answers["mottak1@kommune.example"] = "450 later"
    await funding.write(letter, 1)
    sender = sender_of(funding, server)
    assert await sender.send_waiting() == 1
    assert await sender.send_waiting() == 0
    clock.advance(timedelta(seconds=FIRST_RETRY_S))
    assert await sender.send_waiting() == 1
    server.answers.clear()
    clock.advance(timedelta(hours=1))
    await sent_all(sender)
    assert len(server.mails) == 1
    assert await numbers(funding) == [1]


async def test_what_is_never_taken_is_given_up(funding: Database, clock: FixedClock) -> None:
    await funding.write(letter, 1)
    sender = Sender(funding, {"letter": MailEffect(compose)}, SmtpPostbox("smtp://127.0.0.1:1", "samla@senter.example"))
    tried = 0
    while await funding.read(effects_by_status) == {"waiting": 1}:
        tried += await sender.send_waiting()
        clock.advance(timedelta(hours=1))
    assert tried == ATTEMPTS
    assert await funding.read(effects_by_status) == {"given_up": 1}


async def test_a_text_that_cannot_be_made_holds_up_no_other(
    funding: Database, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    await funding.write(add_effect, "letter", "broken", "grant/1")
    await funding.write(letter, 2)
    await sent_all(sender_of(funding, server))
    assert [mail.to for mail in server.mails] == ["mottak2@kommune.example"]
    assert "effect failed" in [record.message for record in caplog.records]


async def test_several_senders_send_each_mail_once(
    databases: Databases, funding: Database, server: MailServer, clock: FixedClock
) -> None:
    """On PostgreSQL there may be several processes of a part; a SQLite file has one."""
    for number in range(60):
        await funding.write(letter, number)
    others = 0 if databases.kind == "sqlite" else 2
    all_of_them = [funding, *(databases.again(PUBLISHER, clock=clock) for _ in range(others))]
    await asyncio.gather(*(sent_all(sender_of(each, server)) for each in all_of_them))
    assert sorted(server.times.values()) == [1] * 60
    assert await numbers(funding) == list(range(60))


async def test_what_was_claimed_by_a_process_that_died_is_sent_by_the_next_with_the_same_id(
    funding: Database, server: MailServer
) -> None:
    await funding.write(letter, 1)

    class Dies(SmtpPostbox):
        async def put(self, *arguments: object) -> None:
            await super().put(*arguments)  # type: ignore[arg-type]
            raise asyncio.CancelledError

    kinds = {"letter": MailEffect(compose, done=after_sending)}
    with pytest.raises(asyncio.CancelledError):
        await Sender(funding, kinds, Dies(server.url, "Samla <samla@senter.example>")).send_waiting()
    assert await numbers(funding) == []
    await funding.transact(lambda connection: connection.execute(sa.text("UPDATE effect SET claimed_until = 0")))
    await sent_all(sender_of(funding, server))
    assert list(server.times.values()) == [2]
    assert await numbers(funding) == [1]
