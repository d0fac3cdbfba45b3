"""Plays 2016: accounts, the plan, then everything that happened, in the order of the stories."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import httpx

from deploy.example.accounts import ACCOUNTS
from deploy.example.award import send_award
from deploy.example.caller import Caller
from deploy.example.courses import Partner, courses, send_course
from deploy.example.letter import send_letter
from deploy.example.mailboxes import send_mailboxes
from deploy.example.memberships import send_memberships
from deploy.example.offers import send_offers
from deploy.example.places import COUNTIES, Region
from deploy.example.plan import send_plan
from deploy.example.signing_in import Passwords, make_accounts, sign_in
from deploy.example.surveys import send_surveys
from deploy.folder import DataFolder
from deploy.reference_tables import read_reference
from services.kernel.settings import Settings

CENTRES = ("korus-nord", "napha", "korfor", "rvts-nord", "rkbu-nord")
SESSIONS = ("korusnord.redaktor", "korusnord.leder1", "korusnord.leder2", *(f"{name}.redaktor" for name in (
    "napha", "korfor", "rvtsnord", "rkbunord")))  # fmt: skip

COORDINATOR = "koordinator1"


async def play(settings: Settings) -> None:
    """Send the whole example. Interrupted, it may be sent again: every step has a key of its own."""
    folder = DataFolder(settings.data)
    passwords = Passwords(folder.passwords)
    organisations = await _organisations(settings.url)
    await make_accounts(folder, passwords, organisations)
    signed_in = await asyncio.gather(*(sign_in(settings.url, name, passwords) for name in SESSIONS))
    callers = dict(zip(SESSIONS, signed_in, strict=True))
    await send_year(callers, organisations)
    callers[COORDINATOR] = await sign_in(settings.url, COORDINATOR, passwords)
    await send_mailboxes(callers[COORDINATOR], organisations["tromso-kommune"])
    for caller in callers.values():
        await caller.client.aclose()


async def send_year(callers: Mapping[str, Caller], organisations: Mapping[str, UUID]) -> None:
    """Every command of the year, in its order: ``callers`` by their login names, ``organisations`` by short names."""
    region = Region(read_reference())
    korus = organisations["korus-nord"]
    editor, lead = callers["korusnord.redaktor"], callers["korusnord.leder1"]
    accounts = (editor, *(callers[f"{name}.redaktor"] for name in ("napha", "korfor", "rvtsnord", "rkbunord")))
    centres = {name: Partner(organisations[name], caller) for name, caller in zip(CENTRES, accounts, strict=True)}
    governors = {county: organisations[f"fylkesmannen-{name}"] for county, name in COUNTIES.items()}
    await send_plan(editor, lead)
    await asyncio.gather(
        send_surveys(editor, korus, region),
        send_letter(editor, korus, region),
        send_memberships(editor, korus),
        send_offers(centres),
        send_award(editor, lead, callers["korusnord.leder2"], korus),
    )
    for course in courses(region, centres, governors):
        await send_course(editor, korus, course)


async def _organisations(url: str) -> dict[str, UUID]:
    """Every organisation in the catalogue by its short name, once all that sign in are there."""
    expected = {account.organisation for account in ACCOUNTS if account.organisation}
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:
        while True:
            found: dict[str, UUID] = {}
            address: str | None = "/api/v1/organisations?limit=200"
            while address:
                answer = await client.get(address)
                found |= {each["reference"]: UUID(each["organisation_id"]) for each in answer.json()["items"]}
                address = answer.links.get("next", {}).get("url")
            if expected <= found.keys():
                return found
            await asyncio.sleep(0.1)
