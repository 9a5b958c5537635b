"""Mirroring another instance: each new release is fetched, verified as a reader would, and only then made current."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from rdflib import Graph

from registry.dumps import MANIFEST, PUBLIC_KEY, SIGNATURE, SUMS, read_public_key
from registry.errors import SubmissionError
from registry.fetch_errors import BrokenAnswer
from registry.fetch_ports import Fetch, Fetched
from registry.mirror_errors import MirrorRefused
from registry.mirror_ports import MirroredReleases, Source
from registry.mirroring import described, facts_of, listed, sizes_of, sums_of, to_take, triples_in
from registry.model import Release, Solutions
from registry.namespaces import ROOT
from registry.ports import ReleaseReader, SignatureCheck, Syntax
from registry.verification import FACTS, QUADS, Kind, signing_key, verify_release, was_signed

PIECE: Final = 8 * 1024 * 1024
"""Bytes that are asked for at once, so that a download goes on where it broke off."""
MOST_UNSTATED: Final = 64 * 1024 * 1024
"""Bytes that a file may have of which no signed manifest says how many."""
_MOST_STATEMENTS: Final = 5_000_000
_LIST: Final = "application/n-triples"
_MANIFEST: Final = "text/turtle"
_NOT_THERE: Final = frozenset({404, 410})


class Mirror:
    """One instance that is followed, and the home that its releases are kept in."""

    def __init__(
        self,
        source: Source,
        *,
        fetch: Fetch,
        releases: MirroredReleases,
        syntax: Syntax,
        is_signed: SignatureCheck,
        totals: str,
    ) -> None:
        """Follow a source; ``totals`` is the query that counts what the default graph of a release holds."""
        self._source = source
        self._fetch = fetch
        self._releases = releases
        self._syntax = syntax
        self._is_signed = is_signed
        self._totals = totals
        self._etag = ""

    @property
    def source(self) -> Source:
        """Whose releases these are, with the keys that may sign; no key before the first release was taken."""
        return self._source

    def follow(self) -> tuple[Release, ...]:
        """Take every release that is newer than the one held, the oldest first, or the newest where none is held.

        Gives those that were taken. Raises FetchError when the source cannot be asked, and MirrorRefused or
        ReleaseError for what is not taken; whatever was held stays current. What was fetched is kept, so that the next
        call goes on there.
        """
        with self._releases.alone():
            found = self._asked("releases", media_types=(_LIST,), etag=self._etag)
            if found.status == 304:
                return ()
            _demand_whole(found, "The list of releases")
            identifiers, held = listed(self._read(found.body, _LIST)), self._releases.held()
            if held is not None and held in identifiers:
                self._compare(held)
            if held is not None:
                self._remember()
            taken = tuple([self._take(each) for each in to_take(identifiers, held)])
            self._etag = found.etag
            return taken

    def _remember(self, keys: tuple[bytes, ...] | None = None) -> None:
        """Pin whose releases lie here and where readers find them, with these keys, or with those pinned before."""
        known = self._releases.source()
        if keys is None:
            keys = known.keys if known is not None else ()
        if known != (source := replace(self._source, keys=keys)):
            self._releases.pin(source)

    def _compare(self, held: str) -> None:
        """Raise MirrorRefused when the source gives other files under the name of the release held."""
        if self._small(held, SUMS) != self._releases.file(held, SUMS):
            raise MirrorRefused(
                f"{self._source.address} gives other files as release {held} than those that were verified here; no "
                "release may ever change. What is held stays; ask the other instance what happened."
            )

    def _take(self, identifier: str) -> Release:
        """Fetch one release and make it current: first its hashes and who signed them, then everything they name."""
        sums = self._small(identifier, SUMS)
        stated = sums_of(identifier, sums)
        signature = self._small(identifier, SIGNATURE, is_needed=False)
        enclosed = self._small(identifier, PUBLIC_KEY) if PUBLIC_KEY in stated else b""
        key = self._trusted(identifier, {SUMS: sums, SIGNATURE: signature, PUBLIC_KEY: enclosed})
        manifest = self._manifest(identifier, stated)
        sizes = sizes_of(manifest)
        for path, digest in stated.items():
            self._get(identifier, path, digest, sizes.get(f"{ROOT}releases/{identifier}/{path}", MOST_UNSTATED))
        for path in {*self._releases.files(identifier), SUMS, SIGNATURE} - set(stated):
            self._releases.drop(identifier, path)
        for path, body in ((SUMS, sums), (SIGNATURE, signature)):
            self._releases.append(identifier, path, body)
        files = self._releases.files(identifier)
        release = described(identifier, manifest, files.get(QUADS, b""))
        checked = {**files, FACTS: facts_of(release)}
        self._remember()
        return self._releases.admit(release, partial(self._pass, release, checked, manifest, key))

    def _trusted(self, identifier: str, files: Mapping[str, bytes]) -> bytes:
        """Give the key that signed: one pinned or given, at first use the enclosed one; raise MirrorRefused."""
        whose = f"Release {identifier} of {self._source.address}"
        if not files[SIGNATURE]:
            raise MirrorRefused(
                f"{whose} is not signed, and a mirror takes signed releases only: have them signed there "
                "(HRCR_SIGNING_KEY)."
            )
        enclosed = read_public_key(files[PUBLIC_KEY])
        key = signing_key(files, self._source.keys or ((enclosed,) if enclosed else ()), self._is_signed)
        if key is None or not was_signed(files, key, self._is_signed):
            raise MirrorRefused(
                f"{whose} is not signed with the key that was pinned at first or given; nothing was taken. If that "
                "instance has a new key, get it by another way and give it with --key."
            )
        return key

    def _pass(
        self, release: Release, files: Mapping[str, bytes], manifest: Graph, key: bytes, reader: ReleaseReader
    ) -> None:
        """Check a release, and trust who signed it before it becomes current; raise MirrorRefused."""
        self._check(release, files, manifest, key, reader)
        self._source = replace(self._source, keys=self._source.keys or (key,))
        self._remember(self._source.keys)

    def _check(
        self, release: Release, files: Mapping[str, bytes], manifest: Graph, key: bytes, reader: ReleaseReader
    ) -> None:
        """Verify a release as `hrcr verify` does, and hold its count against its manifest; raise MirrorRefused."""
        stored = reader.dump("application/n-quads")
        checks = verify_release(files, key=key, is_signed=self._is_signed, stored=stored)
        wrong = [each.message for each in checks if each.kind is not Kind.HOLDS]
        triples, counted = triples_in(manifest, release.id), reader.query(self._totals)
        rows = counted.records() if isinstance(counted, Solutions) else []
        if [str(row["triples"]) for row in rows] != [str(triples)]:
            wrong.append(f"Its default graph has not the {triples:,} triples that {MANIFEST} states.")
        if wrong:
            raise MirrorRefused(f"Release {release.id} was not taken: {' '.join(wrong)}")

    def _manifest(self, identifier: str, stated: Mapping[str, str]) -> Graph:
        """Fetch what the release says of itself; raise MirrorRefused when that, or what it holds, is not listed."""
        missing = [path for path in (MANIFEST, QUADS) if path not in stated]
        if missing:
            raise MirrorRefused(f"Release {identifier} has no {missing[0]}, as every release has; nothing was taken.")
        self._get(identifier, MANIFEST, stated[MANIFEST], MOST_UNSTATED)
        return self._read(self._releases.files(identifier)[MANIFEST], _MANIFEST)

    def _get(self, identifier: str, path: str, digest: str, most: int) -> None:
        """Fetch a file, from where it broke off; raise MirrorRefused for another than is stated."""
        size = self._releases.fetched(identifier, path, digest)
        for start in dict.fromkeys((size, 0)):  # what was fetched before may be of another file
            if self._releases.is_whole(identifier, path, digest):
                return
            if not start:
                self._releases.drop(identifier, path)
            self._get_pieces(identifier, path, start, most)
        if not self._releases.is_whole(identifier, path, digest):
            self._releases.drop(identifier, path)
            raise MirrorRefused(
                f"Release {identifier}: {path} is not the file that {SUMS} states; what was fetched of it is dropped."
            )

    def _get_pieces(self, identifier: str, path: str, size: int, most: int) -> None:
        """Add to a file what lies from a place on, piece by piece; raise MirrorRefused when it is too long."""
        more = True
        while more:
            found = self._asked(f"releases/{identifier}/{path}", part=(size, size + PIECE - 1))
            if found.status == 416:
                self._releases.append(identifier, path, b"")
                return
            _demand_whole(found, f"Release {identifier} is not whole: {path}")
            if found.status != 206:
                self._releases.drop(identifier, path)
                size = 0
            size, more = size + len(found.body), found.status == 206 and len(found.body) == PIECE
            if size > most:
                self._releases.drop(identifier, path)
                raise MirrorRefused(f"Release {identifier}: {path} is longer than is stated; nothing was taken.")
            self._releases.append(identifier, path, found.body)

    def _small(self, identifier: str, path: str, *, is_needed: bool = True) -> bytes:
        found = self._asked(f"releases/{identifier}/{path}")
        if not is_needed and found.status in _NOT_THERE:
            return b""
        _demand_whole(found, f"Release {identifier} is not whole: {path}")
        return found.body

    def _asked(
        self, path: str, *, media_types: tuple[str, ...] = (), etag: str = "", part: tuple[int, int] | None = None
    ) -> Fetched:
        return self._fetch(self._source.address + path, media_types=media_types, etag=etag, part=part)

    def _read(self, raw: bytes, media_type: str) -> Graph:
        try:
            return self._syntax.parse(raw, media_type, base=ROOT, most_triples=_MOST_STATEMENTS)
        except SubmissionError as fault:
            raise MirrorRefused(f"{self._source.address} describes its releases in a way that is not RDF.") from fault


def _demand_whole(found: Fetched, what: str) -> None:
    if found.status in _NOT_THERE:
        raise MirrorRefused(f"{what} is not at {found.address} (status {found.status}); what is held stays.")
    if not found.is_ok:
        raise BrokenAnswer(f"{found.address} answers with status {found.status}; try again later.")
