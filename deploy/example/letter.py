"""The yearly letter to every official mailbox; the one that came back, and the call that followed (story ST-14)."""

from datetime import date
from uuid import UUID

from deploy.example.caller import Caller
from deploy.example.places import ROST, Region
from services.contracts.registry import Bounce, Channel, DispatchLetter, RecordAwareness


async def send_letter(editor: Caller, centre_id: UUID, region: Region) -> None:
    """87 letters, one bounce, one conversation."""
    letter = DispatchLetter(
        centre_id=centre_id, occurred_on=date(2016, 2, 15), unit_codes=tuple(sorted(region.all)), source="example"
    )
    dispatch = await editor.post("letter", "/dispatches", letter)
    came_back = next(each for each in dispatch["awareness"] if each["unit_code"] == ROST)
    path = f"/awareness/{came_back['awareness_id']}"
    await editor.post("letter-bounce", f"{path}/bounce", Bounce(occurred_on=date(2016, 2, 18)), about=path)
    call = RecordAwareness(
        unit_code=ROST, centre_id=centre_id, channel=Channel.dialogue, occurred_on=date(2016, 3, 1), source="example"
    )
    await editor.post("letter-call", "/awareness", call)
