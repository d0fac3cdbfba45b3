"""Who is asking: the internal token that the gateway mints and every service verifies, and what its bearer may do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.contracts.access import ROLES, Scope, cell
from services.kernel.clock import Clock
from services.kernel.problems import Forbidden, Unauthorized

ALGORITHM = "Ed25519"
TYPE = "samla-internal+jwt"
ISSUER = "samla-gateway"
AUDIENCE = "samla-services"

LIFETIME_S = 120
"""How long a token lives. The gateway mints a new one for a session each minute, so none is met in its last second."""

KEPT_S = 60
"""How long a verified token is remembered; a change of roles is felt within this time."""

KEPT_TOKENS = 4096
MAX_TOKEN_BYTES = 4096


class TokenExpired(Unauthorized):
    """The token was right, once."""

    code = "token-expired"


class TokenInvalid(Unauthorized):
    """Not a token of ours."""

    code = "token-invalid"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody, acting for an organisation. ``scope`` is how far the action at hand reaches for them."""

    subject: str
    organisation_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    correlation_id: str | None = None
    scope: Scope = Scope.none

    @property
    def is_person_or_client(self) -> bool:
        """Not the installation itself, whose commands an operator gives."""
        return self is not INSTALLATION

    @property
    def is_anonymous(self) -> bool:
        """Nobody has signed in."""
        return not self.subject

    def may_act_for(self, organisation_id: UUID | None) -> bool:
        """Whether the action reaches what belongs to that organisation."""
        if self.scope is Scope.own:
            return organisation_id is not None and organisation_id == self.organisation_id
        return self.scope is Scope.all

    def to(self, action: str) -> "Principal":
        """The same one, about to do something.

        Raises:
            Unauthorized: nobody has signed in, and the action is not for everybody.
            Forbidden: none of the roles may do it.
        """
        scope = cell(action, self.roles).scope
        if scope is Scope.none:
            raise Unauthorized() if self.is_anonymous else Forbidden()
        return replace(self, scope=scope)


INSTALLATION = Principal("installation", scope=Scope.all)
"""Who gives an operator's commands. No token makes one."""

ANONYMOUS = Principal("")
"""Whoever has not signed in."""


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    iss: str
    aud: str
    iat: int
    exp: int
    sub: str = Field(min_length=1, max_length=100)
    org: str | None = None
    roles: list[str]
    cid: str | None = Field(default=None, max_length=100)


def new_keys() -> tuple[str, str]:
    """A private key for the gateway and its public key for the services, as PEM."""
    key = OKPKey.generate_key("Ed25519")
    return key.as_pem(private=True).decode(), key.as_pem(private=False).decode()


class TokenSigner:
    """Mints internal tokens. Only the gateway holds the private key."""

    def __init__(self, private_key_pem: str, clock: Clock) -> None:
        self._key, self._clock = OKPKey.import_key(private_key_pem), clock
        self._header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._key.thumbprint()}

    def mint(self, principal: Principal, *, lifetime_s: int = LIFETIME_S) -> str:
        """A token that says who is asking, for a short time."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + lifetime_s,
            "sub": principal.subject,
            "org": str(principal.organisation_id) if principal.organisation_id else None,
            "roles": sorted(principal.roles),
            "cid": principal.correlation_id,
        }
        return jwt.encode(self._header, claims, self._key, algorithms=[ALGORITHM])


class TokenVerifier:
    """Verifies internal tokens. Remembers those it has verified, as a signature costs more than a whole query."""

    def __init__(self, public_keys_pem: Iterable[str], clock: Clock) -> None:
        keys = [OKPKey.import_key(pem) for pem in public_keys_pem]
        self._keys = {key.thumbprint(): key for key in keys}
        self._clock = clock
        self._kept: dict[tuple[bytes, str], tuple[Principal, float]] = {}

    def caller(self, authorization: bytes | None, action: str) -> Principal:
        """Who sent the header ``Authorization``, about to do the action.

        Raises:
            Unauthorized: the token is expired or not ours, or there is none and the action needs one.
            Forbidden: the bearer may not do it.
        """
        if authorization is None:
            return ANONYMOUS.to(action)
        now = self._clock.now().timestamp()
        kept = self._kept.get((authorization, action))
        if kept is not None and now < kept[1]:
            return kept[0]
        principal, expires = self.verify(authorization, now)
        principal = principal.to(action)
        if len(self._kept) >= KEPT_TOKENS:
            del self._kept[next(iter(self._kept))]
        self._kept[authorization, action] = principal, min(expires, now + KEPT_S)
        return principal

    def verify(self, authorization: bytes, now: float) -> tuple[Principal, float]:
        """The bearer of a token and when the token ends, in seconds since 1970."""
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer" or len(token) > MAX_TOKEN_BYTES:
            raise TokenInvalid()
        try:
            decoded = jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
            claims = _Claims.model_validate(decoded.claims)
            organisation_id = UUID(claims.org) if claims.org else None
        except (JoseError, ValidationError, ValueError, TypeError, KeyError):
            # The reason is the forger's business no more than ours.
            raise TokenInvalid() from None
        if decoded.header.get("typ") != TYPE or claims.iss != ISSUER or claims.aud != AUDIENCE:
            raise TokenInvalid()
        if not claims.iat <= claims.exp <= claims.iat + LIFETIME_S or claims.iat > now + KEPT_S:
            raise TokenInvalid()
        if not set(claims.roles) <= set(ROLES):
            raise TokenInvalid()
        if claims.exp <= now:
            raise TokenExpired()
        return Principal(claims.sub, organisation_id, frozenset(claims.roles), claims.cid), float(claims.exp)

    def _key_of(self, token: Any) -> OKPKey:
        # Only keys that we were given count: a key, or an address of one, in the token itself is not looked at.
        return self._keys[token.headers()["kid"]]
