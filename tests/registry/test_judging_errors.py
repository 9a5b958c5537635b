"""What can go wrong with many judgements has a code, and leaves the command line with its sentence."""

from registry.errors import RegistryError
from registry.judging_errors import BrokenDraft, EnginesDiffer


def test_they_are_errors_of_the_registry_with_codes_of_their_own() -> None:
    assert {EnginesDiffer.code, BrokenDraft.code} == {"engines-differ", "broken-draft"}
    assert all(issubclass(error, RegistryError) and error.exit_code == 2 for error in (EnginesDiffer, BrokenDraft))
