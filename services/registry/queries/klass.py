"""Asks Statistics Norway's Klass, and tells what it has answered. Every answer is bounded in time and size."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx
import sqlalchemy as sa

from services.contracts.registry import KlassAnswer
from services.kernel.clock import Clock
from services.kernel.problems import NotFound, Problem, Unavailable
from services.registry.domain.klass_lists import KlassAnswerRefused, Window, questions
from services.registry.tables.proposals import KLASS_ANSWERS, PROPOSALS

TIME_LIMIT_S = 8.0
"""For all that is asked of a window together. Less than the edge gives a request."""

MOST_BYTES = 5 * 1024 * 1024
"""Of one answer. The longest real one is a tenth of it."""

RETRY_AFTER_S = 60

_HEADERS = {
    "Accept": "application/json",
    # What is compressed has no size before it is unpacked.
    "Accept-Encoding": "identity",
    "User-Agent": "Samla",
}


class KlassUnavailable(Unavailable):
    """Statistics Norway does not answer, or not in time."""

    code = "klass-unavailable"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was answered to a question, byte for byte, and when."""

    question: str
    fetched_at: datetime
    body: bytes

    @property
    def sha256(self) -> str:
        """By which anybody can see later that the bytes are the same."""
        return hashlib.sha256(self.body).hexdigest()


class Klass:
    """Klass at an address. Follows no redirect and no proxy of the environment."""

    def __init__(self, address: str, clock: Clock) -> None:
        self._address, self._clock = address, clock

    async def fetch(self, window: Window) -> tuple[Fetched, ...]:
        """The answers to all questions about a window.

        Raises:
            KlassUnavailable: one of them did not come, or not in time.
            KlassAnswerRefused: one of them is nothing that Klass answers.
        """
        # Python 3.11.2's asyncio.timeout misses a task that a failed TaskGroup left cancelled; wait_for does not.
        try:
            return await asyncio.wait_for(self._answers(window), TIME_LIMIT_S)
        except TimeoutError:
            raise KlassUnavailable(retry_after_s=RETRY_AFTER_S) from None
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def _answers(self, window: Window) -> tuple[Fetched, ...]:
        client = httpx.AsyncClient(base_url=self._address, headers=_HEADERS, timeout=TIME_LIMIT_S, trust_env=False)
        async with client, asyncio.TaskGroup() as group:
            asked = [group.create_task(self._ask(client, question)) for question in questions(window)]
        return tuple(task.result() for task in asked)

    async def _ask(self, client: httpx.AsyncClient, question: str) -> Fetched:
        try:
            async with client.stream("GET", question) as response:
                refusal = _refusal(question, response)
                if refusal is not None:
                    raise refusal
                return Fetched(question, self._clock.now(), await _bounded(question, response))
        except httpx.RemoteProtocolError:
            raise KlassAnswerRefused(question=question, reason="cut-off") from None
        except httpx.TransportError:
            raise KlassUnavailable(retry_after_s=RETRY_AFTER_S) from None


def _refusal(question: str, response: httpx.Response) -> Problem | None:
    """Why the body need not be read, if so."""
    if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return KlassUnavailable(retry_after_s=RETRY_AFTER_S)
    if response.status_code != httpx.codes.OK:
        return KlassAnswerRefused(question=question, reason="other-status")
    if response.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return KlassAnswerRefused(question=question, reason="other-type")
    if response.headers.get("content-encoding", "identity") != "identity":
        return KlassAnswerRefused(question=question, reason="compressed")
    return None


async def _bounded(question: str, response: httpx.Response) -> bytes:
    """The body, as long as it is no longer than what is read. What is promised of its length is not believed."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > MOST_BYTES:
            raise KlassAnswerRefused(question=question, reason="too-large")
    return bytes(body)


def klass_answers(connection: sa.Connection, proposal_id: UUID) -> Sequence[KlassAnswer]:
    """What a proposal was made from, in the order of the questions, without the bytes.

    Raises:
        NotFound: there is no such proposal.
    """
    known = sa.select(PROPOSALS.c.proposal_id).where(PROPOSALS.c.proposal_id == proposal_id)
    if connection.execute(known).first() is None:
        raise NotFound()
    answer = KLASS_ANSWERS.c
    chosen = (
        sa.select(answer.question, answer.fetched_at, answer.sha256, sa.func.length(answer.body).label("size_bytes"))
        .where(answer.proposal_id == proposal_id)
        .order_by(answer.question)
    )
    rows = connection.execute(chosen).mappings()
    return [KlassAnswer(number=number, **row) for number, row in enumerate(rows, start=1)]


def klass_answer(connection: sa.Connection, proposal_id: UUID, number: int) -> bytes:
    """The body of one of them, counted from 1 in the order of the questions.

    Raises:
        NotFound: there is no such answer.
    """
    chosen = (
        sa.select(KLASS_ANSWERS.c.body)
        .where(KLASS_ANSWERS.c.proposal_id == proposal_id)
        .order_by(KLASS_ANSWERS.c.question)
        .offset(number - 1)
        .limit(1)
    )
    body = connection.execute(chosen).scalar()
    if body is None:
        raise NotFound()
    return bytes(body)
