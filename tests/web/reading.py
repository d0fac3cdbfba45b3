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


def named_row(html: str, name: str) -> list[str]:
    """The cells of the row that is headed by a link with the name, as they are read."""
    rows = (row.partition("</tr>")[0] for row in html.split("<tr>"))
    (row,) = [row for row in rows if re.search(rf'<th scope="row"><a [^>]*>{name}</a>', row)]
    return [text_of(cell).strip() for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL)]


def card_of(html: str, indicator: str) -> str:
    """The card of one indicator on the report."""
    return html.partition(f'id="{indicator}"')[2].partition("</article>")[0]


def sums_of(html: str) -> str:
    """What the page of a centre's municipalities says of all of them together."""
    return text_of(html.partition('id="sum">')[2].partition("</dl>")[0])
