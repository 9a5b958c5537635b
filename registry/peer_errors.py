"""Why nothing was taken from a peer; drawn with all others in ``registry/errors.py``."""

from registry.errors import NotFound, PortError, RegistryError


class PeerFault(RegistryError):
    """What is written of a peer is not as it must be; the message names the peer and the property."""

    code = "peer-fault"


class UnknownPeer(NotFound):
    """No peer has this name."""

    code = "unknown-peer"


class HarvestRefused(RegistryError):
    """What a peer gives is not taken; the message says what, where and why."""

    code = "harvest-refused"


class HarvestRunning(PortError):
    """Another harvest is under way."""

    code = "harvest-running"
