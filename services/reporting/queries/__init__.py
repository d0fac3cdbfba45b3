"""What reporting is asked: plans, indicators, figures, and the facts behind a figure."""

from services.reporting.queries.figures import Asked as Asked
from services.reporting.queries.figures import figures as figures
from services.reporting.queries.figures import indicators as indicators
from services.reporting.queries.figures import place_in_list as place_in_list
from services.reporting.queries.figures import provenance as provenance
from services.reporting.queries.plans import assignment as assignment
from services.reporting.queries.plans import plan as plan
from services.reporting.queries.plans import planned_activities as planned_activities
from services.reporting.queries.plans import plans as plans
from services.reporting.queries.uninformed import uninformed as uninformed
