"""The rules of contacts: roles and their end, when one is asked and forgotten, what is kept of a change."""

import string
from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest

from services.contracts.registry.contact_persons import ContactLanguage, ErasureDecision, Standing
from services.contracts.registry.contacts import Contact, ContactRole, RolePeriod
from services.kernel.clock import OSLO
from services.registry.domain.contact_dates import (
    IN_THE_MORNING,
    decided_by,
    kept_until,
    months_later,
    morning_of,
    standing_of,
)
from services.registry.domain.contact_mails import WORDINGS, check_mail
from services.registry.domain.contact_persons import changes, fingerprint
from services.registry.domain.contacts import ended, erased
from services.registry.domain.erasures import AlreadyDecided, is_agreed, require_new

DAY = date(2016, 4, 8)


def a_role(since: str, until: str | None = None, role: ContactRole = ContactRole.leader) -> RolePeriod:
    last = None if until is None else date.fromisoformat(until)
    return RolePeriod(role=role, valid_from=date.fromisoformat(since), valid_to=last)


def a_contact(*roles: RolePeriod, ended_on: date | None = None) -> Contact:
    return Contact(contact_id=UUID(int=1), unit_code="1902", roles=roles, ended_on=ended_on)


@pytest.mark.parametrize(("since", "later"), [
    ("2016-04-08", "2017-04-08"), ("2016-02-29", "2017-03-01"), ("2015-12-31", "2016-12-31"),
])  # fmt: skip
def test_a_year_later_is_the_same_day(since: str, later: str):
    assert months_later(date.fromisoformat(since), 12) == date.fromisoformat(later)


def test_months_later_is_never_earlier_for_a_later_day():
    days = [date.fromordinal(date(2015, 1, 1).toordinal() + number) for number in range(1500)]
    for months in (1, 12):
        assert all(months_later(one, months) <= months_later(other, months) for one, other in pairwise(days))
    assert months_later(date(2016, 1, 31), 1) == date(2016, 3, 1)
    assert months_later(date.max, 1) == months_later(date(9999, 2, 1), 12) == date.max
    assert morning_of(date.max).timestamp() > morning_of(DAY).timestamp()


@pytest.mark.parametrize(("asked", "answered"), [
    ("2016-04-08", "2016-05-08"), ("2015-01-30", "2015-02-28"), ("2016-01-31", "2016-02-29"),
    ("2016-08-31", "2016-09-30"),
])  # fmt: skip
def test_r_90_who_wants_to_be_erased_is_answered_within_a_month(asked: str, answered: str):
    assert decided_by(date.fromisoformat(asked)) == date.fromisoformat(answered)


def test_what_falls_due_on_a_day_is_done_in_its_morning_in_norway():
    for day in (date(2016, 1, 8), date(2016, 7, 8), date(2016, 3, 27)):
        moment = morning_of(day).astimezone(OSLO)
        assert (moment.date(), moment.time()) == (day, IN_THE_MORNING)


def test_who_a_contact_was_is_kept_until_a_year_after_its_last_role():
    assert kept_until(a_contact(a_role("2015-01-01"))) is None
    assert kept_until(a_contact(a_role("2015-01-01", "2016-02-01"), a_role("2015-01-01"))) is None
    over = a_contact(a_role("2015-01-01", "2016-02-01"), a_role("2012-01-01", "2014-01-01"))
    assert kept_until(over) == date(2017, 2, 1)
    assert kept_until(a_contact(ended_on=DAY)) == date(2017, 4, 8)
    assert kept_until(erased(over, DAY)) is None


def test_one_who_ends_holds_no_role_from_that_day_on():
    before = a_contact(a_role("2012-01-01", "2014-01-01"), a_role("2015-01-01"), a_role("2016-04-08"))
    after = ended(before, DAY)
    assert after.roles == (a_role("2012-01-01", "2014-01-01"), a_role("2015-01-01", "2016-04-08"))
    assert after.ended_on == DAY


def test_one_who_is_erased_keeps_where_and_as_what_it_was():
    before = a_contact(a_role("2015-01-01"))
    after = erased(before, DAY)
    assert (after.contact_id, after.unit_code) == (before.contact_id, before.unit_code)
    assert (after.ended_on, after.erased_on) == (DAY, DAY)
    assert after.roles == (a_role("2015-01-01", "2016-04-08"),)
    earlier = ended(before, date(2016, 1, 1))
    assert erased(earlier, DAY).ended_on == date(2016, 1, 1)


@pytest.mark.parametrize(("asked_on", "confirmed_on", "today", "standing"), [
    (None, None, DAY, Standing.unconfirmed),
    (None, DAY, DAY, Standing.confirmed),
    (DAY, date(2015, 4, 8), DAY, Standing.asked),
    (DAY, date(2015, 4, 8), date(2016, 6, 6), Standing.asked),
    (DAY, date(2015, 4, 8), date(2016, 6, 7), Standing.unconfirmed),
    (DAY, None, date(2016, 6, 7), Standing.unconfirmed),
    (DAY, DAY, date(2017, 1, 1), Standing.confirmed),
    (DAY, date(2016, 7, 1), date(2017, 1, 1), Standing.confirmed),
])  # fmt: skip
def test_who_does_not_answer_in_time_is_unconfirmed(
    asked_on: date | None, confirmed_on: date | None, today: date, standing: Standing
):
    assert standing_of(asked_on, confirmed_on, today) is standing


def test_a_fingerprint_is_the_persons_own_the_fields_own_and_the_values_own():
    one = fingerprint(b"a" * 32, "name", "Kari")
    assert one == fingerprint(b"a" * 32, "name", "Kari")
    others = (
        fingerprint(b"b" * 32, "name", "Kari"),
        fingerprint(b"a" * 32, "source", "Kari"),
        fingerprint(b"a" * 32, "name", "Kari "),
    )
    assert one not in others
    assert fingerprint(b"a" * 32, "email", None) is None


def test_only_what_has_changed_is_kept_and_never_the_values():
    before = {"name": "Kari", "email": None, "phone": "77665544"}
    told = changes(b"a" * 32, before, {"name": "Kari", "email": "kari@kommune.example", "phone": None})
    assert set(told) == {"email", "phone"}
    assert (told["email"][0], told["phone"][1]) == (None, None)
    assert not any(value in str(told) for value in ("Kari", "kari", "77665544"))


def test_a_mail_has_the_same_places_in_every_language():
    assert set(WORDINGS) == set(ContactLanguage)
    for words in WORDINGS.values():
        places = [name for _, name, _, _ in string.Formatter().parse(words.text) if name]
        assert sorted(places) == ["days", "link", "place"]
        assert len({words.subject, words.reminder}) == 2
    texts = [check_mail("a@b.example", each, place="Tromsø", site="", token="t").text for each in ContactLanguage]
    assert len(set(texts)) == 4


def test_two_must_decide_the_same_and_nobody_decides_twice():
    erase, keep = ErasureDecision.erase, ErasureDecision.keep_by_law
    require_new({}, "one", erase)
    require_new({"one": erase}, "two", erase)
    require_new({"one": erase}, "one", keep)
    with pytest.raises(AlreadyDecided):
        require_new({"one": erase}, "one", erase)
    assert not is_agreed({"one": erase}, erase)
    assert not is_agreed({"one": erase, "two": keep}, keep)
    assert is_agreed({"one": erase, "two": keep, "three": erase}, erase)
