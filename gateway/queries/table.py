"""The municipalities of a date as a table that a Norwegian Excel opens as it is."""

import csv
import io
from datetime import date

from gateway.catalogue import Ready, Snapshot
from services.contracts.names import sort_key
from services.contracts.registry import UnitKind

CSV = "text/csv"
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
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the file for one of another alphabet, and a Sámi letter for two others."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(snapshot: Snapshot, on: date, county: str | None = None) -> Ready:
    """The municipalities of a date, or of a county, by name in Norwegian order.

    Raises:
        BeforeTheTables: the tables are not complete for the date.
    """
    return snapshot.once(("table", county), on, lambda: Ready(_written(snapshot, on, county), CSV))


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(snapshot: Snapshot, on: date, county: str | None) -> bytes:
    file = io.StringIO(newline="")
    rows = csv.writer(file, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    places = snapshot.listed(UnitKind.municipality, on, county)
    for place in sorted(places, key=lambda place: (sort_key(str(place["name"])), str(place["code"]))):
        rows.writerow([safe(place.get(column)) for column in COLUMNS])
    return (BYTE_ORDER_MARK + file.getvalue()).encode()
