"""The commands on the ledger: write it as one file, copy it and put it back, take what is due."""

from collections.abc import Iterable
from pathlib import Path

import click

from registry.command_line import HOME, plain_errors, settings_of
from registry.database_wiring import move_databases
from registry.ledger_wiring import draw_spot_checks, export_ledger, rotate_key, take_due_steps
from registry.reminder_wiring import send_reminders
from registry.wiring import back_up, bring_back, forget_looks, forget_unfiled
from registry.witness_wiring import STATE


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--case", "name", metavar="NAME", help="Write this closed case alone, such as oderau-1.")
@HOME
@plain_errors
def export(file: Path, name: str | None, home: Path | None) -> None:
    """Write the ledger to FILE, which anybody can check with `hrcr verify FILE --keys KEYS`.

    FILE must not be there yet. It holds every event with its signature and the latest checkpoint; of cases that are
    not closed the payloads, with all reasons, are left out, and their hashes stay. The envelopes of open cases are in
    it all the same, with office, opaque account and time: do not give the whole export to the public while cases are
    open. With --case it is that closed case alone, each event with its proof under the checkpoint.
    """
    case = f"case/{name.removeprefix('case/')}" if name else None
    count = export_ledger(settings_of(home=home), file, case=case)
    click.echo(f"{file}: {count:,} events; check it with `hrcr verify {file} --keys KEYS`.")


@click.command("rotate-key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@HOME
@plain_errors
def rotate(file: Path, home: Path | None) -> None:
    """Have the ledger signed with the key in FILE from now on, and record that it is.

    The key that is set (HRCR_SIGNING_KEY) signs that event as its last; set the new one then, and give readers its
    public half. Whoever checks an export of the ledger needs one of both: the event leads to the other.
    """
    number = rotate_key(settings_of(home=home), file)
    click.echo(f"Event {number} names the new key; set HRCR_SIGNING_KEY={file} now, and keep both public keys known.")


@click.command()
@HOME
@plain_errors
def tick(home: Path | None) -> None:
    """Take every step that time alone brings about in cases and standings; run it as often as you like.

    Such steps are procedural: a call or a time to reply is over, a report is missing, a level has ended. Each is
    recorded with its rule. Once a year cities are drawn by lot to be looked at again. Findings that were begun and
    cannot be filed any more are erased, as is who looked at which case, when the account is gone or the case was
    closed three months ago. With HRCR_SMTP, whoever is waited for is reminded by mail, once for each last
    day.
    """
    settings = settings_of(home=home)
    for step in take_due_steps(settings):
        click.echo(step)
    for city in draw_spot_checks(settings):
        click.echo(f"{city}: drawn to be looked at again this year")
    forget_unfiled(settings)
    forget_looks(settings)
    count = send_reminders(settings)
    if count:
        click.echo(f"{count} reminder{'s' if count > 1 else ''} sent.")


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@HOME
@plain_errors
def backup(directory: Path, home: Path | None) -> None:
    """Copy every database and all evidence into DIRECTORY, which must not be there yet.

    The server may go on meanwhile. Keys are not copied: keep them apart from the data.
    """
    copied = back_up(settings_of(home=home), directory)
    click.echo(f"{directory}: {_listed(copied)}, and their SHA-256. Keep the keys elsewhere; they are not in it.")


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@HOME
@plain_errors
def restore(directory: Path, home: Path | None) -> None:
    """Put the backup in DIRECTORY into a home that holds no registry, and make the last release again.

    The key of the ledger is needed (HRCR_SIGNING_KEY). What is there already is never overwritten. A witness needs
    another key from then on (HRCR_WITNESS_KEY).
    """
    names, release = bring_back(settings_of(home=home), directory)
    click.echo(f"{_listed(names)} are back; release {release.id} was made again from the ledger, byte for byte.")
    if STATE in names:
        click.echo(
            f"{STATE} may not tell all that was cosigned here: set HRCR_WITNESS_KEY to a new key before anything is "
            "cosigned again, and give its public half to those whom you witness (docs/witnessing.md)."
        )


@click.command("move-databases")
@click.option("--ledger", metavar="URL", help="Where the ledger goes: postgresql://…, an empty database.")
@click.option("--accounts", metavar="URL", help="Where accounts, drafts and documents go; it may be the same database.")
@HOME
@plain_errors
def move(ledger: str | None, accounts: str | None, home: Path | None) -> None:
    """Move the databases from files under HRCR_HOME to a server; stop the registry first, and make a backup.

    Every row is copied and counted, every event compared with the signed head. The files stay, renamed to .moved, so
    that nothing goes on writing to them; remove them when all is well: what is erased later is not erased in them.
    """
    if not ledger and not accounts:
        raise click.UsageError("Say what goes where: --ledger URL, --accounts URL, or both.")
    moved = move_databases(settings_of(home=home), ledger=ledger, accounts=accounts)
    if moved.ledger is not None:
        click.echo(f"The ledger, {moved.ledger.size:,} events, was moved; set HRCR_LEDGER to that URL now.")
    if moved.private is not None:
        count = sum(moved.private.values())
        click.echo(f"What is not public, {count:,} rows, was moved; set HRCR_ACCOUNTS to that URL now.")


def _listed(paths: Iterable[str]) -> str:
    """Name the databases among paths, and count the files of evidence."""
    names = list(paths)
    databases = [name for name in names if "/" not in name]
    count = len(names) - len(databases)
    return ", ".join([*databases, *([f"{count:,} files of evidence"] if count else [])])


COMMANDS = (export, backup, restore, move, rotate, tick)
