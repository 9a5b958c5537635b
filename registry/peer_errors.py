"""Why nothing was taken from a peer; drawn with all others in ``registry/errors.py``."""

from datetime import timedelta

from registry.errors import NotFound, PortError, RegistryError
from registry.fetch_errors import BrokenAnswer


class PeerFault(RegistryError):
    """What is written of a peer is not as it must be; the message names the peer and the property."""

    code = "peer-fault"


class UnknownPeer(NotFound):
    """No peer has this name."""

    code = "unknown-peer"


class HarvestRefused(RegistryError):
    """What a peer gives is not taken; the message says what, where and why."""

    code = "harvest-refused"


class HarvestUnfinished(HarvestRefused):
    """A run has read a part of what a peer gives, which is kept; the next goes on there."""

    code = "harvest-unfinished"


class AskedToWait(BrokenAnswer):
    """A peer does not want to be asked now; ``wait`` is how long it asks to wait."""

    code = "asked-to-wait"

    def __init__(self, message: str, wait: timedelta = timedelta()) -> None:
        super().__init__(message)
        self.wait = wait

    def __reduce__(self) -> tuple[object, ...]:
        return (AskedToWait, (str(self), self.wait))


class HarvestRunning(PortError):
    """Another harvest is under way."""

    code = "harvest-running"
