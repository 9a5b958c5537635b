"""Continuing the feed of the current release when the next one is made."""

from collections.abc import Callable, Iterable, Mapping

from registry.errors import UnknownRelease
from registry.feed import INDEX, PAGE_SIZE, Edition, continued, page_path, read_extent, replayed
from registry.ports import Releases


def feed_files(releases: Releases, edition: Edition, told: Callable[[], Iterable[Edition]]) -> Mapping[str, bytes]:
    """Give the files of the feed that the next release writes anew; the full pages of the current one are carried over.

    Where there is no current release, or one that was published without a feed, it is made from the first release on:
    ``told`` gives those that were published before this one.
    """
    try:
        earlier = releases.current().release
        extent = read_extent(releases.file(earlier.id, INDEX))
    except UnknownRelease:
        return replayed([*told(), edition])
    is_begun = extent.members % PAGE_SIZE > 0
    open_page = releases.file(earlier.id, page_path(extent.pages)) if is_begun else b""
    return continued(extent, open_page, earlier.graphs, edition)
