"""What evidence can fail of stands in the one tree of errors, each with a code of its own."""

from registry.errors import NotFound, PortError, RegistryError
from registry.evidence_errors import EvidenceDamaged, EvidenceRefused, EvidenceUnavailable, UnknownEvidence
from server.problems import KINDS


def test_each_error_has_its_place_and_its_status() -> None:
    assert issubclass(UnknownEvidence, NotFound)
    assert issubclass(EvidenceDamaged, PortError)
    assert issubclass(EvidenceUnavailable, PortError)
    kinds: list[type[RegistryError]] = [EvidenceRefused, UnknownEvidence, EvidenceDamaged, EvidenceUnavailable]
    assert [KINDS[kind.code].status for kind in kinds] == [422, 404, 503, 503]
