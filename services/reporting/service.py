"""The manifest of reporting: plans of its own, and figures over copies of everybody's messages."""

from services.contracts.reporting import AssignmentMessage, PlanMessage, PlannedActivityMessage
from services.kernel.problems import Conflict
from services.kernel.service import Service
from services.reporting.api import routes
from services.reporting.handlers import COPIES
from services.reporting.tables import ReportingTable

reporting = Service(
    name="reporting",
    metadata=ReportingTable.metadata,
    routes=routes,
    publishes=(PlanMessage, AssignmentMessage, PlannedActivityMessage),
    copies=COPIES,
    # 2: the country is kept as it was known at each moment. 3: which tool counts towards what is told, not known, and
    # focus municipalities are counted.
    revision=3,
    # Two first imports of one plan at the same time: the second is told so, and tries again.
    refusals={"uq_plan_centre_id": Conflict},
)
