"""What a table's rows come to beside the surveys that are held, and beside the rows before them."""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Lookup
from uuid import UUID

from services.contracts.registry import Mapping, MappingStatus
from services.kernel.problems import FieldError
from services.registry.domain.mappings import MappingExists

OWN_NAMES = frozenset(("mapping_id", "sequence"))
"""Fields that a row does not tell."""

Run = tuple[str, str, int]
"""A tool, a place and a year: of each there is one survey that is not cancelled."""


class HeldMappings:
    """The surveys that are held at the places of a table.

    ``first`` has the first code of a place that has been given others, by those others; ``may_act_for`` says whose
    surveys are the caller's to tell of.
    """

    def __init__(self, held: Iterable[Mapping], first: Lookup[str, str], may_act_for: Callable[[UUID], bool]) -> None:
        self._first, self._may_act_for = first, may_act_for
        self._by_id = {mapping.mapping_id: mapping for mapping in held}
        self._contents = {content_of(mapping) for mapping in self._by_id.values()}
        standing = [mapping for mapping in self._by_id.values() if _stands(mapping)]
        self._runs = {self._run(mapping) for mapping in standing}
        self._numbers: dict[tuple[str, str], int] = {}
        for mapping in standing:
            runs_of = (mapping.tool, self._place(mapping))
            self._numbers[runs_of] = max(mapping.sequence, self._numbers.get(runs_of, 0))
        self._named: set[UUID] = set()
        self._told: set[object] = set()
        self.left_alone = 0
        self.new: list[Mapping] = []
        """Those that are held nowhere, each numbered as the next of its place's runs."""

    def judge(self, mapping: Mapping, named: UUID | None) -> tuple[FieldError, ...]:
        """What is wrong with a row that tells this of the survey with the id that it names, or of any; or nothing."""
        if named is not None:
            return self._same(mapping, named)
        content, run = content_of(mapping), self._run(mapping)
        if content in self._contents:
            self.left_alone += 1
            return ()
        if content in self._told or (_stands(mapping) and run in self._told):
            return (FieldError("/year", code="named-twice"),)
        if _stands(mapping) and run in self._runs:
            return (FieldError("/year", code=MappingExists.code),)
        self._told |= {content, run} if _stands(mapping) else {content}
        self.new.append(self._numbered(mapping))
        return ()

    def _same(self, mapping: Mapping, named: UUID) -> tuple[FieldError, ...]:
        held = self._by_id.get(named)
        if named in self._named:
            return (FieldError("/mapping_id", code="repeated-id"),)
        self._named.add(named)
        if held is None or not self._may_act_for(held.centre_id):
            return (FieldError("/mapping_id", code="no-such-thing"),)
        for name, value in mapping:
            if name not in OWN_NAMES and value != getattr(held, name):
                return (FieldError(f"/{name}", code="other-than-held"),)
        self.left_alone += 1
        return ()

    def _numbered(self, mapping: Mapping) -> Mapping:
        runs_of = (mapping.tool, self._place(mapping))
        number = self._numbers.get(runs_of, 0) + 1
        if _stands(mapping):
            self._numbers[runs_of] = number
        return mapping.model_copy(update={"sequence": number})

    def _run(self, mapping: Mapping) -> Run:
        return mapping.tool, self._place(mapping), mapping.year

    def _place(self, mapping: Mapping) -> str:
        """The place, whatever number it has by now."""
        code = place_code(mapping)
        return self._first.get(code, code)


def content_of(mapping: Mapping) -> tuple[object, ...]:
    """All that a row can tell of a survey: two with the same are the same."""
    return tuple(value for name, value in mapping if name not in OWN_NAMES)


def place_code(mapping: Mapping) -> str:
    """The code of the unit or county that the survey is run in."""
    return mapping.unit_code or mapping.county_code or ""


def _stands(mapping: Mapping) -> bool:
    return mapping.status is not MappingStatus.cancelled
