"""Figures of grants: whole øre, apart for each scheme, so that no chapter or item is mixed with another (BR-80)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.contracts.funding import Grant, Scheme
from services.reporting.domain.facts import Fact, Known, fact
from services.reporting.domain.measures import Measure, count
from services.reporting.domain.reach import grants_of
from services.reporting.domain.region import Region
from services.reporting.domain.scope import Scope, Sources


@dataclass(frozen=True, slots=True)
class Award:
    """A grant, the fact that it is, and the øre that fall to each municipality of the region."""

    grant: Grant
    fact: Fact
    shares: Mapping[str, int]
    is_divided: bool
    """Its municipality was divided, and recorded shares part the amount, perhaps with municipalities elsewhere."""
    is_approximate: bool
    """Its municipality gave or got a smaller area; the amount follows the main way whole."""


def awarded(sources: Sources, scope: Scope) -> Measure:
    """Øre awarded from the year's budget to municipalities of the region, in all, for each scheme and for each of them.

    ``by_unit`` is in the geography asked for: merged municipalities are added, and a divided one is parted by recorded
    shares (``divided``). Without any it is not counted (``undecided``).
    """
    awards = [each for known in grants_of(sources, scope) if (each := _award(known, scope))]
    extra = {
        "awards": len(awards),
        "schemes": [_line(scheme, awards) for scheme in _schemes(sources, scope)],
        "by_unit": _by_unit(awards, scope.region),
        "divided": _codes(each for each in awards if each.is_divided),
        "undecided": _codes(each for each in awards if not each.fact.counts),
        "approximate": _codes(each for each in awards if each.is_approximate),
    }
    return count(tuple(each.fact for each in awards), extra=extra)


def schemes(sources: Sources, scope: Scope) -> list[str]:
    """The centre's schemes of the year, for a figure each."""
    return [str(scheme.scheme_id) for scheme in _schemes(sources, scope)]


def whole_ore(shares: Mapping[str, float], amount_ore: int) -> dict[str, int]:
    """The shares of an amount in whole øre that sum to it; what rounding leaves goes where most was cut off."""
    parted = {code: int(share) for code, share in shares.items()}
    cut_off = sorted(shares, key=lambda code: (parted[code] - shares[code], code))
    for code in cut_off[: amount_ore - sum(parted.values())]:
        parted[code] += 1
    return parted


def _schemes(sources: Sources, scope: Scope) -> list[Scheme]:
    """Those that the centre owns or has grants in, by chapter and item."""
    used = {known.state.scheme_id for known in grants_of(sources, scope)}
    of_year = (known.state for known in sources.schemes if known.state.year == scope.year)
    mine = [each for each in of_year if scope.is_centre(each.owner_id) or each.scheme_id in used]
    return sorted(mine, key=lambda scheme: (scheme.chapter, scheme.item, scheme.scheme_id))


def _award(known: Known[Grant], scope: Scope) -> Award | None:
    grant, region = known.state, scope.region
    if grant.year != scope.year or grant.awarded_on > scope.as_of:
        return None
    moved = region.shared(grant.unit_code, grant.awarded_on, float(grant.amount_ore))
    parted = whole_ore(moved.amounts, grant.amount_ore) if moved.amounts else {}
    shares = {code: ore for code, ore in parted.items() if code in region.codes}
    placed = None if shares else region.place(grant.unit_code, grant.awarded_on, inherits=True)
    if not shares and placed is None:
        return None
    told = fact(
        known,
        f"{grant.chapter}.{grant.item}",
        grant.awarded_on,
        source=grant.source,
        unit_code=grant.unit_code,
        place=next(iter(shares)) if len(shares) == 1 else None,
        why=placed.why if placed else None,
        amount=sum(shares.values()) if shares else grant.amount_ore,
    )
    return Award(grant, told, shares, is_divided=len(parted) > 1, is_approximate=bool(moved.approximate))


def _line(scheme: Scheme, awards: Iterable[Award]) -> dict[str, object]:
    mine = [each.fact for each in awards if each.grant.scheme_id == scheme.scheme_id]
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


def _by_unit(awards: Sequence[Award], region: Region) -> list[dict[str, object]]:
    """What each municipality was awarded, by code; those that were awarded nothing are left out."""
    sums = Counter[str]()
    for each in awards:
        sums.update(each.shares)
    return [{**named, "awarded_ore": sums[named["code"]]} for named in region.named(sums)]


def _codes(awards: Iterable[Award]) -> list[str]:
    return sorted({each.grant.unit_code for each in awards})
