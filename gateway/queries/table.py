"""The municipalities of a date as a table that a Norwegian Excel opens as it is."""

from datetime import date

from gateway.catalogue import Ready, Snapshot
from services.contracts.names import sort_key
from services.contracts.registry import UnitKind
from services.contracts.tables import CSV, as_csv

COLUMNS = (
    "code",
    "name",
    "official_name",
    "north_sami",
    "lule_sami",
    "south_sami",
    "kven",
    "county_code",
    "county_name",
    "valid_from",
    "valid_to",
)


def table(snapshot: Snapshot, on: date, county: str | None = None) -> Ready:
    """The municipalities of a date, or of a county, by name in Norwegian order.

    Raises:
        BeforeTheTables: the tables are not complete for the date.
        UnknownCode, NotValidOn: the county was none on the date.
    """
    return snapshot.once(("table", county), on, lambda: Ready(_written(snapshot, on, county), CSV))


def _written(snapshot: Snapshot, on: date, county: str | None) -> bytes:
    places = snapshot.listed(UnitKind.municipality, on, county)
    ordered = sorted(places, key=lambda place: (sort_key(str(place["name"])), str(place["code"])))
    return as_csv(COLUMNS, ([place.get(column) for column in COLUMNS] for place in ordered))
