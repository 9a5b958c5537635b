"""Files of evidence: what is read is what was kept; nothing is written over; what broke off leaves nothing behind."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from registry.adapters.evidence_files import EvidenceFiles
from registry.evidence_errors import EvidenceDamaged, EvidenceUnavailable, UnknownEvidence


def test_a_file_is_kept_under_its_hash_and_given_back(tmp_path: Path) -> None:
    store = EvidenceFiles(tmp_path / "evidence")
    assert list(store) == []
    digest = store.put(b"minutes")
    assert digest == sha256(b"minutes").hexdigest()
    assert store.get(digest) == b"minutes"
    assert list(EvidenceFiles(tmp_path / "evidence")) == [digest]


def test_the_same_bytes_are_kept_once_and_never_written_over(tmp_path: Path) -> None:
    store = EvidenceFiles(tmp_path)
    digest = store.put(b"minutes")
    place = tmp_path / digest[:2] / digest
    first = place.stat()
    assert store.put(b"minutes") == digest
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert place.stat().st_mode & 0o222 == 0


def test_a_file_that_was_changed_on_disk_is_not_given_and_not_taken_for_kept(tmp_path: Path) -> None:
    store = EvidenceFiles(tmp_path)
    digest = store.put(b"minutes")
    place = tmp_path / digest[:2] / digest
    place.chmod(0o600)
    place.write_bytes(b"minuteS")
    with pytest.raises(EvidenceDamaged, match="is not what was stored"):
        store.get(digest)
    with pytest.raises(EvidenceDamaged):
        store.put(b"minutes")


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n"])
def test_only_a_hash_names_a_file(tmp_path: Path, name: str) -> None:
    store = EvidenceFiles(tmp_path)
    with pytest.raises(UnknownEvidence, match="is no SHA-256"):
        store.get(name)
    with pytest.raises(UnknownEvidence, match="No file of the SHA-256"):
        store.get("0" * 64)


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_write_that_fails_leaves_no_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = EvidenceFiles(tmp_path)
    monkeypatch.setattr(os, step, full)
    with pytest.raises(EvidenceUnavailable, match=r"No space left on device\. Nothing was stored"):
        store.put(b"minutes")
    monkeypatch.undo()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert store.get(store.put(b"minutes")) == b"minutes"


def test_many_who_keep_the_same_and_other_files_at_once_all_succeed(tmp_path: Path) -> None:
    store = EvidenceFiles(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        digests = list(pool.map(lambda number: store.put(f"file {number % 5}".encode()), range(200)))
    assert list(store) == sorted(set(digests))
    assert len(set(digests)) == 5
    assert not list(tmp_path.rglob(".draft-*"))
