"""What Statistics Norway answered when a proposal was made from its Klass."""

from services.contracts.message import Instant, Public


class KlassAnswer(Public):
    """One answer. ``number`` is where its bytes are found: ``/geographic-proposals/{id}/answers/{number}``."""

    number: int
    question: str
    """The path and query behind the address of Klass."""
    fetched_at: Instant
    sha256: str
    size_bytes: int
