"""An OpenID Provider, asked with Authlib: authorization code with PKCE, and an ID Token that is valid in every respect.

OpenID Connect Core 1.0 (3.1), Discovery 1.0 (4.3), RFC 7636, RFC 9207. Every request is one of the guarded fetch; what
the provider publishes is kept for an hour, and that it gives no answer for some seconds.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from registry.account_errors import CredentialsRefused, ProviderUnavailable
from registry.fetch_errors import FetchError
from registry.fetch_ports import Exchange
from registry.ports import Clock
from registry.provider_ports import AuthenticationRequest, Proof, is_subject

ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
    "Ed25519",
)
"""Signatures that are taken (RFC 7518, RFC 9864): none that a client could make itself, and never ``none``."""
LEEWAY_SECONDS: Final = 60
KEPT_SECONDS: Final = 3600
RENEWED_SECONDS: Final = 60
"""Keys are fetched anew for a token that none fits, so often at most."""
UNANSWERED_SECONDS: Final = 10
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

_REFUSALS: Final = frozenset({"invalid_client", "invalid_grant", "invalid_request", "unauthorized_client"})
"""What a token endpoint says no with (RFC 6749, 5.2), as far as it is for the log of the operator."""
_KINDS: Final = frozenset({"RSA", "EC", "OKP"})
_NOT_VALID: Final = "What {name} says of you is not valid here ({why}); begin again, or tell the operator."


def is_guarded(address: str) -> bool:
    """Say whether nobody reads along at an address: over TLS, or on this very machine."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    except ValueError:
        return False


class OpenIdProvider:
    """One provider at which this registry is a client."""

    def __init__(self, *, name: str, issuer: str, client: str, secret: str, fetch: Exchange, clock: Clock) -> None:
        """Name the provider by its issuer, and the client by what the provider knows it as."""
        self.name = name
        self.issuer = issuer
        self._client_id = client
        self._secret = secret
        self._fetch = fetch
        self._clock = clock
        self._metadata = _Kept(self._discovered)
        self._keys = _Kept(self._key_set)

    def address(self, request: AuthenticationRequest) -> str:
        """Give the address to send a browser to (Core 1.0, 3.1.2.1); raise ProviderUnavailable."""
        known = self._metadata()
        fresh = {"prompt": "login", "max_age": "0"} if request.is_fresh else {}
        address, _ = self._client(request, known).create_authorization_url(
            known["authorization_endpoint"],
            state=request.state,
            code_verifier=request.verifier,
            nonce=request.nonce,
            **fresh,
        )
        return str(address)

    def proof(self, request: AuthenticationRequest, answer: Mapping[str, str]) -> Proof:
        """Exchange the code for an ID Token and give what it says; raise CredentialsRefused, ProviderUnavailable."""
        known = self._metadata()
        stated = answer.get("iss")
        if stated != self.issuer and (stated or known.get("authorization_response_iss_parameter_supported") is True):
            raise self._refused("another provider answered")
        if answer.get("error") or not answer.get("code"):
            raise CredentialsRefused(f"{self.name} did not vouch for you; begin again, or sign in with your password.")
        token = self._token(request, answer["code"], known)
        claims = self._claims(token, request.nonce, known)
        return Proof(
            issuer=self.issuer,
            subject=claims["sub"],
            means=frozenset(each for each in (claims.get("acr"), *(claims.get("amr") or ())) if isinstance(each, str)),
            authenticated=_moment(claims.get("auth_time")),
        )

    def _client(self, request: AuthenticationRequest, known: Mapping[str, Any]) -> Any:
        methods = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        post_only = isinstance(methods, list) and "client_secret_basic" not in methods
        return OAuth2Client(
            _Session(self._fetch, self._unavailable),
            client_id=self._client_id,
            client_secret=self._secret,
            token_endpoint_auth_method="client_secret_post" if post_only else "client_secret_basic",
            scope="openid",
            redirect_uri=request.redirect,
            code_challenge_method="S256",
        )

    def _token(self, request: AuthenticationRequest, code: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
        """Exchange a code (Core 1.0, 3.1.3)."""
        try:
            found = self._client(request, known).fetch_token(
                known["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=request.verifier
            )
        except OAuth2Error as fault:
            why = fault.error if fault.error in _REFUSALS else "no reason"
            logging.getLogger(__name__).warning("the token endpoint of %s refuses a code: %s", self.issuer, why)
            raise self._refused("it does not take the code that it gave") from fault
        if not isinstance(found, dict) or not isinstance(found.get("id_token"), str):
            raise self._refused("it gave no ID Token")
        return found

    def _claims(self, token: Mapping[str, Any], nonce: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the claims of an ID Token that is valid (Core 1.0, 3.1.3.7)."""
        try:
            found = self._decoded(token["id_token"], known)
            claims = CodeIDToken(
                found.claims,
                found.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as fault:
            raise self._refused(f"ID Token: {type(fault).__name__}") from fault
        subject = claims["sub"]
        if claims["iss"] != self.issuer or not isinstance(subject, str) or not is_subject(subject):
            raise self._refused("ID Token: issuer or subject")
        return dict(claims)

    def _decoded(self, text: str, known: Mapping[str, Any]) -> Any:
        """Check a signature, with keys fetched anew where none of those known fits."""
        named = known.get("id_token_signing_alg_values_supported", ["RS256"])
        algorithms = [each for each in ALGORITHMS if isinstance(named, list) and each in named]
        if not algorithms:
            raise self._unavailable(f"it signs with none of {', '.join(ALGORITHMS)}")
        try:
            return jwt.decode(text, self._keys(), algorithms=algorithms)
        except (JoseError, ValueError):
            if not self._keys.renew(RENEWED_SECONDS):
                raise
            return jwt.decode(text, self._keys(), algorithms=algorithms)

    def _discovered(self) -> Mapping[str, Any]:
        """Give what the provider publishes of itself (Discovery 1.0, 4.3)."""
        found = self._document(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise self._unavailable("it calls itself by another issuer than HRCR_OIDC_ISSUER")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str) or not is_guarded(found[name]):
                raise self._unavailable(f"its {name} is no address over https")
        return found

    def _key_set(self) -> Any:
        """Give the keys with which the provider signs (RFC 7517), without those that are not for signatures."""
        found = self._document(self._metadata()["jwks_uri"]).get("keys")
        keys = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        signing = [each for each in keys if each.get("kty") in _KINDS and each.get("use", "sig") == "sig"]
        try:
            return KeySet.import_key_set({"keys": signing})
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            raise self._unavailable("its keys cannot be read") from fault

    def _document(self, address: str) -> Mapping[str, Any]:
        try:
            answer = self._fetch(address)
        except FetchError as fault:
            raise self._unavailable(str(fault)) from fault
        if not answer.is_ok:
            raise self._unavailable(f"{address} answers with status {answer.status}")
        return _object(answer.body, self._unavailable)

    def _refused(self, why: str) -> CredentialsRefused:
        return CredentialsRefused(_NOT_VALID.format(name=self.name, why=why))

    def _unavailable(self, why: str) -> ProviderUnavailable:
        return ProviderUnavailable(f"{self.name} gives no answer that can be used: {why}.")


class _Kept:
    """A document of the provider that is kept for a while; for some seconds it is kept that there was none."""

    def __init__(self, get: Callable[[], Any]) -> None:
        self._get = get
        self._lock = threading.Lock()
        self._found: Any = None
        self._failure: ProviderUnavailable | None = None
        self._at = 0.0

    def __call__(self) -> Any:
        """Give the document; who comes while it is fetched waits for it."""
        with self._lock:
            age = time.monotonic() - self._at
            if self._failure is not None and age < UNANSWERED_SECONDS:
                raise ProviderUnavailable(str(self._failure))
            if self._found is None or age >= KEPT_SECONDS:
                try:
                    self._found, self._failure = self._get(), None
                except ProviderUnavailable as failure:
                    self._found, self._failure = None, failure
                    raise
                finally:
                    self._at = time.monotonic()
            return self._found

    def renew(self, seconds: int) -> bool:
        """Have the document fetched anew when it was fetched so many seconds ago; say whether it will be."""
        with self._lock:
            is_old = time.monotonic() - self._at >= seconds
            self._found = None if is_old else self._found
            return is_old


class _Session:
    """What Authlib's client sends its one request with: the guarded fetch."""

    def __init__(self, fetch: Exchange, unavailable: Callable[[str], ProviderUnavailable]) -> None:
        self._fetch = fetch
        self._unavailable = unavailable

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> "_Answer":
        address, fields, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        try:
            answer = self._fetch.post(address, body.encode(), fields)
        except FetchError as fault:
            raise self._unavailable(str(fault)) from fault
        if answer.status >= 500:
            raise self._unavailable(f"its token endpoint answers with status {answer.status}")
        return _Answer(answer.status, _object(answer.body, self._unavailable))


class _Answer:
    """An answer of the token endpoint as Authlib reads one; a refusal says why in its ``error``."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status_code = status
        self._document = document if status < 400 else {"error": "refused", **document}

    def raise_for_status(self) -> None:
        """Leave a refusal to what its document says."""

    def json(self) -> Mapping[str, Any]:
        return dict(self._document)


def _object(body: bytes, unavailable: Callable[[str], ProviderUnavailable]) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise unavailable("what it answers is no JSON") from fault
    if not isinstance(found, dict):
        raise unavailable("what it answers is no JSON object")
    return found


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
