"""What the service of funding is, on one screen."""

from services.contracts.events import ProgrammeMessage
from services.contracts.funding import GrantMessage, SchemeMessage
from services.contracts.registry import UnitMessage
from services.funding.api import routes
from services.funding.domain import AlreadyAwarded, FrameExceeded, SamePerson
from services.funding.handlers import fold_programmes, fold_units
from services.funding.tables import METADATA, PROGRAMMES, UNITS
from services.kernel.service import Copy, Service

funding = Service(
    name="funding",
    metadata=METADATA,
    routes=routes,
    publishes=(SchemeMessage, GrantMessage),
    copies=(
        Copy(UNITS, fold_units, of=UnitMessage, key="code"),
        Copy(PROGRAMMES, fold_programmes, of=ProgrammeMessage, key="programme_id"),
    ),
    # 2: a place that never was is in use on no day.
    revision=2,
    refusals={
        "uq_grant_proposal_id": AlreadyAwarded,
        "ck_grant_two_persons": SamePerson,
        "ck_frame_within_frame": FrameExceeded,
    },
)
