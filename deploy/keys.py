"""Who may do what on the broker: a key per identity, and for each the least it needs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.nkey import Nkey, new_seed
from deploy.provisioning import Manifest
from deploy.secrets import write_secret
from services.kernel.broker import CANARY_STREAM
from services.kernel.wire import stream_of

PROVISION = "provision"
"""The identity that makes and deletes streams. Its key is read by provisioning alone, never by a running part."""


def ensure_seeds(folder: Path, identities: Sequence[str]) -> None:
    """Make the keys that are missing, each readable only by its owner."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for identity in identities:
        path = seed_path(folder, identity)
        if not path.exists():
            write_secret(path, new_seed() + "\n")


def seed_path(folder: Path, identity: str) -> Path:
    """Where an identity's key lies; an installation with a broker of its own puts them there itself."""
    return folder / f"{identity}.nkey"


def read_key(folder: Path, identity: str) -> Nkey:
    """The key of one identity."""
    return Nkey(seed_path(folder, identity).read_text())


def users(folder: Path, parts: Sequence[Manifest]) -> list[dict[str, Any]]:
    """The broker's users: every part and the provisioning identity."""
    permissions = {part.name: part_permissions(part) for part in parts}
    permissions[PROVISION] = {"publish": ["$JS.API.>"], "subscribe": [f"_INBOX_{PROVISION}.>"]}
    return [
        {"nkey": read_key(folder, identity).public, "permissions": allowed} for identity, allowed in permissions.items()
    ]


def part_permissions(part: Manifest) -> Mapping[str, list[str]]:
    """The subjects a part may publish and subscribe to. All else is forbidden."""
    name = part.name
    publish = [f"nudge.{name}", f"canary.{name}", f"$JS.API.DIRECT.GET.{CANARY_STREAM}.canary.{name}"]
    if part.publishes:
        stream = stream_of(name)
        publish += [f"samla.{name}.>", f"$JS.API.DIRECT.GET.{stream}", f"$JS.API.STREAM.INFO.{stream}"]
    for publisher in sorted(part.reads):
        stream = stream_of(publisher)
        publish += [f"$JS.API.STREAM.INFO.{stream}", f"$JS.ACK.{stream}.{name}.>"]
        for durable in (name, f"{name}-rebuild"):
            publish += [f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}", f"$JS.API.CONSUMER.INFO.{stream}.{durable}"]
    return {"publish": publish, "subscribe": [f"_INBOX_{name}.>", f"nudge.{name}"]}


def server_configuration(
    store: Path,
    *,
    port: int = -1,
    monitor_port: int = -1,
    users: Sequence[Mapping[str, Any]] = (),
    sync: str = "always",
) -> str:
    """A configuration file for nats-server: loopback only, every message on disk before it is confirmed.

    A port of -1 is chosen by the server, which writes it to a file beside the store.
    """
    configuration: dict[str, Any] = {
        "listen": f"127.0.0.1:{port}",
        "http": f"127.0.0.1:{monitor_port}",
        "server_name": "samla",
        "ports_file_dir": str(store),
        "jetstream": {"store_dir": str(store), "sync_interval": sync},
    }
    if users:
        configuration["authorization"] = {"users": list(users)}
    return json.dumps(configuration, indent=1)
