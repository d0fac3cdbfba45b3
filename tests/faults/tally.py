"""One line per fault: how often, what was promised, what became of it, how long it took to come back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.checker import Findings

HEADER = (
    f"{'fault':<56} {'count':>5} {'acked':>6} {'lost':>4} {'doubled':>7} {'unexpected':>10} "
    f"{'unknown (left, applied)':>24} {'recovery p50/p99/max s':>23}"
)


@dataclass
class Tally:
    """What one fault, done many times, came to."""

    fault: str
    count: int = 0
    acknowledged: int = 0
    findings: Findings = field(default_factory=Findings)
    unheard: int = 0
    """Commands that had no answer at least once."""
    left: int = 0
    """Of these, how many nobody asked about again, so that they may have their effect or not."""
    applied: int = 0
    """Of those left, how many have it."""
    mails: int = 0
    repeats: int = 0
    """Mails that came again under the same id, after a crash between the mail server's answer and our commit."""
    recoveries_s: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    """Whatever else is not as it must be, a sentence each."""
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.findings.none and not self.troubles

    def line(self) -> str:
        """The row of the table."""
        found = self.findings
        unknown = f"{self.unheard} ({self.left}, {self.applied})"
        return (
            f"{self.fault:<56} {self.count:>5} {self.acknowledged:>6} {len(found.lost):>4} {len(found.doubled):>7} "
            f"{len(found.unexpected):>10} {unknown:>24} {_percentiles(self.recoveries_s):>23}"
        )


def _percentiles(seconds: Sequence[float]) -> str:
    if not seconds:
        return "–"
    ordered = sorted(seconds)
    chosen = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99, 1))
    return "/".join(f"{each:.2f}" for each in chosen)
