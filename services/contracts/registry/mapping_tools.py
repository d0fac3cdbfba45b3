"""The surveys that there are: what each is called, who runs it, and how often, as the registry publishes them."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from services.contracts.message import CountyCode, LongText, Message, Public, ShortText, Text, Theme, UnitCode
from services.contracts.registry.localities import Reference


class MappingTool(str):
    """The short name of a survey that municipalities or county authorities run.

    Which there are, the registry's table says. The names here are those that rules and examples speak of. It is a class
    so that the documents of the language have one definition of it, as they had when there were four.
    """

    __slots__ = ()

    PATTERN: ClassVar[str] = r"^[a-z][a-z0-9_]{1,39}$"

    ungdata: ClassVar["MappingTool"]
    ungdata_upper_secondary: ClassVar["MappingTool"]
    brukerplan: ClassVar["MappingTool"]
    hkh: ClassVar["MappingTool"]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        name = f"{cls.__module__}.{cls.__qualname__}:{id(cls)}"
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(pattern=cls.PATTERN), ref=name)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler.resolve_ref_schema(shown := handler(schema))
        described |= {"title": cls.__name__, "description": (cls.__doc__ or "").partition("\n")[0]}
        return shown


MappingTool.ungdata = MappingTool("ungdata")
MappingTool.ungdata_upper_secondary = MappingTool("ungdata_upper_secondary")
MappingTool.brukerplan = MappingTool("brukerplan")
MappingTool.hkh = MappingTool("hkh")


class RunBy(StrEnum):
    """Whose survey it is: the place of a run is a unit, or a county."""

    unit = "unit"
    county_authority = "county_authority"


class SurveyTool(Public):
    """What is told of a mapping tool.

    ``interval_months`` is how long a place may wait before it should run it again; none is recommended where it is
    empty. ``counts_towards`` is the figure of reporting that its completed runs count in.
    """

    tool: MappingTool
    name: Text
    run_by: RunBy
    interval_months: int | None = Field(default=None, ge=1, le=240)
    owner_reference: Reference | None = None
    """The short name of the organisation that answers for the tool."""
    counts_towards: Theme | None = None
    source: LongText
    certainty: ShortText


class SurveyToolMessage(Message):
    """Any fact about a mapping tool."""

    aggregate = "mapping_tool"
    mapping_tool: SurveyTool

    @property
    def aggregate_id(self) -> str:
        return self.mapping_tool.tool


class SurveyToolRegistered(SurveyToolMessage):
    """A mapping tool is known to the registry."""

    type = "samla.registry.mapping_tool.registered.v1"


class SurveyToolChanged(SurveyToolMessage):
    """What is told of a mapping tool is otherwise than before."""

    type = "samla.registry.mapping_tool.changed.v1"


class DueReason(StrEnum):
    """Why a place should run a tool."""

    never = "never"
    """Nothing was run there, nor in anything that it came from."""
    too_long_ago = "too_long_ago"
    """Its last run is older than the interval."""
    merged = "merged"
    """Only a place that became a part of it has run the tool: that is its history, and no run of its own (BR-51)."""
    divided = "divided"
    """It was run in a place that was divided since, and nobody can say of which part it tells."""


class OpenRun(Public):
    """A run that is asked for or agreed to, and not completed on the date."""

    mapping_id: UUID
    year: int
    status: Literal["invited", "agreed"]
    since: date | None = None


class DuePlace(Public):
    """A municipality, or a county, that should run a tool. ``due_on`` is the first day on which it should."""

    unit_code: UnitCode | None = None
    county_code: CountyCode | None = None
    name: str
    reason: DueReason
    last_completed_on: date | None = None
    run_in: tuple[str, ...] = ()
    """The codes under which it was last run: its own, or those of the places that it came from."""
    due_on: date | None = None
    open_run: OpenRun | None = None


class DueList(Public):
    """The places that should run a tool, as seen from a date, by code."""

    tool: MappingTool
    on: date
    interval_months: int | None = None
    items: tuple[DuePlace, ...]
