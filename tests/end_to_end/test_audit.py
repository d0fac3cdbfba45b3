"""Whatever is done to the audit afterwards is found by a program that shares no code with what wrote it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from deploy.__main__ import arguments
from deploy.verbs import audit
from tests.architecture.sources import ROOT
from tests.end_to_end.installation import REGION, Installation

pytestmark = pytest.mark.asyncio(loop_scope="module")

Lines = list[dict[str, Any]]


def verified(export: Lines, *words: str | Path) -> tuple[int, list[str]]:
    """What the verifier says of an export, in a process of its own that sees none of our packages."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in export)
    program = [sys.executable, "-I", ROOT / "deploy" / "verify_audit.py", *words]
    outcome = subprocess.run(program, input=text, capture_output=True, text=True, check=False, cwd="/")
    assert outcome.stderr == ""
    return outcome.returncode, outcome.stdout.splitlines()


@pytest_asyncio.fixture(loop_scope="module")
async def export(here: Installation, capsys: pytest.CaptureFixture[str]) -> Lines:
    """What an operator gets after some commands of an editor."""
    editor, korus = await here.user("korusnord.redaktor"), str(here.organisations["korus-nord"])
    for code in REGION.all[:4]:
        call = {"unit_code": code, "centre_id": korus, "channel": "dialogue", "occurred_on": "2016-03-01"}
        await editor.does("/awareness", call)
    capsys.readouterr()
    assert await audit(here.operator, arguments(["audit", "export", "registry"])) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest_asyncio.fixture(loop_scope="module")
async def heads(here: Installation, export: Lines, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The heads as they were kept elsewhere."""
    assert await audit(here.operator, arguments(["audit", "heads"])) == 0
    return kept(tmp_path / "heads.jsonl", capsys.readouterr().out)


def kept(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def lines_of(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_what_was_written_verifies_and_every_message_has_its_row(
    here: Installation, export: Lines, heads: Path
) -> None:
    rows = [line["audit"] for line in export if "audit" in line]
    newest = rows[-1]
    assert (newest["command"], newest["organisation"]) == (
        "record_awareness", str(here.organisations["korus-nord"]),
    )  # fmt: skip
    assert newest["actor"] != "installation"
    code, said = verified(export, "--heads", heads, "--key", here.settings.keys_folder / "audit.public.pem")
    assert (code, said[0].startswith(f"registry: {len(rows)} rows and")) == (0, True)
    assert len(rows) >= sum("message" in line for line in export)


def rows_at(export: Lines, change: Callable[[Lines], None]) -> Lines:
    """The export with its audit rows, the newest twenty, treated so."""
    first = next(place for place, line in enumerate(export) if "message" in line)
    head, rows, rest = export[: first - 20], [dict(line) for line in export[first - 20 : first]], export[first:]
    rows = [{"audit": dict(row["audit"])} for row in rows]
    change(rows)
    return [*head, *rows, *rest]


def edited(rows: Lines) -> None:
    rows[5]["audit"]["actor"] = "somebody else"


def with_another_reason(rows: Lines) -> None:
    rows[5]["audit"]["reason"] = "another"


def deleted(rows: Lines) -> None:
    del rows[5]


def inserted(rows: Lines) -> None:
    rows.insert(5, {"audit": dict(rows[5]["audit"])})


def reordered(rows: Lines) -> None:
    rows[5], rows[6] = rows[6], rows[5]


@pytest.mark.parametrize("change", [edited, with_another_reason, deleted, inserted, reordered])
async def test_a_row_that_is_edited_deleted_inserted_or_reordered_is_found(
    export: Lines, change: Callable[[Lines], None]
) -> None:
    code, said = verified(rows_at(export, change))
    number = next(line for line in reversed(export) if "audit" in line)["audit"]["number"] - 14
    assert code == 1
    assert any(str(place) in said[0] for place in (number, number + 1))


async def test_a_truncated_chain_is_found_by_the_head_that_was_kept_elsewhere(export: Lines, heads: Path) -> None:
    last = max(place for place, line in enumerate(export) if "audit" in line)
    truncated = [*export[: last - 3], *export[last + 1 :]]
    messages = {(line["audit"]["subject"], line["audit"]["version"]) for line in export[last - 3 : last + 1]}
    without = [
        line for line in truncated if (each := line.get("message")) is None
        or (each["aggregate"], each["version"]) not in messages
    ]  # fmt: skip
    assert verified(without)[0] == 0
    code, said = verified(without, "--heads", heads)
    assert code == 1
    (head,) = (each for each in lines_of(heads) if each["part"] == "registry")
    assert said == [f"the chain ends at {head['number'] - 4}; on {head['at']} it went to {head['number']}"]


async def test_a_chain_written_anew_from_some_row_on_is_found_by_its_head_alone(export: Lines, heads: Path) -> None:
    from services.kernel.audit import linked

    rows = [dict(line["audit"]) for line in export if "audit" in line]
    rows[-3]["actor"] = "somebody else"
    for place in range(len(rows) - 3, len(rows)):
        rows[place]["hash"] = linked(rows[place - 1]["hash"], rows[place])
    forged = [export[0], *({"audit": row} for row in rows), *(line for line in export if "message" in line)]
    assert verified(forged)[0] == 0
    code, said = verified(forged, "--heads", heads)
    assert (code, len(said)) == (1, 1)
    assert said[0].startswith(f"row {len(rows)} is another than on ")


async def test_what_was_not_verified_is_not_said_to_be_as_it_was_written(export: Lines, heads: Path) -> None:
    """What failed to be exported, what names no part, two exports in one, and heads among which there is none of it."""
    named = [line for line in export if "part" in line]
    for lines in ([], export[1:], [*named, *export]):
        code, said = verified(lines, "--heads", heads)
        assert (code, len(said)) == (1, 1)
        assert said[0].startswith("this is not the export of one part")
    for left in ([], [head for head in lines_of(heads) if head["part"] != "registry"]):
        kept(heads, "".join(json.dumps(head) + "\n" for head in left))
        assert verified(export, "--heads", heads) == (1, ["no head of registry was kept"])


async def test_a_message_that_is_changed_taken_away_or_not_told_of_is_found(export: Lines) -> None:
    places = [place for place, line in enumerate(export) if "message" in line]
    for treat, says in (
        (lambda lines: lines[places[-1]]["message"].update(body="7b7d"), "is not what was published"),
        (lambda lines: lines.pop(places[-1]), "of the audit is not published"),
        (lambda lines: lines.pop(max(at for at, line in enumerate(lines) if "audit" in line)), "is in no row"),
    ):
        lines = json.loads(json.dumps(export))
        treat(lines)
        code, said = verified(lines)
        assert code == 1
        assert any(says in each for each in said), said


async def test_a_head_with_another_signature_is_found(here: Installation, export: Lines, heads: Path) -> None:
    changed = lines_of(heads)
    changed[1]["number"] += 1
    kept(heads, "".join(json.dumps(head) + "\n" for head in changed))
    key = here.settings.keys_folder / "audit.public.pem"
    code, said = verified(export, "--heads", heads, "--key", key)
    assert code == 1
    assert [each for each in said if "signature" in each] == [
        f"the head of {changed[1]['part']} of {changed[1]['at']} has a wrong signature"
    ]
