"""Forms that one need not be signed in for: what they send, and the cookie that their token is bound to."""

import re

from fastapi import Request, Response
from starlette.datastructures import FormData

from gateway.csrf import check_token, form_token
from gateway.gate import gate_of, visitor_of
from gateway.sessions import new_reference
from services.kernel.problems import BadRequest

LONGEST_FIELD = 200
KEY = re.compile(r"[!-~]([ -~]*[!-~])?")
"""What a header can carry."""
VERSION = re.compile(r'"[0-9]{1,9}"')
"""What the registry calls a version."""


class FormUnreadable(BadRequest):
    """A hidden field of a form of ours has been left out or changed."""

    code = "form-unreadable"


class Browser:
    """The browser that a form is shown in. One without a cookie gets the one that the form's token is bound to."""

    def __init__(self, request: Request) -> None:
        self._settings, known = gate_of(request).settings, visitor_of(request).browser
        self._is_new = known is None
        self._reference = known or new_reference()

    @property
    def form_token(self) -> str:
        """What the form carries in a hidden field."""
        return form_token(self._settings, self._reference)

    def remembered(self, answer: Response) -> Response:
        """The answer with the cookie, if the browser has none."""
        if self._is_new:
            answer.set_cookie(
                self._settings.visitor_cookie,
                self._reference,
                secure=self._settings.secure,
                httponly=True,
                samesite="lax",
            )
        return answer


async def sent_form(request: Request) -> FormData:
    """What a form of ours sends.

    Raises:
        CrossSite: the form was not made for this browser.
    """
    sent = await request.form()
    check_token(gate_of(request).settings, visitor_of(request).browser, field(sent, "form_token"))
    return sent


def field(sent: FormData, name: str, longest: int = LONGEST_FIELD) -> str:
    """A field of a form; what is longer than any of ours is cut."""
    value = sent.get(name)
    return value[:longest] if isinstance(value, str) else ""


def sent_key(sent: FormData) -> str:
    """The key by which a form that is sent twice does its thing once.

    Raises:
        FormUnreadable: there is none, or one that is none of ours.
    """
    key = field(sent, "idempotency_key")
    if not KEY.fullmatch(key):
        raise FormUnreadable()
    return key


def sent_version(sent: FormData) -> str:
    """The version of a thing that the page with the form was built on.

    Raises:
        FormUnreadable: there is none, or one that is none of ours.
    """
    version = field(sent, "version")
    if not VERSION.fullmatch(version):
        raise FormUnreadable()
    return version
