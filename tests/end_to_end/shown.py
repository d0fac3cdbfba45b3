"""What a signed-in reader sees on the pages of a running installation, beside what the API said."""

from typing import Any

from gateway.web.formats import percent
from tests.end_to_end.users import User
from tests.web.reading import card_of, text_of

OWN = "/mine-kommuner"


async def report_shows(reader: User, figure: dict[str, Any]) -> str:
    """The card of a figure on the report, as it is read, once it is sure that it says what the API did."""
    html = await reader.page("/rapport", senter="korus-nord", dato=figure["as_of"])
    card = text_of(card_of(html, figure["indicator"]))
    assert f"{figure['numerator']} av {figure['denominator']}" in card
    assert percent(figure["value"], "nb").replace("\xa0", " ") in card
    assert ("målet er nådd" in card) == bool(figure.get("reached"))
    if figure.get("gap"):
        assert f"{figure['gap']} mangler til målet på {figure['needed']}" in card
    return card


async def own_municipalities(reader: User, on: str, **asked: str) -> str:
    """The page of the reader's municipalities on a day."""
    return await reader.page(OWN, dato=on, **asked)
