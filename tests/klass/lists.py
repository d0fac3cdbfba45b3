"""Klass as tables: which code is called what from when to when, and what changed on which day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from services.registry.domain.klass_lists import CLASSIFICATIONS, Window, changes_question, codes_question


@dataclass(frozen=True)
class Code:
    """A code and what it is called for a while. A code with several names stands on several lines."""

    classification: int
    code: str
    name: str
    since: date = date.min
    until: date | None = None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class Change:
    """A way from an old code to a new one."""

    classification: int
    on: date
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Lists:
    """All that a Klass knows."""

    codes: tuple[Code, ...]
    changes: tuple[Change, ...]
    unlisted: frozenset[str] = frozenset()
    """Codes that it has lost: they change, and are on no list."""

    def answers(self, window: Window) -> dict[str, bytes]:
        """What it answers to all that is asked about a window."""
        said = {}
        for number in CLASSIFICATIONS:
            changes = self.changes_between(number, window.since, window.until + timedelta(days=1))
            said[codes_question(number, window)] = orjson.dumps(self.codes_at(number, window.until))
            said[changes_question(number, window)] = orjson.dumps(changes)
        return said

    def codes_at(self, classification: int, on: date) -> dict[str, Any]:
        """The answer to ``codesAt``, with the fields that Klass gives whether or not they say anything."""
        empty = {"shortName": "", "presentationName": "", "validFrom": None, "validTo": None, "notes": ""}
        of_the_day = (line for line in self.codes if line.classification == classification and line.holds(on))
        listed = [line for line in of_the_day if line.code not in self.unlisted]
        return {
            "codes": [
                {"code": line.code, "parentCode": None, "level": "1", "name": line.name, **empty}
                for line in sorted(listed, key=lambda line: line.code)
            ]
        }

    def changes_between(self, classification: int, since: date, until: date) -> dict[str, Any]:
        """The answer to ``changes``: from ``since`` until before ``until``."""
        return {
            "codeChanges": [
                {
                    "oldCode": change.old,
                    "oldName": self._name(change.old, date.fromordinal(change.on.toordinal() - 1)),
                    "oldShortName": None,
                    "newCode": change.new,
                    "newName": self._name(change.new, change.on),
                    "newShortName": None,
                    "changeOccurred": change.on.isoformat(),
                }
                for change in self.changes
                if change.classification == classification and since <= change.on < until
            ]
        }

    def _name(self, code: str | None, on: date) -> str | None:
        return next((line.name for line in self.codes if line.code == code and line.holds(on)), None)
