"""A device that holds passkeys, in software: it does what Web Authentication asks of one, or what a test has it do."""

import base64
import json
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One device with one passkey (ES256); each field may be set to what it should not be."""

    origin: str
    party: str = ""
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    count: int = 0
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str, **changes: Any) -> str:
        """Make the passkey (navigator.credentials.create) and give what a page would send."""
        asked = json.loads(options)
        assert asked["authenticatorSelection"]["userVerification"] == "required"
        assert -7 in [each["alg"] for each in asked["pubKeyCredParams"]]
        data = self._data(asked["rp"]["id"], ATTESTED)
        data += bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + self._public()
        attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData" + _byte_string(data)
        client = self._client("webauthn.create", asked["challenge"], changes)
        return self._sent({"attestationObject": text(attestation), "clientDataJSON": text(client)})

    def sign(self, options: str, **changes: Any) -> str:
        """Sign the challenge (navigator.credentials.get) and give what a page would send."""
        asked = json.loads(options)
        assert asked["userVerification"] == "required"
        data = self._data(asked["rpId"], 0)
        client = self._client("webauthn.get", asked["challenge"], changes)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._sent(
            {"authenticatorData": text(data), "clientDataJSON": text(client), "signature": text(signature)}
        )

    def _data(self, party: str, more: int) -> bytes:
        self.count += self.counts
        return sha256((self.party or party).encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, kind: str, challenge: str, changes: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, **changes}).encode()

    def _public(self) -> bytes:
        """Give the public key as COSE has it (RFC 9053, 7.1): EC2, ES256, P-256."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y

    def _sent(self, response: dict[str, str]) -> str:
        identifier = text(self.credential)
        return json.dumps(
            {
                "id": identifier,
                "rawId": identifier,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


def text(raw: bytes) -> str:
    """Give bytes as Web Authentication writes them in JSON (base64url without padding)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _byte_string(raw: bytes) -> bytes:
    """Give bytes as CBOR has them (RFC 8949, 3.1): here there are always more than 255 or fewer."""
    head = b"\x58" + bytes([len(raw)]) if len(raw) < 256 else b"\x59" + struct.pack(">H", len(raw))
    return head + raw
