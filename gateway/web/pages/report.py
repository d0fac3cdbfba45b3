"""The report: every indicator as of a day, with all that keeps a figure from being a bare number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country, Today
from gateway.web.bars import share_bar
from gateway.web.dates import AskedDay, asked_day, end_of
from gateway.web.figures import Card, card
from gateway.web.page import Pages, language_of, show
from gateway.web.reporting import Question, indicators, measured, plans
from services.contracts.registry import CENTRE_KINDS, Organisation
from services.contracts.reporting import Plan
from services.kernel.problems import BadRequest, Invalid, Problem

routes = Pages()

GEOGRAPHIES = (date(2016, 12, 31), date(2018, 1, 1), date(2020, 1, 1), date(2024, 1, 1))
"""Days on which the division into municipalities was another than before. What is left out follows the period."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the reader asked for, as the form shows it again."""

    asked: AskedDay
    known: AskedDay
    geography: date | None
    centre: str | None
    wrong: frozenset[str] = frozenset()
    """The fields that hold something that cannot be answered."""


@routes.page("/rapport", action="read_register")
async def report(
    request: Request,
    country: Country,
    today: Today,
    dato: str | None = None,
    kjent: str | None = None,
    geografi: str | None = None,
    senter: str | None = None,
) -> Response:
    """All figures of a centre's region. Asks one service, once for each indicator."""
    form = _form(today, dato, kjent, geografi, senter)
    all_plans = await plans(request)
    centres = _planning(country, all_plans)
    cards: list[Card] = []
    if not form.wrong and (form.centre or len(centres) == 1):
        try:
            question = _question(form)
            found = await measured(request, await indicators(request), question)
            cards = [card(each, country, language_of(request)) for each in found]
        except (BadRequest, Invalid) as refused:
            form = _with_fault(form, refused)
    centre = _chosen(country, form.centre) or (centres[0] if len(centres) == 1 else None)
    if centre is not None and centre not in centres:
        centres.append(centre)
    return await show(
        request,
        "report.html",
        status=422 if form.wrong else 200,
        form=form,
        today=today,
        cards=cards,
        centres=centres,
        centre=centre,
        plan=_plan_of(all_plans, centre, form.asked.day),
        geographies=GEOGRAPHIES,
        share_bar=share_bar,
    )


def _form(today: date, dato: str | None, kjent: str | None, geografi: str | None, senter: str | None) -> Form:
    asked, known, geography = asked_day(dato, today), asked_day(kjent, today), asked_day(geografi, today)
    fields = {"dato": asked, "kjent": known, "geografi": geography}
    return Form(
        asked=asked,
        known=known,
        geography=geography.day if geography.is_given else None,
        centre=senter or None,
        wrong=frozenset(name for name, field in fields.items() if field.is_wrong),
    )


def _question(form: Form) -> Question:
    return Question(
        as_of=form.asked.day,
        known_at=end_of(form.known.day) if form.known.is_given else None,
        geography=form.geography,
        centre=form.centre,
    )


FIELDS = {"as_of": "dato", "known_at": "kjent", "geography": "geografi", "centre": "senter"}
"""From reporting's parameters to the fields of the form."""


def _with_fault(form: Form, refused: Problem) -> Form:
    wrong = frozenset(FIELDS[error.parameter] for error in refused.errors if error.parameter in FIELDS)
    return Form(form.asked, form.known, form.geography, form.centre, wrong or frozenset(("dato",)))


def _planning(country: Snapshot, all_plans: Sequence[Plan]) -> list[Organisation]:
    """The centres that have plans, by name."""
    found: dict[UUID, Organisation] = {}
    for plan in all_plans:
        centre = country.organisations.get(plan.centre_id)
        if centre is not None and centre.kind in CENTRE_KINDS:
            found[plan.centre_id] = centre
    return sorted(found.values(), key=lambda centre: centre.name)


def _chosen(country: Snapshot, reference: str | None) -> Organisation | None:
    """The centre that was asked for, whether it has a plan or not."""
    known = country.organisations_by_reference
    return next((each for each in known if each.reference == reference and each.kind in CENTRE_KINDS), None)


def _plan_of(all_plans: Sequence[Plan], centre: Organisation | None, day: date) -> Plan | None:
    """The plan that the figures follow: the centre's last one that has begun by the day."""
    if centre is None:
        return None
    begun = (plan for plan in all_plans if plan.centre_id == centre.organisation_id and plan.year <= day.year)
    return max(begun, key=lambda plan: plan.year, default=None)
