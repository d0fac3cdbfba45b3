"""Figures of grants: whole øre, apart for each scheme, so that no chapter or item is mixed with another (BR-80)."""

from services.contracts.funding import Grant, Scheme
from services.reporting.domain.facts import Fact, Known, fact
from services.reporting.domain.measures import Measure, count
from services.reporting.domain.reach import grants_of
from services.reporting.domain.scope import Scope, Sources


def awarded(sources: Sources, scope: Scope) -> Measure:
    """Øre awarded from the year's budget to municipalities of the region, in all and for each scheme."""
    facts = tuple(each for known in grants_of(sources, scope) if (each := _award(known, scope)))
    of_scheme = {str(known.state.grant_id): str(known.state.scheme_id) for known in sources.grants}
    schemes = [_line(known.state, facts, of_scheme) for known in sources.schemes if known.state.year == scope.year]
    return count(facts, extra={"awards": len(facts), "schemes": [line for line in schemes if line["awards"]]})


def schemes(sources: Sources) -> list[str]:
    """The known schemes, for a figure each."""
    return sorted(str(known.state.scheme_id) for known in sources.schemes)


def _award(known: Known[Grant], scope: Scope) -> Fact | None:
    grant = known.state
    if grant.year != scope.year or grant.awarded_on > scope.as_of:
        return None
    placed = scope.region.place(grant.unit_code, grant.awarded_on, inherits=True)
    if placed is None:
        return None
    return fact(
        known,
        f"{grant.chapter}.{grant.item}",
        grant.awarded_on,
        source=grant.source,
        unit_code=grant.unit_code,
        place=placed.code,
        why=placed.why,
        amount=grant.amount_ore,
    )


def _line(scheme: Scheme, facts: tuple[Fact, ...], of_scheme: dict[str, str]) -> dict[str, object]:
    mine = [each for each in facts if of_scheme[each.aggregate.partition("/")[2]] == str(scheme.scheme_id)]
    return {
        "scheme_id": str(scheme.scheme_id),
        "name": scheme.name.model_dump(exclude_none=True),
        "year": scheme.year,
        "chapter": scheme.chapter,
        "item": scheme.item,
        "frame_ore": scheme.frame_ore,
        "awarded_ore": sum(each.amount for each in mine if each.counts),
        "awards": len(mine),
    }
