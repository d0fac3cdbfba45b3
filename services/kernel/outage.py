"""Whether a failure is the database's trouble, which passes, or the work's own, which comes again each time."""

import sqlite3

import asyncpg
from sqlalchemy import exc

from services.kernel.problems import Unavailable

PASSING = ("08", "40", "53", "55", "57", "58", "XX")
"""Classes of PostgreSQL's SQLSTATE: no connection, rolled back, no room, locked, shut down, broken storage, bug."""

PASSING_CODES = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    )
)


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of what went wrong; empty where there is none."""
    # A failure to connect comes from the driver as it is, any other inside SQLAlchemy's; one in the first moments of
    # the first connection is the cause of an error that SQLAlchemy then makes itself.
    told = (error, getattr(error, "orig", None), error.__cause__)
    return next((str(state) for each in told if (state := getattr(each, "sqlstate", None))), "")


def is_outage(error: BaseException) -> bool:
    """Whether the same work may well succeed later."""
    is_cut_off = isinstance(error, exc.DBAPIError) and error.connection_invalidated
    if not is_cut_off and isinstance(error, exc.DBAPIError) and isinstance(error.orig, sqlite3.Error):
        # The extended code holds the plain one in its last byte.
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in PASSING_CODES
    # The driver is at a loss, and says InternalError, about a connection that is cut off between two of its answers. Of
    # one that is cut off as soon as it is made it says, outside SQLAlchemy's words, that it is closed.
    passing = OSError | exc.TimeoutError | exc.InternalError | asyncpg.InterfaceError
    return is_cut_off or isinstance(error, passing) or sqlstate(error).startswith(PASSING)


def unavailable(broken: BaseException) -> Unavailable:
    """What a caller is told of an outage."""
    problem = Unavailable("The database does not answer as it should.", retry_after_s=1)
    problem.__cause__ = broken
    return problem
