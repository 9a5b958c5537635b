"""Federated queries of one installation: whom they may ask, and how."""

from collections.abc import Collection
from functools import partial

from registry.adapters.peer_endpoint import PeerEndpoint
from registry.federation_ports import AskLimits, AskPeer
from registry.fetch_wiring import open_fetch
from registry.settings import Settings


def open_peer_endpoint(settings: Settings, *, exempt: Collection[tuple[str, int]] = ()) -> AskPeer:
    """Give what asks the endpoints of peers; ``exempt`` are sockets that may be asked though they are not public."""
    return PeerEndpoint(partial(open_fetch, settings, exempt=exempt))


def ask_limits(settings: Settings) -> AskLimits:
    """Give what the answers of peers to one query may take, all together."""
    return AskLimits(seconds=settings.federated_seconds)
