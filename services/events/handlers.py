"""What this part keeps of the registry's messages: the newest validity of places, the kind of each body, and seats."""

from collections.abc import Iterable, Sequence

from services.contracts.message import Received
from services.contracts.registry import CountyMessage, OrganisationMessage, RepresentativeMessage, UnitMessage
from services.kernel.copies import Row


def fold_units(received: Sequence[Received[UnitMessage]]) -> Iterable[Row]:
    """When each unit's code is valid."""
    for each in received:
        unit = each.message.unit
        yield {"code": unit.code, "valid_from": unit.valid_from, "valid_to": unit.ends_on}


def fold_counties(received: Sequence[Received[CountyMessage]]) -> Iterable[Row]:
    """When each county's code is valid."""
    for each in received:
        county = each.message.county
        yield {"code": county.code, "valid_from": county.valid_from, "valid_to": county.ends_on}


def fold_organisations(received: Sequence[Received[OrganisationMessage]]) -> Iterable[Row]:
    """What kind of body each organisation is."""
    for each in received:
        organisation = each.message.organisation
        yield {"organisation_id": str(organisation.organisation_id), "kind": organisation.kind}


def fold_representatives(received: Sequence[Received[RepresentativeMessage]]) -> Iterable[Row]:
    """Who has or had each region's seat, and when. An election that has chosen nobody leaves no row."""
    for each in received:
        seat = each.message.representative
        if seat.elected_id is not None and seat.valid_from is not None:
            yield {
                "representative_id": str(seat.representative_id),
                "region": seat.region,
                "elected_id": seat.elected_id,
                "valid_from": seat.valid_from,
                "valid_to": seat.valid_to,
            }
