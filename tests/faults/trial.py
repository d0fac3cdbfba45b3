"""One fault's trial: episodes under load, each healed and examined, and counted in one tally."""

import argparse
import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from deploy.operated import operated
from deploy.verbs import VERBS
from services.kernel.effects import CLAIM_S
from tests.checker import Outcome, check
from tests.faults.evidence import Evidence, FeedReader, Standing, gather, in_streams, joined, standing, stored
from tests.faults.load import Load
from tests.faults.tally import Tally
from tests.faults.world import World

CONVERGED_WITHIN_S = 60.0
SENT_WITHIN_S = CLAIM_S + CONVERGED_WITHIN_S
"""Where several processes may send, what a dead one had claimed is left alone for a while."""
LOOK_S = 0.2

Parked = frozenset[tuple[str, str, int, str]]


@dataclass
class Trial:
    """A fault to be done to a world under load. ``feed`` follows the world from its first day."""

    world: World
    feed: FeedReader
    fault: str
    name: str
    seed: int
    parked: Parked = frozenset()
    """What was injected that nobody can apply: exactly this must be parked."""
    withheld: frozenset[str] = frozenset()
    """Messages that were kept from the streams on purpose."""
    load: Load = field(init=False)
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self._mails_before, self._repeats_before = len(self.world.mails.times), self.world.mails.repeats
        self.load, self.tally = Load(self.world, self.name, self.seed), Tally(self.fault)

    @contextlib.asynccontextmanager
    async def episode(self) -> AsyncIterator[None]:
        """Do harm inside. Afterwards everything is healed, has come to rest, and is examined."""
        async with self.load.applied():
            yield
            await self.world.until_ready()
        await self.rest_and_examine()

    async def rest_and_examine(self) -> None:
        """The end of an episode."""
        await self.come_to_rest()
        await self.examine()

    async def come_to_rest(self) -> None:
        """Wait until every mail has left, and everybody knows what was published."""
        await self._until(lambda found: [f"{found.unsent} mails wait"] if found.unsent else [], SENT_WITHIN_S)
        await self._until(lambda found: found.behind, CONVERGED_WITHIN_S)

    async def _until(self, missing: Callable[[Standing], list[str]], within_s: float) -> None:
        deadline = asyncio.get_running_loop().time() + within_s
        while still := missing(await standing(self.world)):
            if asyncio.get_running_loop().time() > deadline:
                self.trouble(f"not converged within {within_s:.0f} s: {'; '.join(still[:5])}")
                return
            await asyncio.sleep(LOOK_S)

    async def examine(self) -> None:
        """Compare what was promised with what is there. The tally holds what the newest examination found."""
        evidence = await gather(self.world)
        await self.feed.catch_up()
        prefix = f"{self.name}-{self.seed}-"
        report = check(self.load.history, evidence.marks(prefix), {})
        places = {
            **report.places,
            "streams": in_streams(evidence, await stored(self.world), self.withheld),
            "copies": evidence.standing.copies(),
            "feed": self.feed.compared(evidence, prefix),
            "mails": evidence.mails.compared(self.world.mails),
            "receipts": evidence.mails.receipts(),
        }
        for place, findings in places.items():
            if not findings.none:
                self.trouble(f"{place}: {findings}: {_some(findings)}")
        self.tally.findings = joined(*places.values())
        self.tally.acknowledged = report.outcomes[Outcome.ok]
        self.tally.mails = len(self.world.mails.times) - self._mails_before
        self.tally.repeats = self.world.mails.repeats - self._repeats_before
        self.tally.unheard = len(self.load.unheard)
        self.tally.left, self.tally.applied = report.outcomes[Outcome.unknown], report.applied
        self._examine_the_rest(evidence)

    def _examine_the_rest(self, evidence: Evidence) -> None:
        for refused in self.load.refused:
            self.trouble(f"refused: {refused}")
        self.load.refused.clear()
        if len(self.feed.ids) != len(set(self.feed.ids)):
            self.trouble("the feed told a message twice")
        if evidence.mails.given_up:
            self.trouble(f"{evidence.mails.given_up} mails were given up")
        if evidence.unbalanced:
            self.trouble(f"{evidence.unbalanced} sums of the ledger are wrong")
        if evidence.standing.parked != self.parked:
            wrong = sorted(evidence.standing.parked ^ self.parked)
            self.trouble(f"parked and not injected, or injected and not parked: {len(wrong)}, first {wrong[:3]}")

    async def compare_deeply(self) -> None:
        """Rebuild every copy aside, from the streams, and compare row by row."""
        said = await operate(self.world, "reconcile", deep=True)
        if said != "Every part knows what was published.\n":
            self.trouble(f"reconcile --deep: {said[:500]}")

    def trouble(self, sentence: str) -> None:
        """Something is wrong. The seed is told with it, so that it can be done again."""
        sentence = f"{self.fault}, seed {self.seed}: {sentence}"
        if sentence not in self.tally.troubles:
            self.tally.troubles.append(sentence)


async def operate(world: World, verb: str, **asked: object) -> str:
    """Do what ``./run VERB`` does, and return what it printed."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        async with operated(world.settings) as parts:
            await VERBS[verb](parts, argparse.Namespace(**asked))
    return said.getvalue()


def _some(findings: object) -> str:
    return ", ".join(
        str(each) for kind in ("lost", "doubled", "unexpected") for each in tuple(getattr(findings, kind))[:3]
    )
