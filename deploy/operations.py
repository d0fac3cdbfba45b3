"""What an operator can do with a part, in the part's own process: look, mend, begin anew."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from deploy.host import Hosted
from deploy.operator import Answers
from deploy.reference_tables import TableSet
from services.contracts.message import Message, Received
from services.kernel import audit as kernel_audit
from services.kernel import inspection, relay
from services.kernel.consumer import Consumer
from services.kernel.problems import NotFound


async def dump(hosted: Hosted, *, owned: bool = False) -> AsyncIterator[str]:
    """The part's copies, and with ``owned`` its own tables, as canonical lines."""
    lines = await hosted.database.read(
        lambda connection: list(inspection.dump(connection, hosted.service, owned=owned))
    )
    for line in lines:
        yield line.decode().rstrip("\n")


async def parked(hosted: Hosted) -> AsyncIterator[dict[str, Any]]:
    """What is parked: whose, which, why and since when."""
    for row in await hosted.database.read(inspection.parked):
        yield row


async def retry(hosted: Hosted, *, aggregate: str | None = None) -> AsyncIterator[int]:
    """Try again what is parked of one aggregate, or of all; answers with how many messages were applied."""
    rows = await hosted.database.read(inspection.parked)
    waiting = dict.fromkeys((row["consumer"], row["aggregate"]) for row in rows)
    for publisher, each in waiting:
        if aggregate in (None, each):
            consumer = consumer_of(hosted, publisher)
            yield await _applied(hosted, partial(consumer.retry, aggregate=each))


async def dismiss(hosted: Hosted, *, aggregate: str, version: int, reason: str) -> AsyncIterator[int]:
    """Do without a parked message, and say why; answers with how many of those behind it were applied."""
    rows = await hosted.database.read(inspection.parked)
    publishers = [row["consumer"] for row in rows if (row["aggregate"], row["version"]) == (aggregate, version)]
    if not publishers:
        raise NotFound("No such message is parked.")
    consumer = consumer_of(hosted, publishers[0])
    yield await _applied(hosted, lambda connection: consumer.dismiss(connection, aggregate, version, reason))


async def rebuild(hosted: Hosted) -> AsyncIterator[int]:
    """Make the copies anew from the streams; answers with how many messages were read."""
    yield await hosted.part.rebuild()


async def state(hosted: Hosted) -> AsyncIterator[dict[str, Any]]:
    """What waits to be published, and why the part is not ready."""
    yield {**await hosted.database.read(inspection.outbox_state), "troubles": hosted.part.troubles()}


async def own_heads(hosted: Hosted) -> AsyncIterator[dict[str, Any]]:
    """Each aggregate that the part publishes, with its newest version and hash."""
    yield await hosted.database.read(inspection.own_heads)


async def seen_heads(hosted: Hosted, *, publisher: str) -> AsyncIterator[dict[str, Any]]:
    """The same as the part knows it of a publisher."""
    yield await hosted.database.read(inspection.seen_heads, publisher)


async def begin_stream_anew(hosted: Hosted, *, first_sequence: int) -> AsyncIterator[None]:
    """Let everything be published again from that sequence on, once ``free_lease`` says that the stream stands."""
    await hosted.database.transact(lambda connection: relay.begin_streams_anew(connection, first_sequence))
    yield None


async def free_lease(hosted: Hosted) -> AsyncIterator[None]:
    """The stream stands: the relay may go on."""
    await hosted.database.transact(relay.free_lease)
    if hosted.part.relay is not None:
        hosted.part.relay.wake()
    yield None


async def audit(hosted: Hosted) -> AsyncIterator[dict[str, Any]]:
    """The part's audit and what it published, for those who verify it. What was written last is in the chain first."""
    while await hosted.database.transact(kernel_audit.seal):
        pass
    yield {"part": hosted.service.name}
    # One view of both: a part at work goes on writing.
    rows, messages = await hosted.database.read(
        lambda connection: (list(kernel_audit.chain(connection)), list(kernel_audit.published(connection)))
    )
    for row in rows:
        yield {"audit": row}
    for message in messages:
        yield {"message": message}


async def audit_head(hosted: Hosted) -> AsyncIterator[dict[str, Any]]:
    """How far the chain of the part's audit goes now, and its last hash."""
    number, last = await hosted.database.read(kernel_audit.head)
    at = hosted.database.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    yield {"part": hosted.service.name, "number": number, "hash": last, "at": at}


async def load_reference(hosted: Hosted, *, sets: Sequence[str] = tuple(TableSet)) -> AsyncIterator[dict[str, int]]:
    """Put sets of the reference tables into the registry; answers with how many of each kind were new or changed."""
    # Imported here: only the registry's process loads the registry's code.
    from deploy.reference_load import load_reference as load  # noqa: PLC0415

    yield asdict(await load(hosted.database, [TableSet(name) for name in sets]))


async def organisation(hosted: Hosted, *, reference: str) -> AsyncIterator[str]:
    """The id of the organisation that the registry knows by this short name."""
    from services.registry.queries import organisations_by_reference  # noqa: PLC0415

    found = await hosted.database.read(organisations_by_reference, [reference])
    if reference not in found:
        raise NotFound("The registry knows no organisation by that short name.")
    yield str(found[reference].organisation_id)


async def add_account(
    hosted: Hosted, *, login_name: str, password: str, roles: Sequence[str], organisation_id: str | None = None
) -> AsyncIterator[str]:
    """Let somebody in at the gateway; answers with the account's subject."""
    from gateway.accounts import AddAccount  # noqa: PLC0415
    from gateway.accounts import add_account as add  # noqa: PLC0415
    from gateway.passwords import Passwords  # noqa: PLC0415
    from gateway.settings import DoorSettings  # noqa: PLC0415

    asked = {"login_name": login_name, "password": password, "roles": roles, "organisation_id": organisation_id}
    command = AddAccount.model_validate(asked)
    account = await add(hosted.database, Passwords(DoorSettings.of(hosted.settings, hosted.secrets.pepper)), command)
    yield account.subject


async def issue_key(hosted: Hosted, *, organisation_id: str, label: str) -> AsyncIterator[str]:
    """Let a partner's system in at the gateway; answers with the key, which nobody can look up again."""
    from gateway.api_keys import issue_api_key, new_api_key  # noqa: PLC0415
    from gateway.settings import DoorSettings  # noqa: PLC0415

    key, door = new_api_key(), DoorSettings.of(hosted.settings, hosted.secrets.pepper)
    await hosted.database.write(issue_api_key, door, key, UUID(organisation_id), label)
    yield key


async def revoke_key(hosted: Hosted, *, prefix: str) -> AsyncIterator[None]:
    """Let a key in no more."""
    from gateway.api_keys import revoke_api_key  # noqa: PLC0415

    await hosted.database.write(revoke_api_key, prefix)
    yield None


def consumer_of(hosted: Hosted, publisher: str) -> Consumer:
    """The part's consumer of a publisher."""
    return next(consumer for consumer in hosted.service.consumers if consumer.publisher == publisher)


async def _applied(hosted: Hosted, work: Callable[[sa.Connection], Sequence[Received[Message]]]) -> int:
    applied = await hosted.database.transact(work)
    hosted.part.on_applied(applied)
    return len(applied)


def answers_of(hosted: Hosted) -> Answers:
    """The part as an operator's partner in conversation."""

    def answers(operation: str, arguments: Mapping[str, Any]) -> AsyncIterator[Any]:
        return OPERATIONS[operation](hosted, **arguments)

    return answers


OPERATIONS: Mapping[str, Callable[..., AsyncIterator[Any]]] = {
    operation.__name__: operation
    for operation in (
        dump, parked, retry, dismiss, rebuild, state, own_heads, seen_heads, begin_stream_anew, free_lease,
        audit, audit_head, load_reference, organisation, add_account, issue_key, revoke_key,
    )
}  # fmt: skip
