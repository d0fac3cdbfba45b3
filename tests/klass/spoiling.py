"""Answers that no Klass should give. Each is named after what is wrong with it."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import orjson

from tests.klass.server import Spoil, send


async def truncated(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, body[: len(body) // 2], length=len(body))


async def cut_json(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, body[: len(body) // 2])


async def silent(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, b"", length=len(body))
    await asyncio.sleep(60)


async def dripping(writer: asyncio.StreamWriter, body: bytes) -> None:
    """Never so slow that one read takes too long, and never done."""
    await send(writer, b"", length=len(body))
    for byte in body:
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, b"", length=10**12)
    while True:
        writer.write(b" " * 65536)
        await writer.drain()


async def bomb(writer: asyncio.StreamWriter, body: bytes) -> None:
    packed = gzip.compress(b" " * 50_000_000)
    await send(writer, packed, headers=("Content-Encoding: gzip",))


async def elsewhere(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, b"", status="302 Found", headers=("Location: http://127.0.0.1:9/latest/meta-data",))


async def page(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, b"<h1>Vedlikehald</h1>", content_type="text/html")


async def page_as_json(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, b"<h1>Vedlikehald</h1>")


async def failing(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, b"{}", status="500 Internal Server Error")


async def missing(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, b"{}", status="404 Not Found")


async def no_http(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(b"220 klass ESMTP ready\r\n")
    await writer.drain()


async def closed(writer: asyncio.StreamWriter, body: bytes) -> None:
    """Nothing at all."""


async def deep(writer: asyncio.StreamWriter, body: bytes) -> None:
    await send(writer, b'{"codes":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def changed(field: str, change: Callable[[list[dict[str, Any]]], object]) -> Spoil:
    """The right answer, with its list changed in place."""

    async def spoil(writer: asyncio.StreamWriter, body: bytes) -> None:
        answer = orjson.loads(body)
        change(answer[field])
        await send(writer, orjson.dumps(answer))

    return spoil
