"""The two forms of Norwegian: which one an address is in, and the texts of the pages in each."""

from collections.abc import Mapping
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.contracts.problems import Language

LANGUAGES: tuple[Language, ...] = ("nb", "nn")
PREFIXES: Mapping[Language, str] = {"nb": "", "nn": "/nn"}
"""What the addresses of a language begin with. The language is part of the address: a shared link is read as sent."""

CATALOGUES = Path(__file__).parents[1] / "locale"


def language_in(path: str) -> Language:
    """The language of a page by its address."""
    return "nn" if path == PREFIXES["nn"] or path.startswith(PREFIXES["nn"] + "/") else "nb"


def without_prefix(path: str) -> str:
    """The address of the same page without its language."""
    return path.removeprefix(PREFIXES[language_in(path)]) or "/"


def catalogue_path(language: Language) -> Path:
    """Where the texts of a language stand."""
    return CATALOGUES / language / "LC_MESSAGES" / "samla.po"


def translations(language: Language) -> GNUTranslations:
    """The texts of a language, compiled in memory from the one file that people edit."""
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


TEXTS: Mapping[Language, GNUTranslations] = {language: translations(language) for language in LANGUAGES}
"""The texts of each language, read once."""
