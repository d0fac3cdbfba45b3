"""A command that is sent again is done once."""

import asyncio
from datetime import timedelta

from services.kernel.clock import FixedClock
from services.kernel.idempotency import LONGEST_KEY, Claim, forget_old
from services.kernel.transaction import Transaction
from tests.conftest import OpenDatabase
from tests.kernel.conftest import NOTHING, Visit, a_visit, invitation

ONCE = {"invitation": 1, "outbox": 1, "idempotency": 1}


async def test_the_same_key_gets_the_same_answer_and_does_nothing_more(visit_both: Visit):
    first = await visit_both.post(key="k")
    again = await visit_both.post(key="k")
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("location", "etag", "samla-version"):
        assert again.headers[name] == first.headers[name]
    assert await visit_both.stored() == ONCE


async def test_the_same_key_with_another_body_path_or_version_is_refused(visit_both: Visit):
    first = await visit_both.post(key="k")
    other = await visit_both.post(key="k", body=invitation(year=2017))
    assert (other.status_code, other.json()["type"]) == (422, "urn:samla:problem:idempotency-key-reused")
    path, body = f"{first.headers['location']}/complete", {"occurred_on": "2016-05-01"}
    assert (await visit_both.post(path, body, key="c", If_Match='"1"')).status_code == 200
    elsewhere = path.replace(first.json()["mapping_id"], "00000000-0000-7000-8000-00000000000f")
    assert (await visit_both.post(elsewhere, body, key="c", If_Match='"1"')).status_code == 422
    assert (await visit_both.post(path, body, key="c", If_Match='"2"')).status_code == 422
    assert (await visit_both.stored())["outbox"] == 2


async def test_a_key_belongs_to_its_caller_and_its_route(visit_both: Visit):
    await visit_both.post(key="k")
    await visit_both.post(key="k", Authorization=visit_both.token("ED", subject="x")["Authorization"])
    await visit_both.post("/personal", key="k")
    assert await visit_both.stored() == {"invitation": 3, "outbox": 3, "idempotency": 3}


async def test_a_command_without_a_usable_key_is_refused(visit: Visit):
    headers = visit.token("ED")
    for key in (None, "", "x" * (LONGEST_KEY + 1), "a\x07b"):
        sent = headers if key is None else {**headers, "Idempotency-Key": key}
        answer = await visit.client.post("/mappings", json=invitation(), headers=sent)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:samla:problem:idempotency-key-missing")
    assert await visit.stored() == NOTHING
    assert (await visit.post(key="x" * LONGEST_KEY)).status_code == 201


async def test_a_refusal_is_not_kept_so_that_the_key_may_be_used_when_it_is_put_right(visit_both: Visit):
    assert (await visit_both.post("/broken", key="k")).status_code == 500
    assert (await visit_both.post(key="k", body=invitation(year=1))).status_code == 422
    assert await visit_both.stored() == NOTHING
    assert (await visit_both.post(key="k")).status_code == 201


async def test_sixteen_at_once_with_one_key_are_one_command(visit_both: Visit):
    answers = await asyncio.gather(*(visit_both.post(key="k") for _ in range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await visit_both.stored() == ONCE


async def test_a_personal_answer_is_given_once(visit_both: Visit):
    first = await visit_both.post("/personal", key="k")
    again = await visit_both.post("/personal", key="k")
    assert first.json()["unit_code"] == "1902"
    assert (again.status_code, again.content) == (201, b"")
    assert again.headers["location"] == first.headers["location"]


async def test_a_repeat_waits_for_the_first_and_gives_up_when_it_takes_too_long(
    postgres_database: OpenDatabase, clock: FixedClock
):
    visit = await a_visit(postgres_database, clock)
    route, begun, done = "POST /mappings", asyncio.Event(), asyncio.Event()

    async def first() -> None:
        """The first use of the key, in a transaction that stays open until it is told to end."""
        loop = asyncio.get_running_loop()
        engine = visit.database._async
        assert engine is not None
        async with engine.begin() as connection:
            claim = Claim(caller="somebody@00000000-0000-7000-8000-000000000001", route=route, key="k", body_hmac=b"h")
            values = (claim.caller, claim.route, claim.key, claim.body_hmac, loop.time())
            await connection.exec_driver_sql(
                "INSERT INTO idempotency (caller, route, key, body_hmac, created_at) VALUES ($1, $2, $3, $4, $5)",
                values,
            )
            begun.set()
            await done.wait()

    async with visit.client, asyncio.TaskGroup() as tasks:
        tasks.create_task(first())
        await begun.wait()
        busy = await visit.post(key="k")
        assert (busy.status_code, busy.json()["type"]) == (409, "urn:samla:problem:idempotency-busy")
        assert busy.headers["retry-after"] == "1"
        done.set()


async def test_a_key_is_forgotten_after_a_day(visit_both: Visit, clock: FixedClock):
    await visit_both.post(key="k")
    clock.advance(timedelta(hours=23))
    assert await visit_both.database.transact(lambda connection: forget_old(connection, clock.now())) == 0
    assert (await visit_both.post(key="k")).headers["idempotent-replayed"] == "true"
    clock.advance(timedelta(hours=2))
    assert await visit_both.database.transact(lambda connection: forget_old(connection, clock.now())) == 1
    assert "idempotent-replayed" not in (await visit_both.post(key="k")).headers


async def test_what_was_sent_is_kept_as_a_keyed_hash_alone(visit: Visit):
    await visit.post(key="k", body=invitation(source="Kanarifugl"))

    def kept(tx: Transaction) -> str:
        return str(tx.connection.exec_driver_sql("SELECT * FROM idempotency").all())

    assert "Kanarifugl" not in await visit.database.write(kept)
