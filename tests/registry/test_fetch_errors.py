"""Errors of fetching are a branch of the one tree, each with a code of its own."""

from registry import fetch_errors
from registry.fetch_errors import FetchError


def test_every_error_of_fetching_hangs_on_one_branch() -> None:
    kinds = [kind for kind in vars(fetch_errors).values() if isinstance(kind, type)]
    own = [kind for kind in kinds if kind.__module__ == "registry.fetch_errors"]
    assert len(own) == 8
    assert all(issubclass(kind, FetchError) for kind in own)
    assert len({kind.code for kind in own}) == 8
