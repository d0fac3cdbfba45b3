"""What a place is called beside its Norwegian name, each name with the language that it is read in."""

from dataclasses import dataclass

from gateway.resources import Place
from services.contracts.registry import PlaceName


@dataclass(frozen=True, slots=True)
class ParallelName:
    """A name and its language, as ``lang`` of HTML."""

    lang: str
    name: str


def parallel_names(place: Place | PlaceName) -> tuple[ParallelName, ...]:
    """The Sámi and Kven names of a place, each form once."""
    forms = (
        ("se", place.north_sami),
        ("smj", place.lule_sami),
        ("sma", place.south_sami),
        ("fkv", place.kven),
    )
    told: dict[str, str] = {}
    for lang, name in forms:
        if name and name != place.name:
            told.setdefault(name, lang)
    return tuple(ParallelName(lang, name) for name, lang in told.items())
