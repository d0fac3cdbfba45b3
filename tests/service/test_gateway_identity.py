"""Who gets in: accounts, sessions and keys, and how long each lasts."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from gateway.accounts import AddAccount, LoginNameTaken, accounts, add_account, change_roles, suspend_account
from gateway.api_keys import issue_api_key, new_api_key, revoke_api_key
from gateway.identity import Identity, Visitor
from gateway.logins import WrongCredentials, sign_in
from gateway.passwords import Passwords
from gateway.service import gateway
from gateway.settings import DoorSettings
from services.kernel.access import TokenInvalid, TokenSigner, TokenVerifier, new_keys
from services.kernel.audit import rows_of
from services.kernel.clock import FixedClock
from services.kernel.database import Database
from services.kernel.problems import TooMany
from tests.conftest import OpenDatabase

KORUS_NORD = UUID("00000000-0000-7000-8000-000000000001")
PASSWORD = "a long enough password"
SETTINGS = DoorSettings(public_url="http://127.0.0.1:8080", pepper=b"p" * 32, argon2_time_cost=1, argon2_memory_kib=8)


class House:
    """A gateway's database with one editor, a clock that stands still, and who is known at its door."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        private, public = new_keys()
        self.database, self.clock = database, clock
        self.passwords = Passwords(SETTINGS)
        signer = TokenSigner(private, clock)
        self.identity = Identity(SETTINGS, database, signer, lambda: clock.now().timestamp())
        self.verifier = TokenVerifier([public], clock)
        self.subject = ""

    async def add(self, login_name: str = "redaktor-nord", *roles: str) -> str:
        command = AddAccount(
            login_name=login_name,
            password=SecretStr(PASSWORD),
            roles=frozenset(roles or ("ED",)),
            organisation_id=KORUS_NORD,
        )
        return (await add_account(self.database, self.passwords, command)).subject

    async def sign_in(self, login_name: str = "redaktor-nord", password: str = PASSWORD, network: str = "n") -> str:
        return await sign_in(self.database, self.passwords, SETTINGS, login_name, password, network)

    async def with_cookie(self, reference: str) -> Visitor:
        return await self.identity.visitor({b"cookie": f"theme=dark; samla_session={reference}".encode()})

    async def with_key(self, key: str) -> Visitor:
        return await self.identity.visitor({b"authorization": b"Bearer " + key.encode()})

    async def issue(self) -> str:
        key = new_api_key()
        await self.database.write(issue_api_key, SETTINGS, key, KORUS_NORD, "a partner's system")
        return key


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> House:
    house = House(await open_database(gateway), clock)
    house.subject = await house.add()
    return house


async def test_a_signed_in_person_is_known_by_subject_organisation_and_roles(house: House):
    visitor = await house.with_cookie(await house.sign_in())
    assert visitor.kind == "person"
    assert (visitor.principal.subject, visitor.principal.organisation_id) == (house.subject, KORUS_NORD)
    assert visitor.authorization is not None
    bearer = house.verifier.caller(visitor.authorization, "edit_offer")
    assert (bearer.subject, bearer.organisation_id, bearer.roles) == (house.subject, KORUS_NORD, frozenset({"ED"}))


async def test_the_database_holds_neither_password_nor_cookie_nor_key(house: House):
    reference, key = await house.sign_in(), await house.issue()
    dump = await house.database.read(
        lambda connection: "".join(
            str(row) for table in gateway.metadata.sorted_tables for row in connection.execute(table.select())
        )
    )
    assert "redaktor-nord" in dump
    for secret in (PASSWORD, reference, key, key.split("_", 2)[2]):
        assert secret not in dump


async def test_each_sign_in_gives_another_reference(house: House):
    one, other = await house.sign_in(), await house.sign_in()
    assert one != other
    assert len(one) >= 43


@pytest.mark.parametrize("cookie", ["", "0" * 43, "x" * 5000, "';--", "\x00"])
async def test_a_made_up_cookie_is_nobody(house: House, cookie: str):
    visitor = await house.with_cookie(cookie)
    assert (visitor.kind, visitor.authorization, visitor.principal.is_anonymous) == ("nobody", None, True)


async def test_a_session_ends_after_half_an_hour_of_silence(house: House):
    reference = await house.sign_in()
    house.clock.advance(timedelta(minutes=29))
    assert (await house.with_cookie(reference)).kind == "person"
    house.clock.advance(timedelta(minutes=29))
    assert (await house.with_cookie(reference)).kind == "person"
    house.clock.advance(timedelta(minutes=31))
    assert (await house.with_cookie(reference)).kind == "nobody"


async def test_a_session_ends_after_eight_hours_however_busy(house: House):
    reference = await house.sign_in()
    for _ in range(24):
        assert (await house.with_cookie(reference)).kind == "person"
        house.clock.advance(timedelta(minutes=20))
    house.clock.advance(timedelta(minutes=1))
    assert (await house.with_cookie(reference)).kind == "nobody"


async def test_signing_out_ends_the_session_at_once(house: House):
    reference, other = await house.sign_in(), await house.sign_in()
    assert (await house.with_cookie(reference)).kind == "person"
    await house.identity.sign_out(reference)
    assert (await house.with_cookie(reference)).kind == "nobody"
    assert (await house.with_cookie(other)).kind == "person"


async def test_suspending_an_account_ends_its_sessions_within_a_minute(house: House):
    reference = await house.sign_in()
    assert (await house.with_cookie(reference)).kind == "person"
    await house.database.write(suspend_account, house.subject)
    house.clock.advance(timedelta(seconds=60))
    assert (await house.with_cookie(reference)).kind == "nobody"
    with pytest.raises(WrongCredentials):
        await house.sign_in()


async def test_a_change_of_roles_asks_for_a_new_sign_in(house: House):
    reference = await house.sign_in()
    await house.database.write(change_roles, house.subject, frozenset({"GK"}))
    assert (await house.with_cookie(reference)).kind == "nobody"
    assert (await house.with_cookie(await house.sign_in())).principal.roles == {"GK"}


async def test_r_71_what_is_done_with_accounts_and_keys_stands_in_the_audit(house: House):
    await house.database.write(change_roles, house.subject, frozenset({"GK"}))
    await house.database.write(suspend_account, house.subject)
    prefix = (await house.issue()).split("_", 2)[1]
    await house.database.write(revoke_api_key, prefix)

    async def kept(subject: str) -> list[tuple[str, Any]]:
        return [(row["command"], row["facts"]) for row in await house.database.read(rows_of, subject)]

    assert await kept(f"account/{house.subject}") == [
        ("store_account", {"roles": ["ED"]}),
        ("change_roles", {"roles": ["GK"]}),
        ("suspend_account", None),
    ]
    assert await kept(f"api_key/{prefix}") == [
        ("issue_api_key", {"organisation": str(KORUS_NORD)}),
        ("revoke_api_key", None),
    ]


@pytest.mark.parametrize(("login_name", "password"), [("redaktor-nord", "wrong"), ("nobody", PASSWORD), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(house: House, login_name: str, password: str):
    with pytest.raises(WrongCredentials) as refusal:
        await house.sign_in(login_name, password)
    assert refusal.value.facts == {}


async def test_the_sixth_try_in_a_minute_is_refused_even_with_the_right_password(house: House):
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await house.sign_in(password="wrong")
    with pytest.raises(TooMany) as refusal:
        await house.sign_in()
    assert refusal.value.retry_after_s == 60
    house.clock.advance(timedelta(minutes=1))
    assert await house.sign_in()


async def test_a_network_that_tries_many_names_is_refused(house: House):
    for number in range(20):
        with pytest.raises(WrongCredentials):
            await house.sign_in(f"name-{number}", "wrong", network="one network")
    with pytest.raises(TooMany):
        await house.sign_in("another", "wrong", network="one network")
    assert await house.sign_in(network="another network")


async def test_a_login_name_is_taken_once(house: House):
    with pytest.raises(LoginNameTaken):
        await house.add()
    assert [account.login_name for account in await house.database.read(accounts)] == ["redaktor-nord"]


def test_an_unknown_role_or_a_short_password_is_refused():
    for password, role in ((PASSWORD, "BOSS"), ("short", "ED")):
        with pytest.raises(ValueError, match=r"role|12"):
            AddAccount(login_name="somebody", password=SecretStr(password), roles=frozenset({role}))


async def test_a_key_stands_for_an_organisation_in_the_role_api(house: House):
    visitor = await house.with_key(await house.issue())
    assert visitor.kind == "system"
    assert (visitor.principal.organisation_id, visitor.principal.roles) == (KORUS_NORD, frozenset({"API"}))
    assert visitor.browser is None


async def test_a_revoked_key_is_out_within_a_minute(house: House):
    key = await house.issue()
    assert (await house.with_key(key)).kind == "system"
    await house.database.write(revoke_api_key, key.split("_", 2)[1])
    house.clock.advance(timedelta(seconds=60))
    with pytest.raises(TokenInvalid):
        await house.with_key(key)


async def test_no_made_up_key_and_no_internal_token_opens_the_door(house: House):
    key = await house.issue()
    token = (await house.with_cookie(await house.sign_in())).authorization
    assert token is not None
    forged = [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Basic " + key.encode(),
        b"Bearer " + key[:-1].encode() + b"_",
        b"Bearer " + key.encode() + b" ",
        b"Bearer samla_" + b"0" * 12 + b"_" + b"A" * 43,
        b"Bearer " + b"x" * 10_000,
        b"Bearer \xff\xfe",
        token,
    ]
    for shown in forged:
        with pytest.raises(TokenInvalid):
            await house.identity.visitor({b"authorization": shown})


async def test_a_session_is_no_key_and_a_key_no_session_also_when_they_are_remembered(house: House):
    reference, key = await house.sign_in(), await house.issue()
    assert (await house.with_cookie(reference)).kind == "person"
    assert (await house.with_key(key)).kind == "system"
    assert (await house.with_cookie(key)).kind == "nobody"
    for shown in (b"Bearer " + reference.encode(), b"Basic " + key.encode()):
        with pytest.raises(TokenInvalid):
            await house.identity.visitor({b"authorization": shown})


async def test_an_answer_is_remembered_for_a_minute_and_the_token_with_it(house: House):
    reference = await house.sign_in()
    first = await house.with_cookie(reference)
    house.clock.advance(timedelta(seconds=59))
    assert await house.with_cookie(reference) is first
    house.clock.advance(timedelta(seconds=2))
    second = await house.with_cookie(reference)
    assert second.authorization != first.authorization
