"""The seam to a service is the same whether it runs in this process or in another."""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway import peers
from gateway.peers import Asked, InProcess, Peer, Remote, let_in, let_out
from services.kernel.problems import Unavailable


async def told_back(request: Request) -> Response:
    """What arrived, as the answer."""
    told = {
        "method": request.method,
        "path": request.url.path,
        "query": request.url.query,
        "headers": dict(request.headers),
        "body": (await request.body()).decode(),
    }
    return JSONResponse(told, 201, headers={"Location": "/offers/1", "Set-Cookie": "a=b", "ETag": '"3"'})


ECHO = Starlette(routes=[Route("/{path:path}", told_back, methods=["GET", "POST"])])


@contextlib.asynccontextmanager
async def served(app: Starlette, port: int = 0) -> AsyncIterator[str]:
    """The app on a port of this machine, a free one if none is named, spoken to over a socket."""
    listening = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture(params=["in process", "over HTTP"])
async def peer(request: pytest.FixtureRequest) -> AsyncIterator[Peer]:
    if request.param == "in process":
        yield InProcess(ECHO)
        return
    async with served(ECHO) as url:
        remote = Remote(url)
        yield remote
        await remote.close()


async def test_the_service_gets_what_was_asked_and_the_caller_what_it_said(peer: Peer):
    asked = Asked(
        "POST", "/offers/a%20b", b"on=2016-04-08", [(b"idempotency-key", b"one")], '{"navn": "Tromsø"}'.encode()
    )
    answer = await peer.ask(asked)
    told = json.loads(answer.body)
    assert answer.status == 201
    assert (told["method"], told["path"], told["query"]) == ("POST", "/offers/a b", "on=2016-04-08")
    assert told["body"] == '{"navn": "Tromsø"}'
    assert told["headers"]["idempotency-key"] == "one"


async def test_many_may_ask_at_once(peer: Peer):
    async with asyncio.TaskGroup() as asking:
        asked = [asking.create_task(peer.ask(Asked("GET", f"/offers/{n}"))) for n in range(200)]
    assert [json.loads(task.result().body)["path"] for task in asked] == [f"/offers/{n}" for n in range(200)]


async def test_a_machine_that_stands_still_for_a_moment_is_not_a_service_that_is_gone():
    async with served(ECHO) as url:
        remote = Remote(url)
        async with asyncio.TaskGroup() as asking:
            asked = [asking.create_task(remote.ask(Asked("GET", f"/offers/{n}"))) for n in range(64)]
            for _ in range(4):
                await asyncio.sleep(0)  # so far that the connections are being made
            time.sleep(1.5)  # noqa: ASYNC251 - this is the standing still
        assert {task.result().status for task in asked} == {201}
        await remote.close()


async def test_a_service_that_is_not_there_is_unavailable():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    remote = Remote(f"http://127.0.0.1:{port}")
    with pytest.raises(Unavailable) as refusal:
        await remote.ask(Asked("GET", "/offers"))
    assert (refusal.value.code, refusal.value.retry_after_s) == ("unavailable", 1)
    await remote.close()


async def test_who_finds_no_place_in_time_is_told_that_nothing_was_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(peers, "CONNECTIONS", 1)
    monkeypatch.setattr(peers, "DEADLINE_S", 0.2)
    is_asked, goes_on = asyncio.Event(), asyncio.Event()

    async def held_up(request: Request) -> Response:
        is_asked.set()
        await goes_on.wait()
        return JSONResponse(request.url.path)

    async with served(Starlette(routes=[Route("/{path:path}", held_up)])) as url:
        remote = Remote(url)
        first = asyncio.create_task(remote.ask(Asked("GET", "/first")))
        await is_asked.wait()
        with pytest.raises(Unavailable):
            await remote.ask(Asked("GET", "/second"))
        goes_on.set()
        assert (await first).body == b'"/first"'
        assert (await remote.ask(Asked("GET", "/third"))).body == b'"/third"'
        await remote.close()


async def test_a_call_that_is_given_up_leaves_no_connection_for_the_next_to_read_its_answer_from():
    async def slow_first(request: Request) -> Response:
        if request.url.path == "/slow":
            await asyncio.sleep(0.5)
        return JSONResponse(request.url.path)

    async with served(Starlette(routes=[Route("/{path:path}", slow_first)])) as url:
        remote = Remote(url)
        assert (await remote.ask(Asked("GET", "/first"))).body == b'"/first"'
        given_up = asyncio.create_task(remote.ask(Asked("GET", "/slow")))
        await asyncio.sleep(0.1)
        given_up.cancel()
        await asyncio.wait([given_up])
        assert (await remote.ask(Asked("GET", "/second"))).body == b'"/second"'
        await remote.close()


async def test_a_service_that_was_restarted_is_asked_again_without_anybody_noticing():
    async with served(ECHO) as url:
        remote = Remote(url)
        assert (await remote.ask(Asked("GET", "/offers"))).status == 201
    async with served(ECHO, port=int(url.rpartition(":")[2])):
        assert (await remote.ask(Asked("GET", "/offers"))).status == 201
    await remote.close()


def test_neither_host_nor_cookie_nor_a_trace_of_the_callers_reaches_a_service():
    sent = [
        (b"host", b"samla.example"),
        (b"cookie", b"samla_session=secret"),
        (b"x-forwarded-for", b"10.0.0.1"),
        (b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        (b"content-length", b"12"),
        (b"authorization", b"Bearer internal"),
        (b"if-match", b'"1"'),
        (b"accept-language", b"nn"),
    ]
    assert let_in(sent) == sent[5:]


def test_addresses_in_an_answer_are_moved_below_the_public_prefix():
    said = [
        (b"Location", b"/offers/1"),
        (b"Link", b'</offers?after=x>; rel="next"'),
        (b"Set-Cookie", b"a=b"),
        (b"ETag", b'"1"'),
        (b"content-security-policy", b"default-src 'none'"),
    ]
    assert let_out(said, "/api/v1") == [
        (b"location", b"/api/v1/offers/1"),
        (b"link", b'</api/v1/offers?after=x>; rel="next"'),
        (b"etag", b'"1"'),
    ]
