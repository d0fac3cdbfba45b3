"""How names are searched and sorted: folding that forgives, and Norwegian order that every database agrees on."""

import re
import unicodedata
from collections.abc import Iterator

from services.contracts.registry import PlaceName

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ŋ": "n", "ŧ": "t"})
"""Letters that are not a base letter and a mark, so that decomposing leaves them as they are."""

_LAST = str.maketrans({"æ": "{", "ø": "|", "å": "}", "ä": "{", "ö": "|"})
"""Æ, Ø and Å as the three ASCII characters after z. Swedish and Finnish forms sort with their Norwegian sisters."""

_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """A name as one would type it on a foreign keyboard, in small letters, words parted by one space.

    Å, aa and a are one; ø and o; æ and ae; Sámi and Kven letters lose their marks. Both what is searched for and what
    is searched in must be folded.
    """
    plain = _without_marks(text.casefold().translate(_LETTERS))
    return _BETWEEN_WORDS.sub(" ", plain).replace("aa", "a").strip()


def sort_key(text: str) -> str:
    """An ASCII key whose byte order is Norwegian order: Æ, Ø, Å last, all other marks ignored, case too."""
    kept = text.casefold().translate(_LAST)
    return _without_marks(kept.translate(_LETTERS))


def _without_marks(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def forms(name: PlaceName) -> Iterator[str]:
    """Every written form of a name, in Norwegian, the Sámi languages and Kven, each once."""
    in_any_language = (name.name, name.official_name, name.north_sami, name.lule_sami, name.south_sami, name.kven)
    yield from dict.fromkeys(form for form in in_any_language if form)


SHORTEST_WORD = 5
"""Of a shorter word too many others are one slip away."""


def is_one_slip_away(word: str, other: str) -> bool:
    """Whether one letter too many, too few or wrong, or two letters in the wrong order, make ``word`` of ``other``.

    Both must be folded. A short word, and a number, is taken as it is written.
    """
    if len(word) < SHORTEST_WORD or not word.isalpha() or abs(len(word) - len(other)) > 1:
        return False
    if len(word) > len(other):
        word, other = other, word
    same = next((place for place, letter in enumerate(word) if letter != other[place]), len(word))
    if len(word) < len(other):
        return word[same:] == other[same + 1 :]
    swapped = word[same : same + 2] == other[same : same + 2][::-1]
    return word[same + 1 :] == other[same + 1 :] or (swapped and word[same + 2 :] == other[same + 2 :])
