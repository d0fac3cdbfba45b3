"""Amounts moved from the codes of one date to those of another: what could be placed, and what could not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from services.contracts.lineage import Branch

Amount = TypeVar("Amount", float, frozenset[str])
"""What a code carries: a number, or a set of things that happened there."""


@dataclass(frozen=True, slots=True)
class Parting:
    """A code whose area, or some of it, went several ways between two dates."""

    code: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Regrouped(Generic[Amount]):
    """Amounts by the codes of another date.

    ``undecided`` could not be placed and is in no amount: the area parted and nobody recorded the shares.
    ``approximate`` gave or got a smaller area; its amount follows the main way whole.
    """

    amounts: Mapping[str, Amount]
    undecided: tuple[Parting, ...]
    approximate: tuple[Parting, ...]


@dataclass(frozen=True, slots=True)
class ComparableArea:
    """The least group of municipalities that covers the same area on two dates, smaller areas apart."""

    earlier: frozenset[str]
    later: frozenset[str]


def shares(amount: Any, main: Sequence[Branch], *, is_forward: bool) -> list[tuple[str, Any]]:
    """What of an amount goes to which code; nothing where that cannot be told.

    Backwards a weight does not help: it is a share of the earlier code, not of the later.
    """
    if len(main) == 1:
        return [(main[0].code, amount)]
    weights = [branch.weight for branch in main if branch.weight is not None]
    if isinstance(amount, frozenset) or not is_forward or len(weights) < len(main):
        return []
    return [(branch.code, amount * weight) for branch, weight in zip(main, weights, strict=True)]


def total(one: Any, other: Any) -> Any:
    """Two amounts of the same code as one."""
    return one | other if isinstance(one, frozenset) else one + other
