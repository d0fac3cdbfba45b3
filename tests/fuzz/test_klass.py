"""Answers of Klass with anything changed in them: refused by name, or what comes of them is what they list."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.geography import Geography
from services.contracts.registry import Amendment, County, GeographicChange, Unit
from services.kernel.clock import SystemClock
from services.kernel.problems import Problem
from services.registry.domain.amendments import amended
from services.registry.domain.klass import compare, reason_to_leave_out
from services.registry.domain.klass_lists import KlassAnswerRefused, Window, read_lists
from services.registry.domain.klass_names import as_proposed, is_called
from tests.fuzz.dose import EXAMPLES, on_sqlite
from tests.klass.country import shipped

DAY = date(2024, 1, 1)
WINDOW = Window(DAY - timedelta(days=1), DAY + timedelta(days=1))
RIGHT = shipped().lists().answers(WINDOW)
CODES = sorted({line["code"] for answer in RIGHT.values() for line in orjson.loads(answer).get("codes", ())})

known = shipped().before(DAY)
COUNTRY = Geography(
    known.units,
    known.counties,
    (GeographicChange(change_id=UUID(int=number), **each.model_dump()) for number, each in enumerate(known.changes)),
)

values = st.one_of(
    st.sampled_from((*CODES, "1507", "30", "5401", "0000", "9999", "110199", "2026-01-01", "2024-01-01", "2024-01-02")),
    st.text(max_size=20),
    st.none(),
    st.integers(-(2**53), 2**53),
    st.lists(st.none(), max_size=2),
)
fields = st.sampled_from(("code", "name", "oldCode", "newCode", "newName", "changeOccurred"))
harms = st.lists(
    st.tuples(
        st.sampled_from(sorted(RIGHT)),
        st.sampled_from(("drop", "again", "other", "without")),
        st.integers(0, 400),
        fields,
        values,
    ),
    min_size=1,
    max_size=4,
)


def harmed(answer: bytes, harm: str, place: int, field: str, value: object) -> bytes:
    """The answer with one line changed."""
    read = orjson.loads(answer)
    (lines,) = read.values()
    if lines:
        line = lines[place % len(lines)]
        match harm:
            case "drop":
                lines.remove(line)
            case "again":
                lines.append({**line, field: value})
            case "other":
                line[field] = value
            case "without":
                line.pop(field, None)
    return orjson.dumps(read)


def after(amendments: tuple[Amendment, ...]) -> Iterator[tuple[str, Unit | County]]:
    """The places of the country with the amendments."""
    yield from COUNTRY.units.items()
    yield from COUNTRY.counties.items()
    for amendment in amendments:
        if isinstance(amendment.after, Unit | County):
            yield amendment.after.code, amendment.after


@pytest.mark.timeout(3600)
@settings(on_sqlite, max_examples=max(20, EXAMPLES // 2))
@given(harms)
def test_a_harmed_answer_is_refused_by_name_or_taken_at_its_word(
    found: list[tuple[str, str, int, str, object]],
) -> None:
    answers = dict(RIGHT)
    for question, harm, place, field, value in found:
        answers[question] = harmed(answers[question], harm, place, field, value)
    try:
        lists = read_lists(WINDOW, answers)
        steps = compare(COUNTRY, WINDOW, lists).steps
        amendments = amended(COUNTRY, steps, new_id=SystemClock().new_id)
    except Problem:
        return
    country = dict(after(amendments))
    in_use = {
        code: place
        for code, place in country.items()
        if place.valid_from <= WINDOW.until and (place.valid_to is None or WINDOW.until < place.valid_to)
    }
    listed = {line.code: line.name for line in lists.codes if reason_to_leave_out(line.code) is None}
    assert in_use.keys() == listed.keys()
    assert all(is_called(as_proposed(in_use[code].names[-1]), name) for code, name in listed.items())


@settings(on_sqlite, max_examples=EXAMPLES)
@given(st.sampled_from(sorted(RIGHT)), st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(question: str, body: bytes) -> None:
    with pytest.raises(KlassAnswerRefused) as refused:
        read_lists(WINDOW, {**RIGHT, question: body})
    assert refused.value.facts["question"] == question
