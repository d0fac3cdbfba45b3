"""Only our own pages act for somebody who is signed in."""

import pytest

from gateway.csrf import CrossSite, check_origin, check_token, form_token
from gateway.settings import DoorSettings

SETTINGS = DoorSettings(public_url="https://samla.example", pepper=b"p" * 32)


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [("https://samla.example", "same-origin"), ("https://samla.example", None), (None, "same-origin")],
)
def test_our_own_pages_are_let_in(origin, fetch_site):
    check_origin(SETTINGS, origin, fetch_site)


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        (None, None),
        ("null", None),
        ("https://evil.example", None),
        ("http://samla.example", None),
        ("https://samla.example.evil.example", None),
        ("https://samla.example", "cross-site"),
        ("https://samla.example", "same-site"),
        (None, "none"),
        (None, "cross-site"),
    ],
)
def test_whoever_comes_from_elsewhere_is_refused(origin, fetch_site):
    with pytest.raises(CrossSite):
        check_origin(SETTINGS, origin, fetch_site)


def test_a_form_token_is_good_for_its_own_browser_only():
    token = form_token(SETTINGS, "one browser")
    check_token(SETTINGS, "one browser", token)
    for browser, shown in (
        ("another browser", token),
        ("one browser", token[:-1] + "x"),
        ("one browser", ""),
        (None, token),
    ):
        with pytest.raises(CrossSite):
            check_token(SETTINGS, browser, shown)


def test_a_form_token_made_under_another_pepper_is_refused():
    other = DoorSettings(public_url="https://samla.example", pepper=b"q" * 32)
    with pytest.raises(CrossSite):
        check_token(SETTINGS, "one browser", form_token(other, "one browser"))


def test_cookies_are_bound_to_the_host_only_over_https():
    plain = DoorSettings(public_url="http://127.0.0.1:8080", pepper=b"p" * 32)
    assert (SETTINGS.session_cookie, SETTINGS.secure) == ("__Host-samla_session", True)
    assert (plain.session_cookie, plain.secure) == ("samla_session", False)


def test_a_short_pepper_or_a_strange_address_is_refused():
    with pytest.raises(ValueError, match="pepper"):
        DoorSettings(public_url="https://samla.example", pepper=b"short")
    with pytest.raises(ValueError, match="http"):
        DoorSettings(public_url="samla.example", pepper=b"p" * 32)
