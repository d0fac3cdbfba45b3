"""The surveys that there are, who should run them, who has, and what else a municipality's overview may build on."""

from datetime import date
from uuid import UUID

from fastapi import Request, Response

from gateway import queries
from gateway.gate import Country, Known, Today, visitor_of
from gateway.queries.data_sources import data_sources
from gateway.queries.eligible import eligible_units
from gateway.refusals import UnknownMappingTool, refusal_of
from gateway.resources import DataSources, EligibleUnits
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Owner, ask_service
from services.contracts.events import Activity
from services.contracts.geography import GeographyError
from services.contracts.message import CountyCode
from services.contracts.registry.mapping_tools import DueList, MappingTool, SurveyTool
from services.kernel.problems import FieldError, NotFound
from services.kernel.web import Page, Read, Routes

routes = Routes(PREFIX)


@routes.get("/mapping-tools", action="read_register", response_model=Items[SurveyTool])
async def mapping_tools(snapshot: Known, page: Page) -> Response:
    """Every survey: what it is called, who runs it, how often, and which figure its runs count in."""
    behind = [each for each in snapshot.mapping_tools.values() if page.after is None or each.tool > page.after]
    return page.of(behind, key=lambda each: each.tool)


@routes.get("/municipalities/{code}/data-sources", action="read_register")
async def sources(code: str, read: Read, snapshot: Country, today: Today, on: date | None = None) -> DataSources:
    """Which surveys were completed, whether deaths by overdose are counted, and which plans hold on the date."""
    try:
        return await read(data_sources, snapshot, code, on or today)
    except GeographyError as error:
        raise refusal_of(error, on or today) from None


@routes.get("/activities/{activity_id}/eligible", action="read_offer", response_model=EligibleUnits)
async def eligible(
    activity_id: UUID,
    request: Request,
    read: Read,
    snapshot: Country,
    today: Today,
    tool: MappingTool | None = None,
    on: date | None = None,
) -> EligibleUnits | Response:
    """Whom to invite: who has run the tool, by default that of the activity's theme, and is not excepted (BR-50)."""
    activity = await _activity(activity_id, request, read)
    if isinstance(activity, Response):
        return activity
    wanted = tool or MappingTool(activity.theme)
    if wanted not in snapshot.mapping_tools:
        raise UnknownMappingTool(errors=[FieldError(parameter="tool", code="unknown-mapping-tool")])
    try:
        return await read(eligible_units, snapshot, activity, wanted, on or today)
    except GeographyError as error:
        raise refusal_of(error, on or today) from None


async def _activity(activity_id: UUID, request: Request, read: Read) -> Activity | Response:
    """The activity; one that is only planned for those whose affair it is. Or what the service says instead."""
    if visitor_of(request).kind == "nobody":
        found = await read(queries.activity, activity_id)
        if found is None:
            raise NotFound()
        return Activity.model_validate(found.state)
    answer = await ask_service(request, "events", path=f"/activities/{activity_id}")
    return Activity.model_validate_json(bytes(answer.body)) if answer.status_code == 200 else answer


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
