"""The centre that a page is about: the reader's own, or the one that a coordinator chooses."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Request

from gateway.catalogue import Snapshot
from gateway.gate import visitor_of
from services.contracts.names import sort_key
from services.contracts.registry import CENTRE_KINDS, Organisation

Reference = Annotated[str | None, Query(max_length=100)]
"""What a page is asked with as ``senter``: the short name of the centre that a coordinator has chosen."""


@dataclass(frozen=True, slots=True)
class AtCentre:
    """The centre, and those to choose among; who works at one has no choice."""

    centre: Organisation | None
    choices: tuple[Organisation, ...] = ()


def centre_of(request: Request, country: Snapshot, reference: str | None) -> AtCentre:
    """The reader's own centre, or for who belongs to none the one with the reference, if there is one."""
    own = visitor_of(request).principal.organisation_id
    if own is not None:
        return AtCentre(country.organisations.get(country.kept(own)))
    choices = [
        each for each in country.organisations.values() if each.kind in CENTRE_KINDS and each.merged_into is None
    ]
    chosen = next((each for each in choices if each.reference == reference), None)
    return AtCentre(chosen, tuple(sorted(choices, key=lambda each: sort_key(each.name))))
