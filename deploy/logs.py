"""Logs: one line each, JSON for machines and text on a terminal, with the trace they belong to. No personal data."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from services.kernel.telemetry import current

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

QUIET = ("uvicorn.access", "httpx", "httpcore", "nats", "mail.log")
"""The libraries' own chatter, and logs that would repeat ours with addresses in them, of pages or of people."""


class _Line(logging.Formatter):
    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """What the line says beside its sentence."""
        facts = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if "trace_id" not in facts and (trace := current()):
            facts["trace_id"] = trace.trace_id
        if record.exc_info and record.exc_info[0]:
            # Where and what kind, but not the exception's words: they may hold what somebody wrote.
            facts["error"] = record.exc_info[0].__name__
            facts["stack"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return facts


class JsonLine(_Line):
    """A JSON object to a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **self.facts(record),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLine(_Line):
    """A line for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        facts = self.facts(record)
        stack = facts.pop("stack", [])
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        rest = " ".join(f"{name}={value}" for name, value in facts.items())
        first = f"{time} {record.levelname:<7} {record.getMessage()} {rest}".rstrip()
        return "\n  ".join([first, *stack])


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log of this process to one stream."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextLine() if stream.isatty() else JsonLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
