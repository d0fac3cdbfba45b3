"""Verifies what ``./run audit export PART`` wrote. Stands alone: it shares no code with what it verifies.

    ./run audit export registry | python3 deploy/verify_audit.py --heads heads.jsonl --key audit.public.pem

Each line of an export is a JSON object: ``{"part": NAME}``; ``{"audit": {...}}``, a row of the audit in the order of
its chain; or ``{"message": {...}}``, what was published, in the order of the outbox, with its bytes in hexadecimal.
``heads.jsonl`` holds what ``./run audit heads`` printed earlier, a line each, and was kept elsewhere: without it nobody
can tell that the newest rows are missing, or that everything from some row on was written anew.

Exit code 0: everything is as it was written. 1: what is wrong, a sentence a line. Needs Python alone, and the package
``cryptography`` for ``--key``.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

FIELDS = (
    "number", "at", "actor", "organisation", "command", "subject", "version", "digest", "facts", "reason", "trace_id"
)  # fmt: skip
SIGNED = ("part", "number", "hash", "at")


def faults_of_chain(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Rows that are not behind one another, or not what they were."""
    before = ""
    for place, row in enumerate(rows, 1):
        if row["number"] != place:
            yield f"row {place} is missing: number {row['number']} stands in its place"
            return
        told = json.dumps([row[name] for name in FIELDS], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        if hashlib.sha256(before.encode() + told.encode()).hexdigest() != row["hash"]:
            yield f"row {place} is not what was written, or not behind what it was written behind"
        before = row["hash"]


def faults_of_messages(rows: list[dict[str, Any]], messages: list[dict[str, Any]]) -> Iterator[str]:
    """Messages that are not what was published, and those that are told of on one side only.

    Messages from before the first one that the audit tells of are from before there was an audit.
    """
    known = {(row["subject"], row["version"]): row["digest"] for row in rows if row["version"] is not None}
    running: dict[str, tuple[int, bytes]] = {}
    has_begun = False
    for message in messages:
        aggregate, version = message["aggregate"], message["version"]
        number, before = running.get(aggregate, (0, b""))
        if version != number + 1:
            yield f"{aggregate}: version {number + 1} is missing"
        digest = hashlib.sha256(before + bytes.fromhex(message["body"])).digest()
        running[aggregate] = version, digest
        if digest.hex() != message["hash"]:
            yield f"{aggregate}: version {version} is not what was published"
        told = known.pop((aggregate, version), None)
        has_begun = has_begun or told is not None
        if told is None and has_begun:
            yield f"{aggregate}: version {version} is in no row of the audit"
        elif told is not None and told != digest.hex():
            yield f"{aggregate}: version {version} is not what the audit says"
    yield from (f"{aggregate}: version {version} of the audit is not published" for aggregate, version in sorted(known))


def faults_of_heads(rows: list[dict[str, Any]], heads: Iterable[dict[str, Any]], part: str) -> Iterator[str]:
    """Heads that were kept elsewhere, and that the chain does not go through any more. Without one nothing is shown."""
    own = [head for head in heads if head["part"] == part]
    if not own:
        yield f"no head of {part} was kept"
    for head in own:
        number = head["number"]
        if number == 0:
            continue
        if number > len(rows):
            yield f"the chain ends at {len(rows)}; on {head['at']} it went to {number}"
        elif rows[number - 1]["hash"] != head["hash"]:
            yield f"row {number} is another than on {head['at']}"


def faults_of_signatures(heads: Iterable[dict[str, Any]], key_path: str) -> Iterator[str]:
    """Heads that were not signed with this key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - needed for this alone
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    with open(key_path, "rb") as file:  # noqa: PTH123 - no more than is needed
        key = load_pem_public_key(file.read())
    if not isinstance(key, Ed25519PublicKey):
        yield f"{key_path} is no Ed25519 key"
        return
    for head in heads:
        signed = json.dumps([head[name] for name in SIGNED], ensure_ascii=False, separators=(",", ":"))
        try:
            key.verify(bytes.fromhex(head["signature"]), signed.encode())
        except InvalidSignature:
            yield f"the head of {head['part']} of {head['at']} has a wrong signature"


def main() -> int:
    """Read, verify, say what is wrong; returns the exit code."""
    parser = argparse.ArgumentParser(description="Verify an export of the audit, read from standard input.")
    parser.add_argument("--heads", help="a file of heads that were kept elsewhere")
    parser.add_argument("--key", help="the public key that heads are signed with")
    asked = parser.parse_args()
    lines = [json.loads(line) for line in sys.stdin if line.strip()]
    parts = [line["part"] for line in lines if "part" in line]
    if len(parts) != 1:
        print(f"this is not the export of one part: {', '.join(parts) or 'it names none'}")
        return 1
    (part,) = parts
    rows = [line["audit"] for line in lines if "audit" in line]
    messages = [line["message"] for line in lines if "message" in line]
    faults = [*faults_of_chain(rows), *faults_of_messages(rows, messages)]
    heads = []
    if asked.heads:
        with open(asked.heads, encoding="utf-8") as file:  # noqa: PTH123
            heads = [json.loads(line) for line in file if line.strip()]
        faults += faults_of_heads(rows, heads, part)
    if asked.key:
        faults += faults_of_signatures(heads, asked.key)
    print("\n".join(faults) or f"{part}: {len(rows)} rows and {len(messages)} messages are what was written.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
