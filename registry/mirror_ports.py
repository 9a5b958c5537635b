"""The seams of a mirror: whose releases it follows, and where they are kept while they are fetched and after."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from registry.model import Release
from registry.ports import ReleaseReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The instance that is mirrored: where it is asked, where readers find it, and the keys that may sign for it.

    Both addresses end in a slash.
    """

    address: str
    site: str
    keys: tuple[bytes, ...] = ()


class MirroredReleases(Protocol):
    """The releases of another instance in a home of their own, and the files of one that is on its way."""

    def alone(self) -> AbstractContextManager[None]:
        """Hold the only mirroring of this home for the length of a block; raise MirrorRefused when another does."""

    def source(self) -> Source | None:
        """Give whose releases these are; None before the first one was fetched."""

    def pin(self, source: Source) -> None:
        """Remember, durably, whose releases these are."""

    def held(self) -> str | None:
        """Give the identifier of the release that is current; None when there is none."""

    def file(self, identifier: str, path: str) -> bytes:
        """Give a public file of a kept release; raise UnknownRelease."""

    def fetched(self, identifier: str, path: str, digest: str) -> int:
        """Give how many bytes of a file are here; one that the current release has with this SHA-256 is taken over."""

    def is_whole(self, identifier: str, path: str, digest: str) -> bool:
        """Say whether what was fetched of a file is all of it, by its SHA-256."""

    def append(self, identifier: str, path: str, piece: bytes) -> None:
        """Add what was fetched to the end of a file, durably."""

    def drop(self, identifier: str, path: str) -> None:
        """Forget what was fetched of a file."""

    def files(self, identifier: str) -> Mapping[str, bytes]:
        """Give every file that was fetched of a release, by path."""

    def admit(self, release: Release, check: Callable[[ReleaseReader], None]) -> Release:
        """Build the store of what was fetched, have it looked at, and make the release current in one atomic switch.

        Whatever ``check`` raises leaves everything as it was. Raises ReleaseError when the store cannot be built, or
        when another release of this name is kept.
        """
