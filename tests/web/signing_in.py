"""Signing in as a browser does it: the form first, then what it holds."""

import re
from html import unescape

import httpx

from tests.web.web_house import PASSWORD, WebHouse


async def sign_in(reader: httpx.AsyncClient, house: WebHouse, login_name: str, then: str = "/") -> httpx.Response:
    """Sign in; the answer leads on."""
    form = await reader.get("/logg-inn")
    sent = {
        "form_token": hidden(form.text, "form_token"),
        "login_name": login_name,
        "password": PASSWORD,
        "neste": then,
    }
    answer = await reader.post("/logg-inn", data=sent, headers={"Origin": house.url})
    assert answer.status_code == 303
    return answer


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])
