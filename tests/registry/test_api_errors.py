"""Errors of programs' requests are of the one tree, and keep their places when they cross a process."""

import pickle

from registry.api_errors import EntryMalformed, KeyReused, RegistryRefused, RequestUnderWay
from registry.errors import RegistryError, SubmissionError


def test_they_are_of_the_one_tree_with_codes_of_their_own() -> None:
    assert issubclass(EntryMalformed, SubmissionError)
    kinds = {EntryMalformed, KeyReused, RegistryRefused, RequestUnderWay}
    assert all(issubclass(kind, RegistryError) for kind in kinds)
    assert len({kind.code for kind in kinds}) == 4


def test_places_are_kept_when_an_error_comes_from_a_child_process() -> None:
    error = EntryMalformed("No.", places=(("/city", "This must be a text."),))
    assert pickle.loads(pickle.dumps(error)).places == error.places  # noqa: S301  # our own bytes
