"""The gateway's neighbours, played: what they would publish, as the bytes that a consumer gets."""

from collections import defaultdict
from datetime import date
from functools import partial
from uuid import UUID

import orjson

from gateway.service import gateway
from services.contracts.events import (
    Activity,
    ActivityKind,
    ActivityStatus,
    CoOrganiser,
    CoOrganiserStatus,
    Offer,
    OfferStatus,
    Participation,
    Theme,
)
from services.contracts.message import Message, Text
from services.contracts.registry import (
    County,
    CountyRegistered,
    Organisation,
    OrganisationKind,
    OrganisationRegistered,
    PlaceName,
    Unit,
    UnitKind,
    UnitRegistered,
)
from services.kernel.database import Database

KORUS_NORD = UUID("00000000-0000-7000-8000-000000000001")
NAPHA = UUID("00000000-0000-7000-8000-000000000002")
RVTS_NORD = UUID("00000000-0000-7000-8000-000000000003")
APRIL = date(2016, 4, 8)


class Neighbours:
    """Publishes to a gateway's database as the streams would, each aggregate's versions without holes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._versions: dict[str, int] = defaultdict(int)

    async def tell(self, *messages: Message, at: str = "2016-04-08T10:00:00.000000Z") -> None:
        """Let the gateway apply messages that were recorded at a moment."""
        await self.repeat(*(self.body(message, at) for message in messages))

    async def repeat(self, *bodies: bytes) -> None:
        """Let the gateway get these bytes, perhaps again."""
        for consumer in gateway.consumers:
            mine = [body for body in bodies if orjson.loads(body)["source"] == f"/samla/{consumer.publisher}"]
            if mine:
                await self.database.transact(partial(consumer.apply, bodies=mine))

    def body(self, message: Message, at: str = "2016-04-08T10:00:00.000000Z") -> bytes:
        """The envelope around a message, with everything that an envelope can hold."""
        key = f"{message.aggregate}/{message.aggregate_id}"
        self._versions[key] += 1
        return orjson.dumps(
            {
                "specversion": "1.0",
                "id": str(self.database.clock.new_id()),
                "source": f"/samla/{message.publisher()}",
                "type": message.type,
                "subject": message.aggregate_id,
                "time": at,
                "datacontenttype": "application/json",
                "aggregateversion": self._versions[key],
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "correlationid": "a-correlation",
                "causationid": "a-cause",
                "actor": "the-one-who-did-it",
                "organisation": str(KORUS_NORD),
                "data": message.model_dump(mode="json", exclude_none=True),
            }
        )


def a_unit(code: str, name: str, county: str = "19", *, until: date | None = None) -> UnitRegistered:
    names = (PlaceName(name=name, valid_from=date(1971, 1, 1)),)
    unit = Unit(
        code=code,
        kind=UnitKind.municipality,
        county_code=county,
        names=names,
        valid_from=date(1971, 1, 1),
        valid_to=until,
    )
    return UnitRegistered(occurred_on=APRIL, unit=unit)


def a_county(code: str, name: str) -> CountyRegistered:
    names = (PlaceName(name=name, valid_from=date(1971, 1, 1)),)
    return CountyRegistered(occurred_on=APRIL, county=County(code=code, names=names, valid_from=date(1971, 1, 1)))


def an_organisation(organisation_id: UUID, name: str) -> OrganisationRegistered:
    organisation = Organisation(
        organisation_id=organisation_id, reference=name.lower(), name=name, kind=OrganisationKind.korus
    )
    return OrganisationRegistered(occurred_on=APRIL, organisation=organisation)


def an_offer(number: int, **changes: object) -> Offer:
    theme: Theme = "brukerplan"
    facts: dict[str, object] = {
        "offer_id": UUID(int=number),
        "title": Text(nb=f"Tilbud {number}"),
        "theme": theme,
        "lead_id": KORUS_NORD,
        "county_codes": ("19",),
        "period_from": date(2016, 1, 1),
        "period_to": date(2016, 12, 31),
        "status": OfferStatus.published,
        "published_on": APRIL,
    }
    return Offer.model_validate(facts | changes)


def an_activity(number: int, *codes: str, **changes: object) -> Activity:
    facts: dict[str, object] = {
        "activity_id": UUID(int=number),
        "title": Text(nb=f"Aktivitet {number}"),
        "kind": ActivityKind.training_day,
        "theme": "brukerplan",
        "lead_id": KORUS_NORD,
        "starts_on": date(2016, 5, 10),
        "ends_on": date(2016, 5, 10),
        "days": 1,
        "county_code": "19",
        "level": 1,
        "status": ActivityStatus.announced,
        "planned_on": APRIL,
        "announced_on": APRIL,
        "units": tuple(Participation(code=code, invited_on=APRIL) for code in codes),
    }
    return Activity.model_validate(facts | changes)


def accepted(organisation_id: UUID) -> CoOrganiser:
    return CoOrganiser(
        organisation_id=organisation_id, status=CoOrganiserStatus.accepted, invited_on=APRIL, answered_on=APRIL
    )


def invited(organisation_id: UUID) -> CoOrganiser:
    return CoOrganiser(organisation_id=organisation_id, status=CoOrganiserStatus.invited, invited_on=APRIL)
