"""A page as a reader sees it."""

import re
from html import unescape


def text_of(html: str) -> str:
    """What is read of a page, with single blanks, and none before a comma."""
    single = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\xa0", " ")
    return single.replace(" ,", ",")


def rows_of(html: str) -> list[list[str]]:
    """The rows of the page's first table, cell by cell."""
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [text_of(cell).strip() for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL)]
        for row in body.split("</tr>")[:-1]
    ]
