"""The operator's way to a running part: a Unix socket in the data folder, a line of JSON in, lines of JSON out.

Who can open the socket is who owns the data folder. Nothing else listens on it, and no browser can reach it.
"""

import asyncio
import contextlib
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from services.kernel.problems import Problem

log = logging.getLogger(__name__)

Answers = Callable[[str, Mapping[str, Any]], AsyncIterator[Any]]
"""From the name of an operation and its arguments, what it answers, piece by piece."""

LINE_LIMIT = 64 * 2**20
"""A dump's line holds a whole row."""


class NotRunning(Exception):
    """Nobody listens there."""


class OperationRefused(Exception):
    """The part did not do it, and says why."""


@contextlib.asynccontextmanager
async def listening(path: Path, answers: Answers) -> AsyncIterator[None]:
    """Answer operators for as long as the context is open."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not (line := await reader.readline()):
                return  # somebody only looked whether we are here
            request = json.loads(line)
            async for answer in answers(request["operation"], request["arguments"]):
                writer.write(json.dumps({"answer": answer}, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
            writer.write(b'{"done": true}\n')
        except Problem as problem:
            writer.write(json.dumps({"refused": f"{problem.code} {problem.detail}".strip()}).encode() + b"\n")
        except ConnectionError:
            return
        except Exception as error:
            log.exception("operation failed")
            writer.write(json.dumps({"refused": f"{type(error).__name__}: {error}"}).encode() + b"\n")
        finally:
            with contextlib.suppress(ConnectionError):
                writer.close()
                await writer.wait_closed()

    await asyncio.to_thread(_make_way, path)
    with _short(path) as address:
        previous = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(converse, address, limit=LINE_LIMIT)
        finally:
            os.umask(previous)
    try:
        yield
    finally:
        server.close()
        await asyncio.to_thread(path.unlink, missing_ok=True)


async def ask(path: Path, operation: str, arguments: Mapping[str, Any]) -> AsyncIterator[Any]:
    """Ask the part behind a socket.

    Raises:
        NotRunning: there is none.
        OperationRefused: with its reason.
    """
    try:
        with _short(path) as address:
            reader, writer = await asyncio.open_unix_connection(address, limit=LINE_LIMIT)
    except (FileNotFoundError, ConnectionRefusedError):
        raise NotRunning(str(path)) from None
    try:
        writer.write(json.dumps({"operation": operation, "arguments": arguments}).encode() + b"\n")
        while line := await reader.readline():
            said = json.loads(line)
            if "refused" in said:
                raise OperationRefused(said["refused"])
            if "done" in said:
                return
            yield said["answer"]
        raise OperationRefused("the part ended before it had answered")
    finally:
        writer.close()


def _make_way(path: Path) -> None:
    """Let there be the folder, and in it nothing by that name. A part without files of its own meets it first here."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """An address of a socket that fits into the 107 bytes that an address may have."""
    if len(os.fsencode(path)) < 100:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def is_running(path: Path) -> bool:
    """Whether somebody listens there."""
    with _short(path) as address, contextlib.closing(socket.socket(socket.AF_UNIX)) as attempt:
        return attempt.connect_ex(address) == 0
