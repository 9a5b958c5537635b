"""Errors of mirrors: one is about a release, the other about what a mirror does not do."""

from registry.errors import RegistryError, ReleaseError
from registry.mirror_errors import MirrorReadsOnly, MirrorRefused


def test_what_is_not_taken_is_a_fault_of_a_release_and_reading_only_is_none() -> None:
    assert issubclass(MirrorRefused, ReleaseError)
    assert issubclass(MirrorReadsOnly, RegistryError)
    assert not issubclass(MirrorReadsOnly, ReleaseError)
    assert (MirrorRefused.code, MirrorReadsOnly.code) == ("mirror-refused", "mirror-reads-only")
