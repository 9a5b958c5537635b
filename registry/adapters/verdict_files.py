"""Verdicts on cities as files: each under the name of its dossier and a key of all that it rests on."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ENDING: Final = ".nt"


class VerdictFiles:
    """Below one directory ``<name>/<key>.nt``, one verdict a name; a file is there whole or not at all."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def has(self, name: str, key: str) -> bool:
        """Say whether the verdict of a name is the one with a key."""
        return self._place(name, key).is_file()

    def put(self, name: str, key: str, raw: bytes) -> None:
        """Keep a verdict in the place of any other of its name."""
        place = self._place(name, key)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_suffix(".part")
        with beside.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
        for other in place.parent.glob(f"*{_ENDING}"):
            if other != place:
                other.unlink()

    def __iter__(self) -> Iterator[tuple[str, str, bytes]]:
        """Give every verdict in the order of the names: name, key, and its bytes."""
        for place in sorted(self._directory.glob(f"*/*/*{_ENDING}")):
            yield place.parent.relative_to(self._directory).as_posix(), place.stem, place.read_bytes()

    def _place(self, name: str, key: str) -> Path:
        return self._directory / name / f"{key}{_ENDING}"
