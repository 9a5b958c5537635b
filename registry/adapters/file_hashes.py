"""SHA-256 of files on the disk, read in pieces, whatever their size."""

from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path


def hash_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def hashes_below(directory: Path) -> Mapping[str, str]:
    """Give the SHA-256 of every file below a directory, by its path in it; links are not followed."""
    files = sorted(path for path in directory.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(directory).as_posix(): hash_of(path) for path in files}
