"""Which roles municipalities of the region have in national programmes, as the plan says (ST-20). The days are ours."""

from datetime import date
from uuid import UUID

from deploy.example.caller import Caller
from deploy.example.places import BODO, MALSELV, TROMSO
from services.contracts.registry.memberships import MembershipRole, RecordMembership

ROLES = (
    ("overdosenettverk", BODO, MembershipRole.participant),
    ("overdosenettverk", TROMSO, MembershipRole.participant),
    ("bti", TROMSO, MembershipRole.key),
    ("ip-kompetanseprogram", MALSELV, MembershipRole.pilot),
)


async def send_memberships(editor: Caller, owner_id: UUID) -> None:
    """Bodø and Tromsø take part in the overdose network without being pilots; Tromsø is key municipality in another."""
    for programme, unit_code, role in ROLES:
        membership = RecordMembership(
            programme=programme,
            unit_code=unit_code,
            role=role,
            valid_from=date(2016, 1, 1),
            owner_id=owner_id,
            source="example",
            occurred_on=date(2016, 1, 18),
        )
        await editor.post(f"membership-{programme}-{unit_code}", "/programme-memberships", membership)
