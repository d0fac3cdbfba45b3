"""What a row of a table tells of a mapping, seen beside the country and the calendar."""

from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.contracts.geography import Geography
from services.contracts.registry import InviteMapping, Mapping, MappingStatus
from services.contracts.registry.mapping_imports import ImportMapping
from services.contracts.registry.mapping_tools import RunBy
from services.kernel.problems import FieldError, Invalid, Problem
from services.registry.domain.mappings import STEPS, UnknownMappingTool, moved, place_of
from services.registry.domain.place_names import PlaceNames
from services.registry.domain.validity import is_there

NOT_YET = UUID(int=0)
"""The id of a mapping that has none so far."""

Step = tuple[MappingStatus, date]


@dataclass(frozen=True)
class Known:
    """What rows are seen beside."""

    country: Geography
    names: PlaceNames
    tools: Lookup[str, RunBy]
    """The tools by their short names, and who runs each."""
    today: date


def recorded(line: ImportMapping, centre_id: UUID, known: Known) -> Mapping:
    """The mapping as it stands by the row, without an id of its own and a number among the place's runs.

    A row that names a survey that is held stores nothing: its place may be one that turned out never to have been.

    Raises:
        UnknownMappingTool: there is no such tool.
        Invalid: the dates do not suit the status, or not one another; or the place is unknown, is not meant by its
            name, does not suit the tool, did not have the code on the first of the dates, or none on that of a
            completion.
    """
    steps = _steps(line)
    (first, began_on), *later = steps
    unit_code, county_code = _codes(line, known.names, began_on)
    if line.tool not in known.tools:
        raise UnknownMappingTool()
    invitation = InviteMapping(
        tool=line.tool,
        unit_code=unit_code,
        county_code=county_code,
        year=line.year,
        centre_id=centre_id,
        occurred_on=began_on,
        source=line.source,
    )
    try:
        place = place_of(invitation, known.tools[line.tool])
        if line.mapping_id is None:
            _require_in_use(known.country, place, began_on, "/county_code" if county_code else "/unit_code")
    except Invalid as refusal:
        raise Invalid(errors=[_as_written(error, line, invitation) for error in refusal.errors]) from None
    mapping = Mapping(
        mapping_id=NOT_YET,
        tool=line.tool,
        unit_code=unit_code,
        county_code=county_code,
        year=line.year,
        sequence=0,
        centre_id=centre_id,
        status=MappingStatus.invited,
        invited_on=began_on if first is MappingStatus.invited else None,
        source=line.source,
    )
    for step, on in later if first is MappingStatus.invited else steps:
        try:
            mapping = moved(mapping, step, on, today=known.today)
        except Problem as refusal:
            raise Invalid(errors=[FieldError(f"/{step}_on", code=refusal.code)]) from None
        is_new_run = step is MappingStatus.completed and line.mapping_id is None
        if is_new_run and not is_there(known.country, place, on):
            raise Invalid(errors=[FieldError(f"/{step}_on", code="unit-not-valid")])
    return mapping


def _steps(line: ImportMapping) -> tuple[Step, ...]:
    """The steps that are dated, the status last.

    Raises:
        Invalid: the status has no date, or a step has one that does not lead to it.
    """
    before = STEPS.get(line.status, frozenset())
    dated = {step: day for step in MappingStatus if (day := getattr(line, f"{step}_on")) is not None}
    errors = [
        FieldError(f"/{step}_on", code="not-for-this-status")
        for step in dated
        if step is not line.status and step not in before
    ]
    if line.status not in dated:
        errors.append(FieldError(f"/{line.status}_on", code="missing"))
    if errors:
        raise Invalid(errors=errors)
    return tuple(dated.items())


def _codes(line: ImportMapping, names: PlaceNames, on: date) -> tuple[str | None, str | None]:
    """The codes of the unit and of the county that the row names, by code, by name, or by both.

    Raises:
        Invalid: a name is unknown on the date, may mean several, or is not that of the code.
    """
    county = names.county(line.county, on) if line.county else None
    called = names.municipalities(line.municipality, on) if line.municipality else frozenset()
    meant = frozenset(code for code in called if county in (None, names.county_of(code)))
    stated = names.county_of(line.unit_code) if line.unit_code else line.county_code
    errors = []
    if line.county and county is None:
        errors.append(FieldError("/county", code="unknown-name"))
    elif county is not None and stated not in (None, county):
        errors.append(FieldError("/county", code="home-differs"))
    if line.municipality and (code := _wrong_name(line.unit_code, called, meant)):
        errors.append(FieldError("/municipality", code=code))
    if errors:
        raise Invalid(errors=errors)
    by_county = county if not line.municipality and line.unit_code is None else None
    return line.unit_code or next(iter(meant), None), line.county_code or by_county


def _wrong_name(unit_code: str | None, called: frozenset[str], meant: frozenset[str]) -> str | None:
    """What is wrong with the name of a municipality, beside the code if there is one; none if nothing is."""
    if not called:
        return "unknown-name"
    if unit_code is not None:
        return None if unit_code in called else "home-differs"
    if len(meant) != 1:
        return "ambiguous-name" if meant else "not-in-county"
    return None


def _require_in_use(country: Geography, code: str, on: date, pointer: str) -> None:
    if code not in country.units and code not in country.counties:
        raise Invalid(errors=[FieldError(pointer, code="unknown-unit")])
    if not country.valid(code, on):
        raise Invalid(errors=[FieldError(pointer, code="unit-not-valid")])


def _as_written(error: FieldError, line: ImportMapping, invitation: InviteMapping) -> FieldError:
    """The same about the name, where the code was found by it."""
    for code, name in (("unit_code", "municipality"), ("county_code", "county")):
        if error.pointer == f"/{code}" and getattr(line, code) is None and getattr(invitation, code) is not None:
            return FieldError(f"/{name}", code=error.code)
    return error
