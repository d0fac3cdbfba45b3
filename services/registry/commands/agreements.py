"""Agreements: put before the parties, changed, signed by each, and ended."""

from collections.abc import Sequence
from uuid import UUID

from services.contracts.registry.agreement_requests import (
    AgreementTerms,
    ChangeAgreement,
    DraftAgreement,
    EndAgreement,
    SignAgreement,
)
from services.contracts.registry.agreements import (
    Agreement,
    AgreementChanged,
    AgreementDrafted,
    AgreementEnded,
    AgreementKind,
    AgreementPartySigned,
    AgreementReplaced,
    AgreementSigned,
    Party,
    PartyKind,
)
from services.kernel.problems import FieldError, Invalid
from services.kernel.transaction import Transaction
from services.registry.commands.agreement_rows import expect_agreement, lock_agreement, store_agreement
from services.registry.commands.references import known_bodies, require_own_centre, require_places
from services.registry.commands.sides import own_side, speaks_as
from services.registry.domain.agreement_terms import require_municipalities, require_parties, require_terms
from services.registry.domain.agreements import (
    acts_for,
    changed,
    drafted,
    ended,
    known_commitments,
    replaced,
    require_replaceable,
    signed,
    speaks_in,
)
from services.registry.domain.organisations import require_kept
from services.registry.domain.refusals import UnknownOrganisation
from services.registry.queries import geography
from services.registry.queries.agreement_parties import municipalities_of
from services.registry.tables import GroupRow
from services.registry.tables.agreements import AgreementRow


def draft_agreement(tx: Transaction, command: DraftAgreement) -> Agreement:
    """Put an agreement before its parties.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre, OrganisationIsMerged: the centre or a party is not what it should be.
        CentreNotAParty, MunicipalityNotAParty: somebody is missing among the parties.
        UnknownUnit, UnitNotValid: it is about what was no unit on the date.
        Invalid: a group is not known, or what it would replace. And as ``require_terms``.
    """
    require_own_centre(tx, command.centre_id)
    require_parties(command)
    _require_known(tx, command.parties)
    _require_terms(tx, command, command.kind, command.parties)
    if command.replaces is not None:
        other = tx.session.get(AgreementRow, command.replaces)
        require_replaceable(other.public() if other is not None else None, command.centre_id)
    agreement = drafted(command, tx.new_id(), tx.new_id)
    store_agreement(tx, None, agreement)
    tx.publish(AgreementDrafted(occurred_on=command.occurred_on, agreement=agreement))
    return agreement


def change_agreement(tx: Transaction, agreement_id: UUID, command: ChangeAgreement) -> Agreement:
    """Put something else before the parties. What they have signed binds them until they have signed the new edition.

    Raises:
        NotFound: there is none, or another centre drafts it.
        StepOutOfOrder, DateOutOfOrder: as ``changed``. And as ``draft_agreement`` of what is agreed on.
    """
    agreement = lock_agreement(tx, agreement_id)
    own_side(tx, agreement.centre_id)
    expect_agreement(tx, agreement_id)
    after = changed(agreement, command, tx.new_id)
    _require_terms(tx, command, agreement.kind, agreement.parties, agreement)
    store_agreement(tx, agreement, after)
    tx.publish(AgreementChanged(occurred_on=command.occurred_on, agreement=after))
    return after


def sign_agreement(tx: Transaction, agreement_id: UUID, command: SignAgreement) -> Agreement:
    """A party signs; the drafting centre may sign for one that has no account. The last signature puts it in force.

    Raises:
        NotFound: there is none, or the caller is neither the party nor the drafting centre.
        Problem: as ``signed``.
    """
    agreement = lock_agreement(tx, agreement_id)
    signer_id = speaks_as(tx, (command.party,))
    own_side(tx, acts_for(agreement, command.party, signer_id))
    expect_agreement(tx, agreement_id)
    after = signed(agreement, command, signer_id, today=tx.today)
    store_agreement(tx, agreement, after)
    if after.drafted is not None:
        tx.publish(AgreementPartySigned(occurred_on=command.occurred_on, agreement=after))
        return after
    tx.publish(AgreementSigned(occurred_on=command.occurred_on, agreement=after))
    if after.replaces is not None:
        _replace(tx, after.replaces, after)
    return after


def end_agreement(tx: Transaction, agreement_id: UUID, command: EndAgreement) -> Agreement:
    """A party says that the agreement binds it no more, or that it will not sign it.

    Raises:
        NotFound: there is none, or the caller is no party.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: as ``ended``.
    """
    agreement = lock_agreement(tx, agreement_id)
    own_side(tx, speaks_in(agreement, speaks_as(tx, agreement.parties)))
    expect_agreement(tx, agreement_id)
    tx.reason = command.reason.nb or command.reason.nn
    after = ended(agreement, command, today=tx.today)
    store_agreement(tx, agreement, after)
    tx.publish(AgreementEnded(occurred_on=command.occurred_on, agreement=after))
    return after


def _replace(tx: Transaction, agreement_id: UUID, by: Agreement) -> None:
    before = lock_agreement(tx, agreement_id)
    after = replaced(before, by)
    if after is not None:
        store_agreement(tx, before, after)
        tx.publish(AgreementReplaced(occurred_on=after.ended_on or tx.today, agreement=after))


def _require_terms(
    tx: Transaction,
    terms: AgreementTerms,
    kind: AgreementKind,
    parties: Sequence[Party],
    agreement: Agreement | None = None,
) -> None:
    known = known_commitments(agreement) if agreement is not None else {}
    require_terms(terms, parties, known, today=tx.today)
    codes = {f"/unit_codes/{place}": code for place, code in enumerate(terms.unit_codes)}
    require_places(tx, codes, on=terms.occurred_on)
    if kind is AgreementKind.focus:
        country = geography(tx.connection)
        of_parties = municipalities_of(tx.connection, parties, country, terms.occurred_on)
        require_municipalities(terms.unit_codes, of_parties)


def _require_known(tx: Transaction, parties: Sequence[Party]) -> None:
    """Every party is known, and no record that was given up for another."""
    known = known_bodies(tx, (party.party_id for party in parties if party.kind is PartyKind.organisation))
    unknown = [
        f"/parties/{place}/party_id"
        for place, party in enumerate(parties)
        if party.kind is PartyKind.organisation and party.party_id not in known
    ]
    if unknown:
        raise UnknownOrganisation(*unknown)
    for place, party in enumerate(parties):
        pointer = f"/parties/{place}/party_id"
        if party.kind is PartyKind.organisation:
            require_kept(known[party.party_id], pointer)
        elif tx.session.get(GroupRow, party.party_id) is None:
            raise Invalid(errors=[FieldError(pointer, code="no-such-thing")])
