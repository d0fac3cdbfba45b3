"""The installation's own secrets, made at the first start or given as files. None is ever in a database or a log."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.kernel.access import new_keys


@dataclass(frozen=True)
class Secrets:
    """Where the secrets lie. Each part reads only what it needs: only the gateway can mint a token."""

    folder: Path

    def ensure(self) -> None:
        """Make those that are missing, readable only by their owner."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for use in ("token", "audit"):
            if not (self.folder / f"{use}.public.pem").exists():
                private, public = new_keys()
                write_secret(self.folder / f"{use}.private.pem", private)
                write_secret(self.folder / f"{use}.public.pem", public)
        for name in ("pepper", "idempotency", "links"):
            if not (self.folder / name).exists():
                write_secret(self.folder / name, secrets.token_hex(32))

    @property
    def token_private_key(self) -> str:
        """Signs internal tokens. For the gateway alone."""
        return (self.folder / "token.private.pem").read_text()

    @property
    def token_public_key(self) -> str:
        """Verifies them."""
        return (self.folder / "token.public.pem").read_text()

    @property
    def pepper(self) -> bytes:
        """Under which API keys and form tokens are HMACs. For the gateway alone."""
        return bytes.fromhex((self.folder / "pepper").read_text())

    @property
    def idempotency(self) -> bytes:
        """Under which the bodies of commands are remembered."""
        return bytes.fromhex((self.folder / "idempotency").read_text())

    def sign_head(self, head: Mapping[str, Any]) -> str:
        """Sign how far an audit's chain goes, in hexadecimal. For an operator's verb: no running part does it."""
        key = load_pem_private_key((self.folder / "audit.private.pem").read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("audit.private.pem is no Ed25519 key")
        signed = [head[name] for name in ("part", "number", "hash", "at")]
        return key.sign(json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()).hex()

    @property
    def links(self) -> bytes:
        """What the tokens in the links of mails are made of."""
        return bytes.fromhex((self.folder / "links").read_text())


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
