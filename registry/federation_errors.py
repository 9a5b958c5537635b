"""Why a federated query got no answer from a peer; drawn with all others in ``registry/errors.py``."""

from registry.errors import RegistryError


class PeerAnswerRefused(RegistryError):
    """A peer's endpoint gave no answer that can be taken: its status, its form, its size, or blank nodes in it."""

    code = "peer-answer-refused"
