"""The MirroredReleases port on a home: what is on its way lies in ``incoming/``, whose releases they are in a file."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from registry.adapters.file_hashes import hash_of
from registry.adapters.held_files import held
from registry.adapters.release_directories import ReleaseDirectories, public_files
from registry.adapters.store_servers import StoreServers
from registry.errors import SettingsError
from registry.mirror_errors import MirrorRefused
from registry.mirror_ports import Source
from registry.model import Release
from registry.ports import ReleaseReader

SOURCE: Final = "mirror.json"
"""The file in a home that makes it a mirror."""
_INCOMING: Final = "incoming"


class HomeOfMirror:
    """A home that holds releases of another instance and nothing else."""

    def __init__(self, home: Path, servers: StoreServers | None = None) -> None:
        """Name the home, which is made when something is kept, and the SPARQL servers that its releases go to."""
        self._home = home
        self._releases = ReleaseDirectories(home, servers)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the only mirroring of this home (see the port); a process that is killed lets go."""
        self._home.mkdir(parents=True, exist_ok=True)
        with held(
            self._home / ".mirror.lock",
            MirrorRefused(f"Another `hrcr mirror` is at work in {self._home}; end it first."),
        ):
            yield

    def source(self) -> Source | None:
        """Give whose releases these are (see the port)."""
        return read_source(self._home)

    def pin(self, source: Source) -> None:
        """Remember whose releases these are (see the port)."""
        facts = {"address": source.address, "site": source.site, "keys": [key.hex() for key in source.keys]}
        self._home.mkdir(parents=True, exist_ok=True)
        draft = self._home / f".{SOURCE}"
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps(facts, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._home / SOURCE)

    def held(self) -> str | None:
        """Give the identifier of the current release (see the port)."""
        link = self._home / "current"
        return link.resolve().name if link.exists() else None

    def file(self, identifier: str, path: str) -> bytes:
        """Give a public file of a kept release (see the port)."""
        return self._releases.file(identifier, path)

    def fetched(self, identifier: str, path: str, digest: str) -> int:
        """Give how many bytes of a file are here (see the port)."""
        place, known = self._place(identifier, path), self._home / "current" / path
        if not place.exists() and known.is_file() and hash_of(known) == digest:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(known, place)
        return place.stat().st_size if place.exists() else 0

    def is_whole(self, identifier: str, path: str, digest: str) -> bool:
        """Say whether a file was fetched whole (see the port)."""
        place = self._place(identifier, path)
        return place.is_file() and hash_of(place) == digest

    def append(self, identifier: str, path: str, piece: bytes) -> None:
        """Add to the end of a file (see the port)."""
        place = self._place(identifier, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("ab") as file:
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    def drop(self, identifier: str, path: str) -> None:
        """Forget what was fetched of a file (see the port)."""
        self._place(identifier, path).unlink(missing_ok=True)

    def files(self, identifier: str) -> Mapping[str, bytes]:
        """Give every file that was fetched (see the port)."""
        return public_files(self._home / _INCOMING / identifier)

    def admit(self, release: Release, check: Callable[[ReleaseReader], None]) -> Release:
        """Make a release of what was fetched (see the port)."""
        made = self._releases.admit(release, self._home / _INCOMING / release.id, check)
        shutil.rmtree(self._home / _INCOMING, ignore_errors=True)
        return made

    def _place(self, identifier: str, path: str) -> Path:
        return self._home / _INCOMING / identifier / path


def read_source(home: Path) -> Source | None:
    """Give whose releases a home mirrors, None for a home of its own; raise SettingsError when that cannot be read."""
    place = home / SOURCE
    try:
        facts = json.loads(place.read_text(encoding="utf-8"))
        keys = tuple(bytes.fromhex(key) for key in facts["keys"])
        return Source(address=str(facts["address"]), site=str(facts["site"]), keys=keys)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise SettingsError(f"{place} does not say whose releases lie here; mirror into a new home.") from fault
