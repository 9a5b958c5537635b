"""Release directories: built beside, switched to by one atomic rename under a lock, opened read-only."""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from registry.adapters.oxigraph_store import OxigraphBuilder, OxigraphReader
from registry.errors import NoReleaseYet, ReleaseError, UnknownRelease
from registry.model import Quad, Release
from registry.ports import OpenRelease

_IDENTIFIER: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[1-9][0-9]{0,5}")


class ReleaseDirectories:
    """All releases below one home: ``releases/<id>/`` and the link ``current``."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def build(self, quads: Iterable[Quad], *, day: date, standard_version: str, software_version: str) -> Release:
        """Write a new release and make it current; a directory in use is never opened for writing.

        Raises ReleaseError when the store does not hold what was put; then nothing is switched and nothing is left.
        """
        releases = self._home / "releases"
        releases.mkdir(parents=True, exist_ok=True)
        with self._lock():
            identifier = _next_id(day, (path.name for path in releases.iterdir()))
            draft = releases / f".draft-{os.getpid()}"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            try:
                count = OxigraphBuilder().build(draft / "store", quads)
                release = Release(identifier, day, standard_version, software_version, count, releases / identifier)
                (draft / "release.json").write_text(_described(release), encoding="utf-8")
                draft.rename(release.directory)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
            self._switch(identifier)
        return release

    def current(self) -> OpenRelease:
        """Open the current release read-only; raise NoReleaseYet when there is none."""
        link = self._home / "current"
        if not link.exists():
            raise NoReleaseYet(f"There is no release under {self._home} yet; run `hrcr build`.")
        return _open(link.resolve())

    def open(self, identifier: str) -> OpenRelease:
        """Open a kept release read-only; raise UnknownRelease when there is none of this identifier."""
        directory = self._home / "releases" / identifier
        if _IDENTIFIER.fullmatch(identifier) is None or not directory.is_dir():
            raise UnknownRelease(f"No release “{identifier}” is kept under {self._home}; see `hrcr releases`.")
        return _open(directory)

    def kept(self) -> Sequence[Release]:
        """Give every kept release, the oldest first."""
        folder = self._home / "releases"
        found = [path for path in folder.iterdir() if _IDENTIFIER.fullmatch(path.name)] if folder.is_dir() else []
        return sorted(map(_read, found), key=lambda release: (release.day, _number(release.id)))

    def _switch(self, identifier: str) -> None:
        fresh = self._home / f".current-{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("releases") / identifier)
        fresh.replace(self._home / "current")

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._home / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _next_id(day: date, existing: Iterable[str]) -> str:
    """Give the day, a dash, and the number of the release on that day."""
    taken = [_number(found) for found in existing if found.startswith(f"{day.isoformat()}-")]
    return f"{day.isoformat()}-{max(taken, default=0) + 1}"


def _number(identifier: str) -> int:
    return int(identifier.rsplit("-", 1)[1])


def _open(directory: Path) -> OpenRelease:
    release = _read(directory)
    return OpenRelease(release, OxigraphReader(release.directory / "store"))


def _described(release: Release) -> str:
    facts = {
        "id": release.id,
        "day": release.day.isoformat(),
        "standard": release.standard_version,
        "software": release.software_version,
        "quads": release.quads,
    }
    return json.dumps(facts, indent=2) + "\n"


def _read(directory: Path) -> Release:
    try:
        facts = json.loads((directory / "release.json").read_text(encoding="utf-8"))
        return Release(
            facts["id"],
            date.fromisoformat(facts["day"]),
            facts["standard"],
            facts["software"],
            facts["quads"],
            directory,
        )
    except (OSError, ValueError, KeyError) as error:
        raise ReleaseError(f"{directory} is not a release: {error}.") from error
