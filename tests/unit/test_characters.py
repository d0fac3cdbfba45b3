"""Text on the way in: one form for what looks the same, and nothing that cannot be seen (R54)."""

import json
import sys
import unicodedata
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.contracts.characters import DEEPEST, is_plain, received
from services.contracts.message import Text, named_by_us
from services.contracts.plan_file import PlanFile
from services.contracts.registry import ImportOrganisations, Locality, LocalityKind, RegisterOrganisation

BODY = {"reference": "karasjok", "name": "Kárášjohka", "kind": "partner", "occurred_on": "2016-01-01"}

UNSEEN = {
    "a control of C0": "\x00",
    "delete": "\x7f",
    "next line, of C1": "\x85",
    "a control sequence, of C1": "\x9b",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "word joiner": "\u2060",
    "a byte order mark inside": "\ufeff",
    "right to left mark": "\u200f",
    "an override to the left": "\u202e",
    "an isolate": "\u2066",
    "an Arabic letter mark": "\u061c",
    "a line separator": "\u2028",
    "a tag": "\U000e0041",
    "half a character": "\ud800",
}
SEEN = (
    "Guovdageaidnu – Kautokeino",
    "Šibitte Đ Ŋ Ŧ Ž",
    "Yykeä",
    "«Tråante»",
    "50 % – 1 000 kr",
    "e\u00adpost",
    "👍",
    "Ж",
)


def refused(body: dict[str, Any], model: type[Any] = RegisterOrganisation) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as refusal:
        model.model_validate(body)
    return [(error["loc"], error["type"]) for error in refusal.value.errors()]


@pytest.mark.parametrize("letter", UNSEEN.values(), ids=UNSEEN)
def test_a_character_that_cannot_be_seen_is_refused_where_it_stands(letter: str):
    assert not is_plain(f"Kaut{letter}okeino")
    assert refused(BODY | {"name": f"Kaut{letter}okeino"}) == [(("name",), "invisible_character")]


@pytest.mark.parametrize("text", SEEN)
def test_what_can_be_seen_is_kept_as_it_is(text: str):
    assert RegisterOrganisation.model_validate(BODY | {"name": text}).name == text


def test_every_place_is_told_also_deep_inside():
    row = BODY | {"aliases": ["Karasjok", "Kara\u200bsjok"], "source": "en side\u202e"}
    assert refused({"rows": [BODY, row]}, ImportOrganisations) == [
        (("rows", 1, "aliases", 1), "invisible_character"),
        (("rows", 1, "source"), "invisible_character"),
    ]


def test_a_plans_file_is_read_in_the_same_way():
    told = refused({"source": {"title": "Plan\u200b"}, "language": {"free": ["\u202e"]}}, PlanFile)
    assert told == [(("source", "title"), "invisible_character"), (("language", "free", 0), "invisible_character")]


def test_a_field_that_the_model_does_not_know_is_told_of_first_at_any_depth():
    """Its name is the caller's own words: no place is told by it."""
    wrong = BODY | {"name": "Kara\u200bsjok", "Ola Nordmann": {"far": "x\u200b"}}
    assert (("Ola Nordmann",), "extra_forbidden") in refused(wrong)
    assert refused({"rows": [BODY, wrong]}, ImportOrganisations) == [(("rows", 1, "Ola Nordmann"), "extra_forbidden")]
    unknown = {"source": {"title": "Plan\u200b", "Ola Nordmann": "x\u200b"}}
    assert (("source", "Ola Nordmann"), "extra_forbidden") in refused(unknown, PlanFile)
    assert "invisible_character" not in {kind for _, kind in refused(unknown, PlanFile)}


def test_a_place_is_told_as_far_as_its_names_are_ours():
    for place, known in (
        (("rows", 1, "aliases", 0), 4),
        (("source", "from"), 2),
        (("language", "Ola Nordmann", 0, "title"), 1),
        (("Ola Nordmann",), 0),
        ((), 0),
    ):
        assert tuple(named_by_us(place)) == place[:known]


def test_a_line_may_end_where_a_text_has_lines_and_not_where_it_has_one():
    assert RegisterOrganisation.model_validate(BODY | {"source": "en\r\nto\n\ttre"}).source == "en\r\nto\n\ttre"
    assert refused(BODY | {"name": "en\nto"}) == [(("name",), "string_pattern_mismatch")]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_what_looks_the_same_is_the_same(form: Literal["NFC", "NFD", "NFKD"]):
    sent = BODY | {"name": unicodedata.normalize(form, "Kárášjohka"), "aliases": [unicodedata.normalize(form, "Åse")]}
    for told in (RegisterOrganisation.model_validate(sent), RegisterOrganisation.model_validate_json(json.dumps(sent))):
        assert (told.name, told.aliases) == ("Kárášjohka", ("Åse",))


def test_a_text_is_measured_in_the_form_that_is_kept():
    long = unicodedata.normalize("NFD", "å" * 200)
    assert len(long) == 400
    assert RegisterOrganisation.model_validate(BODY | {"name": long}).name == "å" * 200
    assert refused(BODY | {"name": long + "å"}) == [(("name",), "string_too_long")]


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs"))))
def test_nothing_else_is_refused_and_normalising_again_changes_nothing(text: str):
    once = received({"texts": [text]})
    assert once == {"texts": [unicodedata.normalize("NFC", text)]}
    assert received(once) == once


def test_a_message_is_read_as_it_was_told():
    """What another release took in before these were refused can still be folded."""
    told = Locality(
        reference="a", kind=LocalityKind.town, name="Mo\u200b i Rana", unit_codes=("1833",), units_on=date(2016, 1, 1),
        source="before", certainty="high",
    )  # fmt: skip
    assert told.name == "Mo\u200b i Rana"
    assert Text.model_validate({"nb": "e\u0301\u202e"}).nb == "e\u0301\u202e"


def test_what_lies_deeper_than_anything_is_asked_for_is_left_to_the_models():
    deep: Any = "\u200b"
    for _ in range(sys.getrecursionlimit()):
        deep = [deep]
    assert refused(BODY | {"aliases": deep})[0][1] == "string_type"
    assert received([[["\u0061\u030a"]]]) == [[["å"]]]
    assert DEEPEST < 50
