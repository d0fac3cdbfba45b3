"""What somebody has written in the form of a letter, as the registry is told it; and whom a letter can be for."""

from collections.abc import Mapping
from datetime import date

from fastapi import Request
from starlette.datastructures import FormData

from gateway.catalogue import Snapshot
from gateway.gate import gate_of
from gateway.queries import known_of, units_covered
from gateway.web.forms import field
from services.contracts.registry import Organisation
from services.contracts.registry.letters import LetterLanguage, NorwegianForm

LONGEST_TEXT = 20_000
"""More than any letter may hold, so that what is too long is told as such and not cut."""

REQUIRED = (LetterLanguage.nb, LetterLanguage.nn)
OPTIONAL = (LetterLanguage.se, LetterLanguage.en)
EVERYBODY, UNINFORMED = "alle", "uinformert"


def empty_draft(year: int, whom: str | None) -> dict[str, str]:
    """The form before anything is written in it."""
    texts = {f"{name}_{language}": "" for language in LetterLanguage for name in ("emne", "tekst")}
    chosen = UNINFORMED if whom == UNINFORMED else EVERYBODY
    return {"aar": str(year), "form": str(NorwegianForm.both), "hvem": chosen, **texts}


def sent_draft(sent: FormData) -> dict[str, str]:
    """The form as it was sent. A browser ends lines with two characters; a letter has one."""
    return {name: field(sent, name, LONGEST_TEXT).replace("\r\n", "\n") for name in empty_draft(0, None)}


def letter_of(draft: Mapping[str, str], centre: Organisation, unit_codes: list[str] | None) -> dict[str, object]:
    """What the registry is asked to prepare. What is empty is left out, so that it is told as missing where it is."""
    texts = {
        language: _filled(subject=f"emne_{language}", body=f"tekst_{language}", of=draft) for language in LetterLanguage
    }
    return {
        "centre_id": str(centre.organisation_id),
        "unit_codes": unit_codes,
        "texts": {language: text for language, text in texts.items() if language in REQUIRED or text},
        **_filled(year="aar", undecided_form="form", of=draft),
    }


def _filled(*, of: Mapping[str, str], **fields: str) -> dict[str, str]:
    written = {name: of[field].strip() for name, field in fields.items()}
    return {name: text for name, text in written.items() if text}


async def uninformed(request: Request, country: Snapshot, centre: Organisation, on: date) -> list[str]:
    """The codes of those whom the centre has not informed this year, as its page of municipalities counts them."""
    units = units_covered(country, centre, on)
    read = gate_of(request).database.read
    known = await read(known_of, country, centre.organisation_id, units, on, whole_register=False)
    return [unit.code for unit in units if not any(each.informs for each in known.tellings.get(unit.code, ()))]
