"""What has happened in the north when the pages are looked at: a little of everything that a page can show."""

from datetime import date
from uuid import UUID

from deploy.reference_tables import read_reference
from services.contracts.events import (
    Activity,
    ActivityAttendanceRecorded,
    ActivityKind,
    ActivityStatus,
    CoOrganiser,
    CoOrganiserStatus,
    Mode,
    Offer,
    OfferPublished,
    OfferStatus,
    Participation,
    Programme,
    ProgrammeStarted,
)
from services.contracts.funding import Grant, GrantAwarded, Scheme, SchemeOpened
from services.contracts.message import Message, Text
from services.contracts.registry import (
    Awareness,
    AwarenessRecorded,
    Channel,
    LetterBounced,
    Mapping,
    MappingCompleted,
    MappingInvited,
    MappingStatus,
    MappingTool,
)
from services.contracts.registry.mapping_tools import SurveyToolRegistered
from services.contracts.registry.overdoses import Milestone, MilestoneKind, OverdoseUnit, OverdoseUnitRecorded
from tests.unit.reporting_world import KORFOR, NAPHA, NORD

TROMSO, BODO, KAUTOKEINO = "1902", "1804", "2011"
EXAMPLE = "example"
PROGRAMME, SCHEME = UUID(int=901), UUID(int=902)


def happened() -> tuple[Message, ...]:
    """Everything, in the order of the days."""
    return (*offers(), *activities(), *surveys(), *overdoses(), *told(), *grants())


def offers() -> tuple[Message, ...]:
    """One for the north by two centres, one on request, and one to come that has no bokmål."""
    together = _offer(
        1,
        Text(nb="Opplæring i KOR", nn="Opplæring i KOR"),
        description=Text(nb="Felles opplæring for ansatte i kommunen."),
        theme="kor",
        co_organisers=(
            _answered(NAPHA, CoOrganiserStatus.accepted),
            _answered(KORFOR, CoOrganiserStatus.declined),
        ),
        source=EXAMPLE,
    )
    on_request = _offer(2, Text(nb="Råd om psykisk helse", nn="Råd om psykisk helse"), lead_id=NAPHA, on_request=True)
    to_come = _offer(3, Text(nn="Eit tilbod som kjem"), theme="a_new_theme", period_from=date(2016, 10, 1))
    return tuple(
        OfferPublished(occurred_on=date(2016, 1, 18), offer=offer) for offer in (together, on_request, to_come)
    )


def activities() -> tuple[Message, ...]:
    """A training day that was held with two municipalities, one of them on a screen."""
    held = Activity(
        activity_id=UUID(int=11),
        title=Text(nb="Opplæringsdag i BrukerPlan", nn="Opplæringsdag i BrukerPlan"),
        kind=ActivityKind.training_day,
        theme="brukerplan",
        series="brukerplan_training",
        lead_id=NORD,
        co_organisers=(_answered(KORFOR, CoOrganiserStatus.accepted),),
        starts_on=date(2016, 5, 10),
        ends_on=date(2016, 5, 11),
        days=2,
        county_code="19",
        level=1,
        status=ActivityStatus.held,
        planned_on=date(2016, 4, 11),
        announced_on=date(2016, 4, 18),
        held_on=date(2016, 5, 11),
        units=(
            Participation(code=TROMSO, invited_on=date(2016, 4, 18), attended_on=date(2016, 5, 11)),
            Participation(code=BODO, mode=Mode.remote, invited_on=date(2016, 4, 18)),
        ),
        source=EXAMPLE,
    )
    return (ActivityAttendanceRecorded(occurred_on=date(2016, 5, 11), activity=held),)


def surveys() -> tuple[Message, ...]:
    """One that was completed, one that is only agreed, and one of a county authority; and which surveys there are."""
    completed = _survey(21, MappingTool.brukerplan, 2015, completed_on=date(2015, 5, 4), source=EXAMPLE)
    invited = _survey(22, MappingTool.ungdata, 2016, MappingStatus.invited)
    of_county = _survey(
        23,
        MappingTool.ungdata_upper_secondary,
        2015,
        unit_code=None,
        county_code="19",
        completed_on=date(2015, 4, 13),
    )
    tools = read_reference().mapping_tools
    return (
        *(SurveyToolRegistered(occurred_on=date(2016, 1, 1), mapping_tool=tool) for tool in tools),
        MappingCompleted(occurred_on=date(2015, 5, 4), mapping=completed),
        MappingInvited(occurred_on=date(2016, 1, 4), mapping=invited),
        MappingCompleted(occurred_on=date(2015, 4, 13), mapping=of_county),
    )


def overdoses() -> tuple[Message, ...]:
    """Two municipalities with overdose problems, one of which has begun with a plan."""
    begun = OverdoseUnit(
        overdose_unit_id=UUID(int=61),
        unit_code=TROMSO,
        centre_id=NORD,
        recorded_on=date(2016, 1, 18),
        milestones=(Milestone(kind=MilestoneKind.plan, begun_on=date(2016, 2, 1)),),
    )
    other = begun.model_copy(update={"overdose_unit_id": UUID(int=62), "unit_code": BODO, "milestones": ()})
    return tuple(OverdoseUnitRecorded(occurred_on=date(2016, 1, 18), overdose_unit=unit) for unit in (begun, other))


def told() -> tuple[Message, ...]:
    """A letter that came back, and the conversation after it."""
    letter = Awareness(
        awareness_id=UUID(int=31),
        unit_code=TROMSO,
        centre_id=NORD,
        channel=Channel.letter,
        informed_on=date(2016, 2, 15),
        bounced_on=date(2016, 2, 18),
    )
    conversation = letter.model_copy(
        update={
            "awareness_id": UUID(int=32),
            "channel": Channel.dialogue,
            "informed_on": date(2016, 3, 1),
            "bounced_on": None,
            "source": EXAMPLE,
        }
    )
    return (
        LetterBounced(occurred_on=date(2016, 2, 18), awareness=letter),
        AwarenessRecorded(occurred_on=date(2016, 3, 1), awareness=conversation),
    )


def grants() -> tuple[Message, ...]:
    """One grant, tied to its programme."""
    programme = Programme(
        programme_id=PROGRAMME,
        name=Text(nb="Ansvarlig alkoholhåndtering", nn="Ansvarleg alkoholhandtering"),
        theme="responsible_alcohol_management",
        lead_id=NORD,
        started_on=date(2015, 9, 1),
    )
    scheme = Scheme(
        scheme_id=SCHEME,
        name=Text(nb="Stimuleringsmidler 2016", nn="Stimuleringsmiddel 2016"),
        theme="responsible_alcohol_management",
        year=2016,
        chapter="765",
        item="74",
        frame_ore=1_500_000_00,
        owner_id=NORD,
        opened_on=date(2016, 2, 1),
    )
    grant = Grant(
        grant_id=UUID(int=41),
        scheme_id=SCHEME,
        programme_id=PROGRAMME,
        unit_code=TROMSO,
        year=2016,
        chapter="765",
        item="74",
        amount_ore=250_000_00,
        awarded_on=date(2016, 11, 1),
        owner_id=NORD,
        source=EXAMPLE,
    )
    return (
        ProgrammeStarted(occurred_on=date(2015, 9, 1), programme=programme),
        SchemeOpened(occurred_on=date(2016, 2, 1), scheme=scheme),
        GrantAwarded(occurred_on=date(2016, 11, 1), grant=grant),
    )


def _offer(number: int, title: Text, **changes: object) -> Offer:
    facts: dict[str, object] = {
        "offer_id": UUID(int=number),
        "title": title,
        "theme": "mental_health_work",
        "lead_id": NORD,
        "county_codes": ("18", "19", "20"),
        "period_from": date(2016, 1, 1),
        "period_to": date(2016, 12, 31),
        "status": OfferStatus.published,
        "published_on": date(2016, 1, 18),
    }
    return Offer.model_validate(facts | changes)


def _answered(organisation_id: UUID, status: CoOrganiserStatus) -> CoOrganiser:
    return CoOrganiser(
        organisation_id=organisation_id,
        status=status,
        invited_on=date(2016, 1, 11),
        answered_on=date(2016, 1, 12),
    )


def _survey(
    number: int, tool: MappingTool, year: int, status: MappingStatus = MappingStatus.completed, **changes: object
) -> Mapping:
    facts: dict[str, object] = {
        "mapping_id": UUID(int=number),
        "tool": tool,
        "unit_code": TROMSO,
        "year": year,
        "sequence": 1,
        "centre_id": NORD,
        "status": status,
        "invited_on": date(year, 1, 4),
    }
    return Mapping.model_validate(facts | changes)
