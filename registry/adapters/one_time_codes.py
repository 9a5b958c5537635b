"""Codes that change with time (TOTP, RFC 6238: SHA-1, six digits, thirty seconds), and their key as a QR code."""

import re
import secrets
from base64 import b32encode
from datetime import datetime
from hmac import compare_digest
from typing import Final

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

_BYTES: Final = 20
_DIGITS: Final = 6
_SECONDS: Final = 30
_NEAR: Final = (0, -1, 1)
"""One step either way: clocks differ and people type slowly (RFC 6238, 5.2)."""


class TimeCodes:
    """The second factor that every authenticator app knows."""

    def new_secret(self) -> bytes:
        """Give a random key of 160 bits (RFC 4226, section 4)."""
        return secrets.token_bytes(_BYTES)

    def step(self, secret: bytes, code: str, at: datetime) -> int | None:
        """Give the time step that a code is right for; None for a wrong one."""
        digits = re.sub(r"[\s-]", "", code)
        now, found = int(at.timestamp()) // _SECONDS, None
        for near in _NEAR:
            right = _totp(secret).generate((now + near) * _SECONDS).decode()
            if compare_digest(right.encode(), digits.encode("utf-8", "replace")) and found is None:
                found = now + near
        return found

    def text(self, secret: bytes) -> str:
        """Give a key in base 32, in groups of four that a person can type."""
        return " ".join(re.findall("....", b32encode(secret).decode()))

    def picture(self, secret: bytes, *, name: str, issuer: str) -> str:
        """Give the otpauth address as a QR code in SVG, without a style and without a script."""
        address = _totp(secret).get_provisioning_uri(name, issuer)
        drawn: str = segno.make(address, micro=False).svg_inline(
            scale=4, border=4, dark="#000", light="#fff", svgclass="code", lineclass=None, omitsize=True
        )
        return drawn


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, _DIGITS, SHA1(), _SECONDS)  # noqa: S303  # what authenticator apps speak; HMAC needs no more
