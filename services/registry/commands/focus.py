"""Focus municipalities: nominated, assessed, designated or refused, and ended."""

from datetime import date
from uuid import UUID

from services.contracts.geography import Geography
from services.contracts.registry import Organisation
from services.contracts.registry.agreements import Agreement
from services.contracts.registry.focus import (
    AssessFocus,
    DesignateFocus,
    EndFocus,
    FocusAssessed,
    FocusDesignated,
    FocusEnded,
    FocusMessage,
    FocusNominated,
    FocusNomination,
    FocusRefused,
    NominateFocus,
    RefuseFocus,
    Spread,
)
from services.kernel.problems import FieldError, Invalid
from services.kernel.transaction import Transaction
from services.registry.commands.organisation_rows import lock_organisation
from services.registry.commands.references import lock_own, lock_place, require_own_centre, require_places
from services.registry.domain.agreement_terms import require_anchoring
from services.registry.domain.focus import (
    FocusNominationExists,
    assessed,
    binds,
    designated,
    ended,
    nominated,
    refused,
    require_step,
)
from services.registry.domain.spread import require_covered, spread_with
from services.registry.queries import geography, organisation_row
from services.registry.queries.agreements import edition_on
from services.registry.queries.focus import focus_codes, has_open_nomination
from services.registry.tables import AgreementRow, FocusNominationRow


def nominate_focus(tx: Transaction, command: NominateFocus) -> FocusNomination:
    """Consider a unit as focus municipality.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre, OrganisationIsMerged: it is no centre.
        DateInFuture: it cannot be considered yet.
        UnknownUnit, UnitNotValid, CentreDoesNotCover: the unit was none on the date, or is another centre's.
        FocusNominationExists: the centre considers it already, or it is one of its focus municipalities, perhaps by
            another code that it has had.
    """
    require_own_centre(tx, command.centre_id)
    nomination = nominated(command, tx.new_id(), today=tx.today)
    require_places(tx, {"/unit_code": command.unit_code}, on=command.occurred_on)
    centre = organisation_row(tx.connection, command.centre_id)
    require_covered(centre, command.unit_code, geography(tx.connection), command.occurred_on)
    if has_open_nomination(tx.connection, command.centre_id, lock_place(tx, command.unit_code)):
        raise FocusNominationExists()
    return _store(tx, FocusNominated, nomination, command.occurred_on)


def assess_focus(tx: Transaction, nomination_id: UUID, command: AssessFocus) -> FocusNomination:
    """Assess a unit by the five criteria, from what anchors it, the agreement with it, and the centre's other units.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateOutOfOrder: it is decided, or was nominated later.
        DateInFuture, PeriodReversed: what anchors it cannot be so.
        Invalid: the centre has no such agreement.
        DateBeforeTables: the municipalities of so early a date are not known.
    """
    nomination = _lock(tx, nomination_id, "assess", command.occurred_on)
    require_anchoring(command.anchoring, today=tx.today)
    agreement = _agreement(tx, command.agreement_id, nomination.centre_id, command.occurred_on)
    centre, country = organisation_row(tx.connection, nomination.centre_id), geography(tx.connection)
    spread = _spread(tx, nomination, centre, country, command.occurred_on)
    after = assessed(nomination, command, agreement, spread, country)
    return _store(tx, FocusAssessed, after, command.occurred_on)


def designate_focus(tx: Transaction, nomination_id: UUID, command: DesignateFocus) -> FocusNomination:
    """Decide that the unit is a focus municipality, and keep how the centre's are spread before and after (BR-16).

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it is not assessed, or later than that.
        AgreementMissing: no agreement binds the municipality (BR-12).
        CriteriaNotFulfilled: it is not anchored as it must be (BR-13, BR-14).
    """
    nomination = _lock(tx, nomination_id, "designate", command.occurred_on)
    # Of two designations at once the second sees the first, and while one is made nobody ends the agreement.
    centre = lock_organisation(tx, nomination.centre_id)
    rests_on = nomination.assessment.agreement_id if nomination.assessment is not None else None
    agreement = _agreement(tx, rests_on, nomination.centre_id, command.occurred_on)
    country = geography(tx.connection)
    is_bound = agreement is not None and binds(agreement, nomination, country, command.occurred_on)
    spread = _spread(tx, nomination, centre, country, command.occurred_on)
    after = designated(nomination, command.occurred_on, is_bound=is_bound, spread=spread)
    return _store(tx, FocusDesignated, after, command.occurred_on)


def refuse_focus(tx: Transaction, nomination_id: UUID, command: RefuseFocus) -> FocusNomination:
    """Decide that the unit does not become a focus municipality, and why.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it is not assessed, or later than that.
    """
    nomination = _lock(tx, nomination_id, "refuse", command.occurred_on)
    tx.reason = command.reasons.nb or command.reasons.nn
    return _store(tx, FocusRefused, refused(nomination, command), command.occurred_on)


def end_focus(tx: Transaction, nomination_id: UUID, command: EndFocus) -> FocusNomination:
    """Say that the unit is no focus municipality any more, or give a nomination up.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it has ended or is refused, or was decided later.
    """
    nomination = _lock(tx, nomination_id, "end", command.occurred_on)
    tx.reason = command.reason.nb or command.reason.nn
    return _store(tx, FocusEnded, ended(nomination, command), command.occurred_on)


def _lock(tx: Transaction, nomination_id: UUID, step: str, on: date) -> FocusNomination:
    nomination = lock_own(tx, FocusNominationRow, nomination_id, FocusMessage).public()
    require_step(nomination, step, on, today=tx.today)
    return nomination


def _store(tx: Transaction, fact: type[FocusMessage], nomination: FocusNomination, on: date) -> FocusNomination:
    tx.session.merge(FocusNominationRow.of(nomination))
    tx.publish(fact(occurred_on=on, nomination=nomination))
    return nomination


def _agreement(tx: Transaction, agreement_id: UUID | None, centre_id: UUID, on: date) -> Agreement | None:
    """The centre's agreement that is named, if one is, as it bound on the date; nobody else changes it meanwhile."""
    if agreement_id is None:
        return None
    row = tx.session.get(AgreementRow, agreement_id, with_for_update=True)
    if row is None or row.centre_id != centre_id:
        raise Invalid(errors=[FieldError("/agreement_id", code="no-such-thing")])
    agreement = row.public()
    return agreement.model_copy(update={"signed": edition_on(tx.connection, agreement, on)})


def _spread(tx: Transaction, nomination: FocusNomination, centre: Organisation, country: Geography, on: date) -> Spread:
    standing = focus_codes(tx.connection, nomination.centre_id, on)
    return spread_with(nomination.unit_code, standing, centre, country, on)
