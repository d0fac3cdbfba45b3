"""Signing in and out. Whatever was wrong, the answer is the same."""

from urllib.parse import urlsplit

from fastapi import Request, Response

from gateway.gate import gate_of, visitor_of
from gateway.logins import WrongCredentials, sign_in
from gateway.web.forms import Browser, field, sent_form, sent_key
from gateway.web.page import Pages, language_of, link, show
from services.kernel.problems import TooMany

routes = Pages()

LOGIN = "/logg-inn"


@routes.page(LOGIN, action="sign_in")
async def form(request: Request, neste: str = "/") -> Response:
    """The form."""
    return await _form(request, neste)


@routes.page(LOGIN, action="sign_in", method="POST")
async def enter(request: Request) -> Response:
    """Open a session and go to where the reader came from, or show the form again."""
    gate, sent = gate_of(request), await sent_form(request)
    login_name, password = field(sent, "login_name"), field(sent, "password")
    next_page = own_page(field(sent, "neste"))
    network = request.client.host if request.client else ""
    try:
        reference = await sign_in(gate.database, gate.passwords, gate.settings, login_name, password, network)
    except WrongCredentials:
        return await _form(request, next_page, login_name=login_name, is_wrong=True, status=422)
    except TooMany as refused:
        headers = {"Retry-After": str(refused.retry_after_s)}
        return await _form(
            request, next_page, login_name=login_name, wait_s=refused.retry_after_s, status=429, headers=headers
        )
    answer = Response(status_code=303, headers={"Location": next_page})
    answer.set_cookie(
        gate.settings.session_cookie, reference, secure=gate.settings.secure, httponly=True, samesite="lax"
    )
    answer.delete_cookie(gate.settings.visitor_cookie, secure=gate.settings.secure, httponly=True, samesite="lax")
    return answer


@routes.page("/logg-ut", action="sign_in", method="POST")
async def leave(request: Request) -> Response:
    """End the session here and on the server. Leaving twice is leaving once."""
    gate, sent, visitor = gate_of(request), await sent_form(request), visitor_of(request)
    sent_key(sent)
    if visitor.kind == "person" and visitor.browser is not None:
        await gate.identity.sign_out(visitor.browser)
    answer = Response(status_code=303, headers={"Location": link(language_of(request), "/")})
    answer.delete_cookie(gate.settings.session_cookie, secure=gate.settings.secure, httponly=True, samesite="lax")
    return answer


async def _form(
    request: Request,
    next_page: str,
    *,
    login_name: str = "",
    is_wrong: bool = False,
    wait_s: int | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    browser = Browser(request)
    answer = await show(
        request,
        "login.html",
        status=status,
        headers=headers,
        form_token=browser.form_token,
        next_page=own_page(next_page),
        login_name=login_name,
        is_wrong=is_wrong,
        wait_s=wait_s,
    )
    return browser.remembered(answer)


def own_page(address: str) -> str:
    """The address if it is a page of ours, else the first page: nobody is sent elsewhere after signing in."""
    parts = urlsplit(address)
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if is_own and "\\" not in address and address.isprintable() else "/"
