"""Why a head of a ledger is not taken or not cosigned; drawn with all others in ``registry/errors.py``."""

from registry.errors import NotFound, PortError, RegistryError


class WitnessError(RegistryError):
    """A head was not taken, or not cosigned; the message says what to do."""

    code = "witness-error"


class UnknownOrigin(NotFound):
    """No ledger of this origin is witnessed here."""

    code = "unknown-origin"


class AddCheckpointMalformed(WitnessError):
    """What came is no request to cosign a head."""

    code = "add-checkpoint-malformed"


class HeadNotSigned(WitnessError):
    """A head bears no signature of the key that its ledger is known to have."""

    code = "head-not-signed"


class HeadMoved(WitnessError):
    """Another head was seen last than the one that a proof begins with; ``size`` is how many events that has."""

    code = "head-moved"

    def __init__(self, message: str, *, size: int = 0) -> None:
        super().__init__(message)
        self.size = size


class ProofRefused(WitnessError):
    """A proof does not lead from the head that was seen last to the one that came."""

    code = "proof-refused"


class SplitView(WitnessError):
    """Two signed heads of one ledger cannot both be true; both were kept."""

    code = "split-view"


class WentBack(WitnessError):
    """A ledger gives a smaller head than it gave before; both were kept."""

    code = "went-back"


class CosignatureRefused(WitnessError):
    """A witness did not cosign a head of ours, or answered with something else."""

    code = "cosignature-refused"


class WitnessUnavailable(PortError):
    """Nothing is cosigned at the moment."""

    code = "witness-unavailable"
