"""An operator lets people and systems in, and a partner then reads from a gateway that stands beside its neighbours."""

import httpx
import pytest

from deploy import installation
from deploy.__main__ import arguments
from deploy.host import Host
from deploy.operated import Operated
from deploy.operations import answers_of
from deploy.operator import OperationRefused
from deploy.verbs import add_account, api_key, load_reference
from services.kernel.clock import SystemClock, business_date
from services.kernel.settings import Settings
from tests.conftest import RunParts
from tests.waiting import eventually


def operating(settings: Settings, host: Host) -> Operated:
    services = tuple(hosted.service for hosted in host.hosted.values())
    partners = {name: answers_of(hosted) for name, hosted in host.hosted.items()}
    return Operated(settings, services, installation.known_address(settings), partners)


async def test_a_key_is_issued_used_and_revoked(
    run_parts: RunParts, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with run_parts("registry", "events", "funding", "gateway") as host:
        parts = operating(settings, host)
        assert await load_reference(parts, arguments(["load-reference"])) == 0
        capsys.readouterr()
        assert await api_key(parts, arguments(["key", "issue", "--organisation", "napha"])) == 0
        key = capsys.readouterr().out.strip()

        door = httpx.ASGITransport(host.apps["gateway"])
        async with httpx.AsyncClient(transport=door, base_url=settings.url) as client:
            client.headers["Authorization"] = f"Bearer {key}"

            async def found() -> list[dict[str, str]]:
                answer = await client.get("/api/v1/organisations", params={"q": "napha"})
                items: list[dict[str, str]] = answer.json()["items"]
                return items

            async def everything_is_known() -> bool:
                listed = await client.get("/api/v1/municipalities")
                return len(listed.json()["items"]) == 357 and bool(await found())

            await eventually(everything_is_known)
            (napha,) = await found()
            invitation = {
                "tool": "brukerplan",
                "unit_code": "5501",
                "year": 2026,
                "centre_id": napha["organisation_id"],
                "occurred_on": business_date(SystemClock().now()).isoformat(),
            }
            made = await client.post("/api/v1/mappings", json=invitation, headers={"Idempotency-Key": "one"})
            assert made.status_code == 201, made.text

            assert await api_key(parts, arguments(["key", "revoke", key.split("_")[1]])) == 0


async def test_a_verb_that_names_too_little_is_refused(run_parts: RunParts, settings: Settings) -> None:
    async with run_parts("registry", "events", "funding", "gateway") as host:
        parts = operating(settings, host)
        with pytest.raises(OperationRefused):
            await api_key(parts, arguments(["key", "issue"]))
        with pytest.raises(OperationRefused):
            await api_key(parts, arguments(["key", "revoke"]))
        assert await add_account(parts, arguments(["account", "add", "somebody", "--role", "DRIFT"])) == 0
