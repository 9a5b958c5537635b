"""The fetching of one installation: it says who asks, and asks public places alone."""

from collections.abc import Collection

from registry import __version__
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.public_addresses import checked
from registry.adapters.registry_client import RegistryClient as RegistryClient
from registry.fetch_ports import Exchange, Fetch, FetchLimits
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


def open_named_fetch(settings: Settings, limits: FetchLimits, named: str) -> Fetch:
    """Give what fetches from an address that the operator names, who may name a host that is not public.

    Exactly that host and port may be private; whatever they lead on to may not. Raises AddressRefused for what is no
    address of the web.
    """
    _, host, port = checked(named)
    return open_fetch(settings, limits, trusted={(host, port)})
