"""The EvidenceStore port on a directory: each file under its SHA-256, flushed before it is there, never written again.

A file lies at ``ab/ab12…``; whoever reads gets exactly the bytes of that hash, or an error.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from registry.evidence_errors import EvidenceDamaged, EvidenceUnavailable, UnknownEvidence

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_DRAFT: Final = ".draft-"


class EvidenceFiles:
    """Files of evidence in one directory; processes and threads may share it."""

    def __init__(self, directory: Path) -> None:
        """Name the directory; it is made when the first file is kept."""
        self._directory = directory

    def put(self, raw: bytes) -> str:
        """Keep bytes durably and give their SHA-256 (see the port)."""
        digest = sha256(raw).hexdigest()
        place = self._place(digest)
        try:
            if place.exists():
                self.get(digest)
                return digest
            place.parent.mkdir(parents=True, exist_ok=True)
            self._write(raw, place)
        except OSError as fault:
            raise EvidenceUnavailable(
                f"The file could not be kept: {fault.strerror}. Nothing was stored; try again."
            ) from fault
        return digest

    def get(self, digest: str) -> bytes:
        """Give the bytes of a hash, checked against it (see the port)."""
        try:
            raw = self._place(digest).read_bytes()
        except FileNotFoundError as fault:
            raise UnknownEvidence(f"No file of the SHA-256 {digest} is kept here.") from fault
        except OSError as fault:
            raise EvidenceUnavailable(f"The file {digest} cannot be read: {fault.strerror}.") from fault
        return unchanged(raw, digest)

    def __iter__(self) -> Iterator[str]:
        """Name every file kept, in order (see the port)."""
        places = (path.relative_to(self._directory).as_posix() for path in self._directory.glob("??/*"))
        yield from sorted(digest for place in places if (digest := digest_at(place)) is not None)

    def _write(self, raw: bytes, place: Path) -> None:
        """Write beside, flush, give the name, flush the directories: a file that is seen is whole."""
        handle, name = tempfile.mkstemp(prefix=_DRAFT, dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o400)
            with suppress(FileExistsError):  # another has just kept the same bytes
                os.link(name, place)
        finally:
            os.unlink(name)
        for directory in (place.parent, self._directory, self._directory.parent):
            _flush(directory)

    def _place(self, digest: str) -> Path:
        return self._directory / key_of(digest)


def key_of(digest: str) -> str:
    """Give where the file of a hash lies in a directory or a bucket; raise UnknownEvidence for what is no SHA-256."""
    if _DIGEST.fullmatch(digest) is None:
        raise UnknownEvidence(f"“{digest[:80]}” is no SHA-256; write its 64 small hexadecimal digits.")
    return f"{digest[:2]}/{digest}"


def digest_at(key: str) -> str | None:
    """Give the hash of the file that lies at a place; None where no file of evidence lies."""
    digest = key.rpartition("/")[2]
    return digest if _DIGEST.fullmatch(digest) is not None and key == key_of(digest) else None


def unchanged(raw: bytes, digest: str) -> bytes:
    """Give the bytes that were read as those of a hash; raise EvidenceDamaged when they are others."""
    if sha256(raw).hexdigest() != digest:
        raise EvidenceDamaged(f"The file kept as {digest} is not what was stored; take it from a backup.")
    return raw


def _flush(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
