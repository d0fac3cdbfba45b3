"""ST-13: three candidates, of whom two become focus municipalities; and BR-19 as a running installation finds it."""

from typing import Any

import pytest

from tests.end_to_end.figures import stands
from tests.end_to_end.installation import Installation
from tests.end_to_end.users import User, slug
from tests.waiting import eventually
from tests.web.reading import text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

HAMMERFEST, TROMSO, BODO = "2004", "1902", "1804"
SHA = "5f" * 32
FAR = "2099-12-31"
"""Due so late that nothing falls due while the story is told."""

ADMINISTRATIVE = {"administrative": {"reference": "2016/118-1", "decided_on": "2016-01-11"}, "is_long_term": True}
PLAN = {
    "plan_type": "alcohol_drug_action_plan",
    "name": "Rusmiddelpolitisk handlingsplan 2016–2019",
    "valid_from": "2016-01-01",
    "valid_to": "2020-01-01",
    "contains_topic": True,
}
ANCHORED: dict[str, Any] = {
    **ADMINISTRATIVE,
    "political": {"reference": "Kommunestyret 12/16", "decided_on": "2016-02-03"},
    "plans": [PLAN],
}
NEEDS = {"reason": {"nb": "Mange overdoser etter folketallet"}, "source": "Overdosestatistikk 2015"}


def a_party(party_id: object) -> dict[str, str]:
    return {"kind": "organisation", "party_id": str(party_id)}


def commitments(party_id: object, number: int, due_on: str = FAR) -> list[dict[str, Any]]:
    return [
        {
            "text": {"nb": f"Forpliktelse {place}", "nn": f"Forplikting {place}"},
            "due_on": due_on,
            "evidence_kind": "report",
            "responsible": a_party(party_id),
        }
        for place in range(1, number + 1)
    ]


async def an_agreement(here: Installation, party_id: object, unit_code: str, promised: list[dict[str, Any]]) -> str:
    """Drafted by the centre's editor and signed by its lead; what the other party has yet to sign."""
    editor, lead = await here.user("korusnord.redaktor"), await here.user("korusnord.leder1")
    korus = here.organisations["korus-nord"]
    body = {
        "kind": "focus",
        "centre_id": str(korus),
        "parties": [a_party(korus), a_party(party_id)],
        "title": {"nb": "Avtale om innsatskommune", "nn": "Avtale om innsatskommune"},
        "scope": {"nb": "Langsiktig rusmiddelforebyggende arbeid"},
        "unit_codes": [unit_code],
        "anchoring": ANCHORED,
        "document": {"sha256": SHA, "media_type": "application/pdf", "archive_reference": "2016/118-4"},
        "commitments": promised,
        "revise_by": FAR,
        "occurred_on": "2016-02-15",
    }
    thing = f"/agreements/{(await editor.does('/agreements', body))['agreement_id']}"
    await sign(lead, thing, korus)
    return thing


async def sign(user: User, thing: str, party_id: object, **body: Any) -> dict[str, Any]:
    return await user.moves(thing, "sign", "2016-03-01", party=a_party(party_id), document_sha256=SHA, **body)


async def test_st13_two_of_three_candidates_become_focus_municipalities(here: Installation) -> None:
    editor, lead = await here.user("korusnord.redaktor"), await here.user("korusnord.leder2")
    tromso, coordinator = await here.user("tromso.soker"), await here.user("koordinator1")
    korus, town = str(here.organisations["korus-nord"]), here.organisations["tromso-kommune"]
    body = {"reference": "bodo-kommune", "name": "Bodø kommune", "kind": "municipality", "unit_code": BODO}
    bodo_id = (await coordinator.does("/organisations", {**body, "occurred_on": "2016-01-01"}))["organisation_id"]

    async def nominate(unit_code: str, **told: Any) -> str:
        body = {"unit_code": unit_code, "centre_id": korus, "occurred_on": "2016-02-01", **told}
        return f"/focus-nominations/{(await editor.does('/focus-nominations', body))['nomination_id']}"

    # The one with special needs is nominated last.
    a, c, b = await nominate(HAMMERFEST), await nominate(BODO), await nominate(TROMSO, special_needs=NEEDS)
    with_c = await an_agreement(here, bodo_id, BODO, commitments(bodo_id, 1))
    assert (await sign(lead, with_c, bodo_id, document_reference="Bodø 2016/77-2"))["status"] == "in_force"
    with_b = await an_agreement(here, town, TROMSO, commitments(town, 4))
    assert (await tromso.get(with_b)).json()["status"] == "drafted"
    assert (await sign(tromso, with_b, town))["status"] == "in_force"

    async def assess(thing: str, anchoring: dict[str, Any], agreement: str | None) -> dict[str, bool]:
        found = await editor.moves(
            thing, "assess", "2016-03-10", anchoring=anchoring, agreement_id=agreement and agreement.rpartition("/")[2]
        )
        return {each["criterion"]: each["is_fulfilled"] for each in found["assessment"]["criteria"]}

    of_a = await assess(a, {**ADMINISTRATIVE, "plans": [PLAN]}, None)
    assert of_a == {
        "anchoring": False, "plans": True, "agreement": False, "geographic_spread": True, "special_needs": False,
    }  # fmt: skip
    for thing, agreement in ((b, with_b), (c, with_c)):
        found = await assess(thing, ANCHORED, agreement)
        assert found == {**dict.fromkeys(of_a, True), "special_needs": thing == b}

    ranked = (await editor.get("/focus-nominations/ranking", centre_id=korus)).json()["items"]
    assert [(each["rank"], each["nomination"]["unit_code"]) for each in ranked] == [
        (1, TROMSO), (2, BODO), (3, HAMMERFEST),
    ]  # fmt: skip
    listed = text_of(await lead.page("/innsatskommuner"))
    assert listed.index("1. Tromsø") < listed.index("2. Bodø") < listed.index("3. Hammerfest")
    assert await lead.is_refused(a, "designate", "2016-03-15") == (409, "agreement-missing")
    refused = await lead.moves(a, "refuse", "2016-03-15", reasons={"nb": "Bare administrativ forankring, ingen avtale"})
    assert (refused["status"], refused["refusal"]["criteria"]) == ("refused", ["anchoring", "agreement"])
    assert (await editor.asks(f"{b}/designate", {"occurred_on": "2016-03-15"}, about=b)).status_code == 403
    spreads = [(await lead.moves(thing, "designate", "2016-03-15"))["designation"]["spread"] for thing in (b, c)]
    assert [[(each["focus_before"], each["focus_after"]) for each in spread["counties"]] for spread in spreads] == [
        [(0, 0), (0, 1), (0, 0)],
        [(0, 1), (1, 1), (0, 0)],
    ]
    assert [spread["is_skewed"] for spread in spreads] == [False, False]
    await here.settled()
    await _read_on_pages(lead, tromso, a, b, with_b)

    figure = await editor.figure("focus_municipalities")
    assert (figure["numerator"], figure["unit"], figure["basis"]) == (2, "count", "designated")
    assert (figure["extra"]["designated"], figure["extra"]["refused"]) == (2, 1)
    assert figure["extra"]["criteria_assessed"] == 15
    of_counties = {each["county_code"]: each for each in figure["extra"]["distribution"]}
    assert {code: each["focus_municipalities"] for code, each in of_counties.items()} == {"18": 1, "19": 1, "20": 0}
    assert [each["municipalities"] for each in of_counties.values()] == [44, 24, 19]
    assert (of_counties["19"]["share"], of_counties["19"]["share_of_municipalities"]) == (0.5, 24 / 87)
    rows = await stands(here, editor, figure)
    assert {row["unit_code"]: row.get("why") for row in rows} == {TROMSO: None, BODO: None, HAMMERFEST: "refused"}
    by_county = (await editor.figures("focus_municipalities", by="county"))[1:]
    assert [(each["by"], each["numerator"]) for each in by_county] == [("18", 1), ("19", 1), ("20", 0)]
    assert (await editor.figure("focus_municipalities", as_of="2016-03-14"))["numerator"] == 0

    anybody = here.anybody()
    focus = await anybody.pages("/focus-municipalities", on="2016-06-01")
    assert sorted(each["unit_code"] for each in focus) == [BODO, TROMSO]
    assert [
        each["title"]["nb"] for each in await anybody.pages("/signed-agreements", unit=TROMSO, on="2016-06-01")
    ] == ["Avtale om innsatskommune"]
    assert await anybody.pages("/agreements") == await anybody.pages("/focus-nominations") == []
    page = text_of(await anybody.page(f"/kommuner/{TROMSO}?dato=2016-06-01"))
    assert "Innsatskommune fra 15. mars 2016, sammen med KORUS Nord" in page
    assert "Avtale om innsatskommune" in page
    # Who was considered in vain is the centre's affair.
    assert sorted(row["unit_code"] for row in await anybody.behind(figure)) == [BODO, TROMSO]


async def _read_on_pages(lead: User, tromso: User, a: str, b: str, with_b: str) -> None:
    """The lead reads who became one and who did not, and why; the municipality what it has committed itself to."""
    listed = text_of(await lead.page("/innsatskommuner"))
    assert "Utpekt 2" in listed
    refused = listed.partition("Avslått 1 ")[2]
    missing = "Ikke oppfylt: Langsiktig, og forankret administrativt og politisk; Forpliktende skriftlig avtale"
    assert f"Hammerfest avslått 15. mars 2016 {missing}" in refused
    of_a = text_of(await lead.page(a.replace("/focus-nominations", "/innsatskommuner")))
    assert "Bare administrativ forankring, ingen avtale" in of_a
    of_b = text_of(await lead.page(b.replace("/focus-nominations", "/innsatskommuner")))
    assert of_b.partition("De fem kriteriene")[2].count(" oppfylt ") == 5
    assert "ikke oppfylt" not in of_b
    for county in ("Nordland 44 50,6 % 0 0", "Troms 24 27,6 % 0 1", "Finnmark 19 21,8 % 0 0"):
        assert county in of_b, county
    own = text_of(await tromso.page(with_b.replace("/agreements", "/avtaler")))
    assert own.count("Ansvarlig Tromsø kommune") == 4


async def test_br_19_a_running_installation_finds_a_breach_by_itself_and_writes_to_the_mailbox(
    here: Installation,
) -> None:
    tromso, coordinator = await here.user("tromso.soker"), await here.user("koordinator1")
    town = here.organisations["tromso-kommune"]
    mailbox = {"name": "Tromsø kommune", "official_mailbox": "postmottak@tromso.example", "source": "the story"}
    await coordinator.moves(f"/organisations/{town}", "change", "2016-01-01", **mailbox)
    thing = await an_agreement(here, town, TROMSO, commitments(town, 1, due_on="2016-12-31"))
    await sign(tromso, thing, town)

    async def is_in_breach() -> bool:
        return (await tromso.get(thing)).json()["in_breach_since"] == "2017-01-01"

    await eventually(is_in_breach, what="the check of what has fallen due")
    sink = here.host.sink
    assert sink is not None

    async def has_come() -> bool:
        return len(sink.newest()) > 0

    await eventually(has_come, what="the mail to the municipality")
    (mail,) = sink.newest()
    assert (mail.to, mail.times) == ("postmottak@tromso.example", 1)
    assert mail.subject == "Fristen er ute i avtalen «Avtale om innsatskommune»"
    overdue = await tromso.pages("/commitments", overdue="true")
    commitment = f"{thing}/commitments/{overdue[0]['commitment']['commitment_id']}"
    shows = {"kind": "report", "reference": "Årsrapport 2016", "occurred_on": "2017-02-01"}
    after = await tromso.does(f"{commitment}/evidence", shows, about=thing)
    assert after["in_breach_since"] is None
    lead = await here.user("korusnord.leder1")
    own = await tromso.asks(f"{commitment}/verify", {"occurred_on": "2017-02-02"}, about=thing)
    assert (own.status_code, slug(own)) == (403, "verified-by-itself")
    verified = await lead.does(f"{commitment}/verify", {"occurred_on": "2017-02-02"}, about=thing)
    assert verified["signed"]["commitments"][0]["verified_on"] == "2017-02-02"
    await here.settled()
    facts = [each["fact"].split(".")[3] for each in (await tromso.get(f"{thing}/history")).json()["items"]]
    assert facts[-4:] == ["signed", "commitment_overdue", "evidence_provided", "commitment_verified"]
