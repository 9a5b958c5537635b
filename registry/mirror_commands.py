"""The command that mirrors another instance: once, or again and again."""

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

import click

from registry.command_line import FILE, HOME, plain_errors, settings_of, trusted_keys
from registry.errors import RegistryError
from registry.mirror import Mirror
from registry.mirror_wiring import open_mirror

LONGEST: Final = 300.0
"""Seconds between two tries of a source that fails, at most."""


@click.command()
@click.argument("url")
@HOME
@click.option("--key", "--keys", "keys", type=FILE, help="Public keys (PEM) that may sign; else the first one met.")
@click.option("--watch", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Look again every so many seconds.")
@click.option("--site", default="", help="Address where readers find that registry, where it is not URL.")
@plain_errors
def mirror(url: str, home: Path | None, keys: Path | None, watch: float | None, site: str) -> None:
    """Follow the releases of the registry at URL: fetch, verify, and make each current for `hrcr serve` to read.

    The newest release is taken first, then each one that follows. Nothing is served that was not verified: SHA-256 of
    every file, the signature, order and counts. Whose key signs is remembered at first use, unless --key gives it. A
    release that is older, changed, not whole or signed by somebody else is refused, and what is held stays.
    """
    follower = open_mirror(settings_of(home=home), url, keys=trusted_keys(keys), site=site)
    if watch is None:
        _tell(follower, is_asked=True)
    else:
        watching(follower, watch)


def watching(mirror: Mirror, seconds: float, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Follow for as long as ``pause`` returns; after a failure wait longer each time, up to five minutes."""
    wait = seconds
    while True:
        try:
            _tell(mirror, is_asked=False)
            wait = seconds
        except RegistryError as error:
            wait = min(wait * 2, max(LONGEST, seconds))
            click.echo(f"{error} The next try is in {wait:g} seconds.", err=True)
        pause(wait)


def _tell(mirror: Mirror, *, is_asked: bool) -> None:
    """Follow once, and say what was taken; where somebody asks for it, that nothing was new too."""
    had_key = bool(mirror.source.keys)
    taken = mirror.follow()
    if not had_key and mirror.source.keys:
        name = sha256(mirror.source.keys[0]).hexdigest()[:16]
        click.echo(f"The key {name} is trusted from now on, as it was met first; compare it with the registry's own.")
    for release in taken:
        click.echo(f"Release {release.id}: {release.quads:,} quads, verified and current")
    if is_asked and not taken:
        click.echo("Nothing is new.")


COMMANDS = (mirror,)
"""The command."""
