"""ST-12: one offer that two centres carry. ST-16: an award with chapter and item, tied to its programme."""

import pytest

from tests.end_to_end.figures import stands
from tests.end_to_end.installation import Installation

pytestmark = pytest.mark.asyncio(loop_scope="module")

TYSFJORD, HAMAROY, STEIGEN = "1850", "1849", "1848"
SOR_VARANGER = "2030"


async def test_st12_one_offer_carried_by_two_centres(here: Installation) -> None:
    editor, napha = await here.user("korusnord.redaktor"), await here.partner("napha")
    body = {
        "title": {"nb": "Opplæring i KOR", "nn": "Opplæring i KOR"},
        "theme": "kor",
        "lead_id": str(here.organisations["korus-nord"]),
        "unit_codes": [TYSFJORD, HAMAROY, STEIGEN],
        "period_from": "2016-03-01",
        "period_to": "2016-12-31",
        "occurred_on": "2016-02-01",
    }
    offer = f"/offers/{(await editor.does('/offers', body))['offer_id']}"
    assert (await here.anybody().get(offer)).status_code == 404
    await editor.moves(offer, "co-organisers", "2016-02-02", organisation_id=str(here.organisations["napha"]))
    assert await editor.is_refused(offer, "publish", "2016-02-03") == (409, "co-organiser-pending")
    await here.settled()
    assert (await editor.figure("co_organised"))["denominator"] == 0

    # Only the invited organisation answers, with the rights of its own system.
    rkbu = await here.partner("rkbu-nord")
    assert (await rkbu.get(offer)).status_code == 404
    seen = await napha.get(offer)
    assert seen.json()["co_organisers"][0]["status"] == "invited"
    yes = {"accept": True, "occurred_on": "2016-02-09"}
    answer = await rkbu.post(f"{offer}/co-organisers/answer", yes, if_match=seen.headers["etag"])
    assert answer.status_code == 404
    await napha.moves(offer, "co-organisers/answer", "2016-02-09", accept=True)
    await editor.moves(offer, "publish", "2016-02-15")
    await here.settled()

    figure = await editor.figure("co_organised")
    assert (figure["numerator"], figure["extra"]) == (1, {"offers": 1, "municipalities": 3})
    await stands(here, editor, figure)
    assert (await editor.figure("co_organised", as_of="2016-02-14"))["denominator"] == 0
    assert (await editor.figure("co_organised", centre="napha", year=2016))["numerator"] == 1
    listed = (await here.anybody().get(f"/municipalities/{HAMAROY}/offer", on="2016-05-01")).json()["items"]
    (line,) = listed
    assert line["lead"]["organisation_id"] == str(here.organisations["korus-nord"])
    assert [each["organisation_id"] for each in line["co_organisers"]] == [str(here.organisations["napha"])]
    assert (await here.anybody().get("/municipalities/1902/offer", on="2016-05-01")).json()["items"] == []


async def test_st16_an_award_takes_two_persons_and_is_tied_to_its_programme(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), str(here.organisations["korus-nord"])
    first, second = await here.user("korusnord.leder1"), await here.user("korusnord.leder2")
    theme = "responsible_alcohol_management"
    name = {"nb": "Ansvarlig alkoholhåndtering", "nn": "Ansvarleg alkoholhandtering"}
    begun = {"name": name, "theme": theme, "lead_id": korus, "occurred_on": "2015-09-01"}
    programme = await editor.does("/programmes", begun)
    opened = {
        "name": {"nb": "Stimuleringsmidler 2016", "nn": "Stimuleringsmiddel 2016"},
        "theme": theme,
        "year": 2016,
        "chapter": "765",
        "item": "74",
        "frame_ore": 1_500_000_00,
        "owner_id": korus,
        "occurred_on": "2016-02-01",
    }
    scheme = await first.does("/schemes", opened)
    proposed = {
        "unit_code": SOR_VARANGER,
        "programme_id": programme["programme_id"],
        "amount_ore": 250_000_00,
        "impartial": True,
        "occurred_on": "2016-10-24",
    }
    path = f"/schemes/{scheme['scheme_id']}/grants"
    proposal = await first.does(path, proposed)
    await here.settled()
    assert (await editor.figure("awarded_per_scheme"))["numerator"] == 0

    approval = f"/award-proposals/{proposal['proposal_id']}/approve"
    yes = {"digest": proposal["digest"], "impartial": True, "occurred_on": "2016-11-01"}
    refused = await first.asks(approval, yes)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:samla:problem:same-person")
    refused = await editor.asks(approval, yes)
    assert refused.status_code == 403
    refused = await second.asks(approval, {**yes, "digest": "0" * 64})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:samla:problem:proposal-changed")
    grant = await second.does(approval, yes)
    assert (grant["chapter"], grant["item"], grant["programme_id"]) == ("765", "74", programme["programme_id"])
    await here.settled()

    figure, of_scheme = await editor.figures("awarded_per_scheme", by="scheme")
    assert (figure["numerator"], figure["unit"], figure["basis"]) == (250_000_00, "ore", "awarded")
    assert (of_scheme["by"], of_scheme["numerator"]) == (scheme["scheme_id"], 250_000_00)
    (line,) = figure["extra"]["schemes"]
    assert (line["chapter"], line["item"], line["frame_ore"], line["awards"]) == ("765", "74", 1_500_000_00, 1)
    (row,) = await stands(here, editor, figure)
    assert (row["aggregate"], row["unit_code"]) == (f"grant/{grant['grant_id']}", SOR_VARANGER)
    (award,) = await here.anybody().pages("/awards")
    assert award["programme_id"] == programme["programme_id"]
    ledger = (await first.get("/ledger", scheme_id=scheme["scheme_id"])).json()
    assert ledger["sum_ore"] == 0

    # More than what is left of the frame is refused, however many ask.
    too_much = await first.does(path, {**proposed, "unit_code": "1902", "amount_ore": 1_250_000_01})
    refused = await second.asks(
        f"/award-proposals/{too_much['proposal_id']}/approve", {**yes, "digest": too_much["digest"]}
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:samla:problem:frame-exceeded")
