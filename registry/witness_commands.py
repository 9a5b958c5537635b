"""The command that has the ledger cosigned."""

from pathlib import Path

import click

from registry.command_line import HOME, plain_errors, settings_of
from registry.witness_wiring import ask_witnesses


@click.command()
@HOME
@plain_errors
def witness(home: Path | None) -> None:
    """Have the newest head of the ledger cosigned by every peer that is a witness.

    Each is sent the head with a proof that it goes on from the one that it saw last. What comes back is put beside the
    current release and shown at /trust. Part of the daily run; `hrcr publish` does it too. Exit code: 0, or 1 when a
    witness did not cosign.
    """
    asked = ask_witnesses(settings_of(home=home))
    for each in asked:
        click.echo(f"{each.peer}: {each.outcome}: {each.message}")
    if not asked:
        click.echo("No peer is a witness of this ledger; docs/witnessing.md shows how to have some.")
    raise SystemExit(0 if all(each.is_cosigned for each in asked) else 1)


COMMANDS = (witness,)
