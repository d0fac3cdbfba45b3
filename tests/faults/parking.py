"""Messages that nobody can apply: only their own aggregate waits, whatever stands behind them."""

import json
import random
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from services.kernel.consumer import UNREADABLE, WAITING
from services.kernel.outbox import chain
from tests.faults.evidence import FeedReader, databases
from tests.faults.load import DAY, Client, planned
from tests.faults.trial import Trial, operate
from tests.faults.world import World

READERS = ("funding", "gateway", "reporting")
"""Who reads what the service of events publishes."""


async def poison(world: World, feed: FeedReader, seed: int, successors: int) -> Trial:
    """A message that cannot be read, and its successors; dismissed by an operator, all that waited is applied."""
    trial = Trial(world, feed, f"poison and its {successors} successors", "poison", seed)
    await _held_up(trial, successors, published=True)
    for part in READERS:
        aggregate, version = _first_parked(trial)
        asked = {"part": part, "aggregate": aggregate, "version": version, "reason": "written by a fault test"}
        said = await operate(world, "parked", action="dismiss", **asked)
        if said != f"{successors} messages behind it applied\n":
            trial.trouble(f"{part}, dismissed: {said}")
    await _healed(trial)
    return trial


async def missing_predecessor(world: World, feed: FeedReader, seed: int, successors: int) -> Trial:
    """A version that never came, and those behind it; when it comes after all, everything follows."""
    trial = Trial(world, feed, f"missing predecessor of {successors}", "missing", seed)
    await _held_up(trial, successors, published=False)
    aggregate, version = _first_parked(trial)
    async with databases(world) as opened:
        await opened["events"].transact(lambda connection: _publish_after_all(connection, aggregate, version - 1))
    trial.withheld = frozenset()
    await _healed(trial)
    return trial


async def _held_up(trial: Trial, successors: int, *, published: bool) -> None:
    """Spoil one aggregate under load, and see that everything else goes on: the trial knows what must be parked."""
    async with trial.episode():
        client = Client(trial.load, random.Random(trial.seed), ())
        activity_id = await _held_activity(client)
        aggregate = f"activity/{activity_id}"
        async with databases(trial.world) as opened:
            spoil = _unreadable if published else _unpublished
            spoiled, message_id = await opened["events"].transact(
                lambda connection: _insert(connection, aggregate, spoil)
            )
        behind = range(spoiled + 1, spoiled + 1 + successors)
        first = {(spoiled, UNREADABLE)} if published else set()
        waiting = {(version, WAITING) for version in behind}
        trial.parked = frozenset((part, aggregate, *each) for part in READERS for each in first | waiting)
        trial.withheld = frozenset() if published else frozenset((message_id,))
        for version in behind:
            await _attended(client, activity_id, version)
        trial.tally.count = 1


async def _healed(trial: Trial) -> None:
    """Nothing is parked any more, and everybody is where the publisher is."""
    trial.parked = frozenset()
    await trial.rest_and_examine()


def _first_parked(trial: Trial) -> tuple[str, int]:
    """The aggregate that is held up, and the first of its versions that is parked."""
    _, aggregate, version, _ = min(trial.parked, key=lambda each: each[2])
    return aggregate, version


async def _held_activity(client: Client) -> str:
    root = client.load.root()
    made = await planned(client, root)
    for verb, fact in (("announce", "announced"), ("hold", "held")):
        assert made is not None
        path = f"/activities/{made.json()['activity_id']}/{verb}"
        made = await client.send("editor", f"{root}/{fact}", path, {"occurred_on": DAY}, seen=made.headers["etag"])
    assert made is not None
    return str(made.json()["activity_id"])


async def _attended(client: Client, activity_id: str, version: int) -> None:
    """One more version of the activity. The load's marks do not count these: they are counted as versions."""
    caller = client.load.world.callers["editor"]
    headers = {**caller.headers, "Idempotency-Key": f"{activity_id}-{version}", "If-Match": f'"{version - 1}"'}
    body = {"unit_codes": ["1902"], "occurred_on": DAY}
    answer = await caller.client.post(f"/api/v1/activities/{activity_id}/attendance", json=body, headers=headers)
    answer.raise_for_status()


Spoil = Callable[[dict[str, Any]], float | None]
"""Changes an envelope, and says when it was published, if it is to seem so."""


def _unreadable(envelope: dict[str, Any]) -> float | None:
    """As a publisher with a fault would write it: the state has lost its content."""
    envelope["data"] = {"occurred_on": DAY, "activity": {}}
    return None


def _unpublished(_envelope: dict[str, Any]) -> float | None:
    """Nothing is wrong with it, but it is marked as published and never was."""
    return 1.0


def _insert(connection: sa.Connection, aggregate: str, spoil: Spoil) -> tuple[int, str]:
    """Write the aggregate's next version behind the publisher's back; returns the version and the message's id."""
    newest = sa.text("SELECT * FROM outbox WHERE aggregate = :aggregate ORDER BY version DESC LIMIT 1")
    row = dict(connection.execute(newest, {"aggregate": aggregate}).mappings().one())
    envelope, message_id = json.loads(bytes(row["body"])), uuid4()
    row["type"] = "samla.events.activity.attendance_recorded.v1"
    envelope |= {"id": str(message_id), "aggregateversion": row["version"] + 1, "type": row["type"]}
    row["published_at"] = spoil(envelope)
    row["body"] = json.dumps(envelope).encode()
    row["hash"], row["version"] = chain(bytes(row["hash"]), row["body"]), row["version"] + 1
    row["message_id"] = message_id.hex if connection.dialect.name == "sqlite" else message_id
    del row["position"]
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(sa.text(f"INSERT INTO outbox ({columns}) VALUES ({values})"), row)
    return int(row["version"]), str(message_id)


def _publish_after_all(connection: sa.Connection, aggregate: str, version: int) -> None:
    statement = sa.text("UPDATE outbox SET published_at = NULL WHERE aggregate = :aggregate AND version = :version")
    connection.execute(statement, {"aggregate": aggregate, "version": version})
