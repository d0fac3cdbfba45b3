"""What Statistics Norway's Klass answers, read strictly: whatever is not exactly that is refused whole.

Three classifications make up our country: 104 counties, 131 municipalities, 103 city districts. Their codes have two,
four and six digits, so a code tells where it belongs.
"""

import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, NamedTuple, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from services.contracts.geography import COMPLETE_FROM
from services.contracts.registry import ProposeFromKlass
from services.kernel.problems import FieldError, Invalid, Problem
from services.registry.domain.periods import PeriodReversed
from services.registry.domain.refusals import DateBeforeTables


class Classification(NamedTuple):
    """What a classification of Klass is like."""

    digits: int
    """Of each of its codes."""
    most_lines: int
    """Of a list of its codes, or of changes: far more than there are, and no more than a proposal holds."""


CLASSIFICATIONS: Mapping[int, Classification] = {
    104: Classification(2, 100),
    131: Classification(4, 800),
    103: Classification(6, 200),
}

MOST_DAYS = 100
"""On which something changes in one window. From 2003 to 2026 there were seventeen."""

LONGEST_NAME = 200
LAST_YEAR = 2100


class KlassAnswerRefused(Problem):
    """Statistics Norway answered something else than a list. ``question`` says to what, ``reason`` why it is none."""

    status = 502
    code = "klass-answer-refused"


def _visible(name: str) -> str:
    """The name in composed form, so that equal names are equal text.

    Raises:
        ValueError: it is too long, or has something in it that nobody can see.
    """
    composed = unicodedata.normalize("NFC", name)
    if not composed.isprintable() or composed != composed.strip() or not 1 <= len(composed) <= LONGEST_NAME:
        raise ValueError("a name is short, and all of it can be seen")
    return composed


Code = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{2}){1,3}$")]
Name = Annotated[str, AfterValidator(_visible)]


class _Answer(BaseModel):
    """Unknown fields are ignored, known ones must be what they should be."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_camel)


A = TypeVar("A", bound=_Answer)


class KlassCode(_Answer):
    """One line of a list of codes."""

    code: Code
    name: Name


class KlassChange(_Answer):
    """One line of a list of changes. Without an old code something began, without a new one something ceased."""

    old_code: Code | None = None
    new_code: Code | None = None
    new_name: Name | None = None
    change_occurred: date

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.codes:
            raise ValueError("a change is of a code")
        if self.new_code is not None and self.new_name is None:
            raise ValueError("a new code has a name")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that it is about."""
        return tuple(code for code in (self.old_code, self.new_code) if code is not None)


class _CodesAt(_Answer):
    codes: tuple[KlassCode, ...] = Field(min_length=1)


class _Changes(_Answer):
    code_changes: tuple[KlassChange, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked about: what happens after ``since``, until and with ``until``."""

    since: date
    until: date

    def holds(self, on: date) -> bool:
        """Whether the day lies in it."""
        return self.since < on <= self.until


@dataclass(frozen=True, slots=True)
class KlassLists:
    """The three classifications together: the codes of the window's last day, and what changed within it."""

    codes: tuple[KlassCode, ...]
    changes: tuple[KlassChange, ...]


def window_of(request: ProposeFromKlass) -> Window:
    """The window that a request asks for.

    Raises:
        DateBeforeTables: it begins before the tables are complete.
        PeriodReversed: it has no day.
        Invalid: it lies too far ahead to mean anything.
    """
    if request.since < COMPLETE_FROM:
        error = FieldError("/since", code=DateBeforeTables.code)
        raise DateBeforeTables(errors=[error], earliest=COMPLETE_FROM.isoformat())
    if request.until <= request.since:
        raise PeriodReversed(errors=[FieldError("/until", code=PeriodReversed.code)])
    if request.until.year > LAST_YEAR:
        raise Invalid(errors=[FieldError("/until")])
    return Window(request.since, request.until)


def codes_question(classification: int, window: Window) -> str:
    """How to ask for the codes of a window's last day: the path and query behind the address of Klass."""
    return f"classifications/{classification}/codesAt?date={window.until}&includeFuture=true"


def changes_question(classification: int, window: Window) -> str:
    """How to ask for what changed.

    A range of Klass begins with ``from`` and ends before ``to``. It begins here with the day before the window: a range
    that does not touch the older version of a classification may have nothing to compare the newer one with.
    """
    range_ = f"from={window.since}&to={window.until + timedelta(days=1)}"
    return f"classifications/{classification}/changes?{range_}&includeFuture=true"


def questions(window: Window) -> tuple[str, ...]:
    """All that is asked to learn a window."""
    return tuple(ask(number, window) for number in CLASSIFICATIONS for ask in (codes_question, changes_question))


def read_lists(window: Window, answers: Mapping[str, bytes]) -> KlassLists:
    """The lists that the answers are; ``answers`` are by their questions.

    Raises:
        KlassAnswerRefused: one of them is no such list.
    """
    codes: list[KlassCode] = []
    changes: list[KlassChange] = []
    for number, classification in CLASSIFICATIONS.items():
        question = codes_question(number, window)
        listed = _parsed(_CodesAt, question, answers[question]).codes
        _check(question, classification, [line.code for line in listed], [line.code for line in listed])
        codes += listed
        question = changes_question(number, window)
        changed = _parsed(_Changes, question, answers[question]).code_changes
        ways = [(line.change_occurred, line.old_code, line.new_code) for line in changed]
        _check(question, classification, [code for line in changed for code in line.codes], ways)
        changes += _within(window, question, changed)
    return KlassLists(tuple(codes), tuple(changes))


def _parsed(kind: type[A], question: str, body: bytes) -> A:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        reason = "not-json" if error.errors()[0]["type"] == "json_invalid" else "other-fields"
        raise KlassAnswerRefused(question=question, reason=reason) from None


def _check(question: str, classification: Classification, codes: Iterable[str], lines: Sequence[Hashable]) -> None:
    """Every code belongs to the classification, and there are neither too many lines nor two that are the same."""
    if len(lines) > classification.most_lines:
        raise KlassAnswerRefused(question=question, reason="too-many")
    if any(len(code) != classification.digits for code in codes):
        raise KlassAnswerRefused(question=question, reason="other-codes")
    if len(set(lines)) < len(lines):
        raise KlassAnswerRefused(question=question, reason="said-twice")


def _within(window: Window, question: str, changes: Sequence[KlassChange]) -> Iterator[KlassChange]:
    """Those of the window. The days next to it are asked for too, and left out; further away nothing was asked for."""
    if len({change.change_occurred for change in changes}) > MOST_DAYS:
        raise KlassAnswerRefused(question=question, reason="too-many")
    for change in changes:
        if window.holds(change.change_occurred):
            yield change
        elif change.change_occurred not in (window.since, window.until + timedelta(days=1)):
            raise KlassAnswerRefused(question=question, reason="other-days")
