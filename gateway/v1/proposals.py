"""Changes to the country: forwarded to the registry, where one person proposes and two approve."""

from dataclasses import replace
from typing import Any

from gateway.v1.declared import Items
from gateway.v1.forwarding import Owner
from services.contracts.registry import (
    ApproveProposal,
    GeographicProposal,
    KlassAnswer,
    ProposalDetail,
    ProposalStatus,
    ProposeChanges,
    ProposeFromKlass,
    ProposeUndo,
    RejectProposal,
)
from services.kernel.web import Routes

registry = Owner("registry")
PROPOSALS = "/geographic-proposals"
PROPOSAL = f"{PROPOSALS}/{{proposal_id}}"
ACTION = "change_register"

TABLE = (
    registry.lists(PROPOSALS, GeographicProposal, ACTION, "Proposals to change the country", status=ProposalStatus),
    registry.reads(PROPOSAL, ProposalDetail, ACTION, "One proposal with everything that it would change"),
    registry.makes(PROPOSALS, ProposeChanges, GeographicProposal, ACTION, "Propose what is to happen on a day"),
    registry.makes(f"{PROPOSALS}/undo", ProposeUndo, GeographicProposal, ACTION, "Propose to undo recorded changes"),
    replace(
        registry.makes(
            f"{PROPOSALS}/from-klass",
            ProposeFromKlass,
            GeographicProposal,
            ACTION,
            "Propose what Statistics Norway tells",
        ),
        asks_outside=True,
    ),
    registry.reads(f"{PROPOSAL}/answers", Items[KlassAnswer], ACTION, "What Statistics Norway answered"),
    registry.reads(f"{PROPOSAL}/answers/{{number}}", dict[str, Any], ACTION, "One of the answers, byte for byte"),
    registry.moves(f"{PROPOSAL}/approve", ApproveProposal, GeographicProposal, ACTION, "Approve exactly the digest"),
    registry.moves(f"{PROPOSAL}/reject", RejectProposal, GeographicProposal, ACTION, "Say why it will not be done"),
)

routes = Routes()
routes.routes.extend(line.route() for line in TABLE)
