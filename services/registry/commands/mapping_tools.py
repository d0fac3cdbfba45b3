"""Mapping tools, as an operator's tables tell of them."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.contracts.registry.mapping_tools import SurveyTool, SurveyToolChanged, SurveyToolRegistered
from services.kernel.transaction import Transaction
from services.registry.domain.refusals import UnknownOrganisation
from services.registry.queries import organisations_by_reference
from services.registry.queries.mapping_tools import mapping_tools
from services.registry.tables.mapping_tools import MAPPING_TOOLS


def register_mapping_tools(tx: Transaction, told: Sequence[SurveyTool]) -> int:
    """Make mapping tools known, or change those that are otherwise than told. Returns how many were new or changed.

    Raises:
        UnknownOrganisation: nobody is known by the short name of an owner; nothing of the batch is stored.
    """
    owners = {each.owner_reference for each in told if each.owner_reference is not None}
    if owners - organisations_by_reference(tx.connection, owners).keys():
        raise UnknownOrganisation("/owner_reference")
    known = {each.tool: each for each in mapping_tools(tx.connection)}
    new = [each for each in told if each.tool not in known]
    different = [each for each in told if each.tool in known and each != known[each.tool]]
    if new:
        tx.connection.execute(sa.insert(MAPPING_TOOLS), [each.model_dump() for each in new])
    if different:
        is_this = MAPPING_TOOLS.c.tool == sa.bindparam("which")
        values = [each.model_dump() | {"which": each.tool} for each in different]
        tx.connection.execute(sa.update(MAPPING_TOOLS).where(is_this), values)
    for each in new:
        tx.publish(SurveyToolRegistered(occurred_on=tx.today, mapping_tool=each))
    for each in different:
        tx.publish(SurveyToolChanged(occurred_on=tx.today, mapping_tool=each))
    return len(new) + len(different)
