"""Official mailboxes that lead nowhere, so that a letter to the municipalities of today can be tried."""

from datetime import date
from typing import Any

from deploy.example.caller import Caller
from services.contracts.registry import ImportOrganisations, OrganisationKind, RegisterOrganisation

COUNTIES = ("18", "55", "56")
"""Nordland, Troms and Finnmark as they are since 2024."""
SINCE = date(2024, 1, 1)


async def send_mailboxes(coordinator: Caller) -> None:
    """The municipalities as bodies, each with a mailbox at a domain that nobody can have."""
    places: list[dict[str, Any]] = []
    for county in COUNTIES:
        asked = {"on": SINCE.isoformat(), "county": county}
        found = await coordinator.client.get("/api/v1/municipalities", params=asked)
        places += found.raise_for_status().json()["items"]
    rows = tuple(
        RegisterOrganisation(
            reference=f"kommune-{place['code']}",
            name=f"{place['name']} kommune",
            kind=OrganisationKind.municipality,
            unit_code=place["code"],
            official_mailbox=f"postmottak.{place['code']}@kommune.example",
            source="example",
            occurred_on=SINCE,
        )
        for place in places
    )
    await coordinator.post("mailboxes", "/organisations/import", ImportOrganisations(rows=rows, dry_run=False))
