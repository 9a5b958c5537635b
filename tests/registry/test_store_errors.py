"""A release that no store holds any more is told as gone, and not as one that nobody knows."""

from registry.errors import NotFound, UnknownRelease
from registry.store_errors import ReleaseNotInStore
from server.problems import KINDS


def test_a_release_that_no_store_holds_is_gone_and_not_unknown() -> None:
    assert issubclass(ReleaseNotInStore, NotFound)
    assert not issubclass(ReleaseNotInStore, UnknownRelease)
    assert KINDS[ReleaseNotInStore.code].status == 410
