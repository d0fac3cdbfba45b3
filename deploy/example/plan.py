"""KoRus-Nord's implementation plan for 2016: imported, two assignments explained, adopted on 8 April."""

import json
from datetime import date
from pathlib import Path

from deploy.example.caller import Caller
from services.contracts.reporting import AdoptPlan, GiveReason

PLAN = Path(__file__).with_name("plan2016.json")

REASONS = {
    "A5": "Bemanningen står i en egen liste som ikke er en del av planen.",
    "A6": "Budsjettet står i et eget vedlegg som ikke er en del av planen.",
}
"""Why an assignment has no activity: the plan says that both are separate appendices."""


async def send_plan(editor: Caller, lead: Caller) -> None:
    """The plan as its file has it; then the reasons that adopting it asks for."""
    imported = await editor.post("plan", "/plans", json.loads(PLAN.read_text(encoding="utf-8")))
    path = f"/plans/{imported['plan_id']}"
    for code, reason in REASONS.items():
        about = f"{path}/assignments/{code}"
        command = GiveReason(reason=reason, occurred_on=date(2016, 4, 8))
        await editor.post(f"plan-reason-{code}", f"{about}/reason", command, about=about)
    await lead.post("plan-adopt", f"{path}/adopt", AdoptPlan(occurred_on=date(2016, 4, 8)), about=path)
