"""The fetching of one installation: it says who asks, and asks public places alone."""

from collections.abc import Collection

from registry import __version__
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.registry_client import RegistryClient as RegistryClient
from registry.fetch_ports import Exchange, FetchLimits
from registry.loading import now
from registry.settings import Settings


def open_fetch(
    settings: Settings,
    limits: FetchLimits,
    *,
    exempt: Collection[tuple[str, int]] = (),
    trusted: Collection[tuple[str, int]] = (),
) -> Exchange:
    """Give what fetches addresses that others name; its own name carries the contact, or where this registry is.

    ``exempt`` are sockets that may be asked though they are not public: for tests. ``trusted`` are hosts, name and
    port, that a setting names, so that they may lie anywhere.
    """
    agent = f"hrcr/{__version__} (+{settings.contact or settings.base})"
    return GuardedFetch(agent=agent, clock=now, limits=limits, exempt=exempt, trusted=trusted)
