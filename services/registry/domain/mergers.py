"""Records that may be the same body, and what becomes of two that are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations
from uuid import UUID

from services.contracts.names import fold
from services.contracts.registry import CENTRE_KINDS, Duplicate, DuplicateReason, Membership, Organisation
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.coverage import united
from services.registry.domain.organisations import BODIES_WITH_MEMBERS, GOVERNING, require_kept
from services.registry.domain.periods import NO_END, Period, without

INHERITED = ("host", "seat", "legal_profile", "organisation_number", "official_mailbox")
"""What the kept record takes from the other where it says nothing itself."""


class MergeIntoItself(Invalid):
    """A record cannot be given up for itself."""

    code = "merge-into-itself"


def duplicates(organisations: Iterable[Organisation]) -> list[Duplicate]:
    """The pairs that existed at the same time and share a number, a name or a mailbox, sorted by their ids."""
    standing = {each.organisation_id: each for each in organisations if each.merged_into is None}
    having: dict[tuple[DuplicateReason, str], set[UUID]] = defaultdict(set)
    for organisation in standing.values():
        for mark in _marks(organisation):
            having[mark].add(organisation.organisation_id)
    reasons: dict[tuple[UUID, UUID], set[DuplicateReason]] = defaultdict(set)
    for (reason, _), ids in having.items():
        for one, other in combinations(sorted(ids), 2):
            if _time(standing[one]).overlaps(_time(standing[other])):
                reasons[one, other].add(reason)
    return [
        Duplicate(one_id=one, other_id=other, reasons=tuple(sorted(why)))
        for (one, other), why in sorted(reasons.items())
    ]


def _marks(organisation: Organisation) -> Iterable[tuple[DuplicateReason, str]]:
    if organisation.organisation_number is not None:
        yield DuplicateReason.same_number, organisation.organisation_number
    if organisation.official_mailbox is not None:
        yield DuplicateReason.same_mailbox, organisation.official_mailbox.casefold()
    for name in (organisation.name, *organisation.aliases):
        if folded := fold(name):
            yield DuplicateReason.same_name, folded


def _time(organisation: Organisation) -> Period:
    return Period(organisation.valid_from or date.min, organisation.valid_to or NO_END)


def merged(given_up: Organisation, kept: Organisation, reason: str) -> tuple[Organisation, Organisation]:
    """The two after the first was found to be the same body as the second.

    The first keeps all that was told of it and says where to go. The second is known by the names of both, existed
    while either is told to have, and covers and holds as members what either did. Nobody has confirmed that yet.

    Raises:
        MergeIntoItself: they are one record.
        OrganisationIsMerged: one of them was given up before.
    """
    if given_up.organisation_id == kept.organisation_id:
        raise MergeIntoItself(errors=[FieldError("/kept_id", code="merge-into-itself")])
    require_kept(given_up.merged_into)
    require_kept(kept.merged_into, "/kept_id")
    names = {*kept.aliases, given_up.name, *given_up.aliases} - {kept.name}
    inherited = {field: getattr(given_up, field) for field in INHERITED if getattr(kept, field) is None}
    both = {
        "aliases": tuple(sorted(names)),
        "coverage": united((*kept.coverage, *given_up.coverage)),
        "unit_coverage": united((*kept.unit_coverage, *given_up.unit_coverage)),
        "mandates": tuple(sorted({*kept.mandates, *given_up.mandates})),
        "core_areas": tuple(sorted({*kept.core_areas, *given_up.core_areas})),
        "elects_in": tuple(sorted({*kept.elects_in, *given_up.elects_in})) if kept.kind in CENTRE_KINDS else (),
        "governs": tuple(sorted({*kept.governs, *given_up.governs})) if kept.kind in GOVERNING else (),
        "members": _all_members(kept, given_up) if kept.kind in BODIES_WITH_MEMBERS else (),
        "valid_from": _widest(min, kept.valid_from, given_up.valid_from),
        "valid_to": _widest(max, kept.valid_to, given_up.valid_to),
        "confirmed_on": None,
    }
    gone = given_up.model_copy(update={"merged_into": kept.organisation_id, "merge_reason": reason})
    return gone, kept.model_copy(update=inherited | both)


def _widest(of: Callable[[date, date], date], own: date | None, other: date | None) -> date | None:
    """Of two told dates the one that is farther out. A date that is not told says nothing against one that is."""
    return own if own is None or other is None else of(own, other)


def _all_members(kept: Organisation, given_up: Organisation) -> tuple[Membership, ...]:
    """The members of both. Where both tell of the same days, what the kept one tells stands."""
    told: dict[UUID, list[Period]] = defaultdict(list)
    for member in kept.members:
        told[member.organisation_id].append(Period.of(member))
    added = [
        member.model_copy(update={"valid_from": period.since, "valid_to": period.valid_to})
        for member in given_up.members
        for period in without([Period.of(member)], told[member.organisation_id])
    ]
    return _sorted((*kept.members, *added))


def _sorted(members: Sequence[Membership]) -> tuple[Membership, ...]:
    return tuple(sorted(members, key=lambda member: (member.organisation_id, member.valid_from)))
