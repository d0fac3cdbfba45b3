"""Where a bar begins and ends. The pictures are SVG with lengths in percent and colours from the style sheet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in a picture that is 100 wide. Lengths are SVG lengths: ``50.57%``."""

    start: str
    length: str
    mark: str | None = None
    """Where a line is drawn across, for a target."""


def share_bar(share: float, target: float | None = None) -> Bar:
    """A bar from zero, of a whole that is 1. A target beyond the whole is not drawn."""
    mark = _length(target) if target is not None and 0 <= target <= 1 else None
    return Bar("0%", _length(min(max(share, 0.0), 1.0)), mark)


def span_bar(offset_ms: float, duration_ms: float, whole_ms: float) -> Bar:
    """A bar somewhere in a stretch of time; never so short that it cannot be seen."""
    whole = whole_ms or 1.0
    start = min(max(offset_ms / whole, 0.0), 0.995)
    return Bar(_length(start), _length(min(max(duration_ms / whole, 0.005), 1.0 - start)))


def _length(share: float) -> str:
    return f"{share * 100:.2f}%"
