"""What the fields of a form hold, as the registry is told it: what is wrong with it the registry says."""

from collections.abc import Mapping
from datetime import date

from starlette.datastructures import FormData

from gateway.web.dates import parse_day
from gateway.web.forms import field

LONGEST = 5_000
"""Longer than any text that the registry takes, so that it says so."""
HIDDEN = ("form_token", "idempotency_key", "version")


def written(sent: FormData, name: str) -> str:
    """What somebody has written in a field."""
    return field(sent, name, LONGEST).replace("\r\n", "\n").strip()


def in_both(sent: FormData, name: str) -> dict[str, str]:
    """A text in bokmål, nynorsk or both; a field that is empty says nothing."""
    told = {language: written(sent, f"{name}_{language}") for language in ("nb", "nn")}
    return {language: text for language, text in told.items() if text}


def day_in(sent: FormData, name: str) -> str:
    """A day, also as people write it; what is none stays as it was written."""
    text = written(sent, name)
    day = parse_day(text)
    return text if day is None else day.isoformat()


def optional_day(sent: FormData, name: str) -> str | None:
    """A day that may be left out."""
    return day_in(sent, name) or None


def filled(sent: FormData) -> dict[str, str]:
    """What was filled in, to be shown again."""
    return {name: written(sent, name) for name in sent if name not in HIDDEN}


def empty(today: date) -> Mapping[str, str]:
    """A form that nothing was filled in; most of what is told has happened today."""
    return {"occurred_on": today.isoformat()}
