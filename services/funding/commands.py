"""What callers may do with money: open a scheme, propose an award, and approve what another person proposed."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

from services.contracts.funding import (
    ApproveAward,
    AwardProposal,
    Grant,
    GrantAwarded,
    OpenScheme,
    ProposeAward,
    Scheme,
    SchemeOpened,
)
from services.funding import queries
from services.funding.domain import (
    Frame,
    Line,
    ProposedAward,
    not_yet_known,
    require_occurred,
    require_purpose,
    require_same_facts,
    require_two_persons,
    require_unit,
    transfer,
)
from services.funding.tables import POSTINGS, AwardProposalRow, FrameRow, GrantRow, SchemeRow
from services.kernel.transaction import Transaction


def open_scheme(tx: Transaction, request: OpenScheme) -> Scheme:
    """Open a scheme with a frame for a year, and post the frame.

    Raises:
        NotFound: it would be another organisation's.
        DateInFuture: it is not open yet.
    """
    tx.own(request.owner_id)
    require_occurred(request.occurred_on, today=tx.today)
    scheme = Scheme(scheme_id=tx.new_id(), opened_on=request.occurred_on, **request.model_dump(exclude={"occurred_on"}))
    tx.add(SchemeRow(**scheme.model_dump()))
    tx.flush()
    tx.add(FrameRow(scheme_id=scheme.scheme_id, frame_ore=scheme.frame_ore, pledged_ore=0))
    lines = transfer(scheme.frame_ore, source="appropriation", target="frame")
    _post(tx, scheme.scheme_id, None, lines, scheme.opened_on)
    tx.publish(SchemeOpened(occurred_on=scheme.opened_on, scheme=scheme))
    return scheme


def propose_award(tx: Transaction, scheme_id: UUID, request: ProposeAward) -> AwardProposal:
    """Propose to pay a municipality, tied to the programme it takes part in (BR-79). Nothing is pledged yet.

    Raises:
        NotFound: there is no such scheme, or it is another organisation's.
        DateInFuture, DateOutOfOrder, UnitNotValid: the request is wrong.
        NotYetKnown: the unit or the programme is not known here yet.
        OtherPurpose: the money is set aside for other themes (BR-80).
    """
    scheme = queries.scheme(tx.connection, scheme_id)
    tx.own(scheme.owner_id)
    require_occurred(request.occurred_on, today=tx.today, earliest=scheme.opened_on)
    require_unit(request.unit_code, queries.validity(tx.connection, request.unit_code), on=request.occurred_on)
    theme = queries.programme_theme(tx.connection, request.programme_id)
    if theme is None:
        raise not_yet_known("/programme_id")
    require_purpose(scheme, theme)
    award = ProposedAward.under(
        scheme,
        proposal_id=tx.new_id(),
        programme_id=request.programme_id,
        unit_code=request.unit_code,
        amount_ore=request.amount_ore,
        proposed_on=request.occurred_on,
        source=request.source,
    )
    proposal = AwardProposalRow(
        **asdict(award), owner_id=scheme.owner_id, proposed_by=tx.principal.subject, digest=award.digest()
    )
    tx.add(proposal)
    tx.audit(f"award_proposal/{award.proposal_id}", digest=proposal.digest)
    return AwardProposal.model_validate(proposal.model_dump())


def award_grant(tx: Transaction, proposal_id: UUID, request: ApproveAward) -> Grant:
    """Approve what another person proposed: take the money from the frame, post it, and tell the others.

    Raises:
        NotFound: there is no such proposal, or it is another organisation's.
        SamePerson: the caller proposed it.
        ProposalChanged: the digest is of something else.
        DateInFuture, DateOutOfOrder, UnitNotValid: it cannot be awarded on that day.
        AlreadyAwarded: it is approved already.
        FrameExceeded: the frame has less left than the award asks for.
    """
    proposal = tx.get(AwardProposalRow, proposal_id)
    tx.own(proposal.owner_id)
    require_two_persons(proposal.proposed_by, tx.principal.subject)
    award = proposal.award
    require_same_facts(award, request.digest)
    require_occurred(request.occurred_on, today=tx.today, earliest=award.proposed_on)
    require_unit(award.unit_code, queries.validity(tx.connection, award.unit_code), on=request.occurred_on)

    decided = {"grant_id": tx.new_id(), "awarded_on": request.occurred_on, "owner_id": proposal.owner_id}
    grant = Grant.model_validate({**asdict(award), **decided})
    tx.add(
        GrantRow(
            **grant.model_dump(),
            proposal_id=proposal_id,
            proposed_by=proposal.proposed_by,
            approved_by=tx.principal.subject,
        )
    )
    tx.flush()  # A second approval of the same proposal meets its constraint here, whatever the frame has left.
    frame = tx.lock(FrameRow, grant.scheme_id)
    frame.pledged_ore = Frame(frame.frame_ore, frame.pledged_ore).pledge(grant.amount_ore).pledged_ore
    lines = transfer(grant.amount_ore, source="frame", target="pledged")
    _post(tx, grant.scheme_id, grant.grant_id, lines, grant.awarded_on)
    tx.publish(GrantAwarded(occurred_on=grant.awarded_on, grant=grant))
    return grant


def _post(tx: Transaction, scheme_id: UUID, grant_id: UUID | None, lines: tuple[Line, ...], posted_on: date) -> None:
    """Post one group. One statement: the database checks each line against its opposite when the statement ends."""
    group_id = tx.new_id()
    rows = [
        {
            "posting_id": tx.new_id(),
            "group_id": group_id,
            "scheme_id": scheme_id,
            "grant_id": grant_id,
            "account": line.account,
            "amount_ore": line.amount_ore,
            "opposite_ore": -line.amount_ore,
            "posted_on": posted_on,
        }
        for line in lines
    ]
    tx.connection.execute(POSTINGS.insert().values(rows))
