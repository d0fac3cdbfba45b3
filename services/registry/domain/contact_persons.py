"""Who a contact is: what must be told, and how a change of it is kept without its values."""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from services.contracts.registry.contact_requests import PersonFacts
from services.kernel.problems import FieldError, Invalid

KEY_BYTES = 32
"""Of the key that belongs to one person alone, and is deleted with what tells who it is."""

Values = Mapping[str, object]
Changes = dict[str, list[str | None]]
"""By field the fingerprints of a value before and after."""


def require_person(facts: PersonFacts) -> None:
    """Somebody can be reached.

    Raises:
        Invalid: neither an address nor a telephone number.
    """
    if facts.email is None and facts.phone is None:
        raise Invalid(errors=[FieldError("/email", code="email-or-phone-needed")])


def fingerprint(key: bytes, field: str, value: object) -> str | None:
    """What the audit keeps of a value: equal for equal values of one person, and nothing without the key."""
    return None if value is None else hmac.digest(key, f"{field}\n{value}".encode(), sha256).hex()


def changes(key: bytes, before: Values, after: Values) -> Changes:
    """What differs between two states of who somebody is, as the audit keeps it."""
    return {
        field: [fingerprint(key, field, before.get(field)), fingerprint(key, field, value)]
        for field, value in after.items()
        if before.get(field) != value
    }
