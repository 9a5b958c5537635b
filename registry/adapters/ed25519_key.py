"""Signing with Ed25519 (RFC 8032): a private key in a PEM file that only its owner may read."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from registry.errors import SettingsError


class Ed25519Key:
    """A private key read from a file (PKCS#8 PEM, not encrypted)."""

    def __init__(self, path: Path) -> None:
        """Read the key; raise SettingsError when there is none, or when others may read it."""
        try:
            if path.stat().st_mode & 0o077:
                raise SettingsError(f"The key {path} may be read by others; run `chmod 600` on it.")
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as fault:
            raise SettingsError(f"The key {path} cannot be read: {fault}") from fault
        if not isinstance(key, Ed25519PrivateKey):
            raise SettingsError(f"The key {path} is not an Ed25519 key; make one with `hrcr new-key`.")
        self._key = key

    @property
    def public_key(self) -> bytes:
        """Give the 32 bytes of the public key."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Give the 64 bytes of the signature."""
        return self._key.sign(message)


def new_key(path: Path) -> bytes:
    """Write a new private key where no file is yet, readable by its owner alone; give the 32 bytes of the public key.

    Raises SettingsError when there is a file already: a key is never replaced in silence.
    """
    key = Ed25519PrivateKey.generate()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise SettingsError(f"The key {path} cannot be written: {fault.strerror}.") from fault
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key.public_key().public_bytes_raw()


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether a signature over a message was made with the private half of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
