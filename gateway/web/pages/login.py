"""Signing in and out. Whatever was wrong, the answer is the same."""

from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import FormData

from gateway.csrf import check_token, form_token
from gateway.gate import gate_of, visitor_of
from gateway.logins import WrongCredentials, sign_in
from gateway.sessions import new_reference
from gateway.web.page import Pages, language_of, link, show
from services.kernel.idempotency import IdempotencyKeyMissing
from services.kernel.problems import TooMany

routes = Pages()

LONGEST_FIELD = 200
LOGIN = "/logg-inn"


@routes.page(LOGIN, action="sign_in")
async def form(request: Request, neste: str = "/") -> Response:
    """The form. A browser that has no cookie yet gets the one that the form's token is bound to."""
    return await _form(request, neste)


@routes.page(LOGIN, action="sign_in", method="POST")
async def enter(request: Request) -> Response:
    """Open a session and go to where the reader came from, or show the form again."""
    gate, sent = gate_of(request), await request.form()
    check_token(gate.settings, visitor_of(request).browser, _field(sent, "form_token"))
    login_name, password = _field(sent, "login_name"), _field(sent, "password")
    next_page = own_page(_field(sent, "neste"))
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
    gate, sent, visitor = gate_of(request), await request.form(), visitor_of(request)
    check_token(gate.settings, visitor.browser, _field(sent, "form_token"))
    if not _field(sent, "idempotency_key"):
        raise IdempotencyKeyMissing()
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
    gate, browser = gate_of(request), visitor_of(request).browser
    made = new_reference() if browser is None else browser
    answer = await show(
        request,
        "login.html",
        status=status,
        headers=headers,
        form_token=form_token(gate.settings, made),
        next_page=own_page(next_page),
        login_name=login_name,
        is_wrong=is_wrong,
        wait_s=wait_s,
    )
    if browser is None:
        answer.set_cookie(
            gate.settings.visitor_cookie, made, secure=gate.settings.secure, httponly=True, samesite="lax"
        )
    return answer


def own_page(address: str) -> str:
    """The address if it is a page of ours, else the first page: nobody is sent elsewhere after signing in."""
    parts = urlsplit(address)
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if is_own and "\\" not in address and address.isprintable() else "/"


def _field(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value[:LONGEST_FIELD] if isinstance(value, str) else ""
