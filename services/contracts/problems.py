"""Every refusal a caller can meet, by its slug, and every remark about a field: both in two languages."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["nb", "nn"]


class ProblemType(BaseModel):
    """One line of ``problems.csv``. A detail may hold the facts of the refusal in braces: ``{left_ore}``."""

    model_config = ConfigDict(frozen=True)

    slug: str
    status: int
    title_nb: str
    title_nn: str
    detail_nb: str | None = None
    detail_nn: str | None = None

    @property
    def urn(self) -> str:
        """What programs read: the ``type`` of the problem document."""
        return f"urn:samla:problem:{self.slug}"

    def title(self, language: Language) -> str:
        """What people read first."""
        return self.title_nn if language == "nn" else self.title_nb

    def detail(self, language: Language, facts: Mapping[str, object]) -> str | None:
        """What to do about it, or how much is missing; none if the line has no detail."""
        template = self.detail_nn if language == "nn" else self.detail_nb
        return template.format_map(facts) if template else None


class FieldErrorType(BaseModel):
    """One line of ``field_errors.csv``: what can be wrong with a field, whatever the field."""

    model_config = ConfigDict(frozen=True)

    code: str
    nb: str
    nn: str
    pydantic: str | None = None

    @property
    def kinds(self) -> list[str]:
        """What pydantic calls such faults."""
        return (self.pydantic or "").split()

    def text(self, language: Language) -> str:
        """The sentence that a person reads beside the field."""
        return self.nn if language == "nn" else self.nb


def _lines(name: str) -> list[dict[str, str | None]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return [{key: value or None for key, value in line.items()} for line in csv.DictReader(file)]


PROBLEMS = {problem.slug: problem for problem in map(ProblemType.model_validate, _lines("problems.csv"))}
FIELD_ERRORS = {error.code: error for error in map(FieldErrorType.model_validate, _lines("field_errors.csv"))}
CODES = {kind: error.code for error in FIELD_ERRORS.values() for kind in error.kinds}
"""The code of a fault, by what pydantic calls it. What has none is ``invalid``."""
