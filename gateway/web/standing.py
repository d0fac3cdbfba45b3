"""Where a mapping stood on a day, from the dates inside its newest state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.contracts.registry import Mapping, MappingStatus


@dataclass(frozen=True, slots=True)
class Survey:
    """A mapping as it stood on the day asked about, since when."""

    mapping: Mapping
    status: MappingStatus
    since: date | None


def surveys(mappings: Iterable[Mapping], day: date) -> tuple[Survey, ...]:
    """The mappings as they stood, in the order that they come in."""
    return tuple(_on(mapping, day) for mapping in mappings)


def _on(mapping: Mapping, day: date) -> Survey:
    dated = (
        (mapping.cancelled_on, MappingStatus.cancelled),
        (mapping.completed_on, MappingStatus.completed),
        (mapping.agreed_on, MappingStatus.agreed),
        (mapping.invited_on, MappingStatus.invited),
    )
    for since, status in dated:
        if since is not None and since <= day:
            return Survey(mapping, status, since)
    return Survey(mapping, mapping.status, None)
