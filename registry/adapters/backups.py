"""Copies of the databases of an installation while it runs, and back again: whole, hashed, never over what is there."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Final

from registry.errors import SettingsError

SUMS: Final = "SHA256SUMS"


def back_up(databases: Sequence[Path], directory: Path) -> Mapping[str, str]:
    """Copy SQLite databases into a new directory, in the order given, each as it is at one moment.

    Databases that are not there are left out. Beside them lies a file of hashes, in the form that ``sha256sum --check``
    reads; its entries are given, from name to SHA-256. Raises SettingsError when the directory is there already or
    cannot be written, and when a database cannot be read; then nothing is left.
    """
    draft = directory.with_name(f".{directory.name}.draft")
    try:
        if directory.exists():
            raise SettingsError(f"{directory} is there already; name a directory that is not there yet.")
        draft.mkdir(parents=True)
        for database in databases:
            if database.exists():
                _copy(database, draft / database.name)
        hashes = {path.name: _hash(path) for path in sorted(draft.iterdir())}
        (draft / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in hashes.items()), encoding="ascii")
        draft.rename(directory)
    except (OSError, sqlite3.Error) as fault:
        raise SettingsError(f"The backup {directory} cannot be written: {fault}.") from fault
    finally:
        for path in draft.glob("*"):
            path.unlink()
        if draft.exists():
            draft.rmdir()
    return hashes


def bring_back(directory: Path, home: Path) -> Sequence[str]:
    """Copy the databases of a backup into a home that has none of them; give their names.

    Raises SettingsError, with nothing written, when the directory is no backup, when a file is not the one that was
    backed up, or when a database is there already.
    """
    hashes = _read(directory)
    for name, digest in hashes.items():
        if not (directory / name).is_file() or _hash(directory / name) != digest:
            raise SettingsError(f"{directory / name} is missing or is not what was backed up; use another backup.")
        if (home / name).exists():
            raise SettingsError(f"{home / name} is there already; restore into a directory that holds no registry.")
    home.mkdir(parents=True, exist_ok=True)
    for name in hashes:
        _copy(directory / name, home / name)
    return list(hashes)


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
    if not names or any(Path(name).name != name for name in names):
        raise SettingsError(f"{directory} is no backup: its {SUMS} names no database, or a file elsewhere.")
    return names


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
