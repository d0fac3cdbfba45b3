"""A figure is never a bare number, and its id finds it again."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.problems import NotFound
from services.reporting.domain.catalogue import INDICATORS
from services.reporting.domain.facts import WHY_TEXTS, Why
from services.reporting.domain.figures import Question
from services.reporting.domain.scope import Source, Sources
from services.reporting.handlers import COPIES, FEEDS
from services.reporting.tables import ActivityHistory, UnitHistory
from tests.unit.reporting_world import NORD, a_mapping, answer, answers, ask

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
QUESTIONS = st.builds(
    Question,
    indicator=st.sampled_from(sorted(INDICATORS)),
    centre_id=st.uuids(),
    year=st.integers(1990, 2100),
    as_of=DAYS,
    known_at=st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC)),
    geography=DAYS,
    since=st.none() | DAYS,
    part=st.none() | st.text(max_size=40),
)


@given(QUESTIONS)
def test_a_figures_id_is_the_whole_question(question):
    assert Question.of(question.figure_id) == question
    assert question.figure_id.isascii()


@given(st.text(max_size=80))
def test_any_other_text_is_no_figure(text):
    with pytest.raises(NotFound):
        Question.of(text)


@pytest.mark.parametrize(
    "told",
    [
        b"{}",
        ask("awareness").model_dump_json().replace('"year":2016', '"year":9999').encode(),
        ask("awareness").model_dump_json().replace('"known_at":null', '"known_at":"2016-06-01T00:00:00"').encode(),
        b"[]",
        ask("awareness").model_dump_json().replace("awareness", "happiness").encode(),
        ask("awareness").model_dump_json().replace('"by":null', '"by":"scheme"').encode(),
        ask("awareness").model_dump_json().replace("{", '{"extra":1,', 1).encode(),
    ],
)
def test_a_made_up_question_is_no_figure(told):
    with pytest.raises(NotFound):
        Question.of(urlsafe_b64encode(told).decode())


@pytest.mark.parametrize("indicator", sorted(INDICATORS))
def test_every_figure_says_what_it_counts_over_and_as_of_when(indicator):
    figure = answer(indicator, Sources(), known_at=datetime(2016, 12, 31, 12, tzinfo=UTC))
    assert set(figure.label) == {"nb", "nn"}
    assert figure.as_of == date(2016, 12, 31)
    assert figure.geography == figure.window_to
    assert figure.known_at == "2016-12-31T12:00:00Z"
    assert figure.numerator == 0
    assert figure.figure_id


@pytest.mark.parametrize("indicator", sorted(INDICATORS))
def test_every_breakdown_can_be_asked_for(indicator):
    for way in INDICATORS[indicator].ways:
        whole, *parts = answers(ask(indicator, by=way), Sources())
        assert whole.by is None
        assert all(part.by for part in parts)


def test_a_figure_that_rests_on_example_data_says_so():
    real, example = a_mapping("1804", date(2016, 3, 1)), a_mapping("1805", date(2016, 3, 1), source="example")
    assert not answer("brukerplan_coverage", Sources(mappings=(real,))).example
    assert answer("brukerplan_coverage", Sources(mappings=(real, example))).example


def test_every_reason_is_said_in_both_languages():
    assert set(WHY_TEXTS) == set(Why)
    assert all(set(texts) == {"nb", "nn"} for texts in WHY_TEXTS.values())


def test_each_copy_names_the_indicators_that_its_rows_feed():
    assert FEEDS[UnitHistory] == tuple(INDICATORS)
    assert "majority_over_time" in FEEDS[ActivityHistory]
    assert "ungdata_coverage" not in FEEDS[ActivityHistory]
    assert all(copy.feeds for copy in COPIES)


def test_every_source_is_read_by_an_indicator():
    assert {source for indicator in INDICATORS.values() for source in indicator.reads} == set(Source)


def test_the_centre_is_part_of_the_question():
    assert ask("awareness").centre_id == NORD
    assert ask("awareness").figure_id != ask("awareness", year=2015).figure_id
