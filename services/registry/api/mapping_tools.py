"""The surveys that there are, and who should run them, over HTTP."""

from collections.abc import Sequence
from datetime import date

from services.contracts.message import CountyCode
from services.contracts.registry.mapping_tools import DueList, MappingTool, SurveyTool
from services.kernel.web import Caller, Read, Routes
from services.registry.api.answers import Today, whole
from services.registry.queries.mapping_tools import due_list, mapping_tools

routes = Routes()


@routes.get("/mapping-tools", action="read_register")
async def tools(read: Read) -> dict[str, Sequence[SurveyTool]]:
    """Every survey: what it is called, who runs it, and how often."""
    return whole(await read(mapping_tools))


@routes.get("/mapping-tools/{tool}/due", action="read_register")
async def due(
    tool: MappingTool,
    read: Read,
    caller: Caller,
    today: Today,
    county: CountyCode | None = None,
    on: date | None = None,
) -> DueList:
    """The places of a county, or of the country, that never ran it or whose last run is older than its interval."""
    return await read(due_list, caller, tool, county, on or today)
