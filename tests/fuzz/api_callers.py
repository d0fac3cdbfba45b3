"""Who asks: one account of each role, a partner's system, and who is let in nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx

from deploy.example.accounts import ACCOUNTS
from deploy.example.caller import Caller as Session
from deploy.example.signing_in import Passwords, sign_in
from deploy.folder import DataFolder
from deploy.operator import ask

PREFIX = "/api/v1"


@dataclass(frozen=True)
class Caller:
    """Somebody at the gateway: what is sent along with each request, and what it stands for."""

    name: str
    roles: frozenset[str]
    headers: Mapping[str, str]
    organisation_id: str | None = None


NOBODY = Caller("nobody", frozenset(), {})


async def every_caller(address: str, data: Path) -> tuple[Caller, ...]:
    """One account of each role, and where two persons are needed, both; a partner's system; and who is let in nowhere.

    Somebody without a role is nobody, whatever is shown: a made-up key, a key that was taken back, a session that is
    over.
    """
    passwords, network = Passwords(data / "passwords.txt"), count(2)

    async def sign_in_anew(login_name: str) -> Session:
        # From many networks, as from one so many would be too many tries in a minute.
        transport = httpx.AsyncHTTPTransport(local_address=f"127.0.0.{next(network)}")
        return await sign_in(address, login_name, passwords, transport=transport)

    found = [NOBODY, Caller("a made-up key", frozenset(), _key(f"samla_{'0' * 12}_{'A' * 43}"))]
    for account in ACCOUNTS:
        session = await sign_in_anew(account.login_name)
        organisation_id = organisation_of(address, account.organisation) if account.organisation else None
        found.append(Caller(account.login_name, frozenset((account.role,)), _cookies(session), organisation_id))
        await session.client.aclose()
    over = await sign_in_anew(ACCOUNTS[0].login_name)
    found.append(Caller("a session that is over", frozenset(), _cookies(over)))
    leave = {"form_token": over.headers["Samla-Form-Token"], "idempotency_key": "leave"}
    assert (await over.client.post("/logg-ut", data=leave)).is_redirect
    await over.client.aclose()
    korus_nord = organisation_of(address, "korus-nord")
    gateway = DataFolder(data).socket_of("gateway")
    issue = {"organisation_id": korus_nord, "label": "a system"}
    mine, taken_back = [key for _ in range(2) async for key in ask(gateway, "issue_key", issue)]
    [_ async for _ in ask(gateway, "revoke_key", {"prefix": taken_back.split("_")[1]})]
    found.append(Caller("a partner's system", frozenset(("API",)), _key(mine), korus_nord))
    found.append(Caller("a key that was taken back", frozenset(), _key(taken_back)))
    return tuple(found)


def _cookies(session: Session) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in session.client.cookies.items())
    return {"Origin": session.client.headers["Origin"], "Cookie": cookies, **session.headers}


def _key(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def organisation_of(address: str, reference: str) -> str:
    found = httpx.get(f"{address}{PREFIX}/organisations", params={"q": reference}, trust_env=False).json()["items"]
    return next(str(each["organisation_id"]) for each in found if each["reference"] == reference)
