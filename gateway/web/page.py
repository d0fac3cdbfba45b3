"""From facts to a page: one environment of templates per language, and what every page shows whoever reads it."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gateway.csrf import form_token
from gateway.gate import Gate
from gateway.identity import Visitor
from gateway.web import agreement_words, assets, formats, words
from gateway.web.language import LANGUAGES, PREFIXES, TEXTS, language_in, without_prefix
from services.contracts.access import Scope, cell
from services.contracts.message import Text
from services.contracts.problems import Language
from services.kernel.web import Route, Routes

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
TEMPLATES = Path(__file__).parent / "templates"
RIGHTS = "/kontakt/"
"""What the addresses begin with that are somebody's right to a page: no link may hold one, but that between the two
languages of the page itself."""
MUNICIPAL = frozenset(("KOM", "KOM+"))
"""The roles of those who work in a municipality."""


class Pages(Routes):
    """Pages in both languages: bokmål at the address as it stands, nynorsk below ``/nn``, also without its slash."""

    def page(self, path: str, *, action: str, method: str = "GET", **options: Any) -> Callable[[Endpoint], Endpoint]:
        """The function that answers for an address. ``parameters`` as in :class:`services.kernel.web.Routes`."""

        def add(endpoint: Endpoint) -> Endpoint:
            addresses = [prefix + path for prefix in PREFIXES.values()]
            if path == "/":
                addresses += filter(None, PREFIXES.values())
            for address in addresses:
                self.routes.append(Route(address, endpoint, action=action, methods=[method], **options))
            return endpoint

        return add


def language_of(request: Request) -> Language:
    """The language that the request is in."""
    return language_in(request.scope["path"])


def link(language: Language, path: str, **query: object) -> str:
    """The address of a page in a language; parameters that are empty are left out."""
    asked = urlencode({name: str(value) for name, value in query.items() if value not in (None, "")})
    prefixed = PREFIXES[language] + ("" if path == "/" and PREFIXES[language] else path)
    return f"{prefixed}?{asked}" if asked else prefixed


def said(language: Language, text: Text | Mapping[str, str]) -> Markup:
    """A text by users in the reader's language; in the other, marked as such, where there is none."""
    forms = text.model_dump(exclude_none=True) if isinstance(text, Text) else text
    if language in forms:
        return Markup("{}").format(forms[language])
    other = next(form for form in LANGUAGES if form in forms)
    return Markup('<span lang="{}">{}</span>').format(other, forms[other])


def called(language: Language, table: Mapping[str, str], slug: str) -> str:
    """What a slug is called."""
    return TEXTS[language].gettext(table[slug]) if slug in table else words.spelled(slug)


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(TEXTS[language], newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        language=language,
        link=partial(link, language),
        asset=assets.address,
        words=words,
        agreement_words=agreement_words,
        called=partial(called, language),
    )
    shaped = (
        formats.day,
        formats.short_day,
        formats.period,
        formats.moment,
        formats.number,
        formats.percent,
        formats.target,
        formats.kroner,
        formats.milliseconds,
        formats.listed,
    )
    environment.filters.update({function.__name__: partial(_after, function, language) for function in shaped})
    environment.filters["said"] = partial(said, language)
    return environment


def _after(function: Callable[..., str], language: Language, *args: Any) -> str:
    return function(*args, language=language)


ENVIRONMENTS: Mapping[Language, Environment] = {language: _environment(language) for language in LANGUAGES}


async def show(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **facts: Any
) -> Response:
    """A page as the answer to a request.

    ``organisation`` of the one who is signed in is looked up here, so that no page has to think of it.
    """
    gate: Gate = request.app.state.gate
    visitor: Visitor = request.scope["state"]["visitor"]
    signed_in_for = None
    if visitor.principal.organisation_id is not None:
        signed_in_for = (await gate.catalogue.current()).named(visitor.principal.organisation_id).name
    frame = frame_of(request.scope, visitor, gate, signed_in_for, status)
    return _html(frame, template, status, headers, facts)


def as_if_at(request: Request, path: str) -> dict[str, Any]:
    """What makes the answer to a form that was refused look like the page that the form stands on."""
    language = language_of(request)
    other: Language = "nn" if language == "nb" else "nb"
    return {"path": path, "here": link(language, path), "in_other_language": link(other, path)}


def frame_of(
    scope: Mapping[str, Any], visitor: Visitor, gate: Gate, signed_in_for: str | None, status: int
) -> dict[str, Any]:
    """What surrounds every page: the same address in the other language, and who is signed in."""
    language = language_in(scope["path"])
    other: Language = "nn" if language == "nb" else "nb"
    path, query = without_prefix(scope["path"]), scope["query_string"].decode("latin-1")
    asked = f"{path}?{query}" if query else path
    is_right = path.startswith(RIGHTS)
    return {
        "reader": language,
        "path": path,
        "here": link(language, "/") if is_right else PREFIXES[language] + asked,
        "other_language": other,
        "in_other_language": link(other, "/") if is_right and status >= 400 else PREFIXES[other] + asked,
        "person": visitor.principal if visitor.kind == "person" else None,
        "signed_in_for": signed_in_for,
        "is_operator": cell("read_operations", visitor.principal.roles).scope is Scope.all,
        "is_at_centre": cell("write_mapping", visitor.principal.roles).scope >= Scope.own,
        "is_in_municipality": bool(visitor.principal.roles & MUNICIPAL)
        and visitor.principal.organisation_id is not None,
        "is_adviser": cell("read_register", visitor.principal.roles).scope is Scope.all,
        "form_token": form_token(gate.settings, visitor.browser) if visitor.browser else "",
        "form_key": str(gate.database.clock.new_id()),
    }


def _html(
    frame: Mapping[str, Any], template: str, status: int, headers: Mapping[str, str] | None, facts: Mapping[str, Any]
) -> Response:
    body = ENVIRONMENTS[frame["reader"]].get_template(template).render({**frame, **facts})
    sent = {"Content-Language": frame["reader"], "Vary": "Cookie", **(headers or {})}
    return Response(body, status, sent, "text/html; charset=utf-8")


def error_html(scope: Mapping[str, Any], visitor: Visitor, gate: Gate, **facts: Any) -> Response:
    """The page of a refusal, made where nothing can be waited for."""
    return _html(frame_of(scope, visitor, gate, None, facts["status"]), "error.html", facts["status"], None, facts)
