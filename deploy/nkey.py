"""The keys that NATS knows its users by: Ed25519, written in base32 with a prefix that says what they are.

The format is NATS's own (nkeys). Its Python package comes only as a source archive, and what is needed of it is this.
"""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED, USER = 18 << 3, 20 << 3


class NotASeed(ValueError):
    """The text is not a user's seed. Its content is never repeated in a message."""


def new_seed() -> str:
    """A new private key, as it is kept in a file."""
    raw = Ed25519PrivateKey.generate().private_bytes_raw()
    return _encode(bytes((SEED | USER >> 5, (USER & 31) << 3)) + raw)


class Nkey:
    """One user's key.

    Raises:
        NotASeed: the text it is made from is none.
    """

    def __init__(self, seed: str) -> None:
        self._private = _private(seed.strip())
        self.public = _encode(bytes((USER,)) + self._private.public_key().public_bytes_raw())

    def sign(self, nonce: str) -> bytes:
        """The proof that we hold the key: the broker's nonce, signed."""
        return base64.b64encode(self._private.sign(nonce.encode()))


def _private(seed: str) -> Ed25519PrivateKey:
    try:
        decoded = base64.b32decode(seed + "=" * (-len(seed) % 8))
    except ValueError:
        raise NotASeed("not base32") from None
    body, checksum = decoded[:-2], decoded[-2:]
    if len(body) != 34 or checksum != _checksum(body) or body[0] != SEED | USER >> 5 or body[1] != (USER & 31) << 3:
        raise NotASeed("not a seed of a NATS user")
    return Ed25519PrivateKey.from_private_bytes(body[2:])


def _encode(body: bytes) -> str:
    return base64.b32encode(body + _checksum(body)).decode().rstrip("=")


def _checksum(body: bytes) -> bytes:
    return binascii.crc_hqx(body, 0).to_bytes(2, "little")
