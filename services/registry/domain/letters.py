"""Whom a letter is for, what it is written in, which step follows which, and what became of it."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic_core import to_json

from services.contracts.geography import Geography
from services.contracts.registry import LanguageDecision, Organisation, Unit, WrittenForm
from services.contracts.registry.letters import (
    LetterLanguage,
    LetterPreview,
    LetterPreviews,
    LetterStatus,
    LetterTexts,
    NorwegianForm,
)
from services.kernel.problems import Conflict, FieldError, Invalid
from services.registry.domain.coverage import units_covered
from services.registry.domain.letter_templates import Passage, Written, template, written
from services.registry.domain.periods import is_valid
from services.registry.domain.refusals import StepOutOfOrder
from services.registry.domain.validity import codes_on, first_numbers

TEMPLATE = "yearly_letter"

IN_FORM = {
    NorwegianForm.both: (LetterLanguage.nb, LetterLanguage.nn),
    NorwegianForm.nb: (LetterLanguage.nb,),
    NorwegianForm.nn: (LetterLanguage.nn,),
}
DECIDED = {WrittenForm.bokmal: NorwegianForm.nb, WrittenForm.nynorsk: NorwegianForm.nn}
"""Who has decided to be neutral is written to as one who has decided nothing."""


class NobodyToWriteTo(Invalid):
    """The centre covers no unit on the day, and none is named."""

    code = "nobody-to-write-to"


class NoMailboxes(Conflict):
    """None of the letter's units has an official mailbox."""

    code = "no-mailboxes"


class LetterChanged(Conflict):
    """The letter is not as it was read. Says ``digest``: that of the previews as they are now."""

    code = "letter-changed"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A unit that a letter is for: what it is called, and what the letter to it is written in."""

    unit_code: str
    name: str
    north_sami: str | None
    languages: tuple[LetterLanguage, ...]

    def called(self, language: LetterLanguage) -> str:
        """What it is called in a language."""
        return self.north_sami or self.name if language is LetterLanguage.se else self.name


def addressees(
    country: Geography,
    centre: Organisation,
    unit_codes: Sequence[str] | None,
    texts: LetterTexts,
    undecided: NorwegianForm,
    on: date,
) -> tuple[Addressee, ...]:
    """The units named, which are in use on the day, or all that the centre covers then; sorted by code.

    Raises:
        Invalid: a unit is named twice.
        NobodyToWriteTo: there is none.
    """
    if unit_codes is None:
        codes: Iterable[str] = units_covered(centre, country, on)
    else:
        require_named_once(unit_codes)
        codes = unit_codes
    found = tuple(_addressee(country, country.unit(code, on), texts, undecided, on) for code in sorted(codes))
    if not found:
        raise NobodyToWriteTo(errors=[FieldError("/unit_codes", code=NobodyToWriteTo.code)])
    return found


def require_named_once(unit_codes: Sequence[str]) -> None:
    """There is one letter to each unit (BR-02).

    Raises:
        Invalid: a unit is named twice.
    """
    twice = [place for place, code in enumerate(unit_codes) if code in unit_codes[:place]]
    if twice:
        raise Invalid(errors=[FieldError(f"/unit_codes/{place}", code="named-twice") for place in twice])


def _addressee(country: Geography, unit: Unit, texts: LetterTexts, undecided: NorwegianForm, on: date) -> Addressee:
    names = country.names(unit.code, on)
    # A city district is written to as its municipality has decided.
    decides = country.unit(unit.parent_code, on) if unit.parent_code else unit
    decision = next((each for each in decides.languages if is_valid(each.valid_from, each.valid_to, on)), None)
    languages = languages_of(decision, texts, undecided, has_north_sami=names.north_sami is not None)
    return Addressee(unit.code, names.official_name or names.name, names.north_sami, languages)


def languages_of(
    decision: LanguageDecision | None, texts: LetterTexts, undecided: NorwegianForm, *, has_north_sami: bool
) -> tuple[LetterLanguage, ...]:
    """What a letter to a unit is written in, in the order in which it stands there (R110, R111).

    The unit's own decision chooses the form of Norwegian; without one, the sender's word for those. Northern Sámi,
    where there is a text, goes to the units of its part of the administrative area; where nobody has told which part
    it is, to those that have a name in it. English goes to all.
    """
    form = undecided if decision is None or decision.form is None else DECIDED.get(decision.form, undecided)
    is_north_sami = decision is not None and (
        has_north_sami if decision.sami_area is None and decision.sami_category else decision.sami_area == "north_sami"
    )
    sami = (LetterLanguage.se,) if texts.se is not None and is_north_sami else ()
    english = (LetterLanguage.en,) if texts.en is not None else ()
    return (*IN_FORM[form], *sami, *english)


def letter_to(addressee: Addressee, texts: LetterTexts, centre_name: str, year: int) -> Written:
    """The letter as one unit reads it."""
    passages = {}
    for language in addressee.languages:
        text = getattr(texts, language)
        facts = {"unit": addressee.called(language), "centre": centre_name, "year": str(year), "body": text.body}
        passages[language] = Passage(text.subject, facts)
    return written(template(TEMPLATE), passages)


def mailboxes_of(
    held: Iterable[tuple[str, str]], unit_codes: Collection[str], country: Geography, on: date
) -> dict[str, str]:
    """Which of the mailboxes are the units' of a day, where each is known by a code that its unit has had (BR-02).

    That of the same unit under another number comes before that of one that has gone into it, and of several the first.
    Where a unit was divided, nobody can say whose its mailbox is now.
    """
    first = first_numbers(country)
    own: dict[str, str] = {}
    gone_into: dict[str, str] = {}
    for code, mailbox in held:
        codes = codes_on(country, code, on)
        if len(codes) == 1 and not codes.isdisjoint(unit_codes):
            (now,) = codes
            is_same = first.get(code, code) == first.get(now, now)
            (own if is_same else gone_into).setdefault(now, mailbox)
    return gone_into | own


def previews(found: Iterable[Addressee], texts: LetterTexts, centre_name: str, year: int) -> LetterPreviews:
    """The letter in every choice of languages that it is sent in, to the first unit of each, and a digest of them."""
    by_languages: dict[tuple[LetterLanguage, ...], list[Addressee]] = {}
    for addressee in found:
        by_languages.setdefault(addressee.languages, []).append(addressee)
    items = []
    for languages, alike in sorted(by_languages.items()):
        shown = letter_to(alike[0], texts, centre_name, year)
        items.append(
            LetterPreview(
                languages=languages,
                units=len(alike),
                unit_name=alike[0].name,
                subject=shown.subject,
                text=shown.text,
            )
        )
    digest = hashlib.sha256(to_json([each.model_dump(mode="json") for each in items])).hexdigest()
    return LetterPreviews(items=tuple(items), digest=digest)


def require_prepared(status: str, step: str) -> None:
    """Refuse to release or withdraw what has gone or was withdrawn.

    Raises:
        StepOutOfOrder: it has.
    """
    if status != LetterStatus.prepared:
        raise StepOutOfOrder(step=step, current_status=status, allowed_from=[str(LetterStatus.prepared)])


def require_read(digest: str, read: LetterPreviews) -> None:
    """Refuse to let a letter go that is not as it was read.

    Raises:
        LetterChanged: it is not.
    """
    if digest != read.digest:
        raise LetterChanged(digest=read.digest)
