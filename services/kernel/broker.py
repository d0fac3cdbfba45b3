"""One part's connection to NATS: publish behind a known sequence, look behind a sequence, pull, nudge.

With ``pull.py`` the only code that speaks NATS. It reconnects for ever; whoever waits for an answer meanwhile is told
by an exception and decides what that means.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self
from uuid import uuid4

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.kernel.crash_points import crash_within
from services.kernel.pull import Pull
from services.kernel.wire import (
    BrokerError,
    BrokerUnfit,
    BrokerUnreachable,
    ConsumerState,
    Delivered,
    Key,
    KnownMessage,
    OutcomeUnknown,
    Outgoing,
    Refused,
    Stored,
    WrongLastSequence,
)

__all__ = [
    "Broker", "BrokerError", "BrokerUnfit", "BrokerUnreachable", "ConsumerState", "Delivered", "KnownMessage",
    "OutcomeUnknown", "Outgoing", "Pull", "Refused", "Stored", "WrongLastSequence",
]  # fmt: skip

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 10
"""How long the first connection may take before the caller is told."""

ANSWER_TIMEOUT_S = 5.0
"""How long the broker may take to answer. It brings a batch of 500 to disk in milliseconds."""

PAGE = 1000
"""Messages in one look behind a sequence; the broker gives no more in one answer."""

CANARY_STREAM = "CANARY"

SILENCE = (nats.errors.Error, TimeoutError, OSError)
"""What the client raises when no answer comes."""


class Broker:
    """Made by ``connect``."""

    def __init__(self, identity: str, on_alarm: Callable[[str], None]) -> None:
        self.identity = identity
        self._on_alarm = on_alarm
        self._client = Client()
        self._pulls: set[Pull] = set()
        self._unanswered: set[asyncio.Future[Msg]] = set()
        self._last_error = ""

    @classmethod
    async def connect(
        cls, url: str, *, identity: str, key: Key | None = None, on_alarm: Callable[[str], None] = log.error
    ) -> Self:
        """Connect as ``identity``, which may only receive on inboxes of its own name.

        ``key`` proves who we are, where the broker asks. ``on_alarm`` is told, in a sentence that names the subject,
        what the broker forbids us.

        Raises:
            BrokerUnreachable: no broker there within ``CONNECT_TIMEOUT_S``.
            BrokerUnfit: it does not know this identity.
        """
        broker = cls(identity, on_alarm)
        broker._client._public_nkey = key.public if key else None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await broker._client.connect(
                    url,
                    name=identity,
                    signature_cb=key.sign if key else None,
                    inbox_prefix=f"_INBOX_{identity}",
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.1,  # type: ignore[arg-type] # it is only slept for
                    connect_timeout=2,
                    ping_interval=5,  # three without an answer, and the connection is given up
                    error_cb=broker._on_error,
                    disconnected_cb=broker._on_disconnected,
                    reconnected_cb=broker._on_reconnected,
                )
        except SILENCE as error:
            await broker.close()
            reason = broker._last_error or _sentence(error)
            if "authorization" in reason.lower():
                raise BrokerUnfit(f"the broker at {url} does not let {identity} in") from None
            raise BrokerUnreachable(f"no broker at {url}: {reason}") from None
        return broker

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    async def close(self) -> None:
        """Leave. What was not acknowledged is delivered again to the next who asks."""
        with contextlib.suppress(*SILENCE):
            await self._client.close()

    async def publish(self, messages: Sequence[Outgoing], *, expected_last: int) -> int:
        """Store all or none behind sequence ``expected_last`` and return the new last sequence.

        One message is a plain publish with the same guard; several are one atomic batch (the caller bounds them).

        Raises:
            WrongLastSequence: the stream ends elsewhere.
            KnownMessage: one of them is stored already.
            Refused: any other refusal. For a batch 10176 does not say which message was wrong: try them singly.
            OutcomeUnknown: nobody answered.
        """
        if not self.connected:
            raise OutcomeUnknown("not connected")
        batch = {"Nats-Batch-Id": uuid4().hex} if len(messages) > 1 else {}
        guard = {"Nats-Expected-Last-Sequence": str(expected_last)}
        try:
            for number, message in enumerate(messages[:-1], 1):
                headers = {**message.headers, "Nats-Msg-Id": message.message_id, **batch, **guard}
                headers["Nats-Batch-Sequence"] = str(number)
                await self._client.publish(message.subject, message.body, headers=headers)
                guard = {}
            message = messages[-1]
            if batch:
                batch |= {"Nats-Batch-Sequence": str(len(messages)), "Nats-Batch-Commit": "1"}
            headers = {**message.headers, "Nats-Msg-Id": message.message_id, **batch, **guard}
            reply = await crash_within("CP4", self.identity, self._request(message.subject, message.body, headers))
        except SILENCE as error:
            raise OutcomeUnknown(_sentence(error)) from error
        answer = _answer(reply)
        if answer.get("duplicate"):
            raise KnownMessage(message.message_id)
        return int(answer["seq"])

    async def behind(self, stream: str, sequence: int) -> tuple[list[Stored], int]:
        """What is stored after ``sequence``, and the stream's last sequence.

        A last sequence below ``sequence`` means that the stream has lost what it once confirmed.

        Raises:
            Refused: there is no such stream.
            BrokerUnreachable: nobody answered.
        """
        state, found = (await self.api(f"STREAM.INFO.{stream}", {}))["state"], list[Stored]()
        last = state["last_seq"]
        sequence = max(sequence, state["first_seq"] - 1)  # a re-created stream begins far behind the old one
        while sequence < last:
            page = await self._page(stream, sequence + 1)
            if not page:
                raise BrokerUnreachable(f"{stream} ends at {last}, but what lies behind {sequence} cannot be read")
            found += page
            sequence = page[-1].sequence
        return found, found[-1].sequence if found else last

    async def last_sequence(self, stream: str) -> int:
        """The sequence of the last message ever stored, also when the stream was re-created empty behind it.

        Asks the stream's leader: a direct get would read an empty stream as sequence 0.

        Raises:
            Refused: there is no such stream.
            BrokerUnreachable: nobody answered.
        """
        return int((await self.api(f"STREAM.INFO.{stream}", {}))["state"]["last_seq"])

    async def pending(self, stream: str, durable: str) -> ConsumerState:
        """How far ``durable`` has come.

        Raises:
            Refused: there is no such stream or durable.
            BrokerUnreachable: nobody answered.
        """
        info = await self.api(f"CONSUMER.INFO.{stream}.{durable}", {})
        came, left = info["delivered"], (info["num_pending"], info["num_ack_pending"])
        return ConsumerState(not came["consumer_seq"], came["stream_seq"], info["ack_floor"]["stream_seq"], *left)

    def pull(
        self, stream: str, durable: str, *, batch: int = 500, max_bytes: int = 4 * 2**20, acks: bool = True
    ) -> Pull:
        """Begin to take messages from ``durable``. ``acks=False`` for one that counts what it sends as done."""
        pull = Pull(self._client, stream, durable, batch=batch, max_bytes=max_bytes, acks=acks)
        self._pulls.add(pull)
        pull.on_close = self._pulls.discard
        return pull

    async def api(self, subject: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Ask JetStream itself. All but the two INFO requests is for the provisioning identity alone.

        Raises:
            Refused: with JetStream's own code.
            BrokerUnreachable: nobody answered; also when this identity may not ask.
        """
        return _answer(await self._ask(f"$JS.API.{subject}", json.dumps(request).encode()))

    async def canary(self) -> None:
        """Publish, store and read back: that all three work is what «alive» means.

        Raises:
            BrokerError: it does not.
        """
        subject, message_id = f"canary.{self.identity}", uuid4().hex
        _answer(await self._ask(subject, headers={"Nats-Msg-Id": message_id}))
        back = await self._ask(f"$JS.API.DIRECT.GET.{CANARY_STREAM}.{subject}")
        if (back.headers or {}).get("Nats-Msg-Id") != message_id:
            raise BrokerUnreachable("the canary that came back is another")

    async def nudge(self, service: str) -> None:
        """Wake the relay of ``service`` in other processes. A hint that may be lost: a poll stands behind it."""
        with contextlib.suppress(*SILENCE):
            await self._client.publish(f"nudge.{service}")

    async def on_nudge(self, service: str, wake: Callable[[], None]) -> None:
        """Call ``wake`` whenever another process nudges ``service``."""

        async def nudged(_message: Msg) -> None:
            wake()

        await self._client.subscribe(f"nudge.{service}", cb=nudged)

    async def _ask(self, subject: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Msg:
        if not self.connected:
            raise BrokerUnreachable("not connected")
        try:
            return await self._request(subject, body, headers)
        except SILENCE as error:
            raise BrokerUnreachable(f"no answer to {subject}: {_sentence(error)}") from error

    async def _request(self, subject: str, body: bytes, headers: dict[str, str] | None) -> Msg:
        """Ask and wait, but no longer than the connection lasts: its answers die with it."""
        answer = asyncio.ensure_future(self._client.request(subject, body, ANSWER_TIMEOUT_S, headers=headers))
        self._unanswered.add(answer)
        answer.add_done_callback(self._unanswered.discard)
        await asyncio.wait((answer,))
        if answer.cancelled():
            raise nats.errors.ConnectionClosedError
        return answer.result()

    async def _page(self, stream: str, first: int) -> list[Stored]:
        """At most ``PAGE`` messages from sequence ``first`` on."""
        inbox = self._client.new_inbox()
        page: list[Stored] = []
        try:
            subscription = await self._client.subscribe(inbox)
            request = json.dumps({"seq": first, "batch": PAGE}).encode()
            await self._client.publish(f"$JS.API.DIRECT.GET.{stream}", request, reply=inbox)
            while True:
                headers = (await subscription.next_msg(ANSWER_TIMEOUT_S)).headers or {}
                if "Status" in headers:  # 204: that was all; 404: there was nothing
                    await subscription.unsubscribe()
                    return page
                page.append(Stored(int(headers["Nats-Sequence"]), headers.get("Nats-Msg-Id", "")))
        except SILENCE as error:
            raise BrokerUnreachable(f"{stream} cannot be read: {_sentence(error)}") from error

    async def _on_error(self, error: Exception) -> None:
        sentence = _sentence(error)
        if "permissions violation" in sentence.lower():
            self._on_alarm(f"{self.identity} is forbidden by the broker: {sentence}")
        elif sentence != self._last_error:
            log.warning("broker connection failed", extra={"identity": self.identity, "error": sentence})
        if "authorization" not in self._last_error.lower():  # what follows on it is only how the broker hangs up
            self._last_error = sentence

    async def _on_disconnected(self) -> None:
        for answer in tuple(self._unanswered):
            answer.cancel()

    async def _on_reconnected(self) -> None:
        self._last_error = ""
        for pull in tuple(self._pulls):
            pull.reconnected()


def _sentence(error: BaseException) -> str:
    return str(error).removeprefix("nats: ") or type(error).__name__


def _answer(reply: Msg) -> dict[str, Any]:
    """JetStream's answer, or its refusal raised."""
    answer: dict[str, Any] = json.loads(reply.data)
    if (error := answer.get("error")) is None:
        return answer
    code, description = int(error.get("err_code", error["code"])), str(error.get("description", ""))
    if code == 10071:
        raise WrongLastSequence(int(description.rpartition(":")[2]))
    raise KnownMessage(description) if code == 10201 else Refused(code, description)
