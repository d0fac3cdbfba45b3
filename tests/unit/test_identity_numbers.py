"""National identity numbers are found in texts however they are written, and little else is taken for one."""

import pytest
from pydantic import BaseModel

from services.contracts.identity_numbers import has_identity_number, identity_numbers_in


def number_of(day: str) -> str:
    """The first number of eleven digits that begins with the day and passes, as the tax authority gives them out."""
    for serial in range(1000):
        nine = f"{day}{serial:03}"
        first = -weighted(nine, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        second = -weighted(f"{nine}{first}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11 if first < 10 else 10
        if second < 10:
            return f"{nine}{first}{second}"
    raise AssertionError(day)


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


ORDINARY, D_NUMBER, FOR_TESTS = (number_of(day) for day in ("010190", "410190", "018190"))
WAYS = (
    "{0}", "{1} {2}", "{1}-{2}", "{1}.{2}", "{1}\u00a0{2}", "fnr{0}.", "ring 12 om {0}", "2016 {0}", "({1} {2})"
)  # fmt: skip


@pytest.mark.parametrize("number", [ORDINARY, D_NUMBER, FOR_TESTS])
@pytest.mark.parametrize("written", WAYS)
def test_a_number_is_found_however_it_is_written(number: str, written: str):
    assert has_identity_number(written.format(number, number[:6], number[6:]))


def test_every_digit_counts():
    for place, digit in enumerate(ORDINARY):
        for other in "0123456789":
            changed = f"{ORDINARY[:place]}{other}{ORDINARY[place + 1 :]}"
            assert has_identity_number(changed) == (other == digit)


@pytest.mark.parametrize(
    "text",
    [
        "", "Kari Nordmann", "tlf. 77 66 55 44", "983974899", ORDINARY[:10], f"{ORDINARY}0", f"+{ORDINARY}",
        f"{ORDINARY[:6]}/{ORDINARY[6:]}", f"{ORDINARY[:6]}  {ORDINARY[6:]}", "2016-04-08 10:00",
    ],
)  # fmt: skip
def test_other_numbers_are_left_alone(text: str):
    assert not has_identity_number(text)


class Told(BaseModel):
    name: str
    notes: tuple[str, ...] = ()
    more: "dict[str, Told]" = {}


def test_it_is_told_where_each_stands():
    told = Told(name="Kari", notes=("a note", f"hun er {ORDINARY}"), more={"nb": Told(name=D_NUMBER)})
    assert list(identity_numbers_in(told)) == ["/notes/1", "/more/nb/name"]
    assert list(identity_numbers_in(ORDINARY)) == [""]
    assert list(identity_numbers_in({"year": 2016, "note": None})) == []
