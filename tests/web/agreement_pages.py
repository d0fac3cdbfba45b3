"""What tests of pages about agreements and focus municipalities read and send."""

import re
from typing import Any

import httpx

from services.kernel.deadlines import Deadlines
from services.registry.service import registry
from tests.service.registry_agreements import Cast, an_organisation
from tests.unit.test_identity_numbers import ORDINARY
from tests.web.centre_pages import CentrePages
from tests.web.reading import text_of

A_NUMBER = f"Avtalt med {ORDINARY}"
"""A text with what is somebody's national identity number, as far as can be seen."""


def page_of(path: str) -> str:
    """The page of an agreement or a nomination, by its path in the registry."""
    return path.replace("/agreements", "/avtaler").replace("/focus-nominations", "/innsatskommuner")


async def read(reader: httpx.AsyncClient, page: str) -> str:
    """What somebody reads of a page that there is."""
    answer = await reader.get(page)
    assert answer.status_code == 200, answer.text
    return text_of(answer.text)


def fault_of(page: str, name: str) -> str:
    """What stands at a field that is marked as wrong."""
    marked = [each for each in re.findall(r"<(?:input|select|textarea)[^>]*>", page) if f'name="{name}"' in each]
    marked = [each for each in marked if 'aria-invalid="true"' in each]
    assert marked, f"{name} is not marked"
    described = re.search(r'aria-describedby="([^"]*)"', marked[0])
    assert described is not None
    fault = next(each for each in described[1].split() if each.endswith("-feil"))
    told = re.search(rf'id="{fault}">(.*?)</', page, re.DOTALL)
    assert told is not None, f"{fault} is not there"
    return text_of(told[1])


async def take_due(centre: CentrePages) -> None:
    """Let the registry look for what has fallen due."""
    await Deadlines(centre.registry.database, registry.deadlines).take_due()


async def new_edition(cast: Cast, path: str, **changes: Any) -> None:
    """Put something else before the parties."""
    terms = cast.terms(occurred_on="2016-04-01", **changes)
    answer = await cast.moves(path, "change", terms, by=cast.editor)
    assert answer.status_code == 200, answer.text


def a_party(party_id: object) -> str:
    """A party as a field of a form names it."""
    return "/".join(an_organisation(str(party_id)).values())
