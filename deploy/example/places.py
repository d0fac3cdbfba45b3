"""The 87 municipalities of the region in 2016, and who of them does what in the example. All codes are of 2016."""

from datetime import date

from deploy.reference_tables import Reference
from services.contracts.registry import UnitKind

COUNTIES = {"18": "nordland", "19": "troms", "20": "finnmark"}
TROMSO, BODO, ROST, MALSELV = "1902", "1804", "1856", "1924"
KOR_GROUP = ("1848", "1849", "1850")
"""Steigen, Hamarøy and Tysfjord, which the plan names together."""
AWARDED = "2030"
"""Sør-Varanger: gets the grant of the example, and nothing else before it."""
BIG = (BODO, TROMSO)
"""Those with arrangements of their own after BrukerPlan, which the plan names."""


class Region:
    """The municipalities of KoRus-Nord in 2016 in the example's order: not by size, not by county, always the same."""

    def __init__(self, reference: Reference) -> None:
        units = {
            unit.code: unit.county_code or ""
            for unit in reference.units
            if unit.kind is UnitKind.municipality
            and unit.county_code in COUNTIES
            and unit.valid_from <= date(2016, 1, 1)
            and (unit.valid_to is None or unit.valid_to > date(2016, 12, 31))
        }
        self.county_of = units
        mixed = sorted(units.keys() - set(BIG), key=lambda code: (int(code) * 37 % 101, code))
        self.all = (*BIG, *mixed)

    def of(self, county: str) -> tuple[str, ...]:
        """The municipalities of a county, in the example's order."""
        return tuple(code for code in self.all if self.county_of[code] == county)

    @property
    def attending(self) -> tuple[str, ...]:
        """The 41 that come to something in 2016. With two own arrangements and one grant 44 of 87 have had an offer."""
        return tuple(code for code in self.all if code not in (*BIG, AWARDED))[:41]
