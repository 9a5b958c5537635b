"""Files have the SHA-256 of their bytes, and links lead nowhere."""

from hashlib import sha256
from pathlib import Path

from registry.adapters.file_hashes import hash_of, hashes_below


def test_a_file_has_the_hash_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"minutes" * 1_000_000)
    assert hash_of(tmp_path / "a") == sha256(b"minutes" * 1_000_000).hexdigest()


def test_every_file_below_a_directory_is_given_by_its_path_and_no_link(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "outside").write_bytes(b"outside")
    (tmp_path / "in" / "deep" / "b").write_bytes(b"two")
    (tmp_path / "in" / "a").write_bytes(b"one")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "outside")
    assert hashes_below(tmp_path / "in") == {"a": sha256(b"one").hexdigest(), "deep/b": sha256(b"two").hexdigest()}
    assert hashes_below(tmp_path / "nowhere") == {}
