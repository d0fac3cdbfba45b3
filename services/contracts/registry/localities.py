"""Towns and districts that people know and that are no municipality, and the municipalities that they lie in."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from services.contracts.message import LongText, Message, Public, ShortText, UnitCode

Reference = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""A stable short name, for example ``mo-i-rana``."""


class LocalityKind(StrEnum):
    """What people call by the name."""

    town = "town"
    region = "region"


class Locality(Public):
    """A place with a name of its own and no council of its own. ``unit_codes`` are codes of the date ``units_on``."""

    reference: Reference
    kind: LocalityKind
    name: ShortText
    aliases: tuple[ShortText, ...] = ()
    unit_codes: tuple[UnitCode, ...]
    units_on: date
    note: LongText | None = None
    source: LongText
    certainty: ShortText


class LocalityMessage(Message):
    """Any fact about a locality."""

    aggregate = "locality"
    locality: Locality

    @property
    def aggregate_id(self) -> str:
        return self.locality.reference


class LocalityRegistered(LocalityMessage):
    """A locality is known to the registry."""

    type = "samla.registry.locality.registered.v1"


class LocalityChanged(LocalityMessage):
    """A locality's name or municipalities are others than told."""

    type = "samla.registry.locality.changed.v1"
