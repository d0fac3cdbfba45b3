"""What the centres offer: one carried together (story ST-12), and some of each centre's own for the one list."""

from datetime import date

from deploy.example.caller import Caller
from deploy.example.courses import Partner
from deploy.example.places import KOR_GROUP
from services.contracts.events import AnswerInvitation, DraftOffer, InviteCoOrganiser, OnDate
from services.contracts.message import Text

NORTH = ("18", "19", "20")


async def send_offers(centres: dict[str, Partner]) -> None:
    """The shared offer first, then one of each centre's own."""
    await _shared(centres["korus-nord"], centres["napha"])
    for reference, title, theme in (
        (
            "korus-nord",
            Text(
                nb="Bistand til rusmiddelpolitisk handlingsplan",
                nn="Hjelp til rusmiddelpolitisk handlingsplan",
            ),
            "alcohol_drug_action_plan",
        ),
        (
            "rvts-nord",
            Text(nb="Veiledning om vold og traumer", nn="Rettleiing om vald og traume"),
            "violence_and_trauma",
        ),
        (
            "rkbu-nord",
            Text(nb="Veiledning om barn og unges psykiske helse", nn="Rettleiing om psykisk helse hos barn og unge"),
            "child_mental_health",
        ),
        (
            "napha",
            Text(nb="Råd om lokalt psykisk helsearbeid", nn="Råd om lokalt psykisk helsearbeid"),
            "mental_health_work",
        ),
    ):
        centre = centres[reference]
        offer = DraftOffer(
            title=title,
            theme=theme,
            target_groups=("kommunalt ansatte",),
            lead_id=centre.organisation_id,
            county_codes=NORTH,
            on_request=True,
            occurred_on=date(2016, 1, 11),
            source="example",
            period_from=date(2016, 1, 1),
            period_to=date(2016, 12, 31),
        )
        path = await _draft(centre.caller, f"offer-{reference}", offer)
        await centre.caller.post(
            f"offer-{reference}-publish", f"{path}/publish", OnDate(occurred_on=date(2016, 1, 18)), about=path
        )


async def _shared(lead: Partner, partner: Partner) -> None:
    offer = DraftOffer(
        title=Text(nb="Opplæring i KOR", nn="Opplæring i KOR"),
        description=Text(
            nb="Felles opplæring i klient- og resultatstyrt praksis for tre kommuner som har vedtatt metoden.",
            nn="Felles opplæring i klient- og resultatstyrt praksis for tre kommunar som har vedteke metoden.",
        ),
        theme="kor",
        target_groups=("kommunalt ansatte",),
        lead_id=lead.organisation_id,
        unit_codes=KOR_GROUP,
        period_from=date(2016, 3, 1),
        period_to=date(2016, 12, 31),
        occurred_on=date(2016, 2, 1),
        source="example",
    )
    path = await _draft(lead.caller, "offer-kor", offer)
    ask = InviteCoOrganiser(organisation_id=partner.organisation_id, occurred_on=date(2016, 2, 2))
    await lead.caller.post("offer-kor-ask", f"{path}/co-organisers", ask, about=path)
    partner.caller.versions[path] = lead.caller.versions[path]
    yes = AnswerInvitation(accept=True, occurred_on=date(2016, 2, 9))
    await partner.caller.post("offer-kor-yes", f"{path}/co-organisers/answer", yes, about=path)
    lead.caller.versions[path] = partner.caller.versions[path]
    await lead.caller.post("offer-kor-publish", f"{path}/publish", OnDate(occurred_on=date(2016, 2, 15)), about=path)


async def _draft(caller: Caller, step: str, offer: DraftOffer) -> str:
    return f"/offers/{(await caller.post(step, '/offers', offer))['offer_id']}"
