"""Dates, numbers and money as a Norwegian reader writes them. Only pages use these; programs get ISO forms."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

from services.contracts.problems import Language

OSLO = ZoneInfo("Europe/Oslo")
NO_BREAK = "\N{NO-BREAK SPACE}"


def day(on: date | str, language: Language) -> str:
    """``8. april 2016``."""
    return format_date(_date(on), "d. MMMM y", locale=language)


def short_day(on: date | str, language: Language) -> str:
    """``8.4.2016``, for narrow columns."""
    return format_date(_date(on), "d.M.y", locale=language)


def period(since: date, until: date, language: Language) -> str:
    """``10. mai 2016``, ``10.–12. mai 2016`` or ``1. januar–31. desember 2016``: nothing is said twice."""
    if since == until:
        return day(since, language)
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}.–{day(until, language)}"
    if since.year == until.year:
        return f"{format_date(since, 'd. MMMM', locale=language)}–{day(until, language)}"
    return f"{day(since, language)}–{day(until, language)}"


def moment(at: datetime, language: Language) -> str:
    """``8. april 2016 kl. 14.05.32`` in Norwegian time."""
    return format_datetime(at, "d. MMMM y 'kl'. HH.mm.ss", tzinfo=OSLO, locale=language)


def number(value: float | Decimal, language: Language, decimals: int = 0) -> str:
    """``1 250`` or, with decimals, ``3,4``."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=language)


def percent(share: float, language: Language) -> str:
    """A share as percent with one decimal, half upwards as people round: ``50,6 %``."""
    # Through ten decimals: 49 of 80 is a little more than it should be as a binary fraction, and 1 of 80 is not.
    hundredths = Decimal(f"{share * 100:.10f}").quantize(Decimal("0.1"), ROUND_HALF_UP)
    return number(hundredths, language, 1) + NO_BREAK + "%"


def target(share: float, language: Language) -> str:
    """A target as it was set: ``80 %``, with a decimal only where it has one."""
    hundredths = round(share * 100, 1)
    return number(hundredths, language, 0 if hundredths == int(hundredths) else 1) + NO_BREAK + "%"


def kroner(amount_ore: int, language: Language) -> str:
    """Øre as kroner, with øre only where there are any: ``250 000 kr``."""
    kroner, ore = divmod(amount_ore, 100)
    whole = number(kroner, language)
    return (f"{whole},{ore:02}" if ore else whole) + NO_BREAK + "kr"


def milliseconds(value: float, language: Language) -> str:
    """``0,4 ms`` or ``12 ms``."""
    return number(value, language, 1 if value < 10 else 0) + NO_BREAK + "ms"


def listed(names: Sequence[str], language: Language) -> str:
    """``Berg, Lenvik og Torsken``."""
    return format_list(names, locale=language)


def _date(on: date | str) -> date:
    return on if isinstance(on, date) else date.fromisoformat(on)
