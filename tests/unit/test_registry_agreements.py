"""Editions, what falls due about them, and what the parties are told, one rule at a time."""

import re
from datetime import date, datetime, timedelta
from itertools import count
from string import Formatter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.message import Text
from services.contracts.registry import LanguageDecision, PlaceName, Unit, UnitKind, WrittenForm
from services.contracts.registry.agreement_requests import (
    ChangeAgreement,
    DraftAgreement,
    EndAgreement,
    ProvideEvidence,
    SignAgreement,
)
from services.contracts.registry.agreements import Agreement, EvidenceKind, Party, PartyKind
from services.kernel.clock import OSLO
from services.kernel.problems import Problem
from services.registry.domain.agreement_deadlines import deadlines_of
from services.registry.domain.agreement_notices import (
    AGREEMENT_BREACH,
    COMMITMENT_DUE,
    FOOT,
    LONGEST_TITLE,
    NOTICES,
    REVISION_DUE,
    REVISION_OVERDUE,
    Occasion,
    language_for,
    occasion_of,
    written,
)
from services.registry.domain.agreements import acts_for, changed, drafted, ended, replaced, signed, speaks_in
from services.registry.domain.commitments import overdue, provided, revision_overdue

CENTRE, TOWN, STRANGER = UUID(int=1), UUID(int=2), UUID(int=3)
SHA = "5f" * 32
TODAY = date(2016, 12, 31)
DUE, REVISE_BY = date(2016, 6, 1), date(2016, 11, 1)
_ids = count(100)


def new_id() -> UUID:
    return UUID(int=next(_ids))


def party(party_id: UUID) -> dict[str, Any]:
    return {"kind": PartyKind.organisation, "party_id": party_id}


def terms(**changes: Any) -> dict[str, Any]:
    commitment = {
        "text": {"nb": "Kartlegge"},
        "due_on": DUE,
        "evidence_kind": "survey",
        "responsible": party(TOWN),
    }
    told = {
        "title": {"nb": "Avtale"},
        "scope": {"nb": "Alt"},
        "document": {"sha256": SHA, "media_type": "application/pdf", "archive_reference": "16/1"},
        "commitments": [commitment],
        "revise_by": REVISE_BY,
        "occurred_on": date(2016, 3, 1),
    }
    return told | changes


def a_draft(**changes: Any) -> Agreement:
    told = terms(kind="cooperation", centre_id=CENTRE, parties=[party(CENTRE), party(TOWN)], **changes)
    return drafted(DraftAgreement.model_validate(told), UUID(int=99), new_id)


def by(agreement: Agreement, signer: UUID, on: date = date(2016, 3, 2)) -> Agreement:
    command = {"party": party(signer), "document_sha256": SHA, "occurred_on": on}
    return signed(agreement, SignAgreement.model_validate(command), signer, today=TODAY)


def in_force(agreement: Agreement, on: date = date(2016, 3, 2)) -> Agreement:
    return by(by(agreement, CENTRE, on), TOWN, on)


def a_change(agreement: Agreement, on: date = date(2016, 4, 1), **changes: Any) -> Agreement:
    return changed(agreement, ChangeAgreement.model_validate(terms(occurred_on=on, **changes)), new_id)


def met(agreement: Agreement) -> Agreement:
    assert agreement.signed is not None
    command = ProvideEvidence(kind=EvidenceKind.survey, reference="B", occurred_on=date(2016, 4, 1))
    return provided(agreement, agreement.signed.commitments[0].commitment_id, command, TOWN, today=TODAY)


def broken(agreement: Agreement) -> Agreement:
    assert agreement.signed is not None
    after = overdue(agreement, agreement.signed.commitments[0].commitment_id)
    assert after is not None
    return after


STEPS = st.lists(st.sampled_from(("change", "centre", "town", "meet", "break", "end")), max_size=14)


@given(STEPS)
def test_whatever_is_done_each_edition_is_signed_by_all_before_it_binds(steps: list[str]) -> None:
    agreement, editions = a_draft(), [1]
    for step in steps:
        before = agreement
        try:
            agreement = _taken(agreement, step)
        except (Problem, AssertionError):
            continue
        for edition in (agreement.signed, agreement.drafted):
            if edition is not None and edition.number not in editions:
                editions.append(edition.number)
        if agreement.signed is not None:
            assert {each.party.party_id for each in agreement.signed.signatures} == {CENTRE, TOWN}
            assert agreement.in_force_since is not None
        if agreement.drafted is not None and agreement.status != "ended":
            assert len(agreement.drafted.signatures) < 2
        # What binds is exchanged for nothing but a whole new edition.
        if before.signed is not None and agreement.signed is not None and step == "change":
            assert agreement.signed == before.signed
        overdue_days = [each.overdue_on for each in agreement.signed.commitments] if agreement.signed else []
        known = min((day for day in overdue_days if day is not None), default=None)
        assert agreement.in_breach_since == (known if agreement.status == "in_force" else None)
    assert editions == list(range(1, len(editions) + 1))


def _taken(agreement: Agreement, step: str) -> Agreement:
    match step:
        case "change":
            commitments = agreement.signed.commitments if agreement.signed else ()
            told = [
                {**each, "commitment_id": next((known.commitment_id for known in commitments), None)}
                for each in terms()["commitments"]
            ]
            return a_change(agreement, commitments=told)
        case "centre" | "town":
            return by(agreement, CENTRE if step == "centre" else TOWN, date(2016, 4, 1))
        case "meet":
            return met(agreement)
        case "break":
            return broken(agreement)
    command = EndAgreement(reason=Text(nb="Slutt"), occurred_on=date(2016, 12, 1))
    return ended(agreement, command, today=TODAY)


def test_br_19_what_was_shown_for_a_commitment_counts_in_the_next_edition_where_the_same_is_promised() -> None:
    agreement = met(in_force(a_draft()))
    assert agreement.signed is not None
    kept = agreement.signed.commitments[0].commitment_id

    def carried(**changes: Any) -> str | None:
        told = [{**terms()["commitments"][0], "commitment_id": kept, **changes}]
        after = in_force(a_change(agreement, commitments=told), date(2016, 4, 2))
        assert after.signed is not None
        evidence = after.signed.commitments[0].evidence
        return evidence.reference if evidence is not None else None

    assert carried() == carried(due_on=date(2016, 5, 1)) == "B"
    assert carried(text={"nb": "Kartlegge", "nn": "Kartleggje"}) == "B"
    for otherwise in (
        {"due_on": DUE + timedelta(days=1)},
        {"evidence_kind": "report"},
        {"responsible": party(CENTRE)},
        {"text": {"nb": "Kartlegge hvert år"}},
        {"text": {"nn": "Kartleggje"}},
        {"text": {"nb": "Gjennomføre", "nn": "Kartleggje"}},
    ):
        assert carried(**otherwise) is None, otherwise
    assert carried(commitment_id=None) is None


def test_br_19_what_falls_due_is_reminded_of_thirty_days_ahead_and_checked_on_the_morning_after() -> None:
    agreement = in_force(a_draft())

    def falls_due(agreement: Agreement) -> dict[str, datetime]:
        return {deadline.kind: due_at for deadline, due_at in deadlines_of(agreement).items()}

    assert deadlines_of(a_draft()) == {}
    assert falls_due(agreement) == {
        "commitment-reminder": datetime(2016, 5, 2, 7, tzinfo=OSLO),
        "commitment-check": datetime(2016, 6, 2, 7, tzinfo=OSLO),
        "revision-reminder": datetime(2016, 10, 2, 7, tzinfo=OSLO),
        "revision-check": datetime(2016, 11, 2, 7, tzinfo=OSLO),
    }
    assert falls_due(met(agreement)).keys() == {"revision-reminder", "revision-check"}
    assert "commitment-check" not in falls_due(broken(agreement))
    late = revision_overdue(agreement)
    assert late is not None
    assert "revision-check" not in falls_due(late)
    end = EndAgreement(reason=Text(nb="Slutt"), occurred_on=TODAY)
    assert deadlines_of(ended(agreement, end, today=TODAY)) == {}


def test_br_19_a_commitment_that_was_overdue_before_all_had_signed_is_a_breach_from_the_day_they_had() -> None:
    agreement = broken(in_force(a_draft(), date(2016, 7, 10)))
    assert agreement.in_breach_since == date(2016, 7, 10)
    assert broken(in_force(a_draft())).in_breach_since == DUE + timedelta(days=1)


def test_br_19_nothing_is_overdue_twice_or_when_it_is_met_or_over() -> None:
    agreement = in_force(a_draft())
    assert agreement.signed is not None
    its_id = agreement.signed.commitments[0].commitment_id
    assert overdue(met(agreement), its_id) is None
    assert overdue(broken(agreement), its_id) is None
    assert overdue(agreement, UUID(int=7)) is None
    assert overdue(a_draft(), its_id) is None
    assert revision_overdue(in_force(a_draft(revise_by=None))) is None


def test_one_agreement_comes_in_the_place_of_another_that_is_in_force_and_ends_its_breach() -> None:
    by_this = in_force(a_draft(), date(2016, 7, 1))
    after = replaced(broken(in_force(a_draft())), by_this)
    assert after is not None
    assert (after.status, after.ended_on, after.in_breach_since) == ("replaced", date(2016, 7, 1), None)
    assert replaced(after, by_this) is None
    assert replaced(a_draft(), by_this) is None


def test_who_may_act_for_a_party_is_the_party_or_the_centre_that_drafted() -> None:
    agreement = a_draft()
    town = Party(kind=PartyKind.organisation, party_id=TOWN)
    assert acts_for(agreement, town, TOWN) == speaks_in(agreement, TOWN) == TOWN
    for caller in (CENTRE, STRANGER, None):
        assert acts_for(agreement, town, caller) == CENTRE
    assert speaks_in(agreement, STRANGER) == speaks_in(agreement, None) == CENTRE
    # A group has the id of no organisation, and a stranger who names itself is no party.
    assert acts_for(agreement, Party(kind=PartyKind.group, party_id=TOWN), TOWN) == CENTRE
    assert acts_for(agreement, Party(kind=PartyKind.organisation, party_id=STRANGER), STRANGER) == CENTRE


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_every_notice_has_the_same_facts_in_both_forms_and_each_form_is_its_own(kind: str) -> None:
    bokmal, nynorsk = NOTICES[kind]["nb"], NOTICES[kind]["nn"]
    assert places(bokmal.subject) == places(nynorsk.subject)
    assert places(bokmal.body) == places(nynorsk.body)
    assert not re.search(r"\b(ikkje|frå|innan|skulle vore|avtalen gjeld|ho)\b", bokmal.body + FOOT["nb"])
    assert not re.search(r"\b(ikke|fra|innen|skulle vært|gjelder|den)\b", nynorsk.body + FOOT["nn"])


def test_a_mail_tells_what_it_is_about_and_holds_no_line_break_in_its_subject() -> None:
    title = Text(nb=f"Avtale\n{'om mye ' * 40}", nn="Avtale")
    occasion = Occasion(title, DUE, Text(nb="Kartlegge", nn="Kartleggje"), None)
    subject, body = written(AGREEMENT_BREACH, occasion, "nb", "Tromsø kommune")
    assert "\n" not in subject
    assert len(subject) < LONGEST_TITLE + 40
    assert "innen 1. juni 2016" in body
    assert "Ansvarlig part: Tromsø kommune" in body
    assert body.endswith(f"{FOOT['nb']}\n")
    assert "Kartleggje" in written(COMMITMENT_DUE, occasion, "nn", "")[1]
    assert "Kartlegge" in written(COMMITMENT_DUE, Occasion(title, DUE, Text(nb="Kartlegge")), "nn", "")[1]


def test_there_is_nothing_to_tell_when_it_is_no_longer_so() -> None:
    agreement = in_force(a_draft())
    assert agreement.signed is not None
    its_id = agreement.signed.commitments[0].commitment_id
    assert occasion_of(COMMITMENT_DUE, agreement, its_id, DUE) is not None
    assert occasion_of(COMMITMENT_DUE, agreement, its_id, DUE + timedelta(days=1)) is None
    assert occasion_of(COMMITMENT_DUE, met(agreement), its_id, DUE) is None
    assert occasion_of(AGREEMENT_BREACH, agreement, its_id, DUE) is None
    assert occasion_of(AGREEMENT_BREACH, broken(agreement), its_id, DUE) is not None
    assert occasion_of(REVISION_DUE, agreement, None, REVISE_BY) is not None
    assert occasion_of(REVISION_OVERDUE, agreement, None, REVISE_BY) is None
    assert occasion_of(REVISION_DUE, a_draft(), None, REVISE_BY) is None


def a_unit(form: WrittenForm | None) -> Unit:
    names = (PlaceName(name="Tromsø", valid_from=date(1971, 1, 1)),)
    told = LanguageDecision(form=form, valid_from=date(2016, 1, 1), valid_to=date(2017, 1, 1), source="vedtak")
    return Unit(code="1902", kind=UnitKind.municipality, names=names, valid_from=date(1971, 1, 1), languages=(told,))


@pytest.mark.parametrize(
    ("unit", "on", "title", "language"),
    [
        (a_unit(WrittenForm.nynorsk), date(2016, 6, 1), Text(nb="Avtale"), "nn"),
        (a_unit(WrittenForm.bokmal), date(2016, 6, 1), Text(nn="Avtale"), "nb"),
        (a_unit(WrittenForm.nynorsk), date(2017, 6, 1), Text(nb="Avtale"), "nb"),
        (a_unit(WrittenForm.neutral), date(2016, 6, 1), Text(nb="Avtale", nn="Avtale"), "nb"),
        (a_unit(WrittenForm.neutral), date(2016, 6, 1), Text(nn="Avtale"), "nn"),
        (None, date(2016, 6, 1), Text(nn="Avtale"), "nn"),
        (None, date(2016, 6, 1), Text(nb="Avtale", nn="Avtale"), "nb"),
    ],
)
def test_the_form_is_the_one_the_municipality_has_decided_or_else_the_agreements(
    unit: Unit | None, on: date, title: Text, language: str
) -> None:
    assert language_for(unit, on, title) == language
