"""What a service refuses a page is the page's own refusal."""

from types import SimpleNamespace

import orjson
import pytest
from fastapi import Request

from gateway.peers import Answer, Asked
from gateway.web.asking import ask_peer
from services.kernel.problems import FieldError, Problem


class Says:
    """A service that says one thing."""

    def __init__(self, status: int, kind: bytes, body: bytes) -> None:
        self._answer = Answer(status, [(b"Content-Type", kind)], body)

    async def ask(self, asked: Asked) -> Answer:
        return self._answer


async def refusal(status: int, kind: bytes, body: bytes) -> Problem:
    gate = SimpleNamespace(peers={"registry": Says(status, kind, body)})
    app = SimpleNamespace(state=SimpleNamespace(gate=gate))
    with pytest.raises(Problem) as refused:
        await ask_peer(Request({"type": "http", "app": app}), "registry", "/somewhere")
    return refused.value


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 413, 422, 429, 503])
async def test_a_refusal_keeps_its_status_and_what_is_wrong_with_which_field(status: int):
    wrong = {"parameter": "as_of", "code": "not-a-date", "detail": "Skriv en dato."}
    refused = await refusal(status, b"application/problem+json", orjson.dumps({"errors": [wrong]}))
    assert refused.status == status
    assert refused.errors == (FieldError(detail="Skriv en dato.", code="not-a-date", parameter="as_of"),)


@pytest.mark.parametrize("status", [204, 302, 405, 500, 502])
async def test_an_answer_that_no_service_of_ours_gives_is_a_fault_of_ours(status: int):
    assert (await refusal(status, b"application/problem+json", b"{}")).status == 500


async def test_a_refusal_by_something_that_stands_between_needs_no_document():
    refused = await refusal(503, b"text/html", b"<h1>Unavailable</h1>")
    assert (refused.status, refused.errors) == (503, ())
