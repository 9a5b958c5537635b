"""The releases of one installation, and the SPARQL servers that they are brought into."""

from pathlib import Path

from registry.adapters.mirrored_releases import HomeOfMirror
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.store_servers import StoreServers, read_servers
from registry.settings import Settings


def open_releases(settings: Settings) -> ReleaseDirectories:
    """Open the releases of an installation; raise SettingsError for an unusable HRCR_STORE_SERVERS."""
    return ReleaseDirectories(settings.home, _servers(settings))


def open_mirror_home(settings: Settings) -> HomeOfMirror:
    """Open a home that holds another instance's releases; raise SettingsError for an unusable HRCR_STORE_SERVERS."""
    return HomeOfMirror(settings.home, _servers(settings))


def _servers(settings: Settings) -> StoreServers | None:
    login = settings.store_login_file
    return read_servers(settings.store_servers, Path(login) if login else None)
