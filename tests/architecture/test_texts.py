"""What no committed file may say: where one machine keeps its things, and that something is not done."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import files, shown

# Put together from parts, so that this file does not say them itself.
MACHINE = re.compile("|".join(rf"(?<![\w.~}}])/{folder}/" for folder in ("work", "tmp", "root", "home")))
HOSTS = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("debian", "org"))
REGISTRY = re.compile("|".join(re.escape(".".join(host)) for host in HOSTS))
UNDONE = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
LEFT_OUT = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|import" + r"orskip)|unittest\.mock|Not" + "ImplementedError")


def texts() -> list[Path]:
    """Every committed file that is text."""
    found = []
    for path in files():
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found.append(path)
    return found


TEXTS = texts()
WRITTEN = [path for path in TEXTS if path.suffix not in (".lock", ".json", ".csv", ".svg")]


def lines_that_say(said: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{shown(path)}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if said.search(line)
    ]


@pytest.mark.parametrize(
    ("said", "paths"),
    [(MACHINE, TEXTS), (REGISTRY, TEXTS), (UNDONE, WRITTEN)],
    ids=["a folder of one machine", "a registry's host", "that something is left to do"],
)
def test_no_file_names(said: re.Pattern[str], paths: list[Path]):
    assert lines_that_say(said, paths) == []


def test_nothing_is_left_out_or_pretended():
    code = [path for path in WRITTEN if path.suffix == ".py" and shown(path) != shown(Path(__file__))]
    assert lines_that_say(LEFT_OUT, code) == []


def test_every_text_ends_its_last_line_and_no_line_ends_in_a_blank():
    for path in WRITTEN:
        text = path.read_text(encoding="utf-8")
        assert text == "" or text.endswith("\n"), shown(path)
        assert "\r" not in text, shown(path)
        assert not re.search(r"[ \t]$", text, re.MULTILINE), shown(path)
