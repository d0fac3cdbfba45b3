"""The time and new ids, injected so that tests and the example decide what «now» is."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...

    def new_id(self) -> UUID:
        """A new UUIDv7: sorts by the moment it was made."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def new_id(self) -> UUID:
        return uuid7(self.now())


class FixedClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def new_id(self) -> UUID:
        return uuid7(self._now)

    def advance(self, step: timedelta) -> None:
        self._now += step


def uuid7(moment: datetime) -> UUID:
    """RFC 9562: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = int(moment.timestamp() * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (2**48 - 1)) << 80 | random
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def business_date(moment: datetime) -> date:
    """The day it is in Norway."""
    return moment.astimezone(OSLO).date()
