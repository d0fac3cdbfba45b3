"""What a municipality can get from all centres together, and what has been done there."""

from datetime import date

import sqlalchemy as sa

from gateway.catalogue import Snapshot
from gateway.reach import Areas
from gateway.resources import Availability, CoordinatedOffer, Line, Named
from gateway.tables import (
    ActivityCopy,
    ActivityUnitCopy,
    AwarenessCopy,
    GrantCopy,
    MappingCopy,
    OfferAreaCopy,
    OfferCopy,
    ProgrammeCopy,
    SchemeCopy,
)
from gateway.tables.metadata import table_of
from services.contracts.events import Activity, ActivityStatus, CoOrganiser, CoOrganiserStatus, Offer
from services.contracts.funding import Grant
from services.contracts.message import Text
from services.contracts.registry import Awareness, Mapping

OFFERS, AREAS, ACTIVITIES, INVITED, MAPPINGS, AWARENESS, GRANTS, SCHEMES, PROGRAMMES = (
    table_of(copy)
    for copy in (
        OfferCopy,
        OfferAreaCopy,
        ActivityCopy,
        ActivityUnitCopy,
        MappingCopy,
        AwarenessCopy,
        GrantCopy,
        SchemeCopy,
        ProgrammeCopy,
    )
)


class Award(Grant):
    """A grant with the names of its scheme and programme."""

    scheme_name: Text | None = None
    programme_name: Text | None = None


def coordinated_offer(connection: sa.Connection, snapshot: Snapshot, code: str, on: date) -> CoordinatedOffer:
    """The one list: published offers and announced activities that reach the municipality, with all who carry them.

    It holds what is to be had on the date or later, and what has ended since the beginning of the year.

    Raises:
        UnknownCode, NotValidOn: for the code on the date.
    """
    areas = snapshot.areas(code, on)
    lines = [*_offers(connection, snapshot, areas, on), *_activities(connection, snapshot, areas, on)]
    order = {"now": 0, "coming": 1, "over": 2}
    lines.sort(
        key=lambda line: (order[line.availability], line.starts_on, line.title.nb or line.title.nn or "", line.id)
    )
    return CoordinatedOffer(code=code, name=snapshot.geography.name(code, on), on=on, items=tuple(lines))


def mappings_of(connection: sa.Connection, areas: Areas, on: date, *, whole_register: bool) -> list[Mapping]:
    """The surveys in the municipality and, for upper-secondary schools, its county until the date; the newest first.

    Without the right to read the whole register only those that are completed are told.
    """
    found = connection.scalars(
        sa.select(MAPPINGS.c.state).where(MAPPINGS.c.place.in_(sorted(areas.units | areas.counties)))
    )
    mappings = [mapping for mapping in map(Mapping.model_validate, found) if _is_known(mapping, on, whole_register)]
    return sorted(mappings, key=lambda mapping: (-mapping.year, mapping.tool, mapping.sequence))


def awareness_of(connection: sa.Connection, areas: Areas, on: date) -> list[Awareness]:
    """Who has told the municipality about the offer until the date, the newest first."""
    found = connection.scalars(sa.select(AWARENESS.c.state).where(AWARENESS.c.unit_code.in_(sorted(areas.units))))
    told = [each for each in map(Awareness.model_validate, found) if each.informed_on <= on]
    return sorted(told, key=lambda each: (each.informed_on, each.awareness_id), reverse=True)


def grants_of(connection: sa.Connection, areas: Areas, on: date) -> list[Award]:
    """What the municipality has been awarded until the date, the newest first."""
    found = connection.execute(awards_query().where(GRANTS.c.unit_code.in_(sorted(areas.units))))
    awards = [award(row) for row in found]
    return sorted(
        (each for each in awards if each.awarded_on <= on),
        key=lambda each: (each.awarded_on, each.grant_id),
        reverse=True,
    )


def awards_query() -> sa.Select[tuple[dict[str, object], dict[str, object] | None, dict[str, object] | None]]:
    """Grants with what is known of their scheme and programme, which may come later than the grant itself."""
    return (
        sa.select(GRANTS.c.state, SCHEMES.c.state.label("scheme"), PROGRAMMES.c.state.label("programme"))
        .outerjoin(SCHEMES, SCHEMES.c.scheme_id == GRANTS.c.state["scheme_id"].as_string())
        .outerjoin(PROGRAMMES, PROGRAMMES.c.programme_id == GRANTS.c.state["programme_id"].as_string())
    )


def award(row: sa.Row[tuple[dict[str, object], dict[str, object] | None, dict[str, object] | None]]) -> Award:
    """One row of :func:`awards_query`."""
    grant, scheme, programme = row
    return Award.model_validate(
        {**grant, "scheme_name": (scheme or {}).get("name"), "programme_name": (programme or {}).get("name")}
    )


def offer_line(snapshot: Snapshot, state: dict[str, object], version: int, on: date, areas: Areas | None) -> Line:
    """An offer as a line of the list."""
    offer = Offer.model_validate(state)
    by_county = areas is None or not areas.counties.isdisjoint(offer.county_codes)
    return Line(
        kind="offer",
        id=offer.offer_id,
        version=version,
        lead=snapshot.named(offer.lead_id),
        co_organisers=_accepted(snapshot, offer.co_organisers, on),
        availability=_availability(offer.period_from, offer.period_to, on),
        starts_on=offer.period_from,
        ends_on=offer.period_to,
        reaches_through="county" if by_county else "unit",
        **offer.model_dump(include={"title", "description", "theme", "target_groups", "on_request", "source"}),
    )


def activity_line(snapshot: Snapshot, state: dict[str, object], version: int, on: date) -> Line:
    """An activity as a line of the list."""
    activity = Activity.model_validate(state)
    is_held = activity.held_on is not None and activity.held_on <= on
    return Line(
        kind="activity",
        id=activity.activity_id,
        version=version,
        lead=snapshot.named(activity.lead_id),
        co_organisers=_accepted(snapshot, activity.co_organisers, on),
        availability="over" if is_held else _availability(activity.starts_on, activity.ends_on, on),
        status=ActivityStatus.held if is_held else ActivityStatus.announced,
        activity_kind=activity.kind,
        reaches_through="invitation" if activity.units else "county",
        **activity.model_dump(
            include={"title", "theme", "starts_on", "ends_on", "mode", "county_code", "offer_id", "source"}
        ),
    )


def _offers(connection: sa.Connection, snapshot: Snapshot, areas: Areas, on: date) -> list[Line]:
    found = connection.execute(
        sa.select(OFFERS.c.state, OFFERS.c.version).where(
            *offered_on(on),
            OFFERS.c.offer_id.in_(
                sa.select(AREAS.c.offer_id).where(AREAS.c.area.in_(sorted(areas.units | areas.counties)))
            ),
        )
    )
    return [offer_line(snapshot, row.state, row.version, on, areas) for row in found]


def _activities(connection: sa.Connection, snapshot: Snapshot, areas: Areas, on: date) -> list[Line]:
    invited = sa.select(INVITED.c.activity_id).where(INVITED.c.code.in_(sorted(areas.units)))
    found = connection.execute(
        sa.select(ACTIVITIES.c.state, ACTIVITIES.c.version).where(
            *announced_on(on),
            ACTIVITIES.c.open_to_county.in_(sorted(areas.counties)) | ACTIVITIES.c.activity_id.in_(invited),
        )
    )
    return [activity_line(snapshot, row.state, row.version, on) for row in found]


def offered_on(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Offers in the one list on the date: published, not withdrawn, and not over before the year began."""
    return (
        OFFERS.c.published_on <= on,
        sa.or_(OFFERS.c.withdrawn_on.is_(None), OFFERS.c.withdrawn_on > on),
        OFFERS.c.period_to >= date(on.year, 1, 1),
    )


def announced_on(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Activities known on the date: announced, not cancelled, and not over before the year began."""
    return (
        ACTIVITIES.c.announced_on <= on,
        sa.or_(ACTIVITIES.c.cancelled_on.is_(None), ACTIVITIES.c.cancelled_on > on),
        ACTIVITIES.c.ends_on >= date(on.year, 1, 1),
    )


def _accepted(snapshot: Snapshot, co_organisers: tuple[CoOrganiser, ...], on: date) -> tuple[Named, ...]:
    return tuple(
        snapshot.named(each.organisation_id)
        for each in co_organisers
        if each.status is CoOrganiserStatus.accepted and each.answered_on is not None and each.answered_on <= on
    )


def _availability(starts_on: date, ends_on: date, on: date) -> Availability:
    if ends_on < on:
        return "over"
    return "now" if starts_on <= on else "coming"


def _is_known(mapping: Mapping, on: date, whole_register: bool) -> bool:
    if mapping.completed_on is not None and mapping.completed_on <= on:
        return True
    if not whole_register:
        return False
    told_on = [day for day in (mapping.invited_on, mapping.agreed_on) if day is not None]
    return not told_on or min(told_on) <= on
