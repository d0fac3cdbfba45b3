"""The day a reader asks about: a form that is sent empty means today, and what is no day is said beside the field."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gateway.web.formats import OSLO
from services.contracts.geography import COMPLETE_FROM

LATEST = date(2101, 1, 1)


@dataclass(frozen=True, slots=True)
class AskedDay:
    """What a date field held. ``day`` is what is answered for; ``is_wrong`` that the field held no day."""

    day: date
    is_given: bool = False
    is_wrong: bool = False


def asked_day(text: str | None, today: date) -> AskedDay:
    """A day from the address, also as people write it: ``8.4.2016``."""
    if not (text := (text or "").strip()):
        return AskedDay(today)
    day = parse_day(text)
    return AskedDay(today, is_wrong=True) if day is None else AskedDay(day, is_given=True)


def parse_day(text: str) -> date | None:
    """The day that a text means; none if it means none, or one that nothing here can be about."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - only the day is used
        except ValueError:
            continue
        return day if COMPLETE_FROM <= day < LATEST else None
    return None


def end_of(day: date) -> datetime:
    """The last moment of a day in Norway: what was known on a day is what was known when it ended."""
    return datetime.combine(day + timedelta(1), time(), OSLO) - timedelta(microseconds=1)
