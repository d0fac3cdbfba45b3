"""The surveys that municipalities and county authorities run."""

from collections.abc import Iterator

from deploy.reference_tables.tables import Tables
from services.contracts.message import Text
from services.contracts.registry.mapping_tools import MappingTool, RunBy, SurveyTool


def mapping_tools(tables: Tables) -> Iterator[SurveyTool]:
    """Each with who runs it, how often, and what its runs count towards."""
    for row in tables("mapping_tools"):
        yield SurveyTool(
            tool=MappingTool(row["tool"]),
            name=Text(nb=row["name_nb"], nn=row["name_nn"]),
            run_by=RunBy(row["run_by"]),
            interval_months=int(row["interval_months"]) if row["interval_months"] else None,
            owner_reference=row["owner"] or None,
            counts_towards=row["counts_towards"] or None,
            source=row["source"],
            certainty=row["certainty"],
        )
