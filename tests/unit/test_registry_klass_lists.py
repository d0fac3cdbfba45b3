"""An answer that is not exactly a list of Klass is no answer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
import pytest

from services.registry.domain.klass_lists import (
    KlassAnswerRefused,
    Window,
    changes_question,
    codes_question,
    questions,
    read_lists,
)
from tests.klass.country import shipped

REFORM = Window(date(2019, 12, 31), date(2020, 1, 1))
RIGHT = shipped().lists().answers(REFORM)


def test_every_question_has_its_answer() -> None:
    assert set(RIGHT) == set(questions(REFORM))
    lists = read_lists(REFORM, RIGHT)
    assert (len(lists.codes), len(lists.changes)) == (417, 336)


def reason_of(question: str, body: bytes) -> str:
    with pytest.raises(KlassAnswerRefused) as refused:
        read_lists(REFORM, {**RIGHT, question: body})
    assert refused.value.facts["question"] == question
    return str(refused.value.facts["reason"])


@pytest.mark.parametrize("body", [b"", b"{", b"<xml/>", b'{"codes": [' + b"[" * 5000, b"\xff\xfe", b"null x"])
def test_what_is_no_json(body: bytes) -> None:
    assert reason_of(codes_question(131, REFORM), body) == "not-json"


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"{}",
        b'{"codes": []}',
        b'{"codes": {}}',
        b'{"codes": [{"code": "1101"}]}',
        b'{"codes": [{"code": 1101, "name": "Eigersund"}]}',
        b'{"codes": [{"code": "1101", "name": null}]}',
        b'{"codes": [{"code": "1101", "name": ""}]}',
        b'{"codes": [{"code": "1101", "name": "Eiger\\u0000sund"}]}',
        b'{"codes": [{"code": "1101", "name": "Eiger\\u202esund"}]}',
        b'{"codes": [{"code": "1101", "name": "Eigersund\\n"}]}',
        b'{"codes": [{"code": "11011", "name": "Eigersund"}]}',
        b'{"codes": [{"code": "1101; DROP", "name": "Eigersund"}]}',
        b'{"codes": [{"code": "\\u0661\\u0661\\u0660\\u0661", "name": "Eigersund"}]}',
        orjson.dumps({"codes": [{"code": "1101", "name": "E" * 201}]}),
        orjson.dumps({"codes": [{"code": "1101", "name": "\u0344" * 150}]}),
    ],
)
def test_what_is_no_list_of_codes(body: bytes) -> None:
    assert reason_of(codes_question(131, REFORM), body) == "other-fields"


@pytest.mark.parametrize(
    "change",
    [
        {"oldCode": None, "newCode": None, "changeOccurred": "2020-01-01"},
        {"oldCode": "1101", "newCode": "1102", "changeOccurred": "2020-01-01"},
        {"oldCode": "1101", "newCode": "1102", "newName": "Sandnes", "changeOccurred": "1.1.2020"},
        {"oldCode": "1101", "newCode": "1102", "newName": "Sandnes"},
        {"oldCode": "", "newCode": "1102", "newName": "Sandnes", "changeOccurred": "2020-01-01"},
    ],
)
def test_what_is_no_change(change: dict[str, Any]) -> None:
    body = orjson.dumps({"codeChanges": [change]})
    assert reason_of(changes_question(131, REFORM), body) == "other-fields"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda lines: lines.append(lines[0]), "said-twice"),
        (lambda lines: lines[0].update(oldCode="110101"), "other-codes"),
        (lambda lines: lines[0].update(newCode="11"), "other-codes"),
        (lambda lines: lines[0].update(changeOccurred="2019-12-30"), "other-days"),
        (lambda lines: lines[0].update(changeOccurred="2020-01-03"), "other-days"),
    ],
)
def test_changes_that_were_not_asked_for(change: Callable[[Any], None], reason: str) -> None:
    question = changes_question(131, REFORM)
    answer = orjson.loads(RIGHT[question])
    change(answer["codeChanges"])
    assert reason_of(question, orjson.dumps(answer)) == reason


@pytest.mark.parametrize(
    ("number", "lines"),
    [(131, [f"{code:04}" for code in range(801)]), (104, [f"{code:02}" for code in range(100)] * 2)],
)
def test_more_codes_than_a_country_has(number: int, lines: list[str]) -> None:
    body = orjson.dumps({"codes": [{"code": code, "name": "E"} for code in lines]})
    assert reason_of(codes_question(number, REFORM), body) == "too-many"


def test_more_days_than_things_change_on() -> None:
    window = Window(date(2010, 1, 1), date(2026, 1, 1))
    change = {"oldCode": "1101", "newCode": "1102", "newName": "Sandnes"}
    days = [date.fromordinal(date(2011, 1, 1).toordinal() + number) for number in range(101)]
    body = orjson.dumps({"codeChanges": [{**change, "changeOccurred": day.isoformat()} for day in days]})
    question = changes_question(131, window)
    with pytest.raises(KlassAnswerRefused) as refused:
        read_lists(window, {**shipped().lists().answers(window), question: body})
    assert refused.value.facts["reason"] == "too-many"


def test_a_code_listed_twice() -> None:
    question = codes_question(103, REFORM)
    answer = orjson.loads(RIGHT[question])
    answer["codes"].append({"code": "030101", "name": "Nye Oslo"})
    assert reason_of(question, orjson.dumps(answer)) == "said-twice"


def test_what_happened_next_to_the_period_is_no_part_of_it() -> None:
    question = changes_question(131, REFORM)
    answer = orjson.loads(RIGHT[question])
    for day in ("2019-12-31", "2020-01-02"):
        answer["codeChanges"].append(
            {"oldCode": "1101", "newCode": "1102", "newName": "Sandnes", "changeOccurred": day}
        )
    lists = read_lists(REFORM, {**RIGHT, question: orjson.dumps(answer)})
    assert {change.change_occurred for change in lists.changes} == {date(2020, 1, 1)}


def test_names_are_compared_in_composed_form() -> None:
    question = codes_question(131, REFORM)
    body = RIGHT[question].replace("Tromsø".encode(), b"Tromso\xcc\xb8").replace("å".encode(), b"a\xcc\x8a")
    lists = read_lists(REFORM, {**RIGHT, question: body})
    assert "Måsøy" in {line.name for line in lists.codes}
