"""An installation with the worked example, a caller for each kind of role, and ids that exist."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.example.accounts import ACCOUNTS
from deploy.example.signing_in import Passwords, sign_in
from tests.klass.country import shipped
from tests.klass.server import klass_beside
from tests.ports import installation_ports

ROOT = Path(__file__).parents[2]
WITHIN_S = 120.0
PREFIX = "/api/v1"


@dataclass(frozen=True)
class Caller:
    """Somebody at the gateway: what is sent along with each request, and the roles that it stands for."""

    name: str
    roles: frozenset[str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class ApiHouse:
    """The running installation."""

    address: str
    callers: tuple[Caller, ...]
    organisation_id: str
    """KoRus-Nord's, for which its leaders act."""
    known: Mapping[str, Sequence[str]]
    """Values that exist, by the name of the path parameter that takes them."""


@contextlib.contextmanager
def api_house(folder: Path) -> Iterator[ApiHouse]:
    """Start ``deploy up`` on ports of its own and wait until the example is sent."""
    port = installation_ports()
    address, data = f"http://127.0.0.1:{port}", folder / "var"
    environment = {
        **os.environ,
        "SAMLA_DATA": str(data),
        "SAMLA_PORT": str(port),
        "SAMLA_ARGON2_TIME_COST": "1",
        "SAMLA_ARGON2_MEMORY_KIB": "8",
    }
    with klass_beside(shipped().lists()) as klass, (folder / "log").open("a+") as log:
        environment["SAMLA_KLASS_URL"] = klass.address
        command = [sys.executable, "-m", "deploy", "up"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait(process, data / "first-content", folder / "log")
            callers = asyncio.run(_callers(address, data))
            yield ApiHouse(address, callers, _korus_nord(address), _known(address, callers))
            assert process.poll() is None, (folder / "log").read_text()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait(process: "subprocess.Popen[bytes]", content: Path, log: Path) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not (content.exists() and "example" in content.read_text()):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


async def _callers(address: str, data: Path) -> tuple[Caller, ...]:
    """Nobody, and one account of each role; where two persons are needed, both."""
    passwords = Passwords(data / "passwords.txt")
    callers = [Caller("nobody", frozenset(), {})]
    for number, account in enumerate(ACCOUNTS, 2):
        # From many networks, as from one so many would be too many tries in a minute.
        transport = httpx.AsyncHTTPTransport(local_address=f"127.0.0.{number}")
        signed_in = await sign_in(address, account.login_name, passwords, transport=transport)
        cookies = "; ".join(f"{name}={value}" for name, value in signed_in.client.cookies.items())
        headers = {"Origin": address, "Cookie": cookies, **signed_in.headers}
        callers.append(Caller(account.login_name, frozenset((account.role,)), headers))
        await signed_in.client.aclose()
    return tuple(callers)


LISTED = (
    ("offer_id", "/offers"), ("activity_id", "/activities"), ("programme_id", "/programmes"),
    ("mapping_id", "/mappings"), ("awareness_id", "/awareness"), ("organisation_id", "/organisations"),
    ("group_id", "/groups"), ("representative_id", "/representatives"), ("proposal_id", "/geographic-proposals"),
    ("contact_id", "/contacts"), ("request_id", "/erasure-requests"),
    ("scheme_id", "/schemes"), ("grant_id", "/grants"), ("plan_id", "/plans"), ("code", "/municipalities"),
    ("letter_id", "/letters"), ("subscription_id", "/newsletter-subscriptions"),
    ("agreement_id", "/agreements"), ("nomination_id", "/focus-nominations"),
    ("tool", "/mapping-tools"), ("plan_anchor_id", "/plan-anchors"), ("service_link_id", "/service-links"),
    ("programme_membership_id", "/programme-memberships"), ("overdose_count_id", "/overdose-counts"),
    ("overdose_unit_id", "/overdose-units"),
)  # fmt: skip
"""Path parameters, and the list in which their values are found."""


def _korus_nord(address: str) -> str:
    found = httpx.get(f"{address}{PREFIX}/organisations", params={"q": "korus-nord"}, trust_env=False).json()["items"]
    return next(str(each["organisation_id"]) for each in found if each["reference"] == "korus-nord")


def _known(address: str, callers: Sequence[Caller]) -> dict[str, list[str]]:
    """What the callers together may see of each list."""
    known: dict[str, list[str]] = {}
    with httpx.Client(base_url=address + PREFIX, trust_env=False) as client:
        for parameter, path in LISTED:
            found: set[str] = set()
            for caller in callers:
                answer = client.get(path, headers=dict(caller.headers))
                if answer.is_success:
                    found |= {_value(item, parameter) for item in answer.json()["items"]}
            known[parameter] = sorted(found)[:30]
    return known


def _value(item: dict[str, Any], parameter: str) -> str:
    return str(item.get(parameter) or item["id"])
