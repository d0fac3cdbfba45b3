"""Every field about a person has a purpose, a basis and an end that are written down; one without cannot be added."""

import re
from collections import Counter

import pytest

from services.contracts.registry.contact_persons import ContactPerson
from services.contracts.registry.contact_requests import PersonFacts
from services.contracts.registry.contacts import Contact, RolePeriod
from services.registry.tables import METADATA
from services.registry.tables.contacts import CONTACT_LINKS, CONTACT_LOOKS, CONTACT_PERSONS
from tests.architecture.sources import ROOT

DELETED = (CONTACT_PERSONS, CONTACT_LINKS, CONTACT_LOOKS)
"""What goes when a contact is erased."""
ABOUT_PERSONS = sorted(
    name for name in METADATA.tables if name.startswith(("contact", "erasure"))
)  # a new table about them is in the list by its name

LINE = re.compile(r"^\| ([a-z_]+\.[a-z_]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
LINES = LINE.findall((ROOT / "docs/personal-data.md").read_text(encoding="utf-8"))


def test_every_column_about_a_person_has_one_line_and_no_line_is_about_nothing():
    columns = [f"{name}.{column.name}" for name in ABOUT_PERSONS for column in METADATA.tables[name].columns]
    assert Counter(field for field, *_ in LINES) == Counter(columns)


@pytest.mark.parametrize(("field", "purpose", "basis", "kept"), LINES, ids=[line[0] for line in LINES])
def test_a_line_says_what_for_by_which_right_and_how_long(field: str, purpose: str, basis: str, kept: str):
    assert purpose.startswith(("to ", "not to "))
    assert basis.startswith(("the contact's own", "legal obligation"))
    table = field.partition(".")[0]
    assert (kept != "for good") == (table in {each.name for each in DELETED})


def test_what_is_asked_for_and_shown_of_a_person_is_in_the_row_that_is_deleted():
    columns = set(CONTACT_PERSONS.columns.keys())
    assert set(PersonFacts.model_fields) <= columns
    assert set(ContactPerson.model_fields) - {"standing"} <= columns - {"key"}


def test_what_messages_tell_of_a_contact_tells_nothing_of_who_it_is():
    assert set(Contact.model_fields) == {
        "contact_id", "unit_code", "organisation_id", "roles", "ended_on", "erased_on"
    }  # fmt: skip
    assert set(RolePeriod.model_fields) == {"role", "valid_from", "valid_to"}
    assert set(Contact.model_fields) & (set(PersonFacts.model_fields) - {"contact_id"}) == set()
