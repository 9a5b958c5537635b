"""What a peer's answer is refused with has a code and a status of its own."""

from registry.federation_errors import PeerAnswerRefused
from server.problems import KINDS


def test_the_refusal_of_an_answer_is_the_peers_fault_and_not_the_askers() -> None:
    assert KINDS[PeerAnswerRefused.code].status == 502
