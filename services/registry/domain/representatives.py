"""How the electors of a region choose the centre that represents it (BR-42)."""

from collections.abc import Iterable
from datetime import date

from services.contracts.registry import (
    CastVote,
    Organisation,
    OrganisationKind,
    Region,
    Representative,
    Vote,
)
from services.kernel.problems import Conflict, FieldError, Invalid
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.periods import is_valid
from services.registry.domain.refusals import StepOutOfOrder

CANDIDATE_KINDS = frozenset((OrganisationKind.korus, OrganisationKind.rvts, OrganisationKind.rkbu))
"""Among whom the region chooses. In Mid also NAPHA chooses, and cannot be chosen."""


class RegionHasRepresentative(Conflict):
    """There is one at a time: the region has a representative, or an election that has not ended."""

    code = "region-has-representative"


class NobodyToElect(Conflict):
    """No centre that can be chosen elects in the region on the day."""

    code = "nobody-to-elect"


class NotAnElector(Invalid):
    """The organisation did not elect in the region on the day on which the election was called."""

    code = "not-an-elector"


class NotACandidate(Invalid):
    """The organisation is no centre of the region that can be chosen."""

    code = "not-a-candidate"


def electors_of(region: Region, organisations: Iterable[Organisation], on: date) -> tuple[Organisation, ...]:
    """The organisations that elect in the region on the day, sorted by their short names.

    Raises:
        NobodyToElect: there is no candidate among them.
    """
    found = [
        organisation
        for organisation in organisations
        if region in organisation.elects_in
        and organisation.merged_into is None
        and is_valid(organisation.valid_from, organisation.valid_to, on)
    ]
    if not candidates_among(found):
        raise NobodyToElect()
    return tuple(sorted(found, key=lambda organisation: organisation.reference))


def candidates_among(electors: Iterable[Organisation]) -> tuple[Organisation, ...]:
    """Those of the electors that can be chosen."""
    return tuple(elector for elector in electors if elector.kind in CANDIDATE_KINDS)


def voted(election: Representative, command: CastVote, *, today: date) -> Representative:
    """The election after a vote: an elector's newest choice counts. Who has more than half of the electors is chosen.

    Raises:
        StepOutOfOrder: the region has chosen, or the election is given up.
        NotAnElector, NotACandidate: not one of those who choose, or can be chosen.
        DateInFuture, DateOutOfOrder: the vote cannot have been cast then.
    """
    if election.elected_id is not None or election.valid_to is not None:
        raise StepOutOfOrder(step="vote", current_status=_status(election), allowed_from=["called"])
    if command.elector_id not in election.electors:
        raise NotAnElector(errors=[FieldError("/elector_id", code="not-an-elector")])
    if command.candidate_id not in election.candidates:
        raise NotACandidate(errors=[FieldError("/candidate_id", code="not-a-candidate")])
    require_occurred(command.occurred_on, today=today)
    earlier = [vote for vote in election.votes if vote.elector_id == command.elector_id]
    require_order(command.occurred_on, earliest=max([election.called_on, *(vote.voted_on for vote in earlier)]))
    vote = Vote(elector_id=command.elector_id, candidate_id=command.candidate_id, voted_on=command.occurred_on)
    votes = tuple(
        sorted((*(each for each in election.votes if each not in earlier), vote), key=lambda each: each.elector_id)
    )
    return _counted(election.model_copy(update={"votes": votes}), command)


def _counted(election: Representative, newest: CastVote) -> Representative:
    """Only the newest vote can have made a majority. It stands from the day of the last vote that it needed."""
    agreed = [vote.voted_on for vote in election.votes if vote.candidate_id == newest.candidate_id]
    if 2 * len(agreed) <= len(election.electors):
        return election
    return election.model_copy(update={"elected_id": newest.candidate_id, "valid_from": max(agreed)})


def ended(election: Representative, on: date, *, today: date) -> Representative:
    """The seat is empty from the day on, or the election is given up.

    Raises:
        StepOutOfOrder: it has ended already.
        DateInFuture, DateOutOfOrder: it cannot have ended then.
    """
    if election.valid_to is not None:
        raise StepOutOfOrder(step="end", current_status=_status(election), allowed_from=["called", "elected"])
    require_occurred(on, today=today)
    require_order(on, earliest=election.valid_from or max([election.called_on, *_days(election)]))
    return election.model_copy(update={"valid_to": on})


def _days(election: Representative) -> Iterable[date]:
    return (vote.voted_on for vote in election.votes)


def _status(election: Representative) -> str:
    if election.valid_to is not None:
        return "ended"
    return "called" if election.elected_id is None else "elected"
