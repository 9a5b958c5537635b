"""Every way in which evidence can fail to be taken, found or read; part of the tree in ``registry/errors.py``."""

from registry.errors import NotFound, PortError, RegistryError


class EvidenceRefused(RegistryError):
    """A file of evidence cannot be taken: it is too large, empty, or of a kind that is not taken."""

    code = "evidence-refused"


class UnknownEvidence(NotFound):
    """No file of this SHA-256 is kept, or not for whoever asks."""

    code = "unknown-evidence"


class EvidenceDamaged(PortError):
    """A kept file is not the one that was stored."""

    code = "evidence-damaged"


class EvidenceUnavailable(PortError):
    """The place of the files of evidence cannot be read or written; nothing was kept."""

    code = "evidence-unavailable"


class CheckRunning(PortError):
    """Another process checks the links at this moment."""

    code = "check-running"
