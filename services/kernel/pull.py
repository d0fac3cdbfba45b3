"""Taking messages from a durable: two requests are always under way, so that the broker never waits for us."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from services.kernel.wire import Delivered

EXPIRES_S = 5.0
"""How long a request waits at the broker."""

SILENCE_S = EXPIRES_S + 1.0
"""Without a word for this long the requests are lost, whatever the broker last said. A request dies with the broker."""

PAUSE_S = 0.05
"""Before asking again after a refusal. A durable that is gone would otherwise be asked thousands of times a second."""


class Pull:
    """Made by ``Broker.pull``. One reader at a time."""

    def __init__(self, client: Client, stream: str, durable: str, *, batch: int, max_bytes: int, acks: bool) -> None:
        self.on_close: Callable[[Pull], None] = lambda pull: None
        self._client, self._batch, self._acks = client, batch, acks
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        # The byte limit is per request; two are under way.
        request = {"batch": batch, "max_bytes": max_bytes, "expires": int(EXPIRES_S * 1e9)}
        self._request = json.dumps(request).encode()
        self._inbox = client.new_inbox()
        self._subscription: Subscription | None = None
        self._queue: list[Delivered] = []
        self._asked = 0
        """Messages asked for that have neither come nor been called off."""
        self._heard_at = 0.0
        self._ask_after = 0.0
        self._something = asyncio.Event()

    async def arrived(self, wait_s: float = 1.0) -> list[Delivered]:
        """All that has arrived, at most a batch; nothing if nothing came within ``wait_s``.

        Safe to cancel: what has arrived is handed out next time.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_s
        while True:
            messages, self._queue = self._queue[: self._batch], self._queue[self._batch :]
            await self._ask(loop.time())
            if messages or (left_s := until - loop.time()) <= 0:
                return messages
            self._something.clear()
            pause_s = self._ask_after - loop.time()
            with contextlib.suppress(TimeoutError):
                # Not wait_for: when the event comes at the moment of a cancellation, that one swallows it (3.11).
                async with asyncio.timeout(min(left_s, pause_s) if pause_s > 0 else left_s):
                    await self._something.wait()

    async def acknowledge(self, deliveries: Sequence[Delivered]) -> None:
        """Say that they are done with. A lost acknowledgement is harmless: the message comes again and is known."""
        if not self._acks:
            return
        with contextlib.suppress(nats.errors.Error, OSError):
            for delivery in deliveries:
                await self._client.publish(delivery.reply, b"+ACK")

    async def close(self) -> None:
        """Ask for no more. What was handed out and not acknowledged comes again after the durable's ``ack_wait``."""
        self.on_close(self)
        if self._subscription is not None:
            with contextlib.suppress(nats.errors.Error, OSError):
                await self._subscription.unsubscribe()

    def reconnected(self) -> None:
        """The requests went down with the old connection: ask anew."""
        self._asked = 0
        self._something.set()

    async def _ask(self, now: float) -> None:
        """Keep two requests' worth under way, counting what waits here to be handed out."""
        if not self._client.is_connected or now < self._ask_after:
            return
        with contextlib.suppress(nats.errors.Error, OSError):
            if self._subscription is None:
                self._subscription = await self._client.subscribe(
                    self._inbox, cb=self._receive, pending_msgs_limit=0, pending_bytes_limit=0
                )
            if self._asked and now - self._heard_at > SILENCE_S:
                self._asked = 0
            while self._asked + len(self._queue) <= self._batch:
                self._asked += self._batch
                self._heard_at = now
                await self._client.publish(self._next, self._request, reply=self._inbox)

    async def _receive(self, message: Msg) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        headers = message.headers or {}
        if status := headers.get("Status"):
            if status == "100":
                return
            left = headers.get("Nats-Pending-Messages")
            self._asked = max(0, self._asked - (self._batch if left is None else int(left)))
            # One that came to its end says how much of it is left; one without that was refused.
            if left is None:
                self._ask_after = self._heard_at + PAUSE_S
        else:
            self._asked = max(0, self._asked - 1)
            self._queue.append(_delivered(message, headers))
        self._something.set()


def _delivered(message: Msg, headers: Mapping[str, str]) -> Delivered:
    # $JS.ACK.<stream>.<durable>.<delivered>.<sequence>.…, with a domain and an account before them in the longer form.
    tokens = message.reply.split(".")
    sequence = int(tokens[5 if len(tokens) == 9 else 7])
    return Delivered(message.subject, headers.get("Nats-Msg-Id", ""), message.data, headers, sequence, message.reply)
