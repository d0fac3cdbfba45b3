"""The north in 2016 as reporting knows it: valid by default, and small enough to count by hand."""

from datetime import date
from functools import cache
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from deploy.reference_tables import read_reference
from services.contracts.events import (
    Activity,
    ActivityKind,
    ActivityStatus,
    CoOrganiser,
    CoOrganiserStatus,
    ExceptedUnit,
    Mode,
    Offer,
    OfferStatus,
    Participation,
)
from services.contracts.funding import Grant, Scheme
from services.contracts.geography import Geography
from services.contracts.message import Text
from services.contracts.registry import (
    Awareness,
    Channel,
    GeographicChange,
    Mapping,
    MappingStatus,
    MappingTool,
    Organisation,
)
from services.contracts.registry.agreements import Anchoring
from services.contracts.registry.focus import (
    AssessedCriterion,
    Assessment,
    Criterion,
    Designation,
    FocusNomination,
    FocusStatus,
    Refusal,
    Spread,
)
from services.contracts.reporting import Figure, ProvenanceRow
from services.reporting.domain.catalogue import INDICATORS
from services.reporting.domain.facts import Known
from services.reporting.domain.figures import Question, figures, measure, provenance
from services.reporting.domain.region import Region, region_of
from services.reporting.domain.scope import Scope, Sources

S = TypeVar("S")

NORD, NAPHA, KORFOR = UUID(int=1), UUID(int=2), UUID(int=3)
SCHEME, PROGRAMME = UUID(int=50), UUID(int=51)
END_OF_2016 = date(2016, 12, 31)
_ids = count(1000)


@cache
def organisations() -> tuple[Organisation, ...]:
    """Every organisation of the reference tables; KoRus-Nord has the id ``NORD``."""
    numbers = count(100)
    return tuple(
        Organisation(
            organisation_id={"korus-nord": NORD, "napha": NAPHA, "korfor": KORFOR}.get(each.reference)
            or UUID(int=next(numbers)),
            **each.model_dump(exclude={"occurred_on"}),
        )
        for each in read_reference().organisations
    )


def korus_nord() -> Organisation:
    return next(each for each in organisations() if each.organisation_id == NORD)


@cache
def country() -> Geography:
    reference = read_reference()
    changes = (
        GeographicChange(change_id=UUID(int=number), **change.model_dump())
        for number, change in enumerate(reference.changes)
    )
    return Geography(reference.units, reference.counties, changes)


@cache
def north(on: date = END_OF_2016) -> Region:
    return region_of(country(), korus_nord(), on)


def units_of_2016() -> list[str]:
    """The 87 municipalities, sorted by code."""
    return sorted(north().codes)


def known(state: S, aggregate: str = "thing", message: int | None = None, version: int = 1) -> Known[S]:
    number = next(_ids) if message is None else message
    return Known(state, UUID(int=number), f"{aggregate}/{number}", version)


def a_mapping(code: str | None, completed_on: date | None = None, **changes: Any) -> Known[Mapping]:
    """A BrukerPlan run, completed on the day; invited only without one."""
    status = MappingStatus.completed if completed_on else MappingStatus.invited
    fields: dict[str, Any] = {
        "mapping_id": UUID(int=next(_ids)),
        "tool": MappingTool.brukerplan,
        "unit_code": code,
        "year": completed_on.year if completed_on else 2016,
        "sequence": 1,
        "centre_id": NORD,
        "status": status,
        "completed_on": completed_on,
    }
    message = changes.pop("message", None)
    return known(Mapping(**fields | changes), "mapping", message)


def an_agreement(code: str, agreed_on: date, year: int = 2016) -> Known[Mapping]:
    """An agreement to run Ungdata."""
    return a_mapping(code, tool=MappingTool.ungdata, status=MappingStatus.agreed, agreed_on=agreed_on, year=year)


def a_contact(code: str, channel: Channel = Channel.letter, **changes: Any) -> Known[Awareness]:
    """A unit that KoRus-Nord told of its offer in February 2016."""
    fields: dict[str, Any] = {
        "awareness_id": UUID(int=next(_ids)),
        "unit_code": code,
        "centre_id": NORD,
        "channel": channel,
        "informed_on": date(2016, 2, 1),
    }
    return known(Awareness(**fields | changes), "awareness")


def a_nomination(
    code: str, designated_on: date | None = date(2016, 4, 1), refused_on: date | None = None, **changes: Any
) -> Known[FocusNomination]:
    """A unit that KoRus-Nord nominated and assessed in March 2016, and designated, refused or has not decided on."""
    spread = Spread(on=date(2016, 3, 20), counties=(), is_skewed=False)
    criteria = tuple(AssessedCriterion(criterion=criterion, is_fulfilled=True) for criterion in Criterion)
    outcome: dict[str, Any] = {}
    if refused_on is not None:
        refusal = Refusal(refused_on=refused_on, reasons=Text(nb="Ikke forankret"))
        outcome = {"refusal": refusal, "status": FocusStatus.refused}
    elif designated_on is not None:
        designation = Designation(designated_on=designated_on, agreement_id=UUID(int=60), spread=spread)
        outcome = {"designation": designation, "status": FocusStatus.designated}
    fields: dict[str, Any] = {
        "nomination_id": UUID(int=next(_ids)),
        "unit_code": code,
        "centre_id": NORD,
        "status": FocusStatus.assessed,
        "nominated_on": date(2016, 3, 1),
        "assessment": Assessment(
            assessed_on=date(2016, 3, 20), criteria=criteria, anchoring=Anchoring(), spread=spread
        ),
    }
    return known(FocusNomination(**fields | outcome | changes), "focus_nomination")


def an_activity(held_on: date | None = date(2016, 5, 10), **changes: Any) -> Known[Activity]:
    """A course of one day in Nordland, held on the day; only planned without one."""
    fields: dict[str, Any] = {
        "activity_id": UUID(int=next(_ids)),
        "title": Text(nb="Kurs"),
        "kind": ActivityKind.course,
        "theme": "brukerplan",
        "lead_id": NORD,
        "starts_on": held_on or date(2016, 11, 1),
        "ends_on": held_on or date(2016, 11, 1),
        "days": 1,
        "county_code": "18",
        "level": 1,
        "status": ActivityStatus.held if held_on else ActivityStatus.planned,
        "planned_on": date(2016, 1, 11),
        "announced_on": date(2016, 2, 1) if held_on else None,
        "held_on": held_on,
    }
    return known(Activity(**fields | changes), "activity")


def invited(*codes: str, mode: Mode = Mode.onsite, on: date = date(2016, 3, 1)) -> tuple[Participation, ...]:
    return tuple(Participation(code=code, mode=mode, invited_on=on) for code in codes)


def attended(*codes: str, on: date = date(2016, 5, 10)) -> tuple[Participation, ...]:
    return tuple(Participation(code=code, invited_on=date(2016, 3, 1), attended_on=on) for code in codes)


def excepted(code: str, arranged_on: date | None) -> ExceptedUnit:
    return ExceptedUnit(code=code, arrangement=Text(nb="Eget opplegg"), arranged_on=arranged_on)


def yes_from(organisation_id: UUID, on: date = date(2016, 2, 1)) -> CoOrganiser:
    return CoOrganiser(
        organisation_id=organisation_id, status=CoOrganiserStatus.accepted, invited_on=on, answered_on=on
    )


def an_offer(**changes: Any) -> Known[Offer]:
    """A published offer of KoRus-Nord for three municipalities in 2016."""
    fields: dict[str, Any] = {
        "offer_id": UUID(int=next(_ids)),
        "title": Text(nb="KOR i tre kommuner"),
        "theme": "kor",
        "lead_id": NORD,
        "unit_codes": ("1848", "1849", "1850"),
        "period_from": date(2016, 1, 1),
        "period_to": END_OF_2016,
        "status": OfferStatus.published,
        "published_on": date(2016, 2, 1),
    }
    return known(Offer(**fields | changes), "offer")


def a_grant(code: str, **changes: Any) -> Known[Grant]:
    """A grant of 250 000 kr from KoRus-Nord's scheme, awarded on 1 June 2016."""
    fields: dict[str, Any] = {
        "grant_id": UUID(int=next(_ids)),
        "scheme_id": SCHEME,
        "programme_id": PROGRAMME,
        "unit_code": code,
        "year": 2016,
        "chapter": "765",
        "item": "21",
        "amount_ore": 250_000_00,
        "awarded_on": date(2016, 6, 1),
        "owner_id": NORD,
    }
    return known(Grant(**fields | changes), "grant")


def a_scheme(scheme_id: UUID, item: str) -> Known[Scheme]:
    """A scheme of KoRus-Nord for 2016."""
    scheme = Scheme(
        scheme_id=scheme_id,
        name=Text(nb=f"Ordning {item}"),
        theme="overdose",
        year=2016,
        chapter="765",
        item=item,
        frame_ore=1_000_000_00,
        owner_id=NORD,
        opened_on=date(2016, 1, 4),
    )
    return known(scheme, "scheme")


def percent(share: float | None) -> str:
    """A share as the stories write it."""
    return "none" if share is None else f"{share:.1%}"


def ask(indicator: str, **changes: Any) -> Question:
    """The question as of the end of 2016, over the municipalities of that day."""
    fields: dict[str, Any] = {
        "indicator": indicator,
        "centre_id": NORD,
        "year": 2016,
        "as_of": END_OF_2016,
        "geography": INDICATORS[indicator].period.window(2016).until,
    }
    return Question(**fields | changes)


def answers(question: Question, sources: Sources) -> list[Figure]:
    """The figure of the region and of each part asked for."""
    return list(figures(question, sources, scope_of(question)))


def answer(indicator: str, sources: Sources, **changes: Any) -> Figure:
    """The figure of the whole region."""
    return answers(ask(indicator, **changes), sources)[0]


def behind(indicator: str, sources: Sources, **changes: Any) -> list[ProvenanceRow]:
    question = ask(indicator, **changes)
    return provenance(measure(question, sources, scope_of(question)))


def scope_of(question: Question) -> Scope:
    return Scope(NORD, question.year, question.window, question.as_of, north(question.geography))
