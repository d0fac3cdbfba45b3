"""Rows of a table of mappings that are seen alone."""

from datetime import date
from uuid import UUID

import pytest

from services.contracts.geography import Geography
from services.contracts.registry.mapping_imports import ImportMapping
from services.contracts.registry.mapping_tools import RunBy
from services.kernel.problems import Invalid
from services.registry.domain.mapping_imports import Known, recorded
from services.registry.domain.place_names import PlaceNames

NOWHERE = Geography()
ROW = {"tool": "brukerplan", "unit_code": "1902", "year": 2015, "status": "completed", "completed_on": "2015-05-01"}
ID = UUID(int=1)


def test_only_a_row_that_names_what_is_held_may_have_a_place_that_never_was() -> None:
    known = Known(NOWHERE, PlaceNames(NOWHERE), {"brukerplan": RunBy.unit}, date(2016, 4, 8))
    told = ImportMapping.model_validate(ROW | {"mapping_id": ID})
    assert recorded(told, ID, known).unit_code == "1902"
    with pytest.raises(Invalid) as refusal:
        recorded(ImportMapping.model_validate(ROW), ID, known)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [("/unit_code", "unknown-unit")]
