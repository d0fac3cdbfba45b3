"""The texts of the pages: every one in both languages, with the same facts in it."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from gateway.web.language import LANGUAGES, catalogue_path
from services.contracts.problems import Language

WEB = Path(__file__).parents[2] / "gateway" / "web"
FACT = re.compile(r"%\(\w+\)s")
BOKMAL_ONLY = re.compile(r"\b(ikke|hvem|hva|hvor|fra|noe|også å|kommuner|tilbudet|tallene)\b", re.IGNORECASE)
NYNORSK_ONLY = re.compile(r"\b(ikkje|kven|kva|korleis|frå|noko|kommunar|tilbodet|tala)\b", re.IGNORECASE)

FOREIGN: dict[Language, re.Pattern[str]] = {"nb": NYNORSK_ONLY, "nn": BOKMAL_ONLY}


def is_ours(folder: str) -> bool:
    return Path(folder).name != "node_modules"


@cache
def written() -> frozenset[str | tuple[str, ...]]:
    """Every text in the code and the templates."""
    with (WEB / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(WEB), methods, options, directory_filter=is_ours)
    return frozenset(message for _, _, message, _, _ in found)


def catalogue(language: Language) -> Catalog:
    return read_po(BytesIO(catalogue_path(language).read_bytes()), locale=language)


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """The text itself, or one for each number that it speaks of."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def texts(language: Language) -> list[Message]:
    """The texts of a catalogue, without its head."""
    return [message for message in catalogue(language) if message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue_and_no_other(language: Language):
    known = frozenset(
        message.id if isinstance(message.id, str) else tuple(message.id)
        for message in catalogue(language)
        if message.id
    )
    assert written() - known == frozenset()
    assert known - written() == frozenset()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_once_and_in_order(language: Language):
    entries = re.findall(r'^msgid ((?:".*"\n)+)', catalogue_path(language).read_text(encoding="utf-8"), re.MULTILINE)
    ids = ["".join(re.findall(r'"(.*)"', entry)) for entry in entries]
    assert ids == sorted(set(ids))
    assert len(ids) == len(texts(language)) + 1


def test_names_of_programmes_are_not_translated():
    named = [message for message in texts("nn") if "Tidlig inn" in forms(message.id)[0]]
    assert named
    assert [message.id for message in named if "Tidlig inn" not in forms(message.string)[0]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_missing_or_loses_a_fact(language: Language):
    for message in texts(language):
        assert not message.fuzzy
        assert all(forms(message.string)), message.id
        facts = {fact for form in forms(message.id) for fact in FACT.findall(form)}
        assert {fact for form in forms(message.string) for fact in FACT.findall(form)} == facts, message.id


def test_each_language_is_its_own():
    mixed = [
        form
        for language, foreign in FOREIGN.items()
        for message in texts(language)
        for form in forms(message.string)
        if foreign.search(form)
    ]
    assert mixed == []


def test_an_agreement_is_a_he_in_nynorsk():
    of_agreements = [form for message in texts("nn") for form in forms(message.string) if "avtal" in form.lower()]
    assert of_agreements
    assert [form for form in of_agreements if re.search(r"\b(ho|hennar)\b", form, re.IGNORECASE)] == []
