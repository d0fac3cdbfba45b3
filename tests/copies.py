"""Copies of a PostgreSQL database, one for each test, that are put right after it and used again.

To copy a database takes 0.3 s, because it is some three hundred files; to put one right takes a tenth of that. A copy
that was given another shape is not put right but dropped: an event trigger notes every statement that changes one.
"""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator

import asyncpg

from tests.postgres import PostgresServer

REMEMBER = """
CREATE SCHEMA pristine;
CREATE TABLE pristine.filled (name text PRIMARY KEY, number bigint NOT NULL, newest bigint NOT NULL);
CREATE TABLE pristine.counting (name text PRIMARY KEY, last bigint);
CREATE TABLE pristine.reshaped (tag text);
CREATE FUNCTION pristine.note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pristine.reshaped VALUES (tg_tag);
END $$;
DO $$
DECLARE each text;
BEGIN
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', 'of_' || each, each);
        EXECUTE format(
            'INSERT INTO pristine.filled SELECT %L, count(*), coalesce(max(xmin::text::bigint), 0) FROM public.%I',
            each, each
        );
    END LOOP;
    INSERT INTO pristine.counting SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
END $$;
CREATE EVENT TRIGGER reshaped ON ddl_command_end EXECUTE FUNCTION pristine.note();
"""
"""What a database is now, kept in a schema of its own: each table's rows, how many, and the newest's transaction."""

HANG_UP = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

PUT_RIGHT = """
SET session_replication_role = replica;
DO $$
DECLARE each record; now_there bigint; newest bigint;
BEGIN
    FOR each IN SELECT * FROM pristine.filled LOOP
        EXECUTE format('SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM public.%I', each.name)
            INTO now_there, newest;
        IF now_there <> each.number OR newest > each.newest THEN
            EXECUTE format('DELETE FROM public.%I', each.name);
            EXECUTE format('INSERT INTO public.%I SELECT * FROM pristine.%I', each.name, 'of_' || each.name);
            UPDATE pristine.filled SET newest = pg_current_xact_id()::text::bigint WHERE name = each.name;
        END IF;
    END LOOP;
    PERFORM setval(format('public.%I', name)::regclass, coalesce(last, 1), last IS NOT NULL) FROM pristine.counting;
END $$;
"""
"""Rows that a test has written carry its transactions, which are newer; rows that it has deleted are missing."""


async def remember(url: str) -> None:
    """Let a database, and every copy of it, know what it is to be again."""
    async with _connected(url) as connection:
        await connection.execute(REMEMBER)


class Copies:
    """The copies of one server's databases that are free."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._free: dict[str, list[str]] = defaultdict(list)
        self._made = 0

    @contextlib.asynccontextmanager
    async def copy(self, template: str) -> AsyncIterator[str]:
        """The URL of a copy of a database that was told to :func:`remember`."""
        name = self._free[template].pop() if self._free[template] else await self._new(template)
        url = self._server.base_url + name
        yield url
        if await _put_right(url):
            self._free[template].append(name)
        else:
            await self._server.drop(name)

    async def _new(self, template: str) -> str:
        self._made += 1
        name = f"{template}_{self._made}"
        await self._server.create(name, template)
        return name


async def _put_right(url: str) -> bool:
    """Whether the copy is again what it was."""
    async with _connected(url) as connection:
        await connection.execute(HANG_UP)
        if await connection.fetchval("SELECT EXISTS (SELECT FROM pristine.reshaped)"):
            return False
        await connection.execute(PUT_RIGHT)
        return True


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()
