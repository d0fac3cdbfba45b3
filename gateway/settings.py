"""What the door must be told: its public address, its secrets and how long things last."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

from services.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """The gateway's own settings. Everything has a safe default but the address and the pepper."""

    public_url: str
    """The address that browsers use. Cookies, links and the same-origin check follow it, never a ``Host`` header."""
    pepper: bytes
    """At least 32 random bytes that are not in the database: API keys and form tokens are HMACs under it."""
    argon2_time_cost: int = 2
    argon2_memory_kib: int = 19 * 1024
    argon2_parallelism: int = 1
    session_idle: timedelta = timedelta(minutes=30)
    session_lifetime: timedelta = timedelta(hours=8)
    identity_cache_s: float = 60.0
    """How long an answered «who is this?» is trusted. A suspended account is out after this time at the latest."""
    logins_per_minute: int = 5
    kept_spans: int = 20_000

    def __post_init__(self) -> None:
        if len(self.pepper) < 32:
            raise ValueError("the pepper must have at least 32 bytes")
        if urlsplit(self.public_url).scheme not in {"http", "https"}:
            raise ValueError("the public URL must begin with http:// or https://")

    @classmethod
    def of(cls, settings: Settings, pepper: bytes) -> Self:
        """The part of the installation's settings that is about the door."""
        return cls(
            public_url=settings.url,
            pepper=pepper,
            argon2_time_cost=settings.argon2_time_cost,
            argon2_memory_kib=settings.argon2_memory_kib,
        )

    @property
    def secure(self) -> bool:
        """Browsers reach the door over https, so cookies are ``Secure`` and bound to the host."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def origin(self) -> str:
        """What a same-origin browser sends as ``Origin``."""
        address = urlsplit(self.public_url)
        return f"{address.scheme}://{address.netloc}"

    @property
    def session_cookie(self) -> str:
        """The name of the one cookie that says who is signed in."""
        return "__Host-samla_session" if self.secure else "samla_session"

    @property
    def visitor_cookie(self) -> str:
        """The name of the cookie that form tokens are bound to before anyone has signed in."""
        return "__Host-samla_visitor" if self.secure else "samla_visitor"
