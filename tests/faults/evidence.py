"""What is there after the faults: in the databases, the streams, the feed and the copies. Reads only."""

import contextlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from deploy.keys import PROVISION, read_key
from deploy.parts import SERVICES
from services.kernel import inspection
from services.kernel.broker import Broker
from services.kernel.database import Database
from services.kernel.effects import effects_by_status
from services.kernel.wire import stream_of
from tests.checker import Findings, compare, versions
from tests.faults.mails import Mails, mails_told
from tests.faults.world import World

Heads = Mapping[str, tuple[int, str]]

IN_FEED = frozenset(("started", "opened", "awarded", "invited", "agreed", "completed", "announced", "held"))
"""The facts of the load that the feed tells partners."""
FACTS = IN_FEED | {"planned", "imported", "recorded", "prepared", "released"}
"""All facts that the load's commands publish."""


@dataclass(frozen=True)
class Told:
    """One message of a publisher's, and the mark that its command left in it, if it was one of the load's."""

    message_id: str
    mark: str | None


@dataclass(frozen=True)
class Standing:
    """Where everybody stands with what was published."""

    waiting: Mapping[str, int]
    heads: Mapping[str, Heads]
    seen: Mapping[tuple[str, str], Heads]
    """By reader and publisher."""
    parked: frozenset[tuple[str, str, int, str]]
    """Part, aggregate, version and reason."""
    unsent: int
    """Mails on their way."""

    @property
    def behind(self) -> list[str]:
        """Who has not caught up, a sentence each. Aggregates of which something is parked are not waited for."""
        found = [f"{name}: {waiting} wait to be published" for name, waiting in self.waiting.items() if waiting]
        for reader, own, known in self._free():
            found += [f"{reader}: {each}" for each in inspection.differences(own, known)]
        return found

    def copies(self) -> Findings:
        """What every reader has come by, version by version, against what was published."""
        return joined(*(compare(list(versions(own)), versions(known)) for _, own, known in self._free()))

    def _free(self) -> Iterator[tuple[str, Heads, Heads]]:
        """For each reader and publisher what was published and what is known, without what is held up."""
        held_up = {(part, aggregate) for part, aggregate, _, _ in self.parked}
        for (reader, publisher), seen in self.seen.items():
            own = self.heads[publisher]
            yield (
                reader,
                {key: head for key, head in own.items() if (reader, key) not in held_up},
                {key: head for key, head in seen.items() if (reader, key) not in held_up},
            )


@dataclass(frozen=True)
class Evidence:
    """Everything at one moment. ``told`` is what each service's outbox holds, in order."""

    standing: Standing
    told: Mapping[str, Sequence[Told]]
    proposed: Sequence[str]
    mails: Mails
    unbalanced: int
    """Groups of the ledger that do not sum to zero, and schemes that have pledged another sum than they awarded."""

    def marks(self, prefix: str) -> list[str]:
        """The commands of one load that have an effect."""
        found = [each.mark for told in self.told.values() for each in told if each.mark]
        return [mark for mark in (*found, *self.proposed) if mark.startswith(prefix)]


def joined(*findings: Findings) -> Findings:
    """All that was found in several places."""
    return Findings(
        tuple(lost for each in findings for lost in each.lost),
        tuple(key for each in findings for key in each.doubled),
        tuple(key for each in findings for key in each.unexpected),
    )


def mark_of(type_: str, body: Mapping[str, Any]) -> str | None:
    """The mark that a command of the load left in its message."""
    _, _, aggregate, fact, _ = type_.split(".")
    if fact not in FACTS:
        return None
    state = body["data"].get(aggregate, {})
    root = {
        "programme": lambda: state["name"].get("nb"),
        "scheme": lambda: state["name"].get("nb"),
        "plan": lambda: state.get("title"),
        "assignment": lambda: state.get("reason"),
    }.get(aggregate, lambda: state.get("source"))()
    return f"{root}/{fact}" if root else None


@contextlib.asynccontextmanager
async def databases(world: World) -> AsyncIterator[dict[str, Database]]:
    """Every part's database, opened beside the part."""
    async with contextlib.AsyncExitStack() as stack:
        found = {}
        for service in world.services:
            url = world.settings.database_of(service.name)
            found[service.name] = Database(url, service.name, metadata=service.metadata)
            stack.push_async_callback(found[service.name].close)
        yield found


async def gather(world: World) -> Evidence:
    """Look everywhere."""
    async with databases(world) as opened:
        return Evidence(
            standing=await _standing(world, opened),
            told={name: await opened[name].read(_told) for name in SERVICES},
            proposed=await opened["funding"].read(_proposed),
            mails=await opened["registry"].read(mails_told),
            unbalanced=await opened["funding"].read(_unbalanced),
        )


async def standing(world: World) -> Standing:
    """Look only where everybody stands."""
    async with databases(world) as opened:
        return await _standing(world, opened)


async def _standing(world: World, opened: Mapping[str, Database]) -> Standing:
    readers = [service for service in world.services if service.reads]
    parked = {
        (reader.name, row["aggregate"], row["version"], row["reason"])
        for reader in readers
        for row in await opened[reader.name].read(inspection.parked)
    }
    return Standing(
        waiting={name: (await opened[name].read(inspection.outbox_state))["waiting"] for name in SERVICES},
        heads={name: await opened[name].read(inspection.own_heads) for name in SERVICES},
        seen={
            (reader.name, publisher): await opened[reader.name].read(inspection.seen_heads, publisher)
            for reader in readers
            for publisher in reader.reads
        },
        parked=frozenset(parked),
        unsent=(await opened["registry"].read(effects_by_status)).get("waiting", 0),
    )


async def stored(world: World) -> dict[str, list[str]]:
    """The ids of the messages that each stream holds, in order."""
    assert world.address is not None
    key = read_key(world.settings.keys_folder, PROVISION)
    broker = await Broker.connect(world.address.url, identity=PROVISION, key=key)
    try:
        return {
            name: [message.message_id for message in (await broker.behind(stream_of(name), 0))[0]] for name in SERVICES
        }
    finally:
        await broker.close()


def in_streams(evidence: Evidence, streams: Mapping[str, Iterable[str]], withheld: AbstractSet[str]) -> Findings:
    """What the streams hold against what was published: each message once."""
    published = {
        name: [each.message_id for each in told if each.message_id not in withheld]
        for name, told in evidence.told.items()
    }
    return joined(*(compare(ids, streams[name]) for name, ids in published.items()))


@dataclass
class FeedReader:
    """A partner's system that follows the feed from where it was, through everything that happens to it."""

    world: World
    cursor: str = "0"
    ids: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    async def catch_up(self) -> None:
        """Read on to the end."""
        while True:
            address = f"/api/v1/feed?limit=200&after={self.cursor}"
            page = (await self.world.callers["editor"].client.get(address)).raise_for_status().json()
            for item in page["items"]:
                self.ids.append(item["id"])
                if mark := mark_of(item["type"], item):
                    self.marks.append(mark)
            self.cursor = page["cursor"]
            if len(page["items"]) < 200:
                return

    def compared(self, evidence: Evidence, prefix: str) -> Findings:
        """What a partner was told of one load against what its commands did."""
        shown = [mark for mark in evidence.marks(prefix) if mark.rpartition("/")[2] in IN_FEED]
        read = [mark for mark in self.marks if mark.startswith(prefix)]
        return compare(shown, read)


def _told(connection: sa.Connection) -> list[Told]:
    rows = connection.execute(sa.text("SELECT message_id, type, body FROM outbox ORDER BY position"))
    return [_read(row) for row in rows]


def _read(row: Any) -> Told:
    message_id = str(row.message_id)
    text = (
        message_id
        if "-" in message_id
        else "-".join((message_id[:8], message_id[8:12], message_id[12:16], message_id[16:20], message_id[20:]))
    )
    return Told(text, mark_of(row.type, json.loads(bytes(row.body))))


def _proposed(connection: sa.Connection) -> list[str]:
    found = connection.execute(sa.text("SELECT source FROM award_proposal ORDER BY proposal_id"))
    return [f"{row.source}/proposed" for row in found]


def _unbalanced(connection: sa.Connection) -> int:
    groups = sa.text("SELECT group_id FROM posting GROUP BY group_id HAVING sum(amount_ore) <> 0 OR count(*) < 2")
    schemes = sa.text(
        'SELECT frame.scheme_id FROM frame LEFT JOIN "grant" ON "grant".scheme_id = frame.scheme_id '
        "GROUP BY frame.scheme_id, frame.pledged_ore HAVING frame.pledged_ore <> coalesce(sum(amount_ore), 0)"
    )
    return len(connection.execute(groups).all()) + len(connection.execute(schemes).all())
