"""The internal token: what is accepted, and how many ways there are to forge one in vain."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from services.contracts.access import Scope
from services.kernel.access import (
    AUDIENCE,
    INSTALLATION,
    ISSUER,
    KEPT_TOKENS,
    LIFETIME_S,
    TYPE,
    Principal,
    TokenExpired,
    TokenInvalid,
    TokenSigner,
    TokenVerifier,
    new_keys,
)
from services.kernel.clock import FixedClock
from services.kernel.problems import Forbidden, Unauthorized

OURS = UUID("00000000-0000-7000-8000-000000000001")
THEIRS = UUID("00000000-0000-7000-8000-000000000002")
EDITOR = Principal("somebody", OURS, frozenset(("ED",)), "correlation-1")

PRIVATE, PUBLIC = new_keys()
OTHER_PRIVATE, OTHER_PUBLIC = new_keys()


def encoded(part: Any) -> str:
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def signed(header: dict[str, Any], claims: Any, key: str = PRIVATE) -> str:
    """A token put together by hand, so that everything in it can be wrong."""
    start = f"{encoded(header)}.{encoded(claims)}"
    private = OKPKey.import_key(key).private_key
    assert isinstance(private, Ed25519PrivateKey)
    return f"{start}.{encoded(private.sign(start.encode()))}"


class Forger:
    """Somebody with a valid header and valid claims to start from."""

    def __init__(self, clock: FixedClock) -> None:
        now = int(clock.now().timestamp())
        self.header = {"alg": "Ed25519", "typ": TYPE, "kid": OKPKey.import_key(PUBLIC).thumbprint()}
        self.claims: dict[str, Any] = {
            "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 60,
            "sub": "somebody", "org": str(OURS), "roles": ["ED"], "cid": None,
        }  # fmt: skip

    def token(self, header: dict[str, Any] | None = None, key: str = PRIVATE, **claims: Any) -> str:
        wanted = {name: value for name, value in {**self.claims, **claims}.items() if value is not ...}
        return signed({**self.header, **(header or {})}, wanted, key)

    def with_secret(self, algorithm: str, secret: bytes) -> str:
        start = f"{encoded({**self.header, 'alg': algorithm})}.{encoded(self.claims)}"
        return f"{start}.{encoded(hmac.digest(secret, start.encode(), hashlib.sha256))}"

    def unsigned(self, algorithm: str) -> str:
        return f"{encoded({**self.header, 'alg': algorithm})}.{encoded(self.claims)}."


def tampered(token: str, **claims: Any) -> str:
    header, body, signature = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{header}.{encoded({**known, **claims})}.{signature}"


FORGERIES: dict[str, Callable[[Forger], str]] = {
    "unsigned, none": lambda f: f.unsigned("none"),
    "unsigned, None": lambda f: f.unsigned("None"),
    "unsigned, with our algorithm": lambda f: f.unsigned("Ed25519"),
    "HS256 with the public key": lambda f: f.with_secret("HS256", PUBLIC.encode()),
    "HS256 with the key's id": lambda f: f.with_secret("HS256", f.header["kid"].encode()),
    "HS256 with an empty secret": lambda f: f.with_secret("HS256", b""),
    "our algorithm with an HMAC": lambda f: f.with_secret("Ed25519", PUBLIC.encode()),
    "algorithm EdDSA, though the signature is right": lambda f: f.token({"alg": "EdDSA"}),
    "algorithm RS256": lambda f: f.token({"alg": "RS256"}),
    "another key under our key's id": lambda f: f.token(key=OTHER_PRIVATE),
    "another key under its own id": lambda f: f.token(
        {"kid": OKPKey.import_key(OTHER_PUBLIC).thumbprint()}, key=OTHER_PRIVATE
    ),
    "a key in the header": lambda f: f.token(
        {"jwk": OKPKey.import_key(OTHER_PUBLIC).as_dict(private=False)}, key=OTHER_PRIVATE
    ),
    "an address of a key": lambda f: f.token({"jku": "https://example.org/jwks", "kid": "x"}, key=OTHER_PRIVATE),
    "a key's id that is a path": lambda f: f.token({"kid": "../../dev/null"}),
    "a key's id that is a number": lambda f: f.token({"kid": 1}),
    "no key's id": lambda f: signed({"alg": "Ed25519", "typ": TYPE}, f.claims),
    "a critical extension": lambda f: f.token({"crit": ["b64"], "b64": False}),
    "an id token": lambda f: f.token({"typ": "JWT"}),
    "no type": lambda f: f.token({"typ": None}),
    "another issuer": lambda f: f.token(iss="somebody-else"),
    "an issuer that begins like ours": lambda f: f.token(iss=f"{ISSUER}.example.org"),
    "another audience": lambda f: f.token(aud="partners"),
    "a list of audiences": lambda f: f.token(aud=[AUDIENCE, "partners"]),
    "no audience": lambda f: f.token(aud=...),
    "no end": lambda f: f.token(exp=...),
    "an end as text": lambda f: f.token(exp="9999999999"),
    "an end in a hundred years": lambda f: f.token(exp=f.claims["iat"] + 100 * 365 * 86400),
    "an end that is no number": lambda f: signed(f.header, json.dumps(f.claims).replace(
        f'"exp": {f.claims["exp"]}', '"exp": NaN').encode()),
    "from the future": lambda f: f.token(iat=f.claims["iat"] + 3600, exp=f.claims["iat"] + 3660),
    "ended before it began": lambda f: f.token(iat=f.claims["exp"], exp=f.claims["iat"]),
    "nobody": lambda f: f.token(sub=""),
    "a subject that is a number": lambda f: f.token(sub=1),
    "roles as text": lambda f: f.token(roles="ED"),
    "a role that does not exist": lambda f: f.token(roles=["ED", "ADMIN"]),
    "an organisation that is none": lambda f: f.token(org="*"),
    "a claim too many": lambda f: f.token(scope="all"),
    "more roles than were signed": lambda f: tampered(f.token(), roles=["ED", "GK", "KOO"]),
    "another organisation than was signed": lambda f: tampered(f.token(), org=str(THEIRS)),
    "claims that are a list": lambda f: signed(f.header, [f.claims]),
    "claims that are text": lambda f: signed(f.header, f.token()),
    "a token in a token": lambda f: signed({**f.header, "cty": "JWT"}, f.token().encode()),
    "half a token": lambda f: f.token()[: len(f.token()) // 2],
    "a part too many": lambda f: f.token() + ".e30",
    "nothing": lambda f: "",
    "dots": lambda f: "..",
    "no base64": lambda f: "%%%.%%%.%%%",
    "a huge header": lambda f: f.token({"x": "x" * 10_000}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(clock: FixedClock, name: str):
    verifier = TokenVerifier([PUBLIC], clock)
    token = FORGERIES[name](Forger(clock))
    with pytest.raises(TokenInvalid) as refusal:
        verifier.caller(f"Bearer {token}".encode(), "read_offer")
    assert refusal.value.facts == {}


def test_the_forgers_own_start_is_valid_so_that_each_forgery_fails_for_its_own_reason(clock: FixedClock):
    token = Forger(clock).token()
    caller = TokenVerifier([PUBLIC], clock).caller(f"Bearer {token}".encode(), "edit_offer")
    assert (caller.subject, caller.organisation_id, caller.scope) == ("somebody", OURS, Scope.own)


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_a_token_under_another_scheme_is_refused(clock: FixedClock, scheme: str):
    token = TokenSigner(PRIVATE, clock).mint(EDITOR)
    with pytest.raises(TokenInvalid):
        TokenVerifier([PUBLIC], clock).caller(f"{scheme} {token}".encode(), "read_offer")


def test_a_token_ends_on_the_second_also_where_it_is_remembered(clock: FixedClock):
    verifier, header = TokenVerifier([PUBLIC], clock), bearer(clock)
    for _ in range(LIFETIME_S):
        assert verifier.caller(header, "edit_offer").subject == "somebody"
        clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        verifier.caller(header, "edit_offer")


def test_a_remembered_token_is_refused_what_its_bearer_may_not_do(clock: FixedClock):
    verifier, header = TokenVerifier([PUBLIC], clock), bearer(clock)
    verifier.caller(header, "edit_offer")
    with pytest.raises(Forbidden):
        verifier.caller(header, "decide")


def test_the_memory_for_tokens_is_bounded(clock: FixedClock):
    verifier, signer = TokenVerifier([PUBLIC], clock), TokenSigner(PRIVATE, clock)
    for number in range(KEPT_TOKENS + 10):
        header = f"Bearer {signer.mint(Principal(f'p{number}', OURS, frozenset(('ED',))))}".encode()
        verifier.caller(header, "edit_offer")
    assert len(verifier._kept) == KEPT_TOKENS


def test_keys_are_changed_without_a_pause(clock: FixedClock):
    verifier = TokenVerifier([PUBLIC, OTHER_PUBLIC], clock)
    for key in (PRIVATE, OTHER_PRIVATE):
        header = f"Bearer {TokenSigner(key, clock).mint(EDITOR)}".encode()
        assert verifier.caller(header, "edit_offer").subject == "somebody"


def test_without_a_token_only_what_everybody_may_do_is_allowed(clock: FixedClock):
    verifier = TokenVerifier([PUBLIC], clock)
    assert verifier.caller(None, "read_offer").is_anonymous
    assert verifier.caller(None, "read_register").scope is Scope.public
    with pytest.raises(Unauthorized):
        verifier.caller(None, "edit_offer")


def test_own_reaches_ones_own_organisation_and_no_other():
    editor = EDITOR.to("edit_offer")
    assert editor.may_act_for(OURS)
    assert not editor.may_act_for(THEIRS)
    assert not editor.may_act_for(None)
    nowhere = Principal("p", None, frozenset(("ED",))).to("edit_offer")
    assert not nowhere.may_act_for(None)
    assert INSTALLATION.may_act_for(THEIRS)
    assert Principal("p", None, frozenset(("KOO",))).to("write_mapping").may_act_for(THEIRS)


def bearer(clock: FixedClock) -> bytes:
    return f"Bearer {TokenSigner(PRIVATE, clock).mint(EDITOR)}".encode()
