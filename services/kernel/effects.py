"""What happens outside, a mail for example: rows of the command's own commit, done afterwards.

A row names its recipient by reference. Who it is and where is asked for at the moment of sending, so that a row holds
nothing about a person, and one who has been erased gets nothing. Each is done once, but for one case: if the process
dies after the mail server has taken a mail and before that is stored, or the server's word that it has it is lost, the
same mail, with the same Message-ID, is put again: servers and readers know it by that.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.kernel.crash_points import crash_point
from services.kernel.database import Database
from services.kernel.mail import AddressRefused, Mail, NotTaken, Postbox
from services.kernel.outbox import seconds_now
from services.kernel.problems import Unavailable
from services.kernel.transaction import Transaction

log = logging.getLogger(__name__)

LOOK_S = 1.0
BATCH = 20
CLAIM_S = 120.0
"""How long others leave alone what a process has claimed. It claims each again when it comes to it."""
FIRST_RETRY_S, LONGEST_RETRY_S = 30.0, 3600.0
ATTEMPTS = 30
"""With the pauses between them, more than a day. Then a person must look."""
STOP_S = 30.0
"""How long a stop waits for the mail server's answer to what is under way."""
OUR_FAULT = "a fault of ours"


class EffectStatus(StrEnum):
    """Where an effect stands."""

    waiting = "waiting"
    done = "done"
    refused = "refused"
    """The recipient's server will not have it."""
    given_up = "given_up"
    """Tried too often, or nobody is there to get it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that is to happen once."""

    effect_id: UUID
    kind: str
    recipient: str
    facts: Mapping[str, Any]
    site: str = ""
    """The address of the installation's pages, for a link in the text."""
    token: str = ""
    """What only its reader will have, for a link that is a right. Whoever keeps it keeps a hash of it."""


def _nothing(_tx: Transaction, _effect: Effect) -> None:
    """Nothing follows."""


@dataclass(frozen=True)
class MailEffect:
    """How effects of a kind become mails, and what follows from their outcome, in the commit that stores it."""

    compose: Callable[[sa.Connection, Effect], Mail | None]
    """A query, at the moment of sending. Nothing: there is nobody to send it to any more."""
    done: Callable[[Transaction, Effect], object] = _nothing
    refused: Callable[[Transaction, Effect], object] = _nothing


_EFFECTS = sa.table(
    "effect",
    sa.column("effect_id", sa.Uuid),
    sa.column("facts", sa.JSON),
    *map(sa.column, ("key", "kind", "recipient", "status", "attempts", "not_before", "claimed_until", "ended_at")),
    sa.column("detail"),
)
_WAITING = _EFFECTS.c.status == EffectStatus.waiting


def add_effect(tx: Transaction, kind: str, key: str, recipient: str, facts: Mapping[str, Any] | None = None) -> None:
    """Let something happen after the commit. Of what has the same ``key`` the first stands.

    ``kind`` is one of the manifest's; ``recipient`` is ``<kind>/<id>``, never an address; ``facts`` are what the text
    is made of, nothing about a person.
    """
    add_effects(tx, kind, {key: (recipient, facts or {})})


def add_effects(tx: Transaction, kind: str, new: Mapping[str, tuple[str, Mapping[str, Any]]]) -> None:
    """The same for many, in one statement: recipient and facts of each, by its key."""
    alike = {"kind": kind, "status": EffectStatus.waiting, "not_before": tx.now.timestamp()}
    rows = [
        {"id": tx.new_id(), "key": key, "recipient": recipient, "facts": dict(facts), **alike}
        for key, (recipient, facts) in new.items()
    ]
    if rows:
        tx.connection.execute(_ADD, rows)


def withdraw(tx: Transaction, recipient: str) -> int:
    """Let nothing more go to a recipient but what is on its way. Returns how many had not gone yet."""
    ended = {"status": EffectStatus.given_up, "ended_at": tx.now.timestamp(), "detail": "withdrawn"}
    still = sa.and_(_EFFECTS.c.recipient == recipient, _WAITING)
    return tx.connection.execute(sa.update(_EFFECTS).where(still).values(ended)).rowcount


@dataclass
class Sender:
    """A part's effects at work. Where several processes send, the one that claimed a row last has it."""

    database: Database
    kinds: Mapping[str, MailEffect]
    postbox: Postbox

    async def run(self) -> None:
        """Send what waits, again and again. The only process of a SQLite file takes up at once what it had claimed."""
        forgotten = not self.database.is_sqlite
        while True:
            with suppress(Unavailable):
                if not forgotten:
                    await self.database.transact(_forget_claims)
                    forgotten = True
                while await self.send_waiting() == BATCH:
                    pass
            await asyncio.sleep(LOOK_S)

    async def send_waiting(self) -> int:
        """Send what may be sent now. Returns how many were tried."""
        now = self.database.clock.now().timestamp()
        if not await self.database.read(self._any_waiting, now):
            return 0
        claimed = await self.database.transact(lambda connection: self._claim(connection, now))
        for effect, attempts in claimed:
            # What was withdrawn while the others went, or is another's by now, does not go.
            if await self.database.transact(partial(self._claim_again, effect=effect, attempts=attempts)):
                await self._try(effect, attempts)
        return len(claimed)

    async def _try(self, effect: Effect, attempts: int) -> None:
        kind = self.kinds[effect.kind]
        try:
            mail = await self.database.read(kind.compose, effect)
        except Unavailable:
            raise
        except Exception:  # a text that cannot be made must not keep the others waiting
            log.exception("effect failed", extra=self._told(effect))
            await self._later(effect, attempts, OUR_FAULT)
            return
        if mail is None:
            await self._end(effect, EffectStatus.given_up, _nothing, "nobody to send it to")
            return
        sending = asyncio.create_task(self._send(effect, attempts, mail))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            # What is under way cannot be taken back: a stop waits until it is known and stored what became of it.
            await asyncio.wait([sending], timeout=STOP_S)
            sending.cancel()
            raise

    async def _send(self, effect: Effect, attempts: int, mail: Mail) -> None:
        kind = self.kinds[effect.kind]
        try:
            await self.postbox.put(mail, effect.effect_id, self.database.clock.now())
        except AddressRefused:
            await self._keep(effect, EffectStatus.refused, kind.refused, "the recipient's server refused it")
        except NotTaken as failed:
            await self._later(effect, attempts, str(failed))
        except Exception:
            log.exception("effect failed", extra=self._told(effect))
            await self._later(effect, attempts, OUR_FAULT)
        else:
            crash_point("CP15", self.database.part)
            await self._keep(effect, EffectStatus.done, kind.done, None)

    async def _keep(
        self, effect: Effect, status: EffectStatus, follow: Callable[[Transaction, Effect], object], detail: str | None
    ) -> None:
        """Store what the server said, however long that takes and whatever follows: it is not to be asked again."""
        while True:
            try:
                await self._end(effect, status, follow, detail)
            except Unavailable:
                await asyncio.sleep(LOOK_S)
            except Exception:
                log.exception("effect failed", extra=self._told(effect))
                if follow is _nothing:
                    raise
                follow, detail = _nothing, OUR_FAULT
            else:
                return

    def _told(self, effect: Effect) -> dict[str, Any]:
        return {"part": self.database.part, "kind": effect.kind}

    async def _end(
        self, effect: Effect, status: EffectStatus, follow: Callable[[Transaction, Effect], object], detail: str | None
    ) -> None:
        def end(tx: Transaction) -> None:
            tx.command = f"{effect.kind}-{status}"
            ended = {"status": status, "ended_at": tx.now.timestamp(), "detail": detail}
            still = sa.and_(_EFFECTS.c.effect_id == effect.effect_id, _WAITING)
            if tx.connection.execute(sa.update(_EFFECTS).where(still).values(ended)).rowcount:
                follow(tx, effect)

        await self.database.write(end)

    async def _later(self, effect: Effect, attempts: int, detail: str) -> None:
        log.warning("effect not taken", extra=self._told(effect) | {"attempt": attempts})
        if attempts >= ATTEMPTS:
            log.error("effect given up", extra=self._told(effect))
            await self._end(effect, EffectStatus.given_up, _nothing, detail)
            return
        again = self.database.clock.now().timestamp() + min(FIRST_RETRY_S * 2 ** (attempts - 1), LONGEST_RETRY_S)
        values = {"not_before": again, "claimed_until": 0.0, "detail": detail}
        waits = sa.update(_EFFECTS).where(self._is_ours(effect, attempts)).values(values)
        await self.database.transact(lambda connection: connection.execute(waits))

    def _any_waiting(self, connection: sa.Connection, now: float) -> bool:
        return connection.execute(self._sendable(connection, now).limit(1)).first() is not None

    def _sendable(self, connection: sa.Connection, now: float) -> sa.Select[Any]:
        free = _EFFECTS.c.claimed_until < sa.text(seconds_now(connection.dialect.name))
        chosen = sa.select(_EFFECTS.c.effect_id).where(_WAITING, _EFFECTS.c.not_before <= now, free)
        return chosen.where(_EFFECTS.c.kind.in_(self.kinds)).order_by(_EFFECTS.c.not_before, _EFFECTS.c.effect_id)

    @staticmethod
    def _is_ours(effect: Effect, attempts: int) -> sa.ColumnElement[bool]:
        """It waits still, and nobody has claimed it after us: the count of attempts says whose claim it is."""
        return sa.and_(_EFFECTS.c.effect_id == effect.effect_id, _WAITING, _EFFECTS.c.attempts == attempts)

    def _claim_again(self, connection: sa.Connection, *, effect: Effect, attempts: int) -> bool:
        until = sa.text(f"{seconds_now(connection.dialect.name)} + {CLAIM_S}")
        ours = sa.update(_EFFECTS).where(self._is_ours(effect, attempts))
        return connection.execute(ours.values(claimed_until=until)).rowcount == 1

    def _claim(self, connection: sa.Connection, now: float) -> list[tuple[Effect, int]]:
        # Skipping what another process is just claiming: neither waits for the other.
        chosen = self._sendable(connection, now).limit(BATCH).with_for_update(skip_locked=True)
        ids = connection.execute(chosen).scalars().all()
        until = sa.text(f"{seconds_now(connection.dialect.name)} + {CLAIM_S}")
        claimed = sa.update(_EFFECTS).where(_EFFECTS.c.effect_id.in_(ids))
        connection.execute(claimed.values(claimed_until=until, attempts=_EFFECTS.c.attempts + 1))
        columns = (_EFFECTS.c.effect_id, _EFFECTS.c.kind, _EFFECTS.c.recipient, _EFFECTS.c.facts, _EFFECTS.c.attempts)
        rows = connection.execute(sa.select(*columns).where(_EFFECTS.c.effect_id.in_(ids)).order_by(columns[0]))
        return [(self._effect(row), row.attempts) for row in rows]

    def _effect(self, row: sa.Row[Any]) -> Effect:
        token = self.postbox.token(row.effect_id)
        return Effect(row.effect_id, row.kind, row.recipient, row.facts, self.postbox.site, token)


def effects_by_status(connection: sa.Connection) -> dict[str, int]:
    """How many effects stand where."""
    counted = sa.select(_EFFECTS.c.status, sa.func.count().label("number")).group_by(_EFFECTS.c.status)
    return {row.status: row.number for row in connection.execute(counted)}


def _forget_claims(connection: sa.Connection) -> None:
    connection.execute(sa.update(_EFFECTS).where(_WAITING).values(claimed_until=0.0))


_ADD = sa.text(
    "INSERT INTO effect (effect_id, key, kind, recipient, facts, status, attempts, not_before, claimed_until) "
    "VALUES (:id, :key, :kind, :recipient, :facts, :status, 0, :not_before, 0) ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("facts", type_=sa.JSON), sa.bindparam("id", type_=sa.Uuid))
