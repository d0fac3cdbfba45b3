"""What may be told of a municipal plan."""

from datetime import date

from services.contracts.registry.plan_anchors import PlanAnchor, PlanAnchorFacts
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.dates import require_occurred
from services.registry.domain.periods import require_end, require_period


def require_plan(facts: PlanAnchorFacts, *, today: date) -> None:
    """Refuse what contradicts itself.

    Raises:
        DateInFuture: it cannot have been told of, or adopted, yet.
        PeriodReversed: it ends before it begins.
        Invalid: a theme is named twice, or in a plan that does not contain the topic.
    """
    require_occurred(facts.occurred_on, today=today)
    require_period(facts.valid_from, facts.valid_to)
    if facts.adopted_on is not None:
        require_occurred(facts.adopted_on, today=today, pointer="/adopted_on")
    if facts.themes and not facts.contains_topic:
        raise Invalid(errors=[FieldError("/contains_topic", code="themes-without-topic")])
    twice = [place for place, theme in enumerate(facts.themes) if theme in facts.themes[:place]]
    if twice:
        raise Invalid(errors=[FieldError(f"/themes/{place}", code="named-twice") for place in twice])


def ended(plan_anchor: PlanAnchor, valid_to: date) -> PlanAnchor:
    """The plan, holding until the day and no longer.

    Raises:
        PeriodReversed: the day lies before its first.
    """
    require_end(plan_anchor.valid_from, valid_to)
    return plan_anchor.model_copy(update={"valid_to": valid_to})
