"""What this part keeps of others' messages: when each unit's code is valid, and which programmes there are."""

from collections.abc import Iterable, Sequence

from services.contracts.events import ProgrammeMessage
from services.contracts.message import Received
from services.contracts.registry import UnitMessage
from services.kernel.copies import Row


def fold_units(received: Sequence[Received[UnitMessage]]) -> Iterable[Row]:
    """When each unit's code is valid."""
    for each in received:
        unit = each.message.unit
        yield {"code": unit.code, "valid_from": unit.valid_from, "valid_to": unit.ends_on}


def fold_programmes(received: Sequence[Received[ProgrammeMessage]]) -> Iterable[Row]:
    """Which programmes an award can be tied to, and their themes."""
    for each in received:
        programme = each.message.programme
        yield {"programme_id": str(programme.programme_id), "theme": programme.theme}
