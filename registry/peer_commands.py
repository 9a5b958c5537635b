"""The command that takes what peers say."""

from pathlib import Path

import click

from registry.command_line import HOME, plain_errors, settings_of
from registry.harvest_wiring import harvest_peers


@click.command()
@click.argument("peer", required=False)
@click.option("--again", is_flag=True, help="Ask before it is time.")
@click.option("--native", is_flag=True, help="Judge by a native engine; a sample is judged by pySHACL as well.")
@HOME
@plain_errors
def harvest(peer: str | None, again: bool, native: bool, home: Path | None) -> None:
    """Take what peers say of cities, each within limits, and judge it by the standard in force here.

    Every peer of the list whose time it is, or PEER alone. What a peer says goes into graphs of the peer, which
    `hrcr publish` puts into the next release beside what is current. What goes wrong with one peer is told here and at
    /trust, and keeps no other waiting. Exit code: 0, or 1 when something went wrong with a peer.
    """
    runs = harvest_peers(settings_of(home=home), peer, again=again, is_native=native)
    for run in runs:
        click.echo(f"{run.peer}: {run.outcome}: {run.message}")
    if not runs:
        click.echo("There is no peer; docs/peers.md shows how to write one.")
    raise SystemExit(1 if any(run.is_refused for run in runs) else 0)


COMMANDS = (harvest,)
