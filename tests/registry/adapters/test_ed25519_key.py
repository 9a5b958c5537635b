"""A key is made once, read only when it is its owner's alone, and signs what others can check."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from registry.adapters.ed25519_key import Ed25519Key, is_signed, new_key
from registry.errors import SettingsError


def test_a_new_key_is_its_owners_alone_and_signs(tmp_path: Path) -> None:
    public = new_key(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    key = Ed25519Key(tmp_path / "key.pem")
    assert key.public_key == public
    assert is_signed(public, key.sign(b"sums"), b"sums")
    assert not is_signed(public, key.sign(b"sums"), b"other sums")
    assert not is_signed(new_key(tmp_path / "other.pem"), key.sign(b"sums"), b"sums")
    assert not is_signed(public, b"short", b"sums")


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    new_key(tmp_path / "key.pem")
    before = (tmp_path / "key.pem").read_bytes()
    with pytest.raises(SettingsError, match="cannot be written: File exists"):
        new_key(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").read_bytes() == before


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    new_key(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o640)
    with pytest.raises(SettingsError, match="run `chmod 600` on it"):
        Ed25519Key(tmp_path / "key.pem")


def test_what_is_no_ed25519_key_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    with pytest.raises(SettingsError, match="cannot be read"):
        Ed25519Key(path)
    path.write_text("no key")
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="cannot be read"):
        Ed25519Key(path)
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SettingsError, match="is not an Ed25519 key"):
        Ed25519Key(path)
