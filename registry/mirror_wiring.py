"""The mirror of one home put together, and what keeps such a home to reading."""

from pathlib import Path
from typing import Final

from registry.adapters.ed25519_key import is_signed
from registry.adapters.mirrored_releases import read_source
from registry.adapters.public_addresses import checked
from registry.errors import SettingsError
from registry.fetch_ports import FetchLimits
from registry.fetch_wiring import open_named_fetch
from registry.loading import artefacts
from registry.mirror import Mirror
from registry.mirror_errors import MirrorReadsOnly
from registry.mirror_ports import Source
from registry.release_wiring import open_mirror_home
from registry.settings import Settings

_SECONDS: Final = 120.0
_MOST_BYTES: Final = 256 * 1024 * 1024


def open_mirror(settings: Settings, address: str, *, keys: tuple[bytes, ...] = (), site: str = "") -> Mirror:
    """Give what mirrors the instance at an address into the home of the settings.

    ``keys`` are those that may sign, in place of any pinned before; ``site`` is where readers find that instance, where
    it is not the address. Raises SettingsError for a home that is an instance of its own or mirrors another, and
    AddressRefused for what is no address of the web.
    """
    where = _folder(address)
    releases = open_mirror_home(settings)
    known = releases.source()
    if known is None and any((settings.home / name).exists() for name in ("current", "releases", "ledger.sqlite")):
        raise SettingsError(f"{settings.home} holds a registry of its own; name a directory that holds none (--home).")
    if known is not None and known.address != where:
        raise SettingsError(f"{settings.home} mirrors {known.address}; mirror {where} into a home of its own (--home).")
    public = _folder(site) if site else known.site if known is not None else where
    source = Source(address=where, site=public, keys=keys or (known.keys if known is not None else ()))
    return Mirror(
        source,
        fetch=open_named_fetch(settings, FetchLimits(seconds=_SECONDS, most_bytes=_MOST_BYTES), where),
        releases=releases,
        syntax=artefacts().syntax,
        is_signed=is_signed,
        totals=artefacts().described.statistics["totals"],
    )


def mirrored(settings: Settings) -> Source | None:
    """Give the instance that a home mirrors; None for a home of its own."""
    return read_source(settings.home)


def demand_own(home: Path) -> None:
    """Raise MirrorReadsOnly for a home that mirrors another instance."""
    source = read_source(home)
    if source is not None:
        raise MirrorReadsOnly(
            f"{home} is a mirror of {source.site} and holds releases alone: nothing is recorded here. Do it there."
        )


def _folder(address: str) -> str:
    """Give an address in plain form, ending in a slash; raise AddressRefused."""
    plain = checked(address)[0].partition("?")[0]
    return plain if plain.endswith("/") else plain + "/"
