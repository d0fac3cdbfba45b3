"""What a place is called here, from what Statistics Norway calls it: «Guovdageaidnu - Kautokeino» is Kautokeino."""

import re
from collections.abc import Sequence

from services.contracts.registry import PlaceName, ProposedName

LANGUAGES = ("north_sami", "lule_sami", "south_sami", "kven")

_BETWEEN_NAMES = " - "
_COUNTY_IN_BRACKETS = re.compile(r" \([^()]*\)$")
"""«Våler (Innlandet)»: tells two of the same name apart, and is no part of it."""


def as_proposed(name: PlaceName) -> ProposedName:
    """A name of ours as one that could be proposed."""
    return ProposedName.model_validate(name.model_dump(include=set(ProposedName.model_fields)))


def is_called(name: ProposedName, listed: str) -> bool:
    """Whether the name is the one listed. Where we keep no full form, one of its names is enough."""
    form = _form(listed)
    if name.official_name is not None:
        return name.official_name == form
    return name.name in form.split(_BETWEEN_NAMES)


def named(listed: str, earlier: Sequence[ProposedName] = (), *, with_form: bool) -> ProposedName:
    """What to call what is listed so, which until now had the ``earlier`` names, the nearest first.

    The Norwegian name stays while it is one of those listed; of a place that has none yet, it is the first. The name in
    another language stays unless it was listed and no longer is. ``with_form`` keeps the full form even where that is
    the name and nothing more.
    """
    form = _form(listed)
    parts = form.split(_BETWEEN_NAMES)
    before = next((name for name in earlier if name.name in parts), None)
    name = parts[0] if before is None else before.name
    return ProposedName(
        name=name,
        official_name=form if with_form or form != name else None,
        **({} if before is None else _kept(before, parts)),
    )


def _kept(before: ProposedName, parts: Sequence[str]) -> dict[str, str]:
    dropped = set((before.official_name or "").split(_BETWEEN_NAMES)) - set(parts)
    spoken = {language: getattr(before, language) for language in LANGUAGES}
    return {language: name for language, name in spoken.items() if name is not None and name not in dropped}


def _form(listed: str) -> str:
    return _COUNTY_IN_BRACKETS.sub("", listed)
