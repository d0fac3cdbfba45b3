"""A page of another site must not act for somebody who is signed in here: the origin is checked, and a token."""

import hmac
from hashlib import sha256

from gateway.settings import DoorSettings
from services.kernel.problems import Forbidden

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class CrossSite(Forbidden):
    """The request did not come from one of our own pages."""

    code = "cross-site"


def form_token(settings: DoorSettings, browser: str) -> str:
    """What a form carries in a hidden field: an HMAC of the browser's cookie, so that it needs no store of its own."""
    return hmac.digest(settings.pepper, b"form " + browser.encode(), sha256).hex()


def check_origin(settings: DoorSettings, origin: str | None, fetch_site: str | None) -> None:
    """Refuse what a browser says comes from elsewhere, and a request that does not say where it comes from.

    Raises:
        CrossSite: the origin is another, or not told.
    """
    if fetch_site is not None and fetch_site != "same-origin":
        raise CrossSite()
    if origin is None and fetch_site is None:
        raise CrossSite()
    if origin is not None and origin != settings.origin:
        raise CrossSite()


def check_token(settings: DoorSettings, browser: str | None, token: str | None) -> None:
    """Refuse a form whose token was not made for this browser.

    Raises:
        CrossSite: no cookie, no token, or another's.
    """
    if not browser or not token or not hmac.compare_digest(form_token(settings, browser), token):
        raise CrossSite()
