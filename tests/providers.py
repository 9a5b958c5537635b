"""An OpenID Provider on loopback that keeps to the protocol and puts into its tokens whatever a test has it say."""

import base64
import contextlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

CLIENT = "registry"
SECRET = "a secret of nobody"  # noqa: S105  # between two test servers
SUBJECT = "zqx-subject-1"

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
"""Made once, since that takes its time."""


class Silent(WSGIRequestHandler):
    """Log nothing."""

    def log(self, *_: object) -> None:
        """Stay silent."""


@dataclass
class Provider:
    """A provider and what it shall say; ``None`` takes a claim or a fact away."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: KEY)
    claims: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[dict[str, Any]], str] | None = None
    """Makes the ID Token in place of a good signature."""
    status: int = 200
    """The status of every answer but discovery."""
    asked: list[str] = field(default_factory=list)
    granted: dict[str, dict[str, str]] = field(default_factory=dict)

    def answer(self, address: str, code: str = "a code") -> dict[str, str]:
        """Give what the provider sends a browser back with that was sent to it."""
        sent = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (sent["client_id"], sent["response_type"], sent["scope"]) == (CLIENT, "code", "openid")
        assert sent["code_challenge_method"] == "S256"
        self.granted[code] = sent
        return {"code": code, "state": sent["state"], "iss": self.issuer}

    def signed(self, claims: dict[str, Any], key: RSAKey | None = None, **header: str) -> str:
        """Sign claims, with the key of the provider or another."""
        head = {"alg": "RS256", "kid": "one", **header}
        return jwt.encode(head, claims, key or self.key, algorithms=[head["alg"]])

    def _discovery(self) -> dict[str, Any]:
        facts = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.facts,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}

    def _token(self) -> Response:
        """Answer the exchange of a code, once (RFC 6749, 4.1.3; RFC 7636, 4.6)."""
        sent = self.granted.pop(request.form.get("code", ""), None)
        known = request.authorization
        verifier = request.form.get("code_verifier", "").encode()
        challenge = _plain(sha256(verifier).digest())
        if known is None or (known.username, known.password) != (CLIENT, SECRET):
            return _json({"error": "invalid_client"}, 401)
        if sent is None or sent["code_challenge"] != challenge or sent["redirect_uri"] != request.form["redirect_uri"]:
            return _json({"error": "invalid_grant", "error_description": "no such code"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": SUBJECT,
            "nonce": sent["nonce"],
            "iat": now,
            "exp": now + 60,
        }
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        token = (self.forge or self.signed)(claims)
        return _json({"access_token": "none of ours", "token_type": "Bearer", "id_token": token}, 200)

    def serve(self, path: str) -> Response:
        """Answer one request."""
        self.asked.append(path)
        if path == ".well-known/openid-configuration":
            return _json(self._discovery(), 200)
        if self.status != 200:
            return Response("<p>busy</p>", self.status, mimetype="text/html")
        if path == "keys":
            return _json({"keys": [self.key.as_dict(private=False)]}, 200)
        return self._token() if path == "token" else Response(status=404)


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """Serve until the end of the block."""
    saying, app = Provider(), Flask("provider")
    app.add_url_rule("/<path:path>", "serve", saying.serve, methods=["GET", "POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    saying.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield saying
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def unsigned(claims: dict[str, Any]) -> str:
    """Give a token with the algorithm ``none`` (RFC 7515, appendix A.5)."""
    return _unsecured({"alg": "none"}, claims) + "."


def keyed(claims: dict[str, Any], secret: bytes) -> str:
    """Give a token with a code that whoever knows a secret can make (HS256)."""
    text = _unsecured({"alg": "HS256", "kid": "one"}, claims)
    return f"{text}.{_plain(hmac.new(secret, text.encode(), sha256).digest())}"


def _unsecured(header: dict[str, str], claims: dict[str, Any]) -> str:
    return ".".join(_plain(json.dumps(part).encode()) for part in (header, claims))


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _json(document: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(document), status, mimetype="application/json")
