"""The files of ``deploy/reference``, row by row."""

import csv
from datetime import date
from pathlib import Path

REFERENCE = Path(__file__).parents[1] / "reference"

FIRST = date(1971, 1, 1)
"""The tables' «on or before»: the oldest version of the list of codes that was read."""

Row = dict[str, str]


class Tables:
    """The tables of a folder, by their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str) -> list[Row]:
        with (self._folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def day(text: str) -> date | None:
    """A date, or none where the field is empty."""
    return date.fromisoformat(text) if text else None


def words(text: str) -> tuple[str, ...]:
    """What a field lists."""
    return tuple(word for word in text.split(";") if word)
