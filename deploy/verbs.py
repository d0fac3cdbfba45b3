"""What each verb does. ``__main__`` says how it is written; here is the work, as the operator's own process does it."""

import argparse
import asyncio
import json
import logging
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import ValidationError

from deploy import installation, logs, starting
from deploy.embedded import ServerFailed
from deploy.first_content import send_example
from deploy.folder import DataFolder, FolderInUse
from deploy.migrate import migrate as migrate_database
from deploy.operated import Operated, operated
from deploy.operator import NotRunning, OperationRefused
from deploy.parts import PARTS, load
from deploy.provisioning import StreamDiffers
from deploy.secrets import Secrets
from deploy.serving import PortTaken
from services.kernel import inspection
from services.kernel.broker import BrokerUnfit, BrokerUnreachable
from services.kernel.database import Database, Unfit
from services.kernel.settings import Settings

REFUSALS = (
    BrokerUnfit, BrokerUnreachable, FolderInUse, NotRunning, OperationRefused, PortTaken, ServerFailed, StreamDiffers,
    Unfit, ValidationError,
)  # fmt: skip
"""What a person is told in a sentence, without a trace of the code."""

SEQUENCE_GAP = 10_000
"""A stream made anew begins so far behind the last known sequence: no message in flight can have one of them."""

AGREE_WITHIN_S = 10.0
"""How long ``reconcile`` gives messages that are on their way."""

Asked = argparse.Namespace


async def run(asked: Asked, started_at: float) -> int:
    """Do what was asked for; returns the exit code."""
    settings = Settings()
    logs.configure(settings.log_level)
    for chatty in ("alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    match asked.verb:
        case "up" if asked.separate:
            await starting.start_separate(settings, example=not asked.empty, started_at=started_at)
        case "up":
            await starting.start_all(settings, example=not asked.empty, started_at=started_at)
        case "part":
            await starting.start_part(settings, asked.name, supervised=asked.supervised)
        case "migrate":
            await migrate(settings)
        case "provision":
            await provision(settings)
        case verb:
            async with operated(settings) as parts:
                return await VERBS[verb](parts, asked)
    return 0


async def migrate(settings: Settings) -> None:
    """Bring every database to its newest shape, while nothing runs."""
    folder = DataFolder(settings.data)
    folder.take()
    for service in load():
        database = Database(settings.database_of(service.name), service.name, metadata=service.metadata)
        print(f"{service.name}: {'migrated' if await migrate_database(database) else 'is newest'}")
        await database.close()


async def provision(settings: Settings) -> None:
    """Make what is missing in the broker that the settings name."""
    services = load()
    installation.ensure_keys(settings, services)
    async with (
        installation.broker(settings, services) as address,
        installation.provisioning(settings, address, services) as provisioning,
    ):
        await provisioning.provide()


async def add_account(parts: Operated, asked: Asked) -> int:
    """Let somebody in with a new password, which is printed once."""
    password = secrets.token_urlsafe(18)
    arguments = {"login_name": asked.login_name, "password": password, "roles": asked.roles}
    if asked.organisation is not None:
        arguments["organisation_id"] = await parts.one("registry", "organisation", reference=asked.organisation)
    await parts.one("gateway", "add_account", **arguments)
    print(f"{asked.login_name} {password}")
    return 0


async def api_key(parts: Operated, asked: Asked) -> int:
    """Issue a key, which is printed once, or revoke one by its prefix."""
    if asked.action == "revoke":
        if asked.prefix is None:
            raise OperationRefused("Name the key by its prefix, the part between the underscores.")
        await parts.one("gateway", "revoke_key", prefix=asked.prefix)
        return 0
    if asked.organisation is None:
        raise OperationRefused("Name the organisation that the system acts for.")
    organisation_id = await parts.one("registry", "organisation", reference=asked.organisation)
    print(await parts.one("gateway", "issue_key", organisation_id=organisation_id, label=asked.label))
    return 0


async def load_reference(parts: Operated, _asked: Asked) -> int:
    """Put the reference tables into the registry."""
    print(await parts.one("registry", "load_reference"))
    return 0


async def example(parts: Operated, _asked: Asked) -> int:
    """Send the worked example."""
    await send_example(parts.settings)
    return 0


async def rebuild_streams(parts: Operated, asked: Asked) -> int:
    """Make streams anew from the databases, which alone are the truth."""
    publishers = [service.name for service in parts.services if service.publishes]
    async with parts.provisioning() as provisioning:
        for name in asked.services or publishers:
            if name not in publishers:
                raise OperationRefused(f"{name} publishes nothing; these do: {', '.join(publishers)}.")
            state = await parts.one(name, "state")
            known = max(await provisioning.last_known_sequence(name), state["last_sequence"] or 0)
            first = known + SEQUENCE_GAP
            await parts.one(name, "begin_stream_anew", first_sequence=first)
            await provisioning.recreate_stream(name, first)
            await parts.one(name, "free_lease")
            print(f"{name}: the stream begins anew at {first}; everything is published again.")
        await provisioning.provide()  # whatever else was lost with the storage: the canary's stream, durables
    return 0


async def rebuild(parts: Operated, asked: Asked) -> int:
    """Make a part's copies anew from the streams."""
    async with parts.provisioning() as provisioning:
        await provisioning.renew_rebuild_durables(asked.part)
    print(f"{asked.part}: {await parts.one(asked.part, 'rebuild')} messages read")
    return 0


async def reconcile(parts: Operated, asked: Asked) -> int:
    """Compare what each part has published with what the others know of it. Exit code 1 if they differ."""
    found = await _differences(parts)
    deadline = asyncio.get_running_loop().time() + AGREE_WITHIN_S
    while found and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.5)
        found = await _differences(parts)
    if asked.deep:
        for service in parts.services:
            if service.reads:
                found += await _deep_differences(parts, service.name)
    print("\n".join(found) or "Every part knows what was published.")
    return 1 if found else 0


async def _differences(parts: Operated) -> list[str]:
    found = []
    for reader in parts.services:
        for publisher in reader.reads:
            seen = _heads(await parts.one(reader.name, "seen_heads", publisher=publisher))
            own = _heads(await parts.one(publisher, "own_heads"))
            found += [f"{reader.name}: {each}" for each in inspection.differences(own, seen)]
    return found


def _heads(told: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    return {aggregate: (int(version), str(running)) for aggregate, (version, running) in told.items()}


async def _deep_differences(parts: Operated, name: str) -> list[str]:
    """Rows that differ from those that the streams give. A rebuild puts these in their place."""
    before = {line async for line in parts.ask(name, "dump")}
    async with parts.provisioning() as provisioning:
        await provisioning.renew_rebuild_durables(name)
    await parts.one(name, "rebuild")
    after = {line async for line in parts.ask(name, "dump")}
    return [f"{name}: had {row}" for row in sorted(before - after)] + [
        f"{name}: lacked {row}" for row in after - before
    ]


async def parked(parts: Operated, asked: Asked) -> int:
    """List what is parked, try it again or do without it."""
    names = [asked.part] if asked.part else [service.name for service in parts.services if service.reads]
    if asked.action == "dismiss":
        if not (asked.part and asked.aggregate and asked.version is not None and asked.reason):
            raise OperationRefused("dismiss needs --part, --aggregate, --version and --reason.")
        arguments = {"aggregate": asked.aggregate, "version": asked.version, "reason": asked.reason}
        print(f"{await parts.one(asked.part, 'dismiss', **arguments)} messages behind it applied")
        return 0
    for name in names:
        if asked.action == "retry":
            applied = [count async for count in parts.ask(name, "retry", aggregate=asked.aggregate)]
            print(f"{name}: {sum(applied)} messages applied")
        else:
            async for row in parts.ask(name, "parked"):
                print(f"{name}: {row['aggregate']} version {row['version']}: {row['reason']} {row['detail']}".rstrip())
    return 0


async def dump(parts: Operated, asked: Asked) -> int:
    """Write canonical lines to standard output: equal content is equal bytes."""
    if asked.part is None and not asked.all:
        raise OperationRefused("dump needs the name of a part, or --all.")
    for name in [asked.part] if asked.part else PARTS:
        async for line in parts.ask(name, "dump", owned=asked.all):
            sys.stdout.write(f"{line}\n")
    return 0


async def audit(parts: Operated, asked: Asked) -> int:
    """Write a part's audit as deploy/verify_audit.py reads it, or the signed heads of all, to be kept elsewhere."""
    if asked.action == "export":
        if asked.part is None:
            raise OperationRefused(f"export needs the name of a part: {', '.join(PARTS)}.")
        async for line in parts.ask(asked.part, "audit"):
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        return 0
    for name in PARTS:
        head = await parts.one(name, "audit_head")
        print(json.dumps({**head, "signature": Secrets(parts.settings.keys_folder).sign_head(head)}))
    return 0


VERBS: Mapping[str, Callable[[Operated, Asked], Awaitable[int]]] = {
    "account": add_account,
    "key": api_key,
    "load-reference": load_reference,
    "example": example,
    "rebuild-streams": rebuild_streams,
    "rebuild": rebuild,
    "reconcile": reconcile,
    "parked": parked,
    "dump": dump,
    "audit": audit,
}
