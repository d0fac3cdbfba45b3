"""Where the infrastructure is and how the parts are told: every setting there is, in one frozen class."""

import os
from pathlib import Path
from typing import Self

from pydantic import Field, HttpUrl, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SAMLA_"

ELSEWHERE = frozenset(
    ("SAMLA_CRASH_POINT", "SAMLA_NATS_SERVER", "SAMLA_CHROMIUM", "SAMLA_FUZZ_EXAMPLES", "SAMLA_AWARD_ROUNDS")
)
"""Variables of our prefix that are read where they are used: by crash points, the embedded broker and the tests."""


LOOPBACK = frozenset(("127.0.0.1", "[::1]", "localhost"))
"""Hosts that are this machine, as an address names them."""


class Settings(BaseSettings):
    """The defaults are the embedded installation: one machine, nothing to set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Path("var")
    """The data folder: databases, the embedded broker's store, keys, passwords of the example, sockets."""
    port: int = Field(8080, ge=1, le=65535)
    """Where the gateway listens, on loopback."""
    public_url: str | None = None
    """The address that browsers use, when it is another than the gateway's own: https behind a proxy."""

    database_url: str = "sqlite:///{data}/{part}.db"
    """One database for each part; or ``postgresql+asyncpg://…/{part}``."""

    nats_url: str | None = None
    """The broker. None: start our own."""
    nats_monitor_url: str | None = None
    """Its monitoring address, which tells whether it brings messages to disk before it confirms them."""
    keys: Path | None = None
    """A folder with the keys; none: ``keys`` in the data folder, where they are made at the first start."""
    stream_replicas: int = Field(1, ge=1, le=5)
    """Copies of each stream; 3 in a cluster."""

    peers: dict[str, HttpUrl] = Field(default_factory=dict)
    """Parts that run in other processes, by name. A part that runs in this one is called directly."""

    smtp_url: str | None = None
    """The mail server, ``smtp://[name:password@]host:port``. None: mail ends at the installation's own sink."""
    mail_sender: str = "Samla <ikke-svar@samla.invalid>"
    """Whom mails are from. Its domain is also that of their ids."""

    klass_url: HttpUrl = HttpUrl("https://data.ssb.no/api/klass/v1")
    """Where Statistics Norway's classifications are asked for. Encrypted, unless it is on this machine."""

    otlp_endpoint: str | None = None
    """Where traces and metrics go, without ``/v1/…``. None: to the gateway, which shows them to operators."""
    trace_ratio: float = Field(0.1, ge=0, le=1)
    """The share of requests that are traced."""
    log_level: str = "INFO"

    argon2_time_cost: int = Field(2, ge=1)
    argon2_memory_kib: int = Field(19 * 1024, ge=8)
    """What a password costs to try: OWASP's advice for Argon2id. Lower only in tests."""

    @model_validator(mode="after")
    def _only_known_names(self) -> Self:
        # Environment variables that are no setting pass by pydantic unseen, and so would one that is misspelt.
        known = {PREFIX + name.upper() for name in type(self).model_fields} | ELSEWHERE
        unknown = {name for name in os.environ if name.startswith(PREFIX) and not name.startswith("SAMLA_TEST_")}
        if unknown := unknown - known:
            raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
        if self.nats_url is not None and self.nats_monitor_url is None:
            raise ValueError("nats_monitor_url is needed beside nats_url: the broker is checked before it is trusted")
        if self.klass_url.scheme != "https" and self.klass_url.host not in LOOPBACK:
            raise ValueError("klass_url must be https: what it answers becomes the map")
        return self

    def database_of(self, part: str) -> str:
        """The address of one part's database."""
        return self.database_url.format(data=self.data, part=part)

    @property
    def url(self) -> str:
        """The address that browsers use."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def keys_folder(self) -> Path:
        """Where the keys lie."""
        return self.keys or self.data / "keys"
