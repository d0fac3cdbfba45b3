"""What clients were promised against what is there: lost, doubled, unexpected, and what became of the unknown.

A history says what each command was answered. The source, the stream and every copy say whose effects they hold, each
by the command's key or by ``<aggregate>@<version>``. An acknowledged command has its effect exactly once everywhere; a
refused one has none; one whose answer never came has one or none, and the same everywhere.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Outcome(StrEnum):
    """What a client knows of a command."""

    ok = "ok"
    fail = "fail"
    """Refused for what it asked: nothing may be stored."""
    unknown = "unknown"
    """No answer, or one that says nothing: all may be stored, or nothing."""


class Where(StrEnum):
    """Where among those that should be there the lost ones stood. Each kind has its own usual reason."""

    prefix = "prefix"
    """Before all that is there: a reader that began too late."""
    middle = "middle"
    """Between: a cursor that passed over it."""
    postfix = "postfix"
    """After all that is there: confirmed, and not yet on disk."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something promised that is not there."""

    key: str
    where: Where


@dataclass(frozen=True)
class Findings:
    """What is wrong in one place."""

    lost: tuple[Lost, ...] = ()
    doubled: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Nothing is wrong."""
        return not (self.lost or self.doubled or self.unexpected)

    def __str__(self) -> str:
        ways = Counter(each.where for each in self.lost)
        how = ", ".join(f"{where} {count}" for where, count in sorted(ways.items()))
        lost = f"lost {len(self.lost)}" + (f" ({how})" if how else "")
        return f"{lost}, doubled {len(self.doubled)}, unexpected {len(self.unexpected)}"


@dataclass
class History:
    """What clients asked for and heard. Kept in a file if one is given, so that it outlives whoever writes it."""

    path: Path | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def invoke(self, key: str) -> None:
        """A client is about to send a command. Until it hears an answer its outcome is unknown."""
        self._note(key, Outcome.unknown)

    def heard(self, key: str, outcome: Outcome) -> None:
        """The client has its answer, or knows that none will come. A repeat with the same key may tell more later."""
        if self.outcomes.get(key) is not Outcome.ok:
            self._note(key, outcome)

    def of(self, outcome: Outcome) -> list[str]:
        """The keys with that outcome, in the order in which it became known."""
        return [key for key, known in self.outcomes.items() if known is outcome]

    @classmethod
    def read(cls, path: Path) -> "History":
        """A history that was written before. A last line that was cut off is left out: nobody had its answer."""
        history = cls()
        for line in path.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                noted = json.loads(line)
                history._note(noted["key"], Outcome(noted["outcome"]))
        history.path = path
        return history

    def _note(self, key: str, outcome: Outcome) -> None:
        self.outcomes.pop(key, None)
        self.outcomes[key] = outcome
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps({"key": key, "outcome": outcome}) + "\n")


@dataclass(frozen=True)
class Report:
    """The verdict on a run."""

    outcomes: Mapping[Outcome, int]
    applied: int
    """How many of the unknown have an effect after all."""
    places: Mapping[str, Findings]

    @property
    def holds(self) -> bool:
        """Every promise was kept, everywhere."""
        return all(findings.none for findings in self.places.values())

    def __str__(self) -> str:
        counts = ", ".join(f"{outcome} {self.outcomes[outcome]}" for outcome in Outcome)
        lines = [f"commands: {counts} (of these applied {self.applied})"]
        return "\n".join([*lines, *(f"{place}: {findings}" for place, findings in self.places.items())])


def compare(expected: Sequence[str], found: Iterable[str], tolerated: AbstractSet[str] = frozenset()) -> Findings:
    """What of the expected is missing, what is there more than once, and what nobody asked for.

    ``expected`` is in the order of the promises. ``tolerated`` may be there once or not at all.
    """
    counts = Counter(found)
    there = [position for position, key in enumerate(expected) if key in counts]
    first, last = (there[0], there[-1]) if there else (len(expected), len(expected))
    lost = (
        Lost(key, Where.prefix if position < first else Where.postfix if position > last else Where.middle)
        for position, key in enumerate(expected)
        if key not in counts
    )
    known = tolerated | set(expected)
    return Findings(
        tuple(lost),
        tuple(key for key, count in counts.items() if count > 1),
        tuple(key for key in counts if key not in known),
    )


def check(history: History, source: Sequence[str], followers: Mapping[str, Iterable[str]]) -> Report:
    """Compare the source with the history, and whoever follows the source with the source.

    ``source`` and each follower name the commands whose effects they hold, each effect once.
    """
    unknown = set(history.of(Outcome.unknown))
    places = {"source": compare(history.of(Outcome.ok), source, unknown)}
    places |= {name: compare(list(dict.fromkeys(source)), found) for name, found in followers.items()}
    outcomes = Counter(history.outcomes.values())
    return Report({each: outcomes[each] for each in Outcome}, len(unknown & set(source)), places)


def versions(heads: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    """Every ``<aggregate>@<version>`` that a part must have come by to stand at these heads."""
    for aggregate, (newest, _) in sorted(heads.items()):
        for version in range(1, newest + 1):
            yield f"{aggregate}@{version}"
