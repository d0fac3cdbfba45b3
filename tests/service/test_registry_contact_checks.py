"""Each year a contact is asked whether all is still right, by a mail whose link is its right to answer."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from deploy.reference_load import load_reference
from deploy.smtp import SmtpPostbox
from services.kernel.clock import FixedClock
from services.kernel.deadlines import Deadlines
from services.kernel.effects import Sender
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.mail_server import mail_server
from tests.service.contact_house import CANARIES, EMAIL, FIRST, NAME, ContactHouse, a_contact, slug_of
from tests.service.contact_round import SECRET, Round

SITE = "https://samla.example"


@pytest.fixture
async def asked(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[Round]:
    house = ContactHouse(await open_database(registry, load_reference), clock)
    async with house.client, mail_server() as server:
        await house.find()
        yield Round(house, server, clock, SITE)


async def test_a_contact_is_asked_after_a_year_and_can_answer_for_sixty_days(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.after(days=364)
    assert asked.server.mails == []
    await asked.after(days=1)
    (mail,) = asked.server.mails
    assert (mail.to, mail.language) == (EMAIL, "nb")
    assert "Tromsø" in mail.text
    assert NAME not in mail.text
    (token,) = asked.tokens
    assert (await asked.person(path))["standing"] == "asked"
    await asked.after(days=59)
    assert (await asked.seen(token)).status_code == 200
    await asked.after(days=1)
    assert (await asked.seen(token)).status_code == (await asked.answers(token, "still_right")).status_code == 404
    assert len(await asked.house.rows("contact_link")) == 1  # the reminder's
    await asked.after(days=60)
    assert await asked.house.rows("contact_link") == []
    assert (await asked.person(path))["standing"] == "unconfirmed"


async def test_who_does_not_answer_is_reminded_once_by_a_link_of_its_own(asked: Round) -> None:
    await asked.house.registered()
    await asked.after(days=365)
    await asked.after(days=29)
    assert len(asked.server.mails) == 1
    await asked.after(days=1)
    first, second = asked.server.mails
    assert second.subject == f"Påminnelse: {first.subject}"
    assert len(set(asked.tokens)) == 2
    await asked.after(days=60)
    assert len(asked.server.mails) == 2
    await asked.after(days=275)
    assert len(asked.server.mails) == 3


async def test_who_has_confirmed_is_not_reminded_and_is_asked_again_a_year_after_that(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.after(days=365)
    answer = await asked.answers(asked.tokens[0], "still_right")
    assert (answer.status_code, answer.json()["person"]["standing"]) == (200, "confirmed")
    (told,) = [each for each in await asked.house.told("contact") if each["type"].endswith("confirmed.v1")]
    assert told["actor"] == f"contact/{path.rpartition('/')[2]}"
    await asked.after(days=364)
    assert len(asked.server.mails) == 1
    await asked.after(days=1)
    assert len(asked.server.mails) == 2
    assert (await asked.person(path))["standing"] == "asked"


async def test_an_editors_confirmation_counts_as_well(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.after(days=365)
    await asked.house.moves(path, "confirm", occurred_on="2017-04-08")
    assert (await asked.person(path))["confirmed_on"] == "2017-04-08"
    await asked.after(days=30)
    assert len(asked.server.mails) == 1


async def test_looking_by_the_link_changes_nothing_and_shows_everything(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.house.editor.get(path)
    await asked.house.municipality.get(path)
    await asked.after(days=365)
    before = [await asked.house.rows(table) for table in sorted(registry.metadata.tables)]
    seen = (await asked.seen(asked.tokens[0])).json()
    assert before == [await asked.house.rows(table) for table in sorted(registry.metadata.tables)]
    assert seen["person"]["name"] == NAME
    assert seen["contact"]["contact_id"] == path.rpartition("/")[2]
    assert {look["organisation_id"]: look["times"] for look in seen["looks"]} == {
        str(asked.house.centre_id): 1,
        str(asked.house.tromso_id): 1,
    }
    assert {look["on"] for look in seen["looks"]} == {"2016-04-08"}
    assert (seen["erasure"], seen["kept_until"]) == (None, None)
    assert seen["kept_by"] == str(asked.house.centre_id)
    assert seen["link_valid_until"] == "2017-06-07T10:00:00.000000Z"


async def test_a_link_is_kept_only_as_a_hash(asked: Round) -> None:
    await asked.house.registered()
    await asked.after(days=365)
    await asked.answers(asked.tokens[0], "still_right")
    (token,) = asked.tokens
    for table in sorted(registry.metadata.tables):
        rows = await asked.house.rows(table)
        assert token not in str(rows), table
        assert all(bytes.fromhex(token) not in value for row in rows for value in row.values() if _is_bytes(value))
    (link,) = await asked.house.rows("contact_link")
    assert len(link["digest"]) == 32


def _is_bytes(value: Any) -> bool:
    return isinstance(value, bytes)


async def test_an_unknown_link_is_like_none(asked: Round) -> None:
    for token in ("0" * 32, "x", "..", "%00"):
        assert slug_of(await asked.seen(token)) == (404, "not-found")
        assert slug_of(await asked.answers(token, "erase_me")) == (404, "not-found")


async def test_who_is_no_contact_any_more_says_so(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.after(days=365)
    (token,) = asked.tokens
    answer = (await asked.answers(token, "not_mine", key="once")).json()
    assert answer["contact"]["ended_on"] == "2017-04-08"
    assert answer["kept_until"] == "2018-04-08"
    again = await asked.answers(token, "not_mine", key="once")
    assert (again.status_code, again.content) == (200, b"")
    assert slug_of(await asked.answers(token, "still_right")) == (409, "step-out-of-order")
    await asked.after(days=400)
    assert len(asked.server.mails) == 1
    assert (await asked.house.editor.get(path)).json()["person"] is None


async def test_a_mailbox_that_is_none_is_told_of_and_not_written_to_again(asked: Round) -> None:
    path = await asked.house.registered()
    asked.server.answers[EMAIL] = f"550 {EMAIL} is nobody's"
    await asked.after(days=365)
    person = await asked.person(path)
    assert (person["bounced_on"], person["asked_on"]) == ("2017-04-08", None)
    assert await asked.house.rows("contact_link") == []
    asked.server.answers.clear()
    await asked.after(days=730)
    assert asked.server.mails == []
    facts = ("name", "phone", "language", "source", "lawful_basis")
    told = {field: a_contact()[field] for field in facts} | {"email": "ny@kommune.example"}
    seen = (await asked.house.editor.get(f"{path}/person")).headers["etag"]
    changed = await asked.house.editor.post(f"{path}/person/change", told, if_match=seen)
    assert changed.json()["bounced_on"] is None
    await asked.after(days=366)
    assert [mail.to for mail in asked.server.mails] == ["ny@kommune.example"]


async def changed_to(asked: Round, path: str, **told: str) -> None:
    facts = ("name", "email", "phone", "language", "source", "lawful_basis")
    body = {field: a_contact()[field] for field in facts} | told
    seen = (await asked.house.editor.get(f"{path}/person")).headers["etag"]
    answer = await asked.house.editor.post(f"{path}/person/change", body, if_match=seen)
    assert answer.status_code == 200, answer.text


async def test_a_link_opens_nothing_once_the_address_it_was_sent_to_is_another(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.after(days=365)
    (old,) = asked.tokens
    await changed_to(asked, path, phone="+4777000000")
    assert (await asked.seen(old)).status_code == 200
    await changed_to(asked, path, email="ny@kommune.example")
    assert (await asked.seen(old)).status_code == (await asked.answers(old, "erase_me")).status_code == 404
    assert await asked.house.rows("contact_link") == []
    await asked.after(days=1)
    assert [mail.to for mail in asked.server.mails] == [EMAIL, "ny@kommune.example"]
    assert (await asked.seen(asked.tokens[1])).status_code == 200
    await asked.after(days=30)
    assert len(asked.server.mails) == 3


async def test_who_has_answered_is_not_asked_for_a_new_address(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.after(days=365)
    await asked.answers(asked.tokens[0], "still_right")
    await changed_to(asked, path, email="ny@kommune.example")
    await asked.after(days=2)
    assert (await asked.seen(asked.tokens[0])).status_code == 404
    assert len(asked.server.mails) == 1


async def test_a_mail_that_still_waits_when_the_address_changes_goes_to_the_new_one(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.house.moves(path, "confirm", occurred_on="2016-04-08")
    asked.clock.advance(timedelta(days=365))
    await Deadlines(asked.house.database, registry.deadlines).take_due()
    await changed_to(asked, path, email="ny@kommune.example")
    await asked.after(days=1)
    assert [mail.to for mail in asked.server.mails] == ["ny@kommune.example"]
    assert (await asked.person(path))["standing"] == "asked"


async def test_a_confirmation_from_before_a_mail_came_back_leaves_it_so(asked: Round) -> None:
    path = await asked.house.registered()
    await asked.after(days=10)
    seen = (await asked.house.editor.get(f"{path}/person")).headers["etag"]
    bounce = await asked.house.editor.post(f"{path}/person/bounce", {"occurred_on": "2016-04-18"}, if_match=seen)
    assert bounce.status_code == 200
    await asked.house.moves(path, "confirm", occurred_on="2016-04-10")
    assert (await asked.person(path))["bounced_on"] == "2016-04-18"
    await asked.house.moves(path, "confirm", occurred_on="2016-04-18")
    assert (await asked.person(path))["bounced_on"] is None


async def test_a_bounce_that_somebody_else_has_seen_is_recorded(asked: Round) -> None:
    path = await asked.house.registered()
    bounce = f"{path}/person/bounce"
    future = await asked.house.editor.post(bounce, {"occurred_on": "2016-04-09"}, if_match=FIRST)
    assert slug_of(future) == (422, "date-in-future")
    bounced = await asked.house.editor.post(bounce, {"occurred_on": "2016-04-08"}, if_match=FIRST)
    assert (bounced.json()["bounced_on"], bounced.headers["etag"]) == ("2016-04-08", '"2"')
    await asked.after(days=365)
    assert asked.server.mails == []
    await asked.house.moves(path, "confirm", occurred_on="2017-04-08")
    assert (await asked.person(path))["bounced_on"] is None


async def test_who_has_no_mailbox_no_role_or_no_wish_to_stay_is_not_asked(asked: Round) -> None:
    await asked.house.registered(email=None)
    ended = {"role": "leader", "valid_from": "2015-01-01", "valid_to": "2017-04-01"}
    await asked.house.registered(roles=[ended], email="over@kommune.example")
    leaving = await asked.house.registered(email="vil-bort@kommune.example")
    wish = {"occurred_on": "2016-04-08"}
    assert (await asked.house.editor.post(f"{leaving}/erasure-requests", wish)).status_code == 201
    await asked.after(days=365)
    assert asked.server.mails == []


@pytest.mark.parametrize(("language", "page", "word"), [
    ("nb", "/kontakt/", "opplysningene"), ("nn", "/nn/kontakt/", "opplysningane"),
    ("se", "/kontakt/", "dieđut"), ("en", "/kontakt/", "what we know"),
])  # fmt: skip
async def test_a_contact_is_written_to_in_its_language(asked: Round, language: str, page: str, word: str) -> None:
    await asked.house.registered(language=language, unit_code=None, organisation_id=str(asked.house.centre_id))
    await asked.after(days=365)
    (mail,) = asked.server.mails
    assert mail.language == language
    assert word in mail.subject
    assert f"{SITE}{page}{asked.tokens[0]}" in mail.text
    assert "KORUS Nord" in mail.text
    assert not any(canary in mail.text + mail.subject for canary in CANARIES)


async def test_a_mail_that_is_sent_again_holds_the_same_link(asked: Round) -> None:
    """The server took the mail and the process died before that was stored: it is put again, and both links open."""
    path = await asked.house.registered()
    asked.clock.advance(timedelta(days=365))
    await Deadlines(asked.house.database, registry.deadlines).take_due()

    class Dies(SmtpPostbox):
        async def put(self, *arguments: Any) -> None:
            await super().put(*arguments)
            raise ConnectionError

    postbox = Dies(asked.server.url, "Samla <samla@senter.example>", SITE, SECRET)
    await Sender(asked.house.database, registry.effects, postbox).send_waiting()
    assert (await asked.person(path))["asked_on"] is None
    await asked.after(hours=1)
    first, second = asked.tokens
    assert first == second
    assert len({mail.mail_id for mail in asked.server.mails}) == 1
    assert (await asked.seen(first)).status_code == 200
    assert UUID((await asked.seen(first)).json()["contact"]["contact_id"]) == UUID(path.rpartition("/")[2])
