"""Load under lock what a command changes, and store what it became, in a constant number of statements."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.events import Activity, Offer
from services.events.queries.activities import assemble as assemble_activities
from services.events.queries.offers import assemble as assemble_offers
from services.events.tables.activities import (
    ACTIVITIES,
    ACTIVITY_CO_ORGANISERS,
    ACTIVITY_EXCEPTED,
    ACTIVITY_GUESTS,
    ACTIVITY_UNITS,
    ActivityRow,
)
from services.events.tables.offers import OFFER_AREAS, OFFER_CO_ORGANISERS, OFFERS, OfferRow
from services.kernel.transaction import Transaction

Rows = Mapping[Any, Mapping[str, Any]]
"""Rows of one table by the part of their key that tells them apart within the root."""


def lock_offer(tx: Transaction, offer_id: UUID) -> Offer:
    """The offer as it is, and nobody else changes it until the transaction ends.

    Raises:
        NotFound: there is no such offer.
    """
    row = tx.lock(OfferRow, offer_id)
    return assemble_offers(tx.connection, [row.model_dump()])[0]


def lock_own_offer(tx: Transaction, offer_id: UUID) -> Offer:
    """The same, of the caller's own organisation, in the version that the caller has seen.

    Raises:
        NotFound: there is no such offer, or another organisation leads it.
        PreconditionRequired: the caller has not said which version it has seen.
        PreconditionFailed: the caller has seen an older one.
    """
    offer = lock_offer(tx, offer_id)
    tx.own(offer.lead_id)
    tx.expect("offer", offer_id)
    return offer


def lock_activity(tx: Transaction, activity_id: UUID) -> Activity:
    """The activity as it is, and nobody else changes it until the transaction ends.

    Raises:
        NotFound: there is no such activity.
    """
    row = tx.lock(ActivityRow, activity_id)
    return assemble_activities(tx.connection, [row.model_dump()])[0]


def lock_own_activity(tx: Transaction, activity_id: UUID) -> Activity:
    """The same, of the caller's own organisation, in the version that the caller has seen.

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        PreconditionRequired: the caller has not said which version it has seen.
        PreconditionFailed: the caller has seen an older one.
    """
    activity = lock_activity(tx, activity_id)
    tx.own(activity.lead_id)
    tx.expect("activity", activity_id)
    return activity


def store_offer(connection: sa.Connection, before: Offer | None, after: Offer) -> None:
    """Write what differs between the offer as it was, if it was, and as it is."""
    _store_root(connection, OFFERS, _offer_columns(before) if before else None, _offer_columns(after))
    _store_children(connection, OFFER_AREAS, _areas(before) if before else {}, _areas(after))
    _store_children(connection, OFFER_CO_ORGANISERS, _co_organisers(before) if before else {}, _co_organisers(after))


def store_activity(connection: sa.Connection, before: Activity | None, after: Activity) -> None:
    """Write what differs between the activity as it was, if it was, and as it is."""
    _store_root(connection, ACTIVITIES, _activity_columns(before) if before else None, _activity_columns(after))
    _store_children(connection, ACTIVITY_CO_ORGANISERS, _co_organisers(before) if before else {}, _co_organisers(after))
    _store_children(connection, ACTIVITY_UNITS, _units(before) if before else {}, _units(after))
    _store_children(connection, ACTIVITY_EXCEPTED, _excepted(before) if before else {}, _excepted(after))
    _store_children(connection, ACTIVITY_GUESTS, _guests(before) if before else {}, _guests(after))


def _store_root(
    connection: sa.Connection, table: sa.Table, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> None:
    if before is None:
        connection.execute(table.insert(), after)
        return
    (key,) = table.primary_key.columns
    if changed := {name: value for name, value in after.items() if value != before[name]}:
        connection.execute(table.update().where(key == after[key.name]).values(changed))


def _store_children(connection: sa.Connection, table: sa.Table, before: Rows, after: Rows) -> None:
    root, own = table.primary_key.columns
    different = {key: row for key, row in after.items() if row != before.get(key)}
    if not different:
        return
    stale = [key for key in different if key in before]
    if stale:
        root_id = next(iter(different.values()))[root.name]
        connection.execute(table.delete().where(root == root_id, own.in_(stale)))
    connection.execute(table.insert(), list(different.values()))


def _offer_columns(offer: Offer) -> dict[str, Any]:
    return offer.model_dump(exclude={"county_codes", "unit_codes", "co_organisers"})


def _activity_columns(activity: Activity) -> dict[str, Any]:
    return activity.model_dump(exclude={"units", "excepted", "guest_ids", "co_organisers"})


def _areas(offer: Offer) -> Rows:
    return {code: {"offer_id": offer.offer_id, "code": code} for code in (*offer.county_codes, *offer.unit_codes)}


def _co_organisers(thing: Offer | Activity) -> Rows:
    key = {"offer_id": thing.offer_id} if isinstance(thing, Offer) else {"activity_id": thing.activity_id}
    return {asked.organisation_id: {**key, **asked.model_dump()} for asked in thing.co_organisers}


def _units(activity: Activity) -> Rows:
    return {unit.code: {"activity_id": activity.activity_id, **unit.model_dump()} for unit in activity.units}


def _excepted(activity: Activity) -> Rows:
    return {unit.code: {"activity_id": activity.activity_id, **unit.model_dump()} for unit in activity.excepted}


def _guests(activity: Activity) -> Rows:
    return {
        guest_id: {"activity_id": activity.activity_id, "organisation_id": guest_id} for guest_id in activity.guest_ids
    }
