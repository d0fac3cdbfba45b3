"""The example's accounts: made by the operator's way in, and signed in as a person would, through the login page."""

import asyncio
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import httpx

from deploy.example.accounts import ACCOUNTS, ExampleAccount
from deploy.example.caller import Caller, Refused
from deploy.folder import DataFolder
from deploy.operator import ask

_TOKEN = re.compile(r'name="form_token"\s+value="([0-9a-f]+)"')


class Passwords:
    """The file that only the installation's owner reads: login name, password, role, organisation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._known = {line.split("\t")[0]: line.split("\t")[1] for line in lines if "\t" in line}

    def __getitem__(self, login_name: str) -> str:
        return self._known[login_name]

    def has(self, login_name: str) -> bool:
        """Whether the account was made before."""
        return login_name in self._known

    def keep(self, account: ExampleAccount, password: str) -> None:
        """Write one account down as soon as it exists."""
        self._known[account.login_name] = password
        self._path.touch(mode=0o600)
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\t".join((account.login_name, password, account.role, account.organisation or "–")) + "\n")


async def make_accounts(folder: DataFolder, passwords: Passwords, organisations: Mapping[str, UUID]) -> None:
    """Make those accounts that are missing."""
    missing = [account for account in ACCOUNTS if not passwords.has(account.login_name)]

    async def make(account: ExampleAccount) -> None:
        password = secrets.token_urlsafe(12)
        arguments = {
            "login_name": account.login_name,
            "password": password,
            "roles": [account.role],
            "organisation_id": str(organisations[account.organisation]) if account.organisation else None,
        }
        async for _ in ask(folder.socket_of("gateway"), "add_account", arguments):
            passwords.keep(account, password)

    await asyncio.gather(*(make(account) for account in missing))


async def sign_in(
    url: str, login_name: str, passwords: Passwords, *, transport: httpx.AsyncBaseTransport | None = None
) -> Caller:
    """A caller with a session of its own."""
    client = httpx.AsyncClient(base_url=url, headers={"Origin": url}, trust_env=False, timeout=30, transport=transport)
    form = {
        "form_token": _token(await client.get("/logg-inn")),
        "login_name": login_name,
        "password": passwords[login_name],
        "neste": "/",
    }
    answer = await client.post("/logg-inn", data=form)
    if answer.status_code != 303:
        raise Refused(f"{login_name} is not let in: {answer.status_code}")
    token = _token(await client.get("/"))
    return Caller(client, {"Samla-Form-Token": token}, asyncio.sleep)


def _token(page: httpx.Response) -> str:
    found = _TOKEN.search(page.text)
    if found is None:
        raise Refused(f"{page.request.url.path} has no form token")
    return found[1]
