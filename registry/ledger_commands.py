"""The command that writes the ledger as one file."""

from pathlib import Path

import click

from registry.command_line import HOME, plain_errors, settings_of
from registry.wiring import export_ledger


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


COMMANDS = (export,)
