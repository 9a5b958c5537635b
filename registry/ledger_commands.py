"""The commands on the ledger: writing it as one file, and taking the steps that time brings about."""

from pathlib import Path

import click

from registry.command_line import HOME, plain_errors, settings_of
from registry.wiring import export_ledger, take_due_steps


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@HOME
@plain_errors
def export(file: Path, home: Path | None) -> None:
    """Write the ledger to FILE, which anybody can check with `hrcr verify FILE --keys KEYS`.

    FILE must not be there yet. It holds every event with its signature and payload, and the latest checkpoint.
    """
    count = export_ledger(settings_of(home=home), file)
    click.echo(f"{file}: {count:,} events; check it with `hrcr verify {file} --keys KEYS`.")


@click.command()
@HOME
@plain_errors
def tick(home: Path | None) -> None:
    """Take every step that time alone brings about in cases and standings; run it as often as you like.

    Such steps are procedural: a call or a time to reply is over, a report is missing, a level has ended. Each is
    recorded with its rule.
    """
    for step in take_due_steps(settings_of(home=home)):
        click.echo(step)


COMMANDS = (export, tick)
