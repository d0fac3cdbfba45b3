"""What the parties of an agreement are told by mail, in bokmål and in nynorsk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from uuid import UUID

from services.contracts.message import Text
from services.contracts.problems import Language
from services.contracts.registry import Unit, WrittenForm
from services.contracts.registry.agreements import Agreement, AgreementStatus, Commitment, Edition, Party
from services.registry.domain.periods import is_valid

COMMITMENT_DUE, AGREEMENT_BREACH = "commitment-due", "agreement-breach"
REVISION_DUE, REVISION_OVERDUE = "revision-due", "revision-overdue"

LONGEST_TITLE = 120
"""Of a title in the subject of a mail; what is longer is cut."""

MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
"""The same in both forms of Norwegian."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The texts of one kind of mail; what stands in braces are its facts."""

    subject: str
    body: str


FOOT: Mapping[Language, str] = {
    "nb": "Meldingen er sendt automatisk fra Samla til alle partene i avtalen.",
    "nn": "Meldinga er send automatisk frå Samla til alle partane i avtalen.",
}

NOTICES: Mapping[str, Mapping[Language, Notice]] = {
    COMMITMENT_DUE: {
        "nb": Notice(
            "Frist {day} i avtalen «{title}»",
            "Denne forpliktelsen skal være oppfylt innen {day}, og det er ikke lagt fram dokumentasjon ennå:\n\n"
            "{text}\n\nAnsvarlig part: {responsible}\nAvtale: {title}\n\n"
            "Registrer dokumentasjonen i Samla når den er klar.",
        ),
        "nn": Notice(
            "Frist {day} i avtalen «{title}»",
            "Denne forpliktinga skal vere oppfylt innan {day}, og det er ikkje lagt fram dokumentasjon enno:\n\n"
            "{text}\n\nAnsvarleg part: {responsible}\nAvtale: {title}\n\n"
            "Registrer dokumentasjonen i Samla når han er klar.",
        ),
    },
    AGREEMENT_BREACH: {
        "nb": Notice(
            "Fristen er ute i avtalen «{title}»",
            "Denne forpliktelsen skulle vært oppfylt innen {day}. Det er ikke lagt fram dokumentasjon, og avtalen er "
            "derfor markert som misligholdt:\n\n"
            "{text}\n\nAnsvarlig part: {responsible}\nAvtale: {title}\n\n"
            "Markeringen blir borte når dokumentasjonen er registrert i Samla, eller når alle partene har signert en "
            "ny utgave av avtalen med en ny frist.",
        ),
        "nn": Notice(
            "Fristen er ute i avtalen «{title}»",
            "Denne forpliktinga skulle vore oppfylt innan {day}. Det er ikkje lagt fram dokumentasjon, og avtalen er "
            "difor markert som misleghalden:\n\n"
            "{text}\n\nAnsvarleg part: {responsible}\nAvtale: {title}\n\n"
            "Markeringa blir borte når dokumentasjonen er registrert i Samla, eller når alle partane har signert ei "
            "ny utgåve av avtalen med ein ny frist.",
        ),
    },
    REVISION_DUE: {
        "nb": Notice(
            "Avtalen «{title}» skal revideres innen {day}",
            "Avtalen «{title}» skal revideres innen {day}. Senteret som har utformet avtalen, legger fram en ny "
            "utgave, og alle partene signerer den. Den gamle utgaven gjelder til da.",
        ),
        "nn": Notice(
            "Avtalen «{title}» skal reviderast innan {day}",
            "Avtalen «{title}» skal reviderast innan {day}. Senteret som har utforma avtalen, legg fram ei ny "
            "utgåve, og alle partane signerer ho. Den gamle utgåva gjeld til då.",
        ),
    },
    REVISION_OVERDUE: {
        "nb": Notice(
            "Avtalen «{title}» er ikke revidert",
            "Avtalen «{title}» skulle vært revidert innen {day}, og det er ikke gjort. Avtalen gjelder fortsatt. "
            "Senteret som har utformet den, legger fram en ny utgave, og alle partene signerer den.",
        ),
        "nn": Notice(
            "Avtalen «{title}» er ikkje revidert",
            "Avtalen «{title}» skulle vore revidert innan {day}, og det er ikkje gjort. Avtalen gjeld framleis. "
            "Senteret som har utforma han, legg fram ei ny utgåve, og alle partane signerer ho.",
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a mail is about: a day in an agreement and, where it is about one, a commitment."""

    title: Text
    day: date
    text: Text | None = None
    responsible: Party | None = None


def occasion_of(
    kind: str, agreement: Agreement, commitment_id: UUID | None, day: date, since: date | None = None
) -> Occasion | None:
    """What there is to tell; nothing where it is no longer so, or is about another day by now.

    ``since`` is when the breach began that is told of, where that is known: of a later one there is another mail.
    """
    edition = agreement.signed
    if agreement.status is not AgreementStatus.in_force or edition is None:
        return None
    if kind in (REVISION_DUE, REVISION_OVERDUE):
        is_so = edition.revise_by == day and (kind == REVISION_DUE or agreement.revision_overdue_on is not None)
        return Occasion(edition.title, day) if is_so else None
    commitment = _unmet(edition, commitment_id, day)
    if commitment is None or (kind == AGREEMENT_BREACH and not _is_breach(commitment, since)):
        return None
    return Occasion(edition.title, day, commitment.text, commitment.responsible)


def _is_breach(commitment: Commitment, since: date | None) -> bool:
    return commitment.overdue_on is not None and since in (None, commitment.overdue_on)


def _unmet(edition: Edition, commitment_id: UUID | None, day: date) -> Commitment | None:
    for commitment in edition.commitments:
        if commitment.commitment_id == commitment_id:
            return commitment if commitment.evidence is None and commitment.due_on == day else None
    return None


def written(kind: str, occasion: Occasion, language: Language, responsible: str) -> tuple[str, str]:
    """Subject and text of the mail, in a language."""
    notice = NOTICES[kind][language]
    title = shorten(in_language(occasion.title, language), LONGEST_TITLE, placeholder=" …")
    facts = {
        "title": title,
        "day": written_day(occasion.day),
        "text": in_language(occasion.text, language) if occasion.text is not None else "",
        "responsible": responsible,
    }
    body = notice.body.format_map(facts)
    return notice.subject.format_map(facts), f"{body}\n\n{FOOT[language]}\n"


def language_for(unit: Unit | None, on: date, title: Text) -> Language:
    """The form that the municipality has decided to be written to in; for others the one that the agreement is in.

    An agreement that is in both, or a municipality that is neutral, is bokmål.
    """
    decisions = unit.languages if unit is not None else ()
    decided = {each.form for each in decisions if is_valid(each.valid_from, each.valid_to, on)}
    if WrittenForm.nynorsk in decided:
        return "nn"
    return "nn" if WrittenForm.bokmal not in decided and title.nb is None else "nb"


def in_language(text: Text, language: Language) -> str:
    """A text by users in a language, or in the other form where it is only in that."""
    wanted, other = (text.nn, text.nb) if language == "nn" else (text.nb, text.nn)
    return wanted or other or ""


def written_day(day: date) -> str:
    """A day as people write it: 8. april 2016."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"
