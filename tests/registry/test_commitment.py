"""A commitment proves a text to whoever has its salt, and to nobody else."""

import shutil
import subprocess

import pytest

from registry.commitment import commit

SALT = "000102030405060708090a0b0c0d0e0f"


def test_it_is_what_others_compute() -> None:
    """RFC 4231, test case 1, and the command that its documentation names."""
    assert commit("0b" * 20, "Hi There") == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    openssl = shutil.which("openssl")
    assert openssl is not None
    command = [openssl, "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{SALT}"]
    said = subprocess.run(command, input="Zürich “says”".encode(), capture_output=True, check=True)  # openssl itself
    assert said.stdout.decode().split()[-1] == commit(SALT, "Zürich “says”")


def test_another_salt_or_text_gives_another_one() -> None:
    assert len({commit(SALT, "a"), commit(SALT, "b"), commit("ff" * 16, "a")}) == 3


def test_a_salt_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="non-hexadecimal"):
        commit("zz", "a")
