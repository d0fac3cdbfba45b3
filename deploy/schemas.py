"""The published language as documents: JSON Schemas of every message and an AsyncAPI 3 description, made of the models.

``python -m deploy.schemas`` writes both into ``services/contracts``. It adds what is new and refuses to take anything
away: what others may rely on is withdrawn by a new version of the type, or knowingly, with ``--withdraw``.
"""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import services.contracts
from services.contracts.message import MESSAGE_TYPES, Envelope, Message

FOLDER = Path(services.contracts.__file__).parent
SCHEMAS, ASYNCAPI = FOLDER / "schemas.json", FOLDER / "asyncapi.json"

PUBLISHERS = ("registry", "events", "funding", "reporting")

Document = dict[str, Any]


def messages() -> list[type[Message]]:
    """Every message that a service publishes, by its type."""
    for publisher in PUBLISHERS:
        importlib.import_module(f"services.contracts.{publisher}")
    known = (MESSAGE_TYPES[name] for name in sorted(MESSAGE_TYPES))
    return [message for message in known if message.__module__.startswith(services.contracts.__name__)]


def schemas() -> Document:
    """The envelope and the ``data`` of every message, as JSON Schema 2020-12."""
    models: list[type[BaseModel]] = [Envelope, *messages()]
    _, made = models_json_schema([(model, "serialization") for model in models], ref_template="#/$defs/{model}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Samla: the published language",
        "messages": {message.type: {"$ref": f"#/$defs/{message.__name__}"} for message in messages()},
        "$defs": made["$defs"],
    }


def asyncapi() -> Document:
    """Which messages there are, on which addresses, and who sends them."""
    known = messages()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Samla",
            "version": "1",
            "description": "What the services of Samla publish on NATS JetStream: CloudEvents 1.0 with newest state.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            message.type: {
                "address": message.type,
                "messages": {message.__name__: {"$ref": f"#/components/messages/{message.__name__}"}},
            }
            for message in known
        },
        "operations": {
            f"send.{message.type}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{message.type}"},
                "summary": f"{message.publisher().capitalize()} publishes it.",
            }
            for message in known
        },
        "components": {"messages": {message.__name__: _described(message) for message in known}},
    }


def withdrawn(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Where the old document promises something that the new one does not."""
    word = place.rpartition("/")[2]
    if word in _WORDS:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        opened = {"enum"} if _is_opened(old, new) else set()
        for name, value in old.items():
            if name not in opened:
                yield from withdrawn(value, new.get(name, _GONE), f"{place}/{name}")
    elif isinstance(old, list) and isinstance(new, list) and word == "enum":
        yield from (f"{place}/{value}" for value in old if value not in new)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and word != "required":
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from withdrawn(before, after, f"{place}/{number}")
    elif (sorted(old) != sorted(new)) if word == "required" and new is not _GONE else old != new:
        yield place


def _is_opened(old: Document, new: Document) -> bool:
    """Whether a list of words became a form that all of them have: what was promised may still be said."""
    words, form = old.get("enum", ()), new.get("pattern")
    return bool(words) and "enum" not in new and form is not None and all(re.search(form, word) for word in words)


_GONE = object()
_WORDS = frozenset(("description", "title", "summary"))
"""What a document says to people: nobody relies on its wording."""


def _described(message: type[Message]) -> Document:
    return {
        "name": message.type,
        "contentType": "application/cloudevents+json",
        "summary": (message.__doc__ or "").strip(),
        "payload": {
            "allOf": [
                {"$ref": "schemas.json#/$defs/Envelope"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": message.type},
                        "source": {"const": f"/samla/{message.publisher()}"},
                        "data": {"$ref": f"schemas.json#/$defs/{message.__name__}"},
                    },
                },
            ]
        },
    }


def main(words: list[str]) -> int:
    """Write both documents, unless that would take something away."""
    for path, made in ((SCHEMAS, schemas()), (ASYNCAPI, asyncapi())):
        lost = list(withdrawn(json.loads(path.read_text("utf-8")), made)) if path.exists() else []
        if lost and "--withdraw" not in words:
            print(f"{path.name} would no longer promise:", *lost, sep="\n  ", file=sys.stderr)
            return 1
        path.write_text(json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
