"""Release directories: built beside, switched to by one atomic rename under a lock, opened read-only."""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from rdflib import URIRef

from registry.adapters.file_hashes import hash_of
from registry.adapters.oxigraph_store import OxigraphBuilder, OxigraphReader
from registry.adapters.release_opening import open_reader
from registry.adapters.store_address import EMBEDDED, STORE_FILE
from registry.adapters.store_servers import StoreServers
from registry.errors import NoReleaseYet, ReleaseError, UnknownRelease
from registry.model import Folded, Release
from registry.ports import BESIDE, CARRIED, OpenRelease, ReleaseReader

Files = Callable[[Release, ReleaseReader], Mapping[str, bytes]]
"""From a release that is being built to what is put beside its store, by path."""

_QUADS: Final = "hrcr.nq"
_IDENTIFIER: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[1-9][0-9]{0,5}")


def no_files(release: Release, reader: ReleaseReader) -> Mapping[str, bytes]:  # noqa: ARG001  # the shape of Files
    """Put nothing beside the store."""
    return {}


class ReleaseDirectories:
    """All releases below one home: ``releases/<id>/`` and the link ``current``."""

    def __init__(self, home: Path, servers: StoreServers | None = None) -> None:
        """Keep releases below a home; with ``servers`` each new one is asked there, and embedded when it is old."""
        self._home = home
        self._servers = servers
        self._opened: OpenRelease | None = None

    def build(
        self,
        content: Folded,
        *,
        day: date,
        standard_version: str,
        software_version: str,
        files: Files = no_files,
    ) -> Release:
        """Write a new release and make it current; a directory in use is never opened for writing.

        The store is a checkpoint of the current one in which the changed graphs are replaced, or is written from
        nothing when there is none. ``files`` gives what is put beside it, by path. A release that would say nothing
        else than the current one of the same day is not written again: the current one is given.

        Raises ReleaseError when the store does not hold what was put; then nothing is switched and nothing is left.
        """
        releases = self._home / "releases"
        releases.mkdir(parents=True, exist_ok=True)
        graphs = {str(name): graph.sha256 for name, graph in content.graphs.items()}
        with self._lock():
            current = self._read_current()
            facts = (day, standard_version, software_version)
            if current and graphs and _facts(current) == (*facts, graphs):
                if self._servers is not None and not self._servers.have(current.directory):
                    self._bring(current.directory)
                return current
            identifier = _next_id(day, (path.name for path in releases.iterdir()))
            with _draft(releases) as draft:
                release = _written(draft, Release(identifier, *facts, 0, draft, graphs), content, current, files)
                self._bring(draft)
                draft.rename(releases / identifier)
            self._switch(identifier)
        return replace(release, directory=releases / identifier)

    def restore(
        self,
        identifier: str,
        content: Folded,
        *,
        day: date,
        standard_version: str,
        software_version: str,
        files: Files,
        hashes: Mapping[str, str],
    ) -> Release:
        """Write a release that was published before from nothing, and make it current (see the port)."""
        releases = self._home / "releases"
        releases.mkdir(parents=True, exist_ok=True)
        place, graphs = releases / identifier, {str(name): graph.sha256 for name, graph in content.graphs.items()}
        with self._lock():
            with _draft(releases) as draft:
                empty = Release(identifier, day, standard_version, software_version, 0, draft, graphs)
                release = _written(draft, empty, content, None, files)
                other = [
                    path
                    for path, digest in hashes.items()
                    if not (draft / path).is_file() or hash_of(draft / path) != digest
                ]
                if other:
                    raise ReleaseError(
                        f"What comes out for release {identifier} is not what was published: {', '.join(other)} has "
                        "another hash. Was it published by other software, or signed with another key?"
                    )
                if not place.exists():
                    self._bring(draft)
                    draft.rename(place)
                elif public_files(place) != public_files(draft):
                    raise ReleaseError(
                        f"{place} is not what was published; move it away, and rebuild again (`hrcr verify {place}`)."
                    )
                else:
                    shutil.rmtree(draft)
            self._switch(identifier)
        return replace(release, directory=place)

    def admit(self, release: Release, files: Path, check: Callable[[ReleaseReader], None]) -> Release:
        """Make a release of public files that another instance published, and make it current.

        The store comes from the N-Quads: a checkpoint of the current one with the lines that differ, or from nothing.
        ``check`` looks at it before anything is switched, and whatever it raises leaves nothing behind. Raises
        ReleaseError when the store cannot be built, or when another release of this name is kept.
        """
        releases = self._home / "releases"
        releases.mkdir(parents=True, exist_ok=True)
        place = releases / release.id
        with self._lock():
            with _draft(releases) as draft:
                link = self._home / "current"
                quads = _followed(draft / EMBEDDED, files / _QUADS, link.resolve() if link.exists() else None)
                made = replace(release, quads=quads, directory=draft)
                check(OxigraphReader(draft / EMBEDDED))
                shutil.copytree(files, draft, copy_function=os.link, dirs_exist_ok=True)
                (draft / STORE_FILE).unlink(missing_ok=True)  # nobody else says where a release lies here
                _write(draft / "release.json", _described(made))
                if not place.exists():
                    self._bring(draft)
                    draft.rename(place)
                elif public_files(place) != public_files(draft):
                    raise ReleaseError(f"{place} is kept here and is another release of the same name; it stays.")
                else:
                    shutil.rmtree(draft)
            self._switch(release.id)
        return replace(made, directory=place)

    def file(self, identifier: str, path: str) -> bytes:
        """Give a file of a kept release; raise UnknownRelease where there is none of that name, or no such release."""
        place = self._kept(identifier) / path
        if not place.is_file():
            raise UnknownRelease(f"Release {identifier} has no file {path}.")
        return place.read_bytes()

    def put_beside(self, identifier: str, files: Mapping[str, bytes]) -> None:
        """Put files into the folder of a kept release that is no part of it (BESIDE), each whole or not at all."""
        place = self._kept(identifier)
        with self._lock():
            for path, body in files.items():
                draft = place / f"{path}.draft"
                _write(draft, body)
                draft.replace(place / path)

    def current(self) -> OpenRelease:
        """Open the current release read-only, once while it is current; raise NoReleaseYet when there is none."""
        link = self._home / "current"
        if not link.exists():
            raise NoReleaseYet(f"There is no release under {self._home} yet; run `hrcr publish`.")
        directory, opened = link.resolve(), self._opened
        if opened is None or opened.release.directory != directory:
            opened = self._opened = _open(directory)
        return opened

    def open(self, identifier: str) -> OpenRelease:
        """Open a kept release read-only; raise UnknownRelease when there is none of this identifier."""
        return _open(self._kept(identifier))

    def kept(self) -> Sequence[Release]:
        """Give every kept release, the oldest first."""
        folder = self._home / "releases"
        found = [path for path in folder.iterdir() if _IDENTIFIER.fullmatch(path.name)] if folder.is_dir() else []
        return sorted(map(_read, found), key=lambda release: (release.day, _number(release.id)))

    def _kept(self, identifier: str) -> Path:
        directory = self._home / "releases" / identifier
        if _IDENTIFIER.fullmatch(identifier) is None or not directory.is_dir():
            raise UnknownRelease(f"No release “{identifier}” is kept under {self._home}; see `hrcr releases`.")
        return directory

    def _read_current(self) -> Release | None:
        link = self._home / "current"
        return _read(link.resolve()) if link.exists() else None

    def _switch(self, identifier: str) -> None:
        fresh = self._home / f".current-{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("releases") / identifier)
        fresh.replace(self._home / "current")

    def _bring(self, directory: Path) -> None:
        """Bring a release into the SPARQL server that does not serve, where there are any; held under the lock."""
        if self._servers is not None:
            link = self._home / "current"
            quads = OxigraphReader(directory / EMBEDDED).dump("application/n-quads")
            kept = [release.directory for release in self.kept()]
            self._servers.bring(directory, quads, link.resolve() if link.exists() else None, kept)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._home / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _next_id(day: date, existing: Iterable[str]) -> str:
    """Give the day, a dash, and the number of the release on that day."""
    taken = [_number(found) for found in existing if found.startswith(f"{day.isoformat()}-")]
    return f"{day.isoformat()}-{max(taken, default=0) + 1}"


def _facts(release: Release) -> tuple[object, ...]:
    return release.day, release.standard_version, release.software_version, release.graphs


def public_files(directory: Path) -> Mapping[str, bytes]:
    """Read every file of a release by path, but those that stand in no list of hashes: the engine's own, the feed, and
    what witnesses say.

    A path that is no directory has none.
    """
    found = sorted(path for path in directory.rglob("*") if path.is_file()) if directory.is_dir() else []
    named = {path.relative_to(directory).as_posix(): path for path in found}
    return {
        name: path.read_bytes()
        for name, path in named.items()
        if not name.startswith((f"{EMBEDDED}/", STORE_FILE, CARRIED, BESIDE))
    }


def _number(identifier: str) -> int:
    return int(identifier.rsplit("-", 1)[1])


def _open(directory: Path) -> OpenRelease:
    release = _read(directory)
    return OpenRelease(release, open_reader(release.directory))


@contextmanager
def _draft(releases: Path) -> Iterator[Path]:
    """Give a directory to write into, which is gone when the writing breaks; held under the lock of the home.

    What a process that was killed has left is taken away, since nobody else writes at this moment.
    """
    draft = releases / f".draft-{os.getpid()}"
    for left in releases.glob(".draft-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft.mkdir()
    try:
        yield draft
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _store(directory: Path, content: Folded, current: Release | None) -> int:
    if current is None or not current.graphs:
        return OxigraphBuilder().build(directory, content)
    held = current.graphs
    changed = [URIRef(name) for name in held if URIRef(name) not in content.graphs]
    changed += [name for name, graph in content.graphs.items() if held.get(str(name)) != graph.sha256]
    return OxigraphBuilder().advance(current.directory / EMBEDDED, directory, content, changed)


def _followed(directory: Path, quads: Path, current: Path | None) -> int:
    """Build a store from N-Quads, upon the current one where there is one and most of it stays."""
    now = set(quads.read_bytes().splitlines())
    earlier = current / _QUADS if current is not None else None
    before = set(earlier.read_bytes().splitlines()) if earlier is not None and earlier.is_file() else set[bytes]()
    if current is None or len(now & before) * 2 < len(now):
        return OxigraphBuilder().build(directory, now)
    return OxigraphBuilder().follow(current / EMBEDDED, directory, gone=before - now, added=now - before)


def _written(draft: Path, release: Release, content: Folded, earlier: Release | None, files: Files) -> Release:
    """Write everything that a release is into its draft; give it with the number of its quads."""
    release = replace(release, quads=_store(draft / EMBEDDED, content, earlier))
    for path, body in files(release, OxigraphReader(draft / EMBEDDED)).items():
        _write(draft / path, body)
    if earlier is not None:
        _carry(earlier.directory / CARRIED, draft / CARRIED)
    _write(draft / "release.json", _described(release))
    return release


def _carry(earlier: Path, folder: Path) -> None:
    """Give a folder the files of an earlier one that it has not of its own: the same files, not copies of them."""
    for path in sorted(earlier.iterdir()) if earlier.is_dir() else ():
        place = folder / path.name
        if not place.exists():
            folder.mkdir(exist_ok=True)
            try:
                place.hardlink_to(path)
            except OSError:  # a file system without hard links
                shutil.copyfile(path, place)


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        handle.write(body)
        handle.flush()
        os.fsync(handle.fileno())


def _described(release: Release) -> bytes:
    facts = {
        "id": release.id,
        "day": release.day.isoformat(),
        "standard": release.standard_version,
        "software": release.software_version,
        "quads": release.quads,
        "graphs": dict(sorted(release.graphs.items())),
    }
    return (json.dumps(facts, indent=2) + "\n").encode()


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
            facts.get("graphs", {}),
        )
    except (OSError, ValueError, KeyError) as error:
        raise ReleaseError(f"{directory} is not a release: {error}.") from error
