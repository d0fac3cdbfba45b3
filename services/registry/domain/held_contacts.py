"""What a table's rows come to beside the contacts that are held, and beside the rows before them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.contracts.registry.contact_requests import PersonFacts, RegisterContact
from services.contracts.registry.contacts import ContactRole, RolePeriod
from services.kernel.problems import FieldError
from services.registry.domain.periods import Period

Errors = tuple[FieldError, ...]

Who = tuple[str, str]
"""A place and a name: of each there is one contact that has not ended, as far as tables tell of contacts."""

Role = tuple[ContactRole, date, date | None]

MOST_ROLES = 30
"""As many as a contact may have."""


@dataclass(frozen=True, slots=True)
class HeldContact:
    """A contact that is held, with all that rows can tell of one."""

    place: str
    facts: Mapping[str, object]
    """Who it is, by the names of the fields."""
    roles: frozenset[Role]
    registered_on: date
    ended_on: date | None


class HeldContacts:
    """The contacts that are held at the places of a table."""

    def __init__(self, held: Iterable[HeldContact]) -> None:
        self._held: dict[Who, list[HeldContact]] = defaultdict(list)
        for contact in held:
            self._held[contact.place, _called(str(contact.facts["name"]))].append(contact)
        self._told: set[tuple[Who, Role]] = set()
        self._new: dict[Who, RegisterContact] = {}
        self.left_alone = 0

    @property
    def new(self) -> list[RegisterContact]:
        """Those that are held nowhere, each with all the roles that rows tell of."""
        return list(self._new.values())

    def judge(self, told: RegisterContact, place: str, told_on: date | None) -> Errors:
        """What is wrong with a row that tells this, of a day or of none; or nothing. ``place`` is one by any number."""
        who, role = (place, _called(told.name)), role_of(told.roles[0])
        if (who, role) in self._told:
            return (FieldError("/role", code="named-twice"),)
        self._told.add((who, role))
        held = self._held.get(who, [])
        current = [contact for contact in held if contact.ended_on is None]
        if current:
            nearest = min((tuple(_differing(contact, told, told_on)) for contact in current), key=len)
            self.left_alone += not nearest
            return nearest
        if any(contact.ended_on is not None and role[1] < contact.ended_on for contact in held):
            return (FieldError("/valid_from", code="contact-ended"),)
        return self._gathered(who, told)

    def _gathered(self, who: Who, told: RegisterContact) -> Errors:
        """The same as rows before it have told of, with one role more."""
        first = self._new.setdefault(who, told)
        if first is told:
            return ()
        facts = (*PersonFacts.model_fields, "occurred_on")
        others = [name for name in facts if getattr(told, name) != getattr(first, name)]
        if others:
            return tuple(FieldError(f"/{name}", code="told-otherwise") for name in others)
        (role,) = told.roles
        if any(each.role == role.role and Period.of(each).overlaps(Period.of(role)) for each in first.roles):
            return (FieldError("/valid_from", code="periods-overlap"),)
        if len(first.roles) == MOST_ROLES:
            return (FieldError("/role", code="too-many"),)
        self._new[who] = first.model_copy(update={"roles": (*first.roles, role)})
        return ()


def role_of(period: RolePeriod) -> Role:
    """A role and its period, to be compared."""
    return period.role, period.valid_from, period.valid_to


def _differing(held: HeldContact, told: RegisterContact, told_on: date | None) -> Iterator[FieldError]:
    """What the row tells otherwise than it is held. A row without a day tells of none."""
    for name in PersonFacts.model_fields:
        if getattr(told, name) != held.facts[name]:
            yield FieldError(f"/{name}", code="other-than-held")
    if role_of(told.roles[0]) not in held.roles:
        yield FieldError("/role", code="other-than-held")
    if told_on not in (None, held.registered_on):
        yield FieldError("/occurred_on", code="other-than-held")


def _called(name: str) -> str:
    return " ".join(name.casefold().split())
