"""The stimulus funds of 2016: a frame and an award to a municipality in the programme (ST-16). Sums are made up."""

from datetime import date
from uuid import UUID

from deploy.example.caller import Caller
from deploy.example.places import AWARDED
from services.contracts.events import StartProgramme
from services.contracts.funding import ApproveAward, OpenScheme, ProposeAward
from services.contracts.message import Text

FRAME_ORE = 1_500_000_00
AWARD_ORE = 250_000_00


async def send_award(editor: Caller, first_lead: Caller, second_lead: Caller, centre_id: UUID) -> None:
    """A programme, a scheme with its frame, a proposal by one person and the approval by another."""
    programme = await editor.post(
        "programme-aah",
        "/programmes",
        StartProgramme(
            name=Text(nb="Ansvarlig alkoholhåndtering", nn="Ansvarleg alkoholhandtering"),
            theme="responsible_alcohol_management",
            lead_id=centre_id,
            occurred_on=date(2015, 9, 1),
            source="example",
        ),
    )
    scheme = await first_lead.post(
        "scheme",
        "/schemes",
        OpenScheme(
            name=Text(nb="Stimuleringsmidler 2016", nn="Stimuleringsmiddel 2016"),
            theme="responsible_alcohol_management",
            year=2016,
            chapter="765",
            item="74",
            frame_ore=FRAME_ORE,
            owner_id=centre_id,
            occurred_on=date(2016, 2, 1),
            source="example",
        ),
    )
    proposal = await first_lead.post(
        "award-propose",
        f"/schemes/{scheme['scheme_id']}/grants",
        ProposeAward(
            unit_code=AWARDED,
            programme_id=programme["programme_id"],
            amount_ore=AWARD_ORE,
            impartial=True,
            occurred_on=date(2016, 10, 24),
            source="example",
        ),
    )
    await second_lead.post(
        "award-approve",
        f"/award-proposals/{proposal['proposal_id']}/approve",
        ApproveAward(digest=proposal["digest"], impartial=True, occurred_on=date(2016, 11, 1)),
    )
