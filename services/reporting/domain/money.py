"""Figures of grants: whole øre, apart for each scheme, so that no chapter or item is mixed with another (BR-80)."""

from services.contracts.funding import Grant, Scheme
from services.reporting.domain.facts import Fact, Known, fact
from services.reporting.domain.measures import Measure, count
from services.reporting.domain.reach import grants_of
from services.reporting.domain.scope import Scope, Sources


def awarded(sources: Sources, scope: Scope) -> Measure:
    """Øre awarded from the year's budget to municipalities of the region, in all and for each scheme."""
    awards = [(known.state, each) for known in grants_of(sources, scope) if (each := _award(known, scope))]
    lines = [_line(scheme, awards) for scheme in _schemes(sources, scope)]
    return count(tuple(each for _, each in awards), extra={"awards": len(awards), "schemes": lines})


def schemes(sources: Sources, scope: Scope) -> list[str]:
    """The centre's schemes of the year, for a figure each."""
    return [str(scheme.scheme_id) for scheme in _schemes(sources, scope)]


def _schemes(sources: Sources, scope: Scope) -> list[Scheme]:
    """Those that the centre owns or has grants in, by chapter and item."""
    used = {known.state.scheme_id for known in grants_of(sources, scope)}
    of_year = (known.state for known in sources.schemes if known.state.year == scope.year)
    mine = [each for each in of_year if each.owner_id == scope.centre_id or each.scheme_id in used]
    return sorted(mine, key=lambda scheme: (scheme.chapter, scheme.item, scheme.scheme_id))


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


def _line(scheme: Scheme, awards: list[tuple[Grant, Fact]]) -> dict[str, object]:
    mine = [each for grant, each in awards if grant.scheme_id == scheme.scheme_id]
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
