"""How certain a fact is, in words of ours."""

import pytest

from gateway.web.words import certainty_of


@pytest.mark.parametrize(
    ("told", "word", "rest"),
    [
        ("high", "high", ""),
        ("high for 2016; to be confirmed for later years", "high", "for 2016; to be confirmed for later years"),
        ("high; only the year is known", "high", "only the year is known"),
        ("medium: named as an arena", "medium", "named as an arena"),
        ("low", "low", ""),
        ("highly doubtful", "", "highly doubtful"),
        ("host high; counties medium", "", "host high; counties medium"),
        ("nokså sikkert", "", "nokså sikkert"),
        ("", "", ""),
    ],
)
def test_a_certainty_is_its_first_word_and_what_is_said_beyond_it(told: str, word: str, rest: str):
    assert certainty_of(told) == (word, rest)
