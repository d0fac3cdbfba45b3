"""The surveys that there are, and who should run them: from the catalogue, and from the registry."""

from datetime import date

from fastapi import Response

from gateway.gate import Known
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Owner
from services.contracts.message import CountyCode
from services.contracts.registry.mapping_tools import DueList, SurveyTool
from services.kernel.web import Page, Routes

routes = Routes(PREFIX)


@routes.get("/mapping-tools", action="read_register", response_model=Items[SurveyTool])
async def mapping_tools(snapshot: Known, page: Page) -> Response:
    """Every survey: what it is called, who runs it, how often, and which figure its runs count in."""
    behind = [each for each in snapshot.mapping_tools.values() if page.after is None or each.tool > page.after]
    return page.of(behind, key=lambda each: each.tool)


registry = Owner("registry")

TABLE = (
    registry.reads(
        "/mapping-tools/{tool}/due",
        DueList,
        "read_register",
        "The places that never ran it, or whose last run is older than its interval",
        county=CountyCode,
        on=date,
    ),
)
routes.routes.extend(line.route() for line in TABLE)
