"""Which bodies may do what, which there may be, and what may be told of them."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from services.contracts.geography import Geography
from services.contracts.registry import (
    CENTRE_KINDS,
    Membership,
    Organisation,
    OrganisationFacts,
    OrganisationKind,
    RegisterOrganisation,
)
from services.kernel.problems import Conflict, FieldError, Forbidden, Invalid
from services.registry.domain.coverage import require_coverage
from services.registry.domain.dates import require_occurred
from services.registry.domain.memberships import UnknownProgramme
from services.registry.domain.periods import Period, require_period
from services.registry.domain.refusals import UnknownOrganisation
from services.registry.domain.validity import overlap, require_code

GOVERNING = frozenset((OrganisationKind.steering_group, OrganisationKind.project_group))
"""The groups that a programme is governed by."""
BODIES_WITH_MEMBERS = GOVERNING | {OrganisationKind.forum, OrganisationKind.cooperation_body}
PLACE_OF_KIND = {OrganisationKind.municipality: "unit_code", OrganisationKind.county_authority: "county_code"}
"""The field that says which place a body is the body of."""

NUMBER_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
"""Of the first eight digits of an organisation number."""


class NotACentre(Invalid):
    """The organisation is no competence centre, so it has no offer of its own, no vote, and runs no mappings."""

    code = "not-a-centre"


class OrganisationExists(Conflict):
    """Another organisation has the reference."""

    code = "organisation-exists"


class OrganisationNumberWrong(Invalid):
    """The last digit of the organisation number does not follow from the others."""

    code = "organisation-number-wrong"


class NotAForum(Invalid):
    """Only a forum, a cooperation body or a group that governs a programme has members."""

    code = "not-a-forum"


class OrganisationIsMerged(Conflict):
    """It has turned out to be the same body as another, which is kept: ``kept_id``."""

    code = "organisation-merged"


class NotTheOrganisation(Forbidden):
    """Nobody but the organisation itself can say that what is told of it is right."""

    code = "not-the-organisation"


class ElectorsByCoordinator(Forbidden):
    """An organisation does not give itself a vote: the coordinator says who elects."""

    code = "electors-by-coordinator"


def require_centre(kind: OrganisationKind, pointer: str = "/centre_id") -> None:
    """Only a competence centre runs mappings, has an offer to tell of, and elects.

    Raises:
        NotACentre: it is another kind of body.
    """
    if kind not in CENTRE_KINDS:
        raise NotACentre(errors=[FieldError(pointer, code="not-a-centre")])


def require_place_of_body(command: RegisterOrganisation, country: Geography) -> None:
    """A municipality is the body of a unit, a county authority of a county, and no other body is of any.

    Raises:
        Invalid: the wrong one is named, or none.
        UnknownUnit: nothing ever had the code.
    """
    wanted = PLACE_OF_KIND.get(command.kind)
    errors = [
        FieldError(f"/{field}", code="not-for-this-kind")
        for field in PLACE_OF_KIND.values()
        if field != wanted and getattr(command, field) is not None
    ]
    if wanted is not None and getattr(command, wanted) is None:
        errors.append(FieldError(f"/{wanted}", code="missing"))
    if errors:
        raise Invalid(errors=errors)
    if wanted is not None:
        require_code(f"/{wanted}", getattr(command, wanted), country)


def require_new(
    command: RegisterOrganisation,
    *,
    members: Collection[UUID],
    references: Collection[str],
    programmes: Collection[str],
    country: Geography,
    today: date,
) -> None:
    """A body can be made known. ``references`` are the short names that what succeeds it may have.

    ``programmes`` are those that it may govern.

    Raises:
        DateInFuture: it cannot have been told of yet.
        UnknownOrganisation, UnknownProgramme: what succeeds it, or what it governs, is not known.
        Invalid, UnknownUnit: it is said to be the body of a place that it cannot be. And as ``require_facts``.
    """
    require_occurred(command.occurred_on, today=today)
    require_facts(command, command.kind, members, country, today)
    require_successor(command, references)
    require_governed(command, command.kind, programmes)
    require_place_of_body(command, country)


def require_successor(facts: OrganisationFacts, references: Collection[str]) -> None:
    """What succeeds a body is known.

    Raises:
        UnknownOrganisation: it is not.
    """
    if facts.successor_reference is not None and facts.successor_reference not in references:
        raise UnknownOrganisation("/successor_reference")


def require_governed(facts: OrganisationFacts, kind: OrganisationKind, programmes: Collection[str]) -> None:
    """Only a steering or project group governs programmes, and such as are known.

    Raises:
        Invalid: it is another kind of body.
        UnknownProgramme: there is no such programme.
    """
    if facts.governs and kind not in GOVERNING:
        raise Invalid(errors=[FieldError("/governs", code="not-for-this-kind")])
    unknown = [place for place, programme in enumerate(facts.governs) if programme not in programmes]
    if unknown:
        raise UnknownProgramme(*(f"/governs/{place}" for place in unknown))


def require_facts(
    facts: OrganisationFacts, kind: OrganisationKind, known: Collection[UUID], country: Geography, today: date
) -> None:
    """What is told of an organisation can be true. ``known`` are the organisations that may be members of it.

    Raises:
        OrganisationNumberWrong, NotACentre, NotAForum, UnknownOrganisation: its number, vote or members are wrong.
        UnknownUnit, UnitNotValid, PeriodReversed, PeriodsOverlap: what it covers is wrong, or when.
        Invalid: the same is named twice.
    """
    require_period(facts.valid_from, facts.valid_to)
    if facts.organisation_number is not None and not is_organisation_number(facts.organisation_number):
        raise OrganisationNumberWrong(errors=[FieldError("/organisation_number", code="organisation-number-wrong")])
    if facts.elects_in:
        require_centre(kind, "/elects_in")
    for field in ("mandates", "core_areas", "elects_in", "governs"):
        _require_different(field, getattr(facts, field))
    require_coverage(facts.coverage, facts.unit_coverage, country, today)
    if facts.members and kind not in BODIES_WITH_MEMBERS:
        raise NotAForum(errors=[FieldError("/members", code="not-a-forum")])
    _require_members(facts.members, known)


def is_organisation_number(number: str) -> bool:
    """Whether the ninth digit follows from the others: the weighted sum and it make a multiple of eleven."""
    digits = [int(digit) for digit in number]
    weighted = sum(digit * weight for digit, weight in zip(digits, NUMBER_WEIGHTS, strict=False))
    return len(digits) == len(NUMBER_WEIGHTS) + 1 and (weighted + digits[-1]) % 11 == 0


def _require_different(field: str, words: Sequence[str]) -> None:
    twice = [place for place, word in enumerate(words) if word in words[:place]]
    if twice:
        raise Invalid(errors=[FieldError(f"/{field}/{place}", code="named-twice") for place in twice])


def _require_members(members: Sequence[Membership], known: Collection[UUID]) -> None:
    for place, member in enumerate(members):
        require_period(member.valid_from, member.valid_to, f"/members/{place}")
    unknown = [place for place, member in enumerate(members) if member.organisation_id not in known]
    if unknown:
        raise UnknownOrganisation(*(f"/members/{place}/organisation_id" for place in unknown))
    wrong = [
        place
        for place, member in enumerate(members)
        if any(
            earlier.organisation_id == member.organisation_id and Period.of(earlier).overlaps(Period.of(member))
            for earlier in members[:place]
        )
    ]
    if wrong:
        raise overlap(*wrong, field="members")


def require_kept(merged_into: UUID | None, pointer: str | None = None) -> None:
    """Refuse a record that was given up for the one that ``merged_into`` names.

    Raises:
        OrganisationIsMerged: says which is kept.
    """
    if merged_into is not None:
        errors = [FieldError(pointer, code="organisation-merged")] if pointer is not None else []
        raise OrganisationIsMerged(errors=errors, kept_id=str(merged_into))


def told_of(command: RegisterOrganisation, organisation_id: UUID) -> Organisation:
    """The organisation that a command makes known."""
    told = command.model_dump(exclude={"occurred_on"}) | {"aliases": aliases_of(command)}
    return Organisation.model_validate({**told, "organisation_id": organisation_id})


def changed(before: Organisation, facts: OrganisationFacts, *, by_itself: bool) -> Organisation:
    """The organisation as it is now told of. What somebody else tells, it has not confirmed."""
    told = facts.model_dump(exclude={"occurred_on"}) | {"aliases": aliases_of(facts)}
    kept = before.model_dump(exclude=set(told)) | {"confirmed_on": before.confirmed_on if by_itself else None}
    return Organisation.model_validate(kept | told)


def aliases_of(facts: OrganisationFacts) -> tuple[str, ...]:
    """Its other names, each once, sorted."""
    return tuple(sorted(set(facts.aliases) - {facts.name}))
