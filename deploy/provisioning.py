"""What must exist in the broker before a part can start: a stream per publisher, a durable per reader of it.

Runs as an identity of its own, whose key no running part has: it alone could delete what is stored.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from services.kernel.broker import CANARY_STREAM, Broker, Refused
from services.kernel.wire import stream_of

NANOSECONDS = 1_000_000_000

STREAM_NOT_FOUND, CONSUMER_NOT_FOUND = 10059, 10014

MAX_MESSAGE_BYTES = 256 * 1024

GUARDED = {
    "retention": "limits",
    "storage": "file",
    "discard": "new",
    "max_age": 0,
    "max_msgs": -1,
    "max_bytes": -1,
    "max_msgs_per_subject": -1,
    "max_msg_size": MAX_MESSAGE_BYTES,
    "allow_atomic": True,
    "allow_direct": True,
    "deny_delete": True,
    "deny_purge": True,
}
"""What keeps every message of a service for good. A stream that differs is not ours to change."""

ACK_WAIT_S = 5
"""How long the broker waits before it delivers again: after this long a crashed consumer's messages come back."""

DURABLE = {
    "ack_policy": "explicit",
    "ack_wait": ACK_WAIT_S * NANOSECONDS,
    "max_deliver": -1,  # a message that cannot be applied is parked by the part, never dropped by the broker
    "max_ack_pending": 4096,
    "max_waiting": 64,  # requests die with a crashed consumer only when they expire
    "deliver_policy": "all",
    "replay_policy": "instant",
}

REBUILD_DURABLE = {
    "ack_policy": "none",
    "max_deliver": -1,
    "max_waiting": 64,
    "deliver_policy": "all",
    "replay_policy": "instant",
}

CANARY = {
    "name": CANARY_STREAM,
    "subjects": ["canary.*"],
    "retention": "limits",
    "storage": "file",
    "discard": "old",
    "max_msgs_per_subject": 1,
    "max_msg_size": 1024,
    "allow_direct": True,
    "duplicate_window": NANOSECONDS,
}


class Manifest(Protocol):
    """What provisioning needs to know of a part."""

    @property
    def name(self) -> str: ...
    @property
    def publishes(self) -> Sequence[object]: ...
    @property
    def reads(self) -> Iterable[str]: ...


class StreamDiffers(Exception):
    """A stream exists with settings under which it would lose messages or refuse ours. A person must look."""


class Provisioning:
    """The streams and durables of some parts. Everything may be done again at any time, and changes nothing then."""

    def __init__(self, broker: Broker, parts: Sequence[Manifest], *, replicas: int = 1) -> None:
        self._broker, self._parts, self._replicas = broker, parts, replicas

    async def provide(self) -> None:
        """Make what is missing.

        Raises:
            StreamDiffers: a stream is there, and is not as it must be.
        """
        await self._stream(CANARY)
        for part in self._parts:
            if part.publishes:
                await self._stream(self._config(part.name))
        for part in self._parts:
            for publisher in sorted(part.reads):
                await self._durable(publisher, part.name, DURABLE)
            await self.renew_rebuild_durables(part.name)

    async def renew_rebuild_durables(self, part: str) -> None:
        """Let a rebuild of ``part`` begin at the first message of each stream that it reads."""
        name = f"{part}-rebuild"
        for publisher in sorted(self._reads(part)):
            await self._delete(f"CONSUMER.DELETE.{stream_of(publisher)}.{name}")
            await self._durable(publisher, name, REBUILD_DURABLE)

    async def recreate_stream(self, service: str, first_sequence: int) -> None:
        """Delete what is left of a service's stream and begin it anew, empty, at a sequence never used before."""
        await self._delete(f"STREAM.DELETE.{stream_of(service)}")
        await self._stream({**self._config(service), "first_seq": first_sequence})
        for part in self._parts:
            if service in part.reads:
                await self._durable(service, part.name, DURABLE)
                await self._durable(service, f"{part.name}-rebuild", REBUILD_DURABLE)

    async def last_known_sequence(self, service: str) -> int:
        """The highest sequence that the stream or a reader of it has come to; 0 if nothing is left of either."""
        try:
            known = [await self._broker.last_sequence(stream_of(service))]
        except Refused as refused:
            if refused.code != STREAM_NOT_FOUND:
                raise
            return 0
        for part in self._parts:
            if service in part.reads:
                try:
                    state = await self._broker.pending(stream_of(service), part.name)
                except Refused as refused:
                    if refused.code != CONSUMER_NOT_FOUND:
                        raise
                else:
                    known += [state.delivered, state.ack_floor]
        return max(known)

    def _reads(self, name: str) -> set[str]:
        return {publisher for part in self._parts if part.name == name for publisher in part.reads}

    def _config(self, service: str) -> dict[str, Any]:
        return {
            **GUARDED,
            "name": stream_of(service),
            "subjects": [f"samla.{service}.>"],
            "num_replicas": self._replicas,
            "duplicate_window": 120 * NANOSECONDS,
        }

    async def _stream(self, config: dict[str, Any]) -> None:
        name = config["name"]
        try:
            found = (await self._broker.api(f"STREAM.INFO.{name}", {}))["config"]
        except Refused as refused:
            if refused.code != STREAM_NOT_FOUND:
                raise
            await self._broker.api(f"STREAM.CREATE.{name}", config)
            return
        # What the broker does not mention has its zero value.
        differences = {
            setting: found.get(setting)
            for setting in (*GUARDED, "subjects")
            if setting in config and (found.get(setting) or 0) != (config[setting] or 0)
        }
        if differences:
            wanted = {setting: config[setting] for setting in differences}
            raise StreamDiffers(f"The stream {name} has {differences}; it must have {wanted}.")
        if any(found.get(setting) != value for setting, value in config.items()):
            await self._broker.api(f"STREAM.UPDATE.{name}", {**found, **config})

    async def _durable(self, publisher: str, name: str, config: dict[str, Any]) -> None:
        stream = stream_of(publisher)
        request = {"stream_name": stream, "config": {**config, "name": name, "durable_name": name}}
        await self._broker.api(f"CONSUMER.CREATE.{stream}.{name}", request)

    async def _delete(self, subject: str) -> None:
        try:
            await self._broker.api(subject, {})
        except Refused as refused:
            if refused.code not in (STREAM_NOT_FOUND, CONSUMER_NOT_FOUND):
                raise
