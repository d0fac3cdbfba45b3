"""The indicators: what each is called, its period and target, what it reads, and how it is computed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from services.contracts.reporting import Basis
from services.reporting.domain import activities, focus, mappings, money, overdoses, plans, reach
from services.reporting.domain.measures import Measure, Target, Window
from services.reporting.domain.scope import Scope, Source, Sources

Measuring = Callable[[Sources, Scope], Measure]

COUNTY = "county"
"""The breakdown that most figures have: the same measure over one county at a time."""

YEARS_OVER_TIME = 4
"""How many years «over time» is in BR-17: one term of a municipal council. The mandate names no number."""


@dataclass(frozen=True, slots=True)
class Period:
    """What an indicator counts in: a period that the commission fixed, or the last years up to the one asked about."""

    fixed: Window | None = None
    years: int = 1

    @property
    def is_open(self) -> bool:
        """Whether who asks may choose the first day."""
        return self.years > 1

    def window(self, year: int, since: date | None = None) -> Window:
        return self.fixed or Window(since or date(year - self.years + 1, 1, 1), date(year, 12, 31))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way to part a figure other than by county: which parts there are, and what of the sources is in one."""

    parts: Callable[[Sources, Scope], list[str]]
    of_part: Callable[[Sources, str], Sources]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. ``by`` is the breakdown that is shown without being asked for."""

    id: str
    label: Mapping[str, str]
    unit: Literal["share", "count", "ore"]
    basis: Basis
    measure: Measuring
    reads: frozenset[Source]
    period: Period = field(default_factory=Period)
    target: Target | None = None
    has_counties: bool = True
    breakdowns: Mapping[str, Breakdown] = field(default_factory=dict)
    by: str | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """The breakdowns that may be asked for."""
        return ((COUNTY,) if self.has_counties else ()) + tuple(self.breakdowns)


BY_LEVEL = Breakdown(
    activities.levels,
    lambda sources, part: replace(
        sources, activities=tuple(known for known in sources.activities if str(known.state.level) == part)
    ),
)
BY_THEME = Breakdown(
    activities.themes,
    lambda sources, part: replace(
        sources, offers=tuple(known for known in sources.offers if known.state.theme == part)
    ),
)
BY_SCHEME = Breakdown(
    money.schemes,
    lambda sources, part: replace(
        sources,
        schemes=tuple(known for known in sources.schemes if str(known.state.scheme_id) == part),
        grants=tuple(known for known in sources.grants if str(known.state.scheme_id) == part),
    ),
)

_ALL = (
    Indicator(
        "brukerplan_coverage",
        {"nb": "Kommuner som har gjennomført BrukerPlan", "nn": "Kommunar som har gjennomført BrukerPlan"},
        "share",
        "completed",
        mappings.brukerplan_coverage,
        frozenset((Source.mappings, Source.mapping_tools)),
        # The commission's goal for the period; its text is in the plan as B2-G1.
        period=Period(Window(date(2015, 1, 1), date(2016, 12, 31))),
        target=Target(Fraction(80, 100)),
    ),
    Indicator(
        "ungdata_coverage",
        {"nb": "Kommuner som har gjennomført Ungdata", "nn": "Kommunar som har gjennomført Ungdata"},
        "share",
        "completed",
        mappings.ungdata_coverage,
        frozenset((Source.mappings, Source.mapping_tools)),
        # «An appropriate share»: the commission names no number, and none is invented (BR-48).
        period=Period(Window(date(2010, 1, 1), date(2016, 12, 31))),
    ),
    Indicator(
        "ungdata_upper_secondary",
        {
            "nb": "Fylker med Ungdata i videregående skole",
            "nn": "Fylke med Ungdata i vidaregåande skule",
        },
        "share",
        "completed",
        mappings.ungdata_upper_secondary,
        frozenset((Source.mappings, Source.mapping_tools)),
        period=Period(Window(date(2010, 1, 1), date(2016, 12, 31))),
    ),
    Indicator(
        "awareness",
        {"nb": "Kommuner som er gjort kjent med tilbudet", "nn": "Kommunar som er gjorde kjende med tilbodet"},
        "share",
        "recorded",
        reach.awareness,
        frozenset((Source.awareness,)),
        target=Target(Fraction(1)),
    ),
    Indicator(
        "majority_over_time",
        {"nb": "Kommuner som har fått et tilbud", "nn": "Kommunar som har fått eit tilbod"},
        "share",
        "held",
        reach.majority_over_time,
        frozenset((Source.activities, Source.grants, Source.programmes)),
        period=Period(years=YEARS_OVER_TIME),
        target=Target(Fraction(1, 2), is_exceeded=True),
    ),
    Indicator(
        "focus_municipalities",
        {"nb": "Innsatskommuner", "nn": "Innsatskommunar"},
        "count",
        "designated",
        focus.focus_municipalities,
        frozenset((Source.focus_nominations,)),
    ),
    Indicator(
        "planned_against_held",
        {"nb": "Planlagte aktiviteter som er gjennomført", "nn": "Planlagde aktivitetar som er gjennomførte"},
        "share",
        "held",
        plans.planned_against_held,
        frozenset((Source.plans, Source.planned_activities, Source.activities)),
        has_counties=False,
    ),
    Indicator(
        "activities_per_level",
        {"nb": "Aktiviteter etter kompetansenivå", "nn": "Aktivitetar etter kompetansenivå"},
        "count",
        "held",
        activities.activities_held,
        frozenset((Source.activities,)),
        breakdowns={"level": BY_LEVEL},
        by="level",
    ),
    Indicator(
        "brukerplan_training",
        {"nb": "Opplæringsdager i BrukerPlan", "nn": "Opplæringsdagar i BrukerPlan"},
        "count",
        "held",
        activities.brukerplan_training,
        frozenset((Source.activities,)),
    ),
    Indicator(
        "brukerplan_seminars",
        {"nb": "Seminardager om BrukerPlan-resultatene", "nn": "Seminardagar om BrukerPlan-resultata"},
        "count",
        "held",
        activities.brukerplan_seminars,
        frozenset((Source.activities,)),
    ),
    Indicator(
        "mi_courses",
        {"nb": "Kurs i motiverende intervju", "nn": "Kurs i motiverande intervju"},
        "count",
        "held",
        activities.mi_courses,
        frozenset((Source.activities,)),
    ),
    Indicator(
        "co_organised",
        {"nb": "Tilbud som flere sentre står bak", "nn": "Tilbod som fleire senter står bak"},
        "share",
        "recorded",
        activities.co_organised,
        frozenset((Source.offers,)),
        breakdowns={"theme": BY_THEME},
    ),
    Indicator(
        "awarded_per_scheme",
        {"nb": "Tildelt tilskudd etter ordning", "nn": "Tildelt tilskot etter ordning"},
        "ore",
        "awarded",
        money.awarded,
        frozenset((Source.grants, Source.schemes, Source.programmes)),
        breakdowns={"scheme": BY_SCHEME},
        by="scheme",
    ),
    Indicator(
        "overdose_begun",
        {
            "nb": "Kommuner med overdoseproblemer som har begynt med kartlegging, tiltak eller planer",
            "nn": "Kommunar med overdoseproblem som har byrja med kartlegging, tiltak eller planar",
        },
        "count",
        "recorded",
        overdoses.overdose_begun,
        frozenset((Source.overdose_units,)),
        # The national overdose strategy's period. It names no number, and none is invented.
        period=Period(Window(date(2014, 1, 1), date(2017, 12, 31))),
    ),
    Indicator(
        "plan_counts",
        {"nb": "Planlagte aktiviteter som senteret leder selv", "nn": "Planlagde aktivitetar som senteret leier sjølv"},
        "share",
        "adopted",
        plans.plan_counts,
        frozenset((Source.plans, Source.assignments, Source.planned_activities)),
        has_counties=False,
    ),
)

INDICATORS: dict[str, Indicator] = {indicator.id: indicator for indicator in _ALL}
"""Every indicator by its id, in the order that they are listed."""


def fed_by(source: Source) -> tuple[str, ...]:
    """The indicators that a change of the source may change."""
    return tuple(indicator.id for indicator in _ALL if source in indicator.reads)
