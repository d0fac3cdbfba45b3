"""Settings come from the environment, have defaults for the embedded installation, and refuse what is misspelt."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.kernel.settings import Settings


def test_nothing_needs_to_be_set() -> None:
    settings = Settings()
    assert settings.url == "http://127.0.0.1:8080"
    assert settings.database_of("events") == "sqlite:///var/events.db"
    assert settings.keys_folder == Path("var/keys")


def test_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMLA_PORT", "9000")
    monkeypatch.setenv("SAMLA_DATABASE_URL", "postgresql+asyncpg://samla@db/{part}")
    monkeypatch.setenv("SAMLA_PEERS", '{"events": "http://127.0.0.1:9002"}')
    settings = Settings()
    assert (settings.url, settings.database_of("events")) == (
        "http://127.0.0.1:9000",
        "postgresql+asyncpg://samla@db/events",
    )
    assert str(settings.peers["events"]) == "http://127.0.0.1:9002/"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SAMLA_PROT", "9000", "no such setting: SAMLA_PROT"),
        ("SAMLA_PORT", "80a", "valid integer"),
        ("SAMLA_TRACE_RATIO", "2", "less than or equal to 1"),
        ("SAMLA_NATS_URL", "nats://broker:4222", "nats_monitor_url is needed"),
        ("SAMLA_KLASS_URL", "http://data.ssb.no/api/klass/v1", "klass_url must be https"),
    ],
)
def test_what_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=said):
        Settings()
