"""The templates of letters: texts with named places, in every language, and the one function that fills them in."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.contracts.registry.letters import LetterLanguage

FOLDER = Path(__file__).parent / "templates"
BETWEEN = "\n\n* * *\n\n"
"""What stands between a letter in one language and the same letter in the next."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it is read."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What is said in one language: the subject, and what fills the template's places."""

    subject: str
    facts: Mapping[str, str]


@cache
def template(name: str) -> Mapping[LetterLanguage, str]:
    """The texts of a template, by language."""
    read = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return {LetterLanguage(language): text.strip() for language, text in read.items()}


def written(texts: Mapping[LetterLanguage, str], passages: Mapping[LetterLanguage, Passage]) -> Written:
    """One letter in one or several languages after one another, in the order of the passages.

    A subject that is the same in two languages is said once. Braces in a fact are the sender's own.
    """
    subjects = dict.fromkeys(passage.subject for passage in passages.values())
    said = (texts[language].format_map(passage.facts) for language, passage in passages.items())
    return Written(" / ".join(subjects), BETWEEN.join(said) + "\n")
