"""What everybody may know of agreements and focus municipalities, from the gateway's own copies, on both databases."""

from datetime import date
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from services.contracts.message import Text
from services.contracts.registry import (
    ChangeKind,
    GeographicChange,
    GeographicChangeRecorded,
    GroupKind,
    GroupMember,
    MunicipalityGroup,
    MunicipalityGroupRegistered,
    Organisation,
    OrganisationKind,
    OrganisationRegistered,
    UnitChanged,
)
from services.contracts.registry.agreements import (
    Agreement,
    AgreementDrafted,
    AgreementEnded,
    AgreementKind,
    AgreementSigned,
    AgreementStatus,
    Anchoring,
    Commitment,
    Edition,
    EvidenceKind,
    Party,
    PartyKind,
)
from services.contracts.registry.focus import (
    Assessment,
    Designation,
    FocusAssessed,
    FocusDesignated,
    FocusEnded,
    FocusNomination,
    FocusStatus,
    SpecialNeeds,
    Spread,
)
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.gateway_house import GatewayHouse, gateway_house
from tests.service.gateway_neighbours import APRIL, KORUS_NORD, NAPHA, a_county, a_unit, an_organisation
from tests.statements import fresh, selects

TROMSO_BODY, GROUP = UUID(int=11), UUID(int=21)
MARCH = date(2016, 3, 1)
CANARY = "Kanarifugl"
"""Stands in everything that is not everybody's, and must stand in no answer and no copy."""


def an_agreement(number: int, *parties: tuple[PartyKind, UUID], **changes: object) -> Agreement:
    sides = tuple(Party(kind=kind, party_id=party_id) for kind, party_id in parties)
    commitment = Commitment(
        commitment_id=UUID(int=900 + number),
        text=Text(nb=CANARY),
        due_on=APRIL,
        evidence_kind=EvidenceKind.report,
        responsible=sides[-1],
    )
    edition = Edition(
        number=1,
        title=Text(nb=f"Avtale {number}"),
        scope=Text(nb=CANARY),
        unit_codes=("1804",) if number == 2 else (),
        anchoring=Anchoring(),
        commitments=(commitment,),
        revise_by=date(2017, 3, 1),
        drafted_on=MARCH,
        in_force_on=MARCH,
    )
    told = {
        "agreement_id": UUID(int=number),
        "kind": AgreementKind.cooperation,
        "centre_id": KORUS_NORD,
        "parties": sides,
        "status": AgreementStatus.in_force,
        "signed": edition,
        "in_force_since": MARCH,
    }
    return Agreement.model_validate(told | changes)


CENTRE = (PartyKind.organisation, KORUS_NORD)
WITH_TROMSO = an_agreement(1, CENTRE, (PartyKind.organisation, TROMSO_BODY))
ABOUT_BODO = an_agreement(2, CENTRE, (PartyKind.organisation, NAPHA))
WITH_GROUP = an_agreement(3, CENTRE, (PartyKind.group, GROUP))
DRAFTED = an_agreement(
    4, CENTRE, (PartyKind.organisation, TROMSO_BODY), status=AgreementStatus.drafted, signed=None, in_force_since=None
)


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock, tmp_path: Path):
    tromso = Organisation(
        organisation_id=TROMSO_BODY,
        reference="tromso",
        name="Tromsø kommune",
        kind=OrganisationKind.municipality,
        unit_code="1902",
    )
    group = MunicipalityGroup(
        group_id=GROUP,
        reference="to",
        name="To kommuner",
        kind=GroupKind.cooperation,
        members=(GroupMember(unit_code="1804", valid_from=date(2010, 1, 1)),),
    )
    async with gateway_house(open_database, clock, tmp_path) as house:
        await house.neighbours.tell(
            a_county("18", "Nordland"),
            a_county("19", "Troms"),
            a_unit("1804", "Bodø", "18"),
            a_unit("1902", "Tromsø"),
            an_organisation(KORUS_NORD, "KoRus-Nord"),
            an_organisation(NAPHA, "NAPHA"),
            OrganisationRegistered(occurred_on=APRIL, organisation=tromso),
            MunicipalityGroupRegistered(occurred_on=APRIL, group=group),
            *(AgreementSigned(occurred_on=MARCH, agreement=each) for each in (WITH_TROMSO, ABOUT_BODO, WITH_GROUP)),
            AgreementDrafted(occurred_on=MARCH, agreement=DRAFTED),
        )
        yield house


async def get(house: GatewayHouse, path: str, **query: object) -> httpx.Response:
    return await house.anyone().get(f"/api/v1{path}", params={name: str(value) for name, value in query.items()})


async def rows_of(house: GatewayHouse, table: str) -> str:
    """Everything that the gateway keeps in a table, as text."""
    statement = sa.text(f"SELECT * FROM {table}")
    return await house.database.read(lambda connection: str([tuple(row) for row in connection.execute(statement)]))


async def found(house: GatewayHouse, **query: object) -> list[int]:
    answer = await get(house, "/signed-agreements", **query)
    assert answer.status_code == 200, answer.text
    return [UUID(each["agreement_id"]).int for each in answer.json()["items"]]


async def test_everybody_reads_parties_title_and_dates_of_what_is_signed_and_nothing_else(house: GatewayHouse):
    answer = await get(house, "/signed-agreements", unit="1902")
    assert answer.json()["items"] == [
        {
            "agreement_id": str(UUID(int=1)),
            "kind": "cooperation",
            "status": "in_force",
            "centre_id": str(KORUS_NORD),
            "title": {"nb": "Avtale 1", "nn": None},
            "parties": [
                {"kind": "organisation", "party_id": str(KORUS_NORD), "name": "KoRus-Nord"},
                {"kind": "organisation", "party_id": str(TROMSO_BODY), "name": "Tromsø kommune"},
            ],
            "unit_codes": [],
            "in_force_since": "2016-03-01",
            "revise_by": "2017-03-01",
            "ended_on": None,
        }
    ]
    assert CANARY not in answer.text
    rows = await rows_of(house, "agreement")
    assert "Avtale 1" in rows
    assert CANARY not in rows


async def test_a_draft_is_nobodys_yet_and_what_has_ended_is_not_in_force(house: GatewayHouse):
    assert await found(house) == [1, 2, 3]
    ended = WITH_TROMSO.model_copy(update={"status": AgreementStatus.ended, "ended_on": date(2016, 4, 5)})
    await house.neighbours.tell(AgreementEnded(occurred_on=date(2016, 4, 5), agreement=ended))
    assert await found(house) == [2, 3]
    assert await found(house, on="2016-04-04") == [1, 2, 3]
    assert await found(house, on="2016-02-29") == []


async def test_agreements_are_found_by_a_unit_as_body_as_member_and_as_what_it_is_about(house: GatewayHouse):
    assert await found(house, unit="1902") == [1]
    assert await found(house, unit="1804") == [2, 3]
    assert await found(house, party_id=NAPHA) == [2]
    assert await found(house, party_id=GROUP, unit="1804") == [3]
    names = [
        party["name"]
        for party in (await get(house, "/signed-agreements", party_id=GROUP)).json()["items"][0]["parties"]
    ]
    assert names == ["KoRus-Nord", "To kommuner"]
    assert (await get(house, "/signed-agreements", unit="9999")).status_code == 404
    first = await get(house, "/signed-agreements", limit=2)
    rest = await house.anyone().get(first.links["next"]["url"])
    assert [len(page.json()["items"]) for page in (first, rest)] == [2, 1]


def a_nomination(**changes: object) -> FocusNomination:
    spread = Spread(on=APRIL, counties=(), is_skewed=False)
    told = {
        "nomination_id": UUID(int=7),
        "unit_code": "1902",
        "centre_id": KORUS_NORD,
        "status": FocusStatus.designated,
        "nominated_on": MARCH,
        "special_needs": SpecialNeeds(reason=Text(nb=CANARY), source=CANARY),
        "assessment": Assessment(assessed_on=MARCH, criteria=(), anchoring=Anchoring(), spread=spread),
        "designation": Designation(designated_on=APRIL, agreement_id=UUID(int=1), spread=spread),
    }
    return FocusNomination.model_validate(told | changes)


async def focus(house: GatewayHouse, **query: object) -> list[str]:
    answer = await get(house, "/focus-municipalities", **query)
    assert answer.status_code == 200, answer.text
    assert CANARY not in answer.text
    return [each["unit_code"] for each in answer.json()["items"]]


async def test_a_focus_municipality_is_told_from_its_designation_until_it_ends(house: GatewayHouse):
    candidate = a_nomination(status=FocusStatus.assessed, designation=None)
    await house.neighbours.tell(FocusAssessed(occurred_on=MARCH, nomination=candidate))
    assert await focus(house) == []
    await house.neighbours.tell(FocusDesignated(occurred_on=APRIL, nomination=a_nomination()))
    assert await focus(house) == await focus(house, county="19", centre_id=KORUS_NORD, unit="1902") == ["1902"]
    assert (
        await focus(house, county="18") == await focus(house, unit="1804") == await focus(house, centre_id=NAPHA) == []
    )
    assert await focus(house, on="2016-04-07") == []
    shown = (await get(house, "/focus-municipalities")).json()["items"][0]
    assert (shown["centre"]["name"], shown["codes"], shown["county_codes"]) == ("KoRus-Nord", ["1902"], ["19"])
    rows = await rows_of(house, "focus_municipality")
    assert CANARY not in rows
    ended = a_nomination(status=FocusStatus.ended, ended_on=date(2016, 5, 1))
    await house.neighbours.tell(FocusEnded(occurred_on=date(2016, 5, 1), nomination=ended))
    assert await focus(house, on="2016-04-30") == ["1902"]
    assert await focus(house, on="2016-05-01") == []
    for query in ({"unit": "9999"}, {"county": "99"}):
        assert (await get(house, "/focus-municipalities", **query)).status_code == 404


async def test_a_focus_municipality_is_found_under_the_code_that_it_has_on_the_date(house: GatewayHouse):
    merged_on = date(2020, 1, 1)
    change = GeographicChange(
        change_id=UUID(int=1),
        level="municipality",
        effective_on=merged_on,
        old_code="1902",
        new_code="5401",
        kind=ChangeKind.recode,
    )
    new = a_unit("5401", "Tromsø", "19").unit.model_copy(update={"valid_from": merged_on})
    await house.neighbours.tell(
        FocusDesignated(occurred_on=APRIL, nomination=a_nomination()),
        UnitChanged(occurred_on=merged_on, unit=a_unit("1902", "Tromsø", until=merged_on).unit),
        UnitChanged(occurred_on=merged_on, unit=new),
        GeographicChangeRecorded(occurred_on=merged_on, change=change),
    )
    house.gate.catalogue.forget()
    assert await focus(house, unit="5401", on="2021-01-01") == ["1902"]
    shown = (await get(house, "/focus-municipalities", on="2021-01-01")).json()["items"][0]
    assert shown["codes"] == ["5401"]


async def test_no_list_asks_the_database_once_for_each_agreement_or_focus_municipality(house: GatewayHouse):
    async def number(path: str, rows: int) -> int:
        async with fresh(house.app):
            with selects(house.database) as asked:
                answer = await get(house, path, limit=200)
        assert len(answer.json()["items"]) == rows
        return len(asked)

    await house.neighbours.tell(FocusDesignated(occurred_on=APRIL, nomination=a_nomination()))
    few, one = await number("/signed-agreements", 3), await number("/focus-municipalities", 1)
    more = (an_agreement(number, CENTRE, (PartyKind.organisation, NAPHA)) for number in range(100, 157))
    await house.neighbours.tell(*(AgreementSigned(occurred_on=MARCH, agreement=each) for each in more))
    assert await number("/signed-agreements", 60) == few
    codes = [str(number) for number in range(1931, 1980)]
    others = (a_nomination(nomination_id=UUID(int=200 + number), unit_code=code) for number, code in enumerate(codes))
    await house.neighbours.tell(
        *(a_unit(code, f"Kommune {code}") for code in codes),
        *(FocusDesignated(occurred_on=APRIL, nomination=each) for each in others),
    )
    house.gate.catalogue.forget()
    assert await number("/focus-municipalities", 50) == one
