"""Which of the four levels of competence work an activity is on (BR-20 … BR-24)."""

from datetime import date, timedelta

from services.contracts.events import ActivityKind

PROCESSES = frozenset((ActivityKind.network, ActivityKind.supervision, ActivityKind.project))
"""What goes on over time, so that its duration decides the level. Every other kind is a single thing."""


def competence_level(kind: ActivityKind, first_day: date, last_day: date) -> int:
    """Level 1 to 4 of an activity from its first to its last day, both included.

    A single course, lecture, conference, day, meeting or gathering is 1 however many days it has. A process is 2 up
    to and including six calendar months, 3 up to and including twelve, 4 beyond.

    Raises:
        ValueError: the last day lies before the first.

    Source: KoRus Sør, strategy plan, the four levels; their overlap at six months is settled in BR-24.
    """
    if last_day < first_day:
        raise ValueError("an activity cannot end before it starts")
    if kind not in PROCESSES:
        return 1
    day_after = last_day + timedelta(days=1)
    if day_after <= months_later(first_day, 6):
        return 2
    return 3 if day_after <= months_later(first_day, 12) else 4


def months_later(day: date, months: int) -> date:
    """The day that ``months`` whole calendar months from ``day`` have passed: the first day that is no longer in them.

    1 January and six months is 1 July, so 1 January to 30 June is exactly six months. Where the month has no such day
    the months end with that month: 31 August and six months is 1 March.
    """
    years, month = divmod(day.month - 1 + months, 12)
    first_of_month = date(day.year + years, month + 1, 1)
    later = first_of_month + timedelta(days=day.day - 1)
    if later.month == first_of_month.month:
        return later
    return later.replace(day=1)
