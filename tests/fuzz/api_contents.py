"""What there is in the installation that the API's tests ask: ids to ask about, and what a sensible command says."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import httpx

from tests.fuzz.api_callers import PREFIX, Caller

NOT_THERE = "00000000-0000-7000-8000-000000000000"
IN_2016 = "2016-06-01"
"""When the worked example happens."""

LISTED = (
    ("/offers/{offer_id}", f"/offers?on={IN_2016}", "offer_id"),
    ("/activities/{activity_id}", f"/activities?on={IN_2016}", "activity_id"),
    ("/programmes/{programme_id}", "/programmes", "programme_id"),
    ("/networks/{network_id}", "/networks", "network_id"),
    ("/mappings/{mapping_id}", "/mappings", "mapping_id"),
    ("/awareness/{awareness_id}", "/awareness", "awareness_id"),
    ("/organisations/{organisation_id}", "/organisations?q=nord", "organisation_id"),
    ("/groups/{group_id}", "/groups", "group_id"),
    ("/representatives/{representative_id}", "/representatives", "representative_id"),
    ("/geographic-proposals/{proposal_id}", "/geographic-proposals", "proposal_id"),
    ("/award-proposals/{proposal_id}", "/award-proposals", "proposal_id"),
    ("/schemes/{scheme_id}", "/schemes", "scheme_id"),
    ("/grants/{grant_id}", "/grants", "grant_id"),
    ("/plans/{plan_id}", "/plans", "plan_id"),
    ("/municipalities/{code}", "/municipalities", "code"),
    ("/indicators/{indicator}", "/indicators", "indicator"),
    ("/figures/{figure_id}", "/indicators/awareness/values?centre=korus-nord&year=2016", "figure_id"),
    ("/ops/traces/{trace_id}", "/ops/traces", "trace_id"),
)
"""An address up to a parameter, the list in which its values are found, and what they are called there."""

PERHAPS = (
    ("/contacts/{contact_id}", "/contacts", "contact_id"),
    ("/erasure-requests/{request_id}", "/erasure-requests", "request_id"),
    ("/letters/{letter_id}", "/letters", "letter_id"),
    ("/newsletter-subscriptions/{subscription_id}", "/newsletter-subscriptions", "subscription_id"),
    ("/agreements/{agreement_id}", "/agreements", "agreement_id"),
    ("/agreements/{agreement_id}/commitments/{commitment_id}", "/commitments", "commitment_id"),
    ("/focus-nominations/{nomination_id}", "/focus-nominations", "nomination_id"),
    ("/plan-anchors/{plan_anchor_id}", "/plan-anchors", "plan_anchor_id"),
    ("/service-links/{service_link_id}", "/service-links", "service_link_id"),
    ("/organisation-awareness/{organisation_awareness_id}", "/organisation-awareness", "organisation_awareness_id"),
    ("/programme-memberships/{programme_membership_id}", "/programme-memberships", "programme_membership_id"),
    ("/overdose-counts/{overdose_count_id}", "/overdose-counts", "overdose_count_id"),
    ("/overdose-units/{overdose_unit_id}", "/overdose-units", "overdose_unit_id"),
    ("/mapping-tools/{tool}", "/mapping-tools", "tool"),
)
"""The same, of which the worked example may make none: then something is asked about that is not there."""

FIXED = {
    "/contact-links/{token}": ("0" * 32,),
    "/plans/{plan_id}/assignments/{code}": ("B2", "A5"),
    "/geographic-proposals/{proposal_id}/answers/{number}": ("1",),
}

Known = Mapping[str, Sequence[str]]


def known_values(address: str, callers: Sequence[Caller]) -> dict[str, Sequence[str]]:
    """For each address up to a parameter, values that somebody may see."""
    known: dict[str, Sequence[str]] = dict(FIXED)
    with httpx.Client(base_url=address + PREFIX, trust_env=False) as client:
        for place, path, name in (*LISTED, *PERHAPS):
            found: dict[str, None] = {}
            for caller in callers:
                answer = client.get(path, headers=dict(caller.headers))
                if answer.is_success:
                    items = answer.json()["items"]
                    found |= dict.fromkeys(str({**item, **item.get("contact", {})}[name]) for item in items)
            known[place] = tuple(found)[:30] or (NOT_THERE,)
            assert found or (place, path, name) in PERHAPS, f"nobody sees anything in {path}"
    return known


def known_for(known: Known, path: str) -> dict[str, Sequence[str]]:
    """The parameters of a path, each with values that exist."""
    words = path.removeprefix(PREFIX).split("/")
    places = {word.strip("{}"): "/".join(words[: place + 1]) for place, word in enumerate(words) if "{" in word}
    return {name: known[place] for name, place in places.items()}


def begin_things(address: str, callers: Mapping[str, Caller]) -> None:
    """Let something of each kind be under way, for steps to go on with."""

    def begin(who: str, path: str, **body: Any) -> dict[str, Any]:
        headers = {**callers[who].headers, "Idempotency-Key": str(uuid4())}
        answer = httpx.post(address + PREFIX + path, json=body, headers=headers, trust_env=False)
        for _ in range(50):
            if "not-yet-known" not in answer.text:
                break
            time.sleep(0.1)
            answer = httpx.post(address + PREFIX + path, json=body, headers=headers, trust_env=False)
        assert answer.is_success, f"{path}: {answer.text}"
        begun: dict[str, Any] = answer.json()
        return begun

    editor, lead, coordinator = "korusnord.redaktor", "korusnord.leder1", "koordinator1"
    own, on = callers[editor].organisation_id, {"occurred_on": "2016-04-08"}
    about = {"title": {"nb": "Prøve"}, "theme": "brukerplan", "lead_id": own, **on}
    begin(editor, "/offers", **about, county_codes=["19"], period_from="2016-01-01", period_to="2016-12-31")
    begin(editor, "/activities", **about, kind="course", starts_on="2016-05-02", ends_on="2016-05-02")
    begin(editor, "/mappings", **on, tool="hkh", unit_code="1902", year=2016, centre_id=own)
    programme = begin(editor, "/programmes", **on, name={"nb": "Prøve"}, theme="overdose", lead_id=own)["programme_id"]
    begin(editor, "/networks", **on, name={"nb": "Prøve"}, theme="overdose", lead_id=own, region="north")
    budget = {"year": 2016, "chapter": "765", "item": "21", "frame_ore": 1_000_000_00, "theme": "overdose"}
    scheme = begin(lead, "/schemes", **on, **budget, name={"nb": "Prøve"}, owner_id=own)["scheme_id"]
    award = {"unit_code": "1902", "programme_id": programme, "amount_ore": 100_00, "impartial": True}
    begin(lead, f"/schemes/{scheme}/grants", **on, **award)
    members = [{"unit_code": code, "valid_from": "2016-01-01"} for code in ("1902", "1804")]
    begin(coordinator, "/groups", **on, reference="prove", name="Prøve", kind="cooperation", members=members)
    begin(coordinator, "/representatives", **on, region="north")
    renamed = [{"code": "1804", "name": "Prøvebodø"}]
    proposal = {"effective_on": "2025-06-01", "units": renamed, "reason": "en prøve", "source": "en prøve"}
    begin(coordinator, "/geographic-proposals", **proposal)


def sensible_values(address: str, known: Known) -> dict[str, list[Any]]:
    """Values that a command can do something with, by the name of the field."""
    codes, organisations = known["/municipalities/{code}"], known["/organisations/{organisation_id}"]
    changes = [
        change["change_id"]
        for code in codes[:10]
        for change in httpx.get(f"{address}{PREFIX}/municipalities/{code}/history", trust_env=False).json()["changes"]
    ]
    pairs = [codes[start : start + 2] for start in (0, 2, 4)]
    return {
        "occurred_on": ["2024-01-02", "2024-02-01"],
        "starts_on": ["2024-03-01"],
        "ends_on": ["2024-03-02"],
        "days": [1, 2],
        "period_from": ["2024-01-01"],
        "period_to": ["2024-12-31"],
        "effective_on": ["2025-06-01"],
        "year": [2024],
        "frame_ore": [1_000_000_00],
        "amount_ore": [1_000_00],
        "impartial": [True],
        "unit_code": [*codes],
        "unit_codes": [[code] for code in codes],
        "units": [[{"code": code, "name": "Prøve"}] for code in codes],
        "members": [[{"unit_code": code, "valid_from": "2024-01-01"} for code in pair] for pair in pairs],
        "organisation_id": [*organisations],
        "kept_id": [*organisations],
        "candidate_id": [*organisations],
        "programme_id": [*known["/programmes/{programme_id}"]],
        "change_ids": [[change] for change in changes],
    }
