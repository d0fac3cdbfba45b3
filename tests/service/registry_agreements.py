"""Agreements as tests make them: KoRus-Nord with Tromsø, which has an account, and with others that have none."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from tests.service.registry_house import Caller, House

SHA = "5f" * 32
DOCUMENT = {"sha256": SHA, "media_type": "application/pdf", "archive_reference": "2016/118-4"}
ANCHORED: dict[str, Any] = {
    "administrative": {"reference": "2016/118-1", "decided_on": "2016-01-11"},
    "political": {"reference": "KS 12/16", "decided_on": "2016-02-03"},
    "is_long_term": True,
    "plans": [
        {
            "plan_type": "alcohol_drug_action_plan",
            "name": "Rusmiddelpolitisk handlingsplan",
            "valid_from": "2016-01-01",
            "valid_to": "2020-01-01",
            "contains_topic": True,
        }
    ],
}
DRAFTED, SIGNED = "2016-03-01", "2016-03-10"


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:samla:problem:")


def an_organisation(party_id: UUID | str) -> dict[str, str]:
    return {"kind": "organisation", "party_id": str(party_id)}


def a_group(party_id: UUID | str) -> dict[str, str]:
    return {"kind": "group", "party_id": str(party_id)}


def a_commitment(responsible_id: UUID | str, **changes: Any) -> dict[str, Any]:
    told = {
        "text": {"nb": "Kommunen kartlegger med BrukerPlan", "nn": "Kommunen kartlegg med BrukerPlan"},
        "due_on": "2016-06-01",
        "evidence_kind": "survey",
        "responsible": an_organisation(responsible_id),
    }
    return told | changes


@dataclass
class Cast:
    """The registry with its parties, and who acts for them."""

    house: House
    centre_id: UUID
    tromso_id: UUID
    editor: Caller = field(init=False)
    lead: Caller = field(init=False)
    tromso: Caller = field(init=False)

    def __post_init__(self) -> None:
        self.editor = self.house.caller("ED", self.centre_id)
        self.lead = self.house.caller("GK", self.centre_id)
        self.tromso = self.house.caller("KOM+", self.tromso_id)

    def terms(self, **changes: Any) -> dict[str, Any]:
        """What is agreed on: one commitment of Tromsø's, due on 1 June, to be revised by the end of the year."""
        told = {
            "title": {"nb": "Avtale om innsats mot rus", "nn": "Avtale om innsats mot rus"},
            "scope": {"nb": "Langsiktig arbeid med rusmiddelforebygging"},
            "unit_codes": ["1902"],
            "anchoring": ANCHORED,
            "document": DOCUMENT,
            "commitments": [a_commitment(self.tromso_id)],
            "revise_by": "2016-12-31",
            "occurred_on": DRAFTED,
        }
        return told | changes

    def draft(self, **changes: Any) -> dict[str, Any]:
        """An agreement between KoRus-Nord and Tromsø."""
        told = {
            "kind": "focus",
            "centre_id": str(self.centre_id),
            "parties": [an_organisation(self.centre_id), an_organisation(self.tromso_id)],
        }
        return self.terms() | told | changes

    async def drafted(self, **changes: Any) -> str:
        """The path of a drafted agreement."""
        answer = await self.editor.post("/agreements", self.draft(**changes))
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    async def sign(
        self, path: str, by: Caller, party_id: UUID | str, on: str = SIGNED, **changes: Any
    ) -> httpx.Response:
        """Sign the agreement as it stands."""
        body = {"party": an_organisation(party_id), "document_sha256": SHA, "occurred_on": on} | changes
        return await by.post(f"{path}/sign", body, if_match=await self.etag(path))

    async def signed(self, **changes: Any) -> str:
        """The path of an agreement that both have signed."""
        path = await self.drafted(**changes)
        for by, party_id in ((self.lead, self.centre_id), (self.tromso, self.tromso_id)):
            answer = await self.sign(path, by, party_id)
            assert answer.status_code == 200, answer.text
        return path

    async def moves(self, path: str, verb: str, body: dict[str, Any], *, by: Caller | None = None) -> httpx.Response:
        """Move the thing on from where it stands."""
        return await (by or self.lead).post(f"{path}/{verb}", body, if_match=await self.etag(path))

    async def shown(self, path: str) -> dict[str, Any]:
        """The thing as the centre reads it."""
        answer = await self.editor.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def etag(self, path: str) -> str:
        """The version of it that the centre reads."""
        return (await self.editor.get(path)).headers["etag"]

    async def facts(self, aggregate: str) -> list[str]:
        """What has been told of things of a kind, by the names of the facts."""
        return [told["type"].split(".")[3] for told in await self.house.told(aggregate)]


async def the_cast(house: House) -> Cast:
    return Cast(house, await house.organisation_id("KoRus-Nord"), await house.organisation_id("Tromsø kommune"))
