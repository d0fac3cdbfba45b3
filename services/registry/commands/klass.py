"""A proposal made from what Statistics Norway answered, together with the answers."""

from collections.abc import Sequence

from services.contracts.registry import GeographicProposal, ProposalOrigin
from services.kernel.transaction import Transaction
from services.registry.commands.proposals import open_proposal
from services.registry.domain.klass import SOURCE, compare
from services.registry.domain.klass_lists import KlassLists, Window
from services.registry.domain.proposals import Asked
from services.registry.queries.klass import Fetched
from services.registry.queries.places import geography
from services.registry.tables import KlassAnswerRow


def propose_from_klass(
    tx: Transaction, window: Window, lists: KlassLists, answers: Sequence[Fetched]
) -> GeographicProposal:
    """Propose what the lists tell and the registry does not know. ``answers`` are what the lists were read from.

    Raises:
        KlassContradictsRegistry: the lists do not follow from what the registry has.
        NothingNewInKlass: it knows all of it.
        Problem: it cannot be done, as of every proposal.
    """
    found = compare(geography(tx.connection), window, lists)
    asked = Asked(steps=found.steps, left_out=found.left_out)
    reason = f"SSB Klass {window.since} – {window.until}"
    proposal = open_proposal(tx, ProposalOrigin.klass, asked, reason=reason, source=SOURCE)
    tx.flush()  # The answers refer to the proposal's row.
    tx.add(
        *(
            KlassAnswerRow(
                proposal_id=proposal.proposal_id,
                question=answer.question,
                fetched_at=answer.fetched_at,
                sha256=answer.sha256,
                body=answer.body,
            )
            for answer in answers
        )
    )
    return proposal
