"""Copies of the databases of an installation while it runs, and back again: whole, hashed, never over what is there.

Files of evidence go with them. They are copied after the databases, so that none is missing that an event names.
"""

import re
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from registry.adapters.evidence_files import EvidenceFiles
from registry.adapters.file_hashes import hash_of
from registry.errors import SettingsError
from registry.evidence_errors import EvidenceDamaged, EvidenceUnavailable
from registry.ports import EvidenceStore

SUMS: Final = "SHA256SUMS"
EVIDENCE: Final = "evidence"
"""The directory of the files of evidence, in a home and in a backup."""

_EVIDENCE: Final = re.compile(EVIDENCE + r"/[0-9a-f]{2}/([0-9a-f]{64})")


def back_up(databases: Sequence[Path], directory: Path, *, evidence: EvidenceStore | None = None) -> Mapping[str, str]:
    """Copy SQLite databases into a new directory, in the order given, each as it is at one moment; then the evidence.

    Databases that are not there are left out. Beside them lies a file of hashes, in the form that ``sha256sum --check``
    reads; its entries are given, from path to SHA-256. Raises SettingsError when the directory is there already or
    cannot be written, and when a database or a file of evidence cannot be read as it was kept; then nothing is left.
    """
    draft = directory.with_name(f".{directory.name}.draft")
    try:
        if directory.exists():
            raise SettingsError(f"{directory} is there already; name a directory that is not there yet.")
        draft.mkdir(parents=True)
        for database in databases:
            if database.exists():
                _copy(database, draft / database.name)
        if evidence is not None:
            _copy_evidence(evidence, EvidenceFiles(draft / EVIDENCE))
        files = sorted(path for path in draft.rglob("*") if path.is_file())
        hashes = {path.relative_to(draft).as_posix(): hash_of(path) for path in files}
        (draft / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in hashes.items()), encoding="ascii")
        draft.rename(directory)
    except (OSError, sqlite3.Error, EvidenceDamaged, EvidenceUnavailable) as fault:
        raise SettingsError(f"The backup {directory} cannot be written: {fault}.") from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return hashes


def bring_back(directory: Path, home: Path, *, evidence: EvidenceStore | None = None) -> Sequence[str]:
    """Copy the databases and the evidence of a backup into a home that has none of its databases; give their paths.

    Raises SettingsError, with nothing written, when the directory is no backup, when a file is not the one that was
    backed up, or when a database is there already. Evidence goes into the store given, by default a directory of the
    home; what is there already is left as it is.
    """
    hashes = _read(directory)
    for name, digest in hashes.items():
        if not (directory / name).is_file() or hash_of(directory / name) != digest:
            raise SettingsError(f"{directory / name} is missing or is not what was backed up; use another backup.")
        if (home / name).exists() and not _EVIDENCE.fullmatch(name):
            raise SettingsError(f"{home / name} is there already; restore into a directory that holds no registry.")
    home.mkdir(parents=True, exist_ok=True)
    store = evidence or EvidenceFiles(home / EVIDENCE)
    for name in hashes:
        if _EVIDENCE.fullmatch(name):
            store.put((directory / name).read_bytes())
        else:
            _copy(directory / name, home / name)
    return list(hashes)


def _copy_evidence(kept: EvidenceStore, copy: EvidenceStore) -> None:
    for digest in kept:
        copy.put(kept.get(digest))


def _copy(source: Path, target: Path) -> None:
    """Copy a database by SQLite's own backup, which sees one moment while others write, and flush it."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as read,
        closing(sqlite3.connect(target)) as write,
    ):
        write.execute("PRAGMA synchronous = FULL")
        read.backup(write)
    target.chmod(0o600)


def _read(directory: Path) -> Mapping[str, str]:
    try:
        lines = (directory / SUMS).read_text(encoding="ascii").splitlines()
        pairs = [line.split("  ", 1) for line in lines]
        names = {name: digest for digest, name in pairs}
    except (OSError, ValueError) as fault:
        raise SettingsError(f"{directory} is no backup: its {SUMS} cannot be read.") from fault
    strange = [name for name in names if Path(name).name != name and not _EVIDENCE.fullmatch(name)]
    if not names or strange:
        raise SettingsError(f"{directory} is no backup: its {SUMS} names no database, or a file elsewhere.")
    return names
