"""The rules of the registry, one by one."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts.registry import (
    Awareness,
    Channel,
    DispatchLetter,
    InviteMapping,
    Mapping,
    MappingStatus,
    MappingTool,
    OrganisationKind,
)
from services.contracts.registry.mapping_tools import RunBy
from services.kernel.problems import Invalid
from services.registry.domain.awareness import bounced, letters_to
from services.registry.domain.mappings import moved, place_of
from services.registry.domain.organisations import NotACentre, require_centre
from services.registry.domain.refusals import DateInFuture, DateOutOfOrder, StepOutOfOrder

TODAY = date(2016, 4, 8)
CENTRE = UUID(int=1)


def an_invitation(**changes: Any) -> InviteMapping:
    told = {"tool": MappingTool.ungdata, "unit_code": "1902", "year": 2016, "centre_id": CENTRE, "occurred_on": TODAY}
    return InviteMapping.model_validate(told | changes)


def a_mapping(status: MappingStatus = MappingStatus.invited, **changes: Any) -> Mapping:
    return Mapping.model_validate(
        {
            "mapping_id": UUID(int=2),
            "tool": MappingTool.brukerplan,
            "unit_code": "1902",
            "year": 2015,
            "sequence": 1,
            "centre_id": CENTRE,
            "status": status,
            "invited_on": date(2015, 3, 1),
            **changes,
        }
    )


def a_letter(**changes: Any) -> Awareness:
    told = {
        "awareness_id": UUID(int=3),
        "unit_code": "1902",
        "centre_id": CENTRE,
        "channel": Channel.letter,
        "informed_on": date(2016, 2, 1),
    }
    return Awareness.model_validate(told | changes)


def test_br_47_a_county_authoritys_tool_is_run_in_a_county_and_everything_else_in_a_unit() -> None:
    a_county = an_invitation(unit_code=None, county_code="18")
    assert place_of(an_invitation(), RunBy.unit) == "1902"
    assert place_of(a_county, RunBy.county_authority) == "18"
    for wrong, run_by, pointers in (
        (an_invitation(), RunBy.county_authority, ["/unit_code", "/county_code"]),
        (an_invitation(county_code="18"), RunBy.county_authority, ["/unit_code"]),
        (a_county, RunBy.unit, ["/county_code", "/unit_code"]),
        (an_invitation(unit_code=None), RunBy.unit, ["/unit_code"]),
    ):
        with pytest.raises(Invalid) as refusal:
            place_of(wrong, run_by)
        assert [error.pointer for error in refusal.value.errors] == pointers


@pytest.mark.parametrize("kind", OrganisationKind)
def test_only_competence_centres_run_mappings(kind: OrganisationKind) -> None:
    if kind in {"korus", "rvts", "rkbu", "national", "research", "sami"}:
        require_centre(kind)
    else:
        with pytest.raises(NotACentre):
            require_centre(kind)


ALLOWED = {
    ("invited", "agreed"),
    ("invited", "completed"),
    ("invited", "cancelled"),
    ("agreed", "completed"),
    ("agreed", "cancelled"),
}


@pytest.mark.parametrize("to", [MappingStatus.agreed, MappingStatus.completed, MappingStatus.cancelled])
@pytest.mark.parametrize("status", MappingStatus)
def test_a_mapping_takes_only_the_steps_from_where_it_stands(status: MappingStatus, to: MappingStatus) -> None:
    if (status, to) in ALLOWED:
        after = moved(a_mapping(status), to, TODAY, today=TODAY)
        assert (after.status, getattr(after, f"{to}_on")) == (to, TODAY)
    else:
        with pytest.raises(StepOutOfOrder) as refusal:
            moved(a_mapping(status), to, TODAY, today=TODAY)
        assert refusal.value.facts["current_status"] == status


def test_a_completion_may_be_past_and_not_in_the_future() -> None:
    assert moved(a_mapping(), MappingStatus.completed, date(2015, 11, 2), today=TODAY).completed_on == date(2015, 11, 2)
    with pytest.raises(DateInFuture):
        moved(a_mapping(), MappingStatus.completed, date(2016, 4, 9), today=TODAY)


def test_a_step_is_not_before_the_one_it_follows() -> None:
    agreed = a_mapping(MappingStatus.agreed, agreed_on=date(2015, 5, 1))
    with pytest.raises(DateOutOfOrder) as refusal:
        moved(agreed, MappingStatus.completed, date(2015, 4, 30), today=TODAY)
    assert refusal.value.facts == {"earliest": "2015-05-01"}
    assert moved(agreed, MappingStatus.completed, date(2015, 5, 1), today=TODAY).status is MappingStatus.completed


def test_br_02_one_letter_to_each_unit() -> None:
    letter = DispatchLetter(centre_id=CENTRE, occurred_on=TODAY, unit_codes=("1902", "1804", "1902", "1804"))
    with pytest.raises(Invalid) as refusal:
        letters_to(letter)
    assert [error.pointer for error in refusal.value.errors] == ["/unit_codes/2", "/unit_codes/3"]


def test_br_02_a_letter_bounces_once_and_not_before_it_was_sent() -> None:
    back = bounced(a_letter(), date(2016, 2, 10), today=TODAY)
    assert back.bounced_on == date(2016, 2, 10)
    with pytest.raises(StepOutOfOrder):
        bounced(back, date(2016, 2, 11), today=TODAY)
    with pytest.raises(DateOutOfOrder):
        bounced(a_letter(), date(2016, 1, 31), today=TODAY)
    with pytest.raises(DateInFuture):
        bounced(a_letter(), date(2016, 4, 9), today=TODAY)


def test_br_02_a_conversation_cannot_bounce() -> None:
    with pytest.raises(StepOutOfOrder):
        bounced(a_letter(channel=Channel.dialogue), date(2016, 2, 10), today=TODAY)
