"""Clients that send real commands through the gateway, each with its own key, and write down what they hear.

Every command leaves a mark of its own in what it publishes: ``<root>/<fact>``, which is also its key. Where no answer
comes, it is sent again with the same key; one in ten is given up instead, and stays unknown for ever.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from tests.checker import History, Outcome
from tests.faults.world import World

GIVEN_UP = 0.1
"""The share of commands that a client does not ask about again when no answer comes."""

PATIENCE_S = 90.0
"""How long a client asks again; then its command stays unknown."""

PAUSE_S = 0.03
ASK_AGAIN = ("not-yet-known", "idempotency-busy")
NO_ANSWER = (httpx.TransportError, AttributeError)
"""What a client gets instead of an answer. The second: the other side was killed as it connected, and the library below
asks a socket that is gone whom it leads to."""
THEME = "responsible_alcohol_management"
DAY = "2016-03-01"
LAST_YEAR = 2100
"""Of a plan, and of a survey."""


@dataclass
class Load:
    """Some clients at work on a world until told to stop. The same seed asks for the same things."""

    world: World
    name: str
    seed: int
    clients: int = 4
    history: History = field(default_factory=History)
    unheard: set[str] = field(default_factory=set)
    """Keys of commands that had no answer at least once."""
    refused: list[str] = field(default_factory=list)
    """What a client was refused. None of them asks for anything that may be."""
    _stopping: bool = False
    _roots: Iterator[int] = field(default_factory=count)
    _clients: "list[Client]" = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def applied(self) -> AsyncIterator[None]:
        """Under load for as long as the context is open; afterwards every command in hand has its answer."""
        self._stopping = False
        if not self._clients:
            units, chosen = await _units(self.world), random.Random(self.seed)
            self._clients = [Client(self, random.Random(chosen.random()), units) for _ in range(self.clients)]
        working = [asyncio.create_task(self._work(client, number)) for number, client in enumerate(self._clients)]
        try:
            yield
        finally:
            self._stopping = True
            await asyncio.gather(*working)

    async def _work(self, client: "Client", number: int) -> None:
        for step in count(number):
            if self._stopping:
                return
            await STORIES[step % len(STORIES)](client)

    def root(self) -> str:
        """A name that nothing else has."""
        return f"{self.name}-{self.seed}-{next(self._roots)}"


@dataclass
class Client:
    """One client. It sends a command when it has heard of the one before."""

    load: Load
    chance: random.Random
    units: Sequence[str]
    plan: tuple[str, str] | None = None
    """The path of the assignment that it gives reasons for, and the version that it has seen."""

    async def send(
        self, who: str, key: str, path: str, body: dict[str, Any], *, seen: str | None = None
    ) -> httpx.Response | None:
        """The answer, when it is a yes. ``seen`` is the version of the existing thing that the command changes."""
        history = self.load.history
        history.invoke(key)
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        gives_up = self.chance.random() < GIVEN_UP
        while asyncio.get_running_loop().time() < deadline:
            answer = await self._ask(who, key, path, body, seen)
            if answer is not None and answer.is_success:
                history.heard(key, Outcome.ok)
                await asyncio.sleep(PAUSE_S * self.chance.random())
                return answer
            if answer is not None and answer.status_code < 500 and not any(slug in answer.text for slug in ASK_AGAIN):
                history.heard(key, Outcome.fail)
                self.load.refused.append(f"{key}: {answer.status_code} {answer.text[:200]}")
                return None
            if answer is None or answer.status_code >= 500:
                self.load.unheard.add(key)
                if gives_up:
                    return None
            await asyncio.sleep(0.05)
        return None

    async def read(self, who: str, path: str) -> httpx.Response | None:
        """What there is to read, as soon as there is an answer."""
        caller = self.load.world.callers[who]
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(*NO_ANSWER):
                answer = await caller.client.get(f"/api/v1{path}")
                if answer.is_success:
                    return answer
            await asyncio.sleep(0.05)
        return None

    async def _ask(
        self, who: str, key: str, path: str, body: dict[str, Any], seen: str | None
    ) -> httpx.Response | None:
        caller = self.load.world.callers[who]
        headers = {**caller.headers, "Idempotency-Key": key} | ({"If-Match": seen} if seen else {})
        try:
            return await caller.client.post(f"/api/v1{path}", json=body, headers=headers)
        except NO_ANSWER:
            return None


async def mapping(client: Client) -> None:
    """A survey is asked for, agreed to and completed: three versions of one thing."""
    root = client.load.root()
    number = next(client.load.world.numbers)
    unit, year = client.units[number % len(client.units)], 1990 + number // len(client.units) % 111
    body = {"tool": "hkh", "unit_code": unit, "year": year, "centre_id": client.load.world.centre_id}
    made = await client.send("editor", f"{root}/invited", "/mappings", {**body, "occurred_on": DAY, "source": root})
    for verb, fact in (("agree", "agreed"), ("complete", "completed")):
        if made is None:
            return
        path = f"/mappings/{made.json()['mapping_id']}/{verb}"
        made = await client.send("editor", f"{root}/{fact}", path, {"occurred_on": DAY}, seen=made.headers["etag"])


async def activity(client: Client) -> None:
    """An activity is planned, announced and held."""
    root = client.load.root()
    made = await planned(client, root)
    for verb, fact in (("announce", "announced"), ("hold", "held")):
        if made is None:
            return
        path = f"/activities/{made.json()['activity_id']}/{verb}"
        made = await client.send("editor", f"{root}/{fact}", path, {"occurred_on": DAY}, seen=made.headers["etag"])


async def planned(client: Client, root: str) -> httpx.Response | None:
    """The first step of an activity."""
    body = {
        "title": {"nb": root},
        "kind": "course",
        "theme": THEME,
        "lead_id": client.load.world.centre_id,
        "starts_on": DAY,
        "ends_on": DAY,
        "occurred_on": DAY,
        "source": root,
    }
    return await client.send("editor", f"{root}/planned", "/activities", body)


async def award(client: Client) -> None:
    """A programme, a scheme, and three awards from it: each proposed by one and approved by another."""
    root, centre = client.load.root(), client.load.world.centre_id
    programme = {"name": {"nb": root}, "theme": THEME, "lead_id": centre, "occurred_on": DAY}
    scheme = {"name": {"nb": root}, "theme": THEME, "year": 2016, "chapter": "765", "item": "74", "occurred_on": DAY}
    started = await client.send("editor", f"{root}/started", "/programmes", programme)
    opened = await client.send(
        "proposer", f"{root}/opened", "/schemes", {**scheme, "frame_ore": 30_000_00, "owner_id": centre}
    )
    for number in range(3):
        if started is None or opened is None:
            return
        mark, path = f"{root}.{number}", f"/schemes/{opened.json()['scheme_id']}/grants"
        asked = {"unit_code": client.chance.choice(client.units), "amount_ore": 10_000_00, "impartial": True}
        asked |= {"programme_id": started.json()["programme_id"], "occurred_on": DAY, "source": mark}
        proposal = await client.send("proposer", f"{mark}/proposed", path, asked)
        if proposal is None:
            return
        yes = {"digest": proposal.json()["digest"], "impartial": True, "occurred_on": DAY}
        path = f"/award-proposals/{proposal.json()['proposal_id']}/approve"
        await client.send("approver", f"{mark}/awarded", path, yes)


async def plan(client: Client) -> None:
    """A plan for a year of its own, once; then a reason given again and again: many versions of one thing."""
    root = client.load.root()
    if client.plan is None:
        year = next(client.load.world.plan_years)
        if year > LAST_YEAR:
            return
        imported = await client.send("editor", f"{root}/imported", "/plans", _plan_file(root, year))
        if imported is None:
            return
        client.plan = f"/plans/{imported.json()['plan_id']}/assignments/A1/reason", '"1"'
    for number in range(3):
        (path, seen), mark = client.plan, f"{root}.{number}"
        reason = {"reason": mark, "occurred_on": DAY}
        client.plan = None  # unless there is an answer, nobody knows which version comes next
        given = await client.send("editor", f"{mark}/recorded", path, reason, seen=seen)
        if given is None:
            return
        client.plan = path, given.headers["etag"]


async def letter(client: Client) -> None:
    """A letter to three municipalities is written, read, and let go: a mail each, sent by the part itself."""
    root, world = client.load.root(), client.load.world
    await sent(client, root, client.chance.sample(world.addressed, 3))


async def sent(client: Client, root: str, unit_codes: Sequence[str]) -> httpx.Response | None:
    """A letter with the mark as its subject, on its way to the units; the letter as it was let go."""
    text = {"subject": root, "body": "Kom på kurs."}
    body = {"centre_id": client.load.world.centre_id, "year": 2016, "texts": {"nb": text, "nn": text}, "source": root}
    made = await client.send("editor", f"{root}/prepared", "/letters", {**body, "unit_codes": list(unit_codes)})
    read = None if made is None else await client.read("editor", f"/letters/{made.json()['letter_id']}/preview")
    if made is None or read is None:
        return None
    path, digest = f"/letters/{made.json()['letter_id']}/release", {"digest": read.json()["digest"]}
    return await client.send("editor", f"{root}/released", path, digest, seen=made.headers["etag"])


STORIES: Sequence[Callable[[Client], Awaitable[None]]] = (mapping, activity, award, plan, letter)


def _plan_file(title: str, year: int) -> dict[str, Any]:
    assignment: dict[str, Any] = {
        "code": "A1", "title_nb": title, "title_en": title, "in_commission_letter": None, "source_occurrences": 1,
        "result_goals": [], "tasks": [], "activities": [],
    }  # fmt: skip
    source = {
        "file": title, "title": title, "publisher": "KoRus-Nord", "dated": DAY, "plan_year": year, "region": {},
        "organisation": {},
    }  # fmt: skip
    return {
        "schema_version": "1.0", "language": {}, "source": source, "conventions": {}, "key_figures": [],
        "areas": [{"code": "A", "title_nb": title, "title_en": title, "assignments": [assignment]}],
        "places": [], "import_warnings": [], "counts": {},
    }  # fmt: skip


async def _units(world: World) -> list[str]:
    answer = await world.callers["editor"].client.get(f"/api/v1/municipalities?on={DAY}")
    return sorted(each["code"] for each in answer.raise_for_status().json()["items"])
