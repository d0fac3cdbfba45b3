"""An agreement as its parties read it: with names, with what differs in what is to be signed, and what one can do."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from gateway.catalogue import Snapshot
from gateway.queries.agreements import party_name
from gateway.web.parties import Reader
from services.contracts.registry.agreements import (
    Agreement,
    AgreementStatus,
    Commitment,
    Edition,
    Party,
    PartyKind,
)

PARTS = ("title", "scope", "unit_codes", "anchoring", "document", "revise_by")
PROMISED = {"text", "due_on", "evidence_kind", "responsible"}
"""What a commitment says; all else is what came of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """In what an edition that is to be signed differs from the one that binds."""

    parts: tuple[str, ...]
    """Slugs of :data:`gateway.web.agreement_words.PARTS`."""
    new: tuple[Commitment, ...]
    changed: tuple[Commitment, ...]
    dropped: tuple[Commitment, ...]

    @property
    def is_none(self) -> bool:
        """Both say the same."""
        return not (self.parts or self.new or self.changed or self.dropped)


@dataclass(frozen=True, slots=True)
class Steps:
    """What the reader may try. The registry judges; this keeps off the page what is somebody else's affair."""

    signs_as: Party | None
    signs_for: tuple[Party, ...]
    """Parties that may have no account, for which the drafting centre signs."""
    shows: frozenset[UUID]
    """The commitments that the reader can show something for."""
    verifies: frozenset[UUID]
    ends: bool
    changes: bool
    """The reader's centre has drafted it."""
    replaces: bool


@dataclass(frozen=True, slots=True)
class ShownAgreement:
    """All that the page tells of an agreement."""

    agreement: Agreement
    names: Mapping[Party, str]
    difference: Difference | None
    steps: Steps

    @property
    def named_by(self) -> Edition:
        """The edition that it is called by."""
        return edition_to_name(self.agreement)


def shown_agreement(country: Snapshot, agreement: Agreement, reader: Reader) -> ShownAgreement:
    """An agreement for somebody who may read it."""
    return ShownAgreement(
        agreement=agreement,
        names=names_of(country, (agreement,)),
        difference=_difference(agreement),
        steps=_steps(agreement, reader),
    )


def names_of(country: Snapshot, agreements: Iterable[Agreement]) -> Mapping[Party, str]:
    """What the parties are called."""
    return {party: party_name(country, party) for agreement in agreements for party in agreement.parties}


def edition_to_name(agreement: Agreement) -> Edition:
    """The edition that an agreement is called by: the one that binds, or bound, before one that is to be signed.

    Raises:
        ValueError: it has none, which the registry never tells.
    """
    edition = agreement.signed or agreement.drafted
    if edition is None:
        raise ValueError("an agreement begins with an edition")
    return edition


def newest_edition(agreement: Agreement) -> Edition:
    """The edition that is to be signed, or else the one that binds or bound. Raises as :func:`edition_to_name`."""
    return agreement.drafted or edition_to_name(agreement)


def is_current(agreement: Agreement) -> bool:
    """It binds, or may come to."""
    return agreement.status in (AgreementStatus.drafted, AgreementStatus.in_force)


def _difference(agreement: Agreement) -> Difference | None:
    before, after = agreement.signed, agreement.drafted
    if before is None or after is None:
        return None
    known = {each.commitment_id: each for each in before.commitments}
    kept = {each.commitment_id for each in after.commitments}

    def is_changed(each: Commitment) -> bool:
        told = known.get(each.commitment_id)
        return told is not None and told.model_dump(include=PROMISED) != each.model_dump(include=PROMISED)

    return Difference(
        parts=tuple(part for part in PARTS if getattr(before, part) != getattr(after, part)),
        new=tuple(each for each in after.commitments if each.commitment_id not in known),
        changed=tuple(filter(is_changed, after.commitments)),
        dropped=tuple(each for each in before.commitments if each.commitment_id not in kept),
    )


def _steps(agreement: Agreement, reader: Reader) -> Steps:
    own = next((each for each in agreement.parties if _is_one_of(each, reader.sides)), None)
    is_centre = agreement.centre_id in reader.sides
    changes = may_change(agreement, reader)
    replaces = changes and agreement.status is AgreementStatus.in_force
    if own is None or not reader.signs or not is_current(agreement):
        return Steps(None, (), frozenset(), frozenset(), ends=False, changes=changes, replaces=replaces)
    edition = agreement.drafted if agreement.drafted is not None and agreement.drafted.document is not None else None
    signed = {each.party: each for each in edition.signatures} if edition is not None else {}
    own_signature = signed.get(own)
    can_sign = edition is not None and (own_signature is None or own_signature.signed_for_by is not None)
    others = (each for each in agreement.parties if each != own and each not in signed)
    binding = agreement.signed.commitments if agreement.signed is not None else ()
    open_ones = [each for each in binding if each.verified_on is None]
    return Steps(
        signs_as=own if can_sign else None,
        signs_for=tuple(others) if is_centre and edition is not None else (),
        shows=frozenset(each.commitment_id for each in open_ones if is_centre or each.responsible == own),
        verifies=frozenset(
            each.commitment_id for each in open_ones if each.evidence is not None and each.responsible != own
        ),
        ends=True,
        changes=changes,
        replaces=replaces,
    )


def may_change(agreement: Agreement, reader: Reader) -> bool:
    """Whether the reader drafts for the centre that has drafted it, and it is not over."""
    return reader.drafts and agreement.centre_id in reader.sides and is_current(agreement)


def _is_one_of(party: Party, sides: Collection[UUID]) -> bool:
    return party.kind is PartyKind.organisation and party.party_id in sides
