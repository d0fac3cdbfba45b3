"""Plans, indicators, figures and the facts behind each figure: from the service of reporting."""

from datetime import date

from pydantic import AwareDatetime

from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Forwarded, Owner
from services.contracts.message import Year
from services.contracts.plan_file import PlanFile
from services.contracts.registry import Channel
from services.contracts.reporting import (
    AdoptPlan,
    Assignment,
    Figure,
    GiveReason,
    IndicatorDefinition,
    Plan,
    PlanDetails,
    PlanImport,
    PlannedActivity,
    ProvenanceRow,
    Uninformed,
)
from services.kernel.web import Routes

routes = Routes(PREFIX)

reporting = Owner("reporting")

TABLE = (
    Forwarded(
        "POST", "/plans", "reporting", "edit_plan", "Take in a centre's plan from its file", PlanFile, PlanImport
    ),
    reporting.lists("/plans", Plan, "read_register", "Every centre's plans"),
    reporting.reads("/plans/{plan_id}", PlanDetails, "read_register", "A plan with its assignments"),
    reporting.reads("/plans/{plan_id}/assignments/{code}", Assignment, "read_register", "One assignment"),
    reporting.lists("/plans/{plan_id}/activities", PlannedActivity, "read_register", "What a plan says shall be done"),
    reporting.moves(
        "/plans/{plan_id}/assignments/{code}/reason",
        GiveReason,
        Assignment,
        "edit_plan",
        "Say why an assignment has no activity",
    ),
    reporting.moves("/plans/{plan_id}/adopt", AdoptPlan, Plan, "adopt_plan", "Adopt a plan"),
    reporting.reads("/indicators", Items[IndicatorDefinition], "read_register", "Every indicator"),
    reporting.reads(
        "/indicators/{indicator}/values",
        Items[Figure],
        "read_register",
        "The figure for the whole region, then one for each part of the breakdown",
        centre=str,
        year=Year,
        as_of=date,
        known_at=AwareDatetime,
        geography=date,
        since=date,
        by=str,
    ),
    reporting.reads(
        "/awareness/uninformed",
        Uninformed,
        "read_register",
        "Who has not been told of a centre's offer in a year, by name",
        centre=str,
        year=Year,
        as_of=date,
        known_at=AwareDatetime,
        geography=date,
        channel=Channel,
    ),
    reporting.lists("/figures/{figure_id}/provenance", ProvenanceRow, "read_register", "The facts behind a figure"),
)
routes.routes.extend(line.route() for line in TABLE)
