"""One account at the API: sends commands, remembers the version of what it has changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.contracts.message import Request

NOT_YET_KNOWN_TRIES = 50
"""How often a command is sent again that refers to something whose message is still on its way."""


class Refused(Exception):
    """The API did not take a command of the example: the example or the product is wrong."""


@dataclass
class Caller:
    """Sends commands as one account. Keys name the step: sent again after an interruption, nothing happens twice."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    wait: Callable[[float], Any]
    versions: dict[str, str] = field(default_factory=dict)

    async def post(
        self, step: str, path: str, body: Request | dict[str, Any], *, about: str | None = None
    ) -> dict[str, Any]:
        """Send one command and return the resource it answers with.

        ``about`` is the path of the existing thing that the command changes, for ``If-Match``.
        """
        content = body if isinstance(body, dict) else body.model_dump(mode="json", exclude_none=True)
        headers = {**self.headers, "Idempotency-Key": f"example-{step}"}
        if about is not None:
            headers["If-Match"] = self.versions.get(about, '"1"')
        answer = await self.client.post(f"/api/v1{path}", json=content, headers=headers)
        for _ in range(NOT_YET_KNOWN_TRIES):
            if answer.status_code != 409 or "not-yet-known" not in answer.text:
                break
            await self.wait(0.1)
            answer = await self.client.post(f"/api/v1{path}", json=content, headers=headers)
        if not answer.is_success:
            raise Refused(f"{step}: {answer.status_code} {answer.text}")
        if about is not None and "etag" in answer.headers:
            self.versions[about] = answer.headers["etag"]
        resource: dict[str, Any] = answer.json()
        return resource
