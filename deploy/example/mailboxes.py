"""Official mailboxes that lead nowhere, so that a letter to the municipalities of today can be tried."""

from datetime import date
from typing import Any
from uuid import UUID

from deploy.example.caller import Caller
from services.contracts.registry import (
    ChangeOrganisation,
    ImportOrganisations,
    Organisation,
    OrganisationKind,
    RegisterOrganisation,
)

COUNTIES = ("18", "55", "56")
"""Nordland, Troms and Finnmark as they are since 2024."""
SINCE = date(2024, 1, 1)
TROMSO = "5501"
"""A body already: the plan of 2016 names it."""


async def send_mailboxes(coordinator: Caller, tromso_id: UUID) -> None:
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
            official_mailbox=_mailbox(place["code"]),
            source="example",
            occurred_on=SINCE,
        )
        for place in places
        if place["code"] != TROMSO
    )
    await coordinator.post("mailboxes", "/organisations/import", ImportOrganisations(rows=rows, dry_run=False))
    await _tell_mailbox(coordinator, tromso_id)


async def _tell_mailbox(coordinator: Caller, tromso_id: UUID) -> None:
    path = f"/organisations/{tromso_id}"
    known = (await coordinator.client.get(f"/api/v1{path}")).raise_for_status()
    organisation = Organisation.model_validate_json(known.content)
    if organisation.official_mailbox is not None:
        return  # by an example that was interrupted
    coordinator.versions[path] = known.headers["etag"]
    facts = organisation.model_dump(include=set(ChangeOrganisation.model_fields))
    told = {"official_mailbox": _mailbox(TROMSO), "source": facts["source"] or "example", "occurred_on": SINCE}
    change = ChangeOrganisation.model_validate({**facts, **told})
    await coordinator.post("tromso-mailbox", f"{path}/change", change, about=path)


def _mailbox(code: str) -> str:
    return f"postmottak.{code}@kommune.example"
