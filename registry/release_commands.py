"""The commands on releases: publish, list, verify and compare them, and make the key that signs them."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from registry.command_line import AT, FILE, HOME, Bar, plain_errors, settings_of, tell, trusted_keys
from registry.dumps import public_key_pem
from registry.errors import RegistryError
from registry.evidence_wiring import beside
from registry.ledger_wiring import check_ledger, new_key, refold
from registry.loading import artefacts
from registry.rendering import comparison_text
from registry.verdict_wiring import is_verdict, verify_verdict
from registry.verification_wiring import verify_path, witness_checks
from registry.wiring import compare_releases, wire
from registry.wiring import publish as publish_release
from registry.witness_wiring import ask_witnesses, known_witnesses, own_quorum


@click.command()
@AT
@HOME
@plain_errors
def publish(at: date | None, home: Path | None) -> None:
    """Record what the files of data/ say, publish the next release of the ledger and make it current.

    A file that says nothing new is not recorded again, a changed one is a correction. When the release would say
    nothing else than the current one of the same day, that one stays. Peers that are witnesses are asked to cosign the
    head of the ledger that tells of the release (`hrcr witness`).
    """
    settings = settings_of(home=home)
    with Bar(len(artefacts().files.cities), "Assessing") as advance:
        release = publish_release(settings, at=at, advance=advance)
    click.echo(f"Release {release.id}: {release.quads:,} quads in {release.directory}")
    try:
        outcomes = ask_witnesses(settings)
    except (RegistryError, OSError) as fault:
        click.echo(f"The release is published, but no witness could be asked: {fault}", err=True)
        return
    for asked in outcomes:
        click.echo(f"{asked.peer}: {asked.outcome}: {asked.message}", err=not asked.is_cosigned)


@click.command()
@HOME
@plain_errors
def rebuild(home: Path | None) -> None:
    """Make the release that was published last from the ledger alone, byte for byte, and make it current.

    The tables of where cases and cities stand are made again too.
    """
    settings = settings_of(home=home)
    release = wire(settings).rebuild()
    refold(settings)
    click.echo(f"Release {release.id}: {release.quads:,} quads in {release.directory}, as it was published")


@click.command()
@HOME
@plain_errors
def releases(home: Path | None) -> None:
    """List the kept releases, the oldest first."""
    kept = wire(settings_of(home=home)).releases()
    for release in kept:
        click.echo(
            f"{release.id}  {release.quads:>9,} quads  standard {release.standard_version}  "
            f"software {release.software_version}  {release.directory}"
        )
    if not kept:
        click.echo("No release is kept yet; make one with `hrcr publish`.")


@click.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--key", "--keys", "keys", type=FILE, help="Public keys (PEM) of whoever published, got by another way.")
@click.option(
    "--receipt",
    "known",
    type=FILE,
    multiple=True,
    help="A receipt of the ledger, or a checkpoint from a witness; may be given several times.",
)
@click.option(
    "--evidence",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Files that the events of an export name by their SHA-256.",
)
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with the documents that events name (submissions, reports): reports are made again and compared.",
)
@click.option("--witnesses", type=FILE, help="Keys of witnesses, one a line; else those that the list of peers names.")
@click.option("--quorum", type=click.IntRange(min=0), metavar="K", help="So many of the witnesses must have cosigned.")
@click.option("--ledger", is_flag=True, help="Check the ledger of this installation where it lies.")
@HOME
@plain_errors
def verify(
    path: Path | None,
    keys: Path | None,
    known: tuple[Path, ...],
    evidence: Path | None,
    documents: Path | None,
    witnesses: Path | None,
    quorum: int | None,
    *,
    ledger: bool,
    home: Path | None,
) -> None:
    """Check a release, receipt, report, export of the ledger, or the ledger itself, and say what was not checked.

    What PATH is, is known by its content. Of a release, an export and the ledger it is said which witnesses
    cosigned the head and when; with --quorum fewer are a fault. Without PATH, every release kept here is checked; what
    HRCR_WITNESS_QUORUM says counts for the current one alone then, as others may be from before there were witnesses.
    Exit code: 0 when nothing is broken, 1 when something is, 2 when PATH is nothing that can be checked.
    """
    if path is not None and is_verdict(path):
        raise SystemExit(tell(path, verify_verdict(settings_of(home=home), path.read_bytes(), documents)))
    trusted, settings = trusted_keys(keys), settings_of(home=home)
    cosigners, needed = known_witnesses(settings, witnesses), settings.witness_quorum if quorum is None else quorum
    current = (settings.home / "current").resolve()
    if ledger:
        checks = check_ledger(settings, keys=trusted)
        raise SystemExit(tell("The ledger", (*checks, *own_quorum(settings, cosigners, needed))))
    kept = wire(settings_of(home=home)).releases() if path is None else ()
    paths = [path] if path else [release.directory for release in kept]
    if not paths:
        click.echo("No release is kept here yet; make one with `hrcr publish`.")
    elsewhere = tuple(found.read_bytes() for found in known)
    checked = (
        (
            found,
            (
                *verify_path(found, keys=trusted, known=elsewhere, documents=documents),
                *beside(found, evidence),
                *witness_checks(
                    found,
                    keys=trusted,
                    cosigners=cosigners,
                    known=elsewhere,
                    needed=needed if path or quorum is not None or found.resolve() == current else 0,
                ),
            ),
        )
        for found in paths
    )
    broken = [told for found, checks in checked if (told := tell(found, checks))]
    raise SystemExit(1 if broken else 0)


@click.command()
@click.argument("earlier")
@click.argument("later")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@HOME
@plain_errors
def diff(earlier: str, later: str, form: str, home: Path | None) -> None:
    """Compare two kept releases by item and by requirement."""
    found = compare_releases(settings_of(home=home), earlier, later)
    if form == "text":
        click.echo(comparison_text(found), nl=False)
        return
    facts = {"earlier": found.earlier.id, "later": found.later.id}
    items, outcomes = [asdict(item) for item in found.items], [asdict(outcome) for outcome in found.outcomes]
    click.echo(json.dumps({**facts, "items": items, "outcomes": outcomes}, indent=2, ensure_ascii=False))


@click.command("new-key")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@plain_errors
def make_key(path: Path) -> None:
    """Write a new private key to PATH, to sign releases with (HRCR_SIGNING_KEY), and show its public half."""
    key = new_key(path)
    click.echo(f"The private key is in {path}: keep it apart from the data. Give readers this, another way:")
    click.echo(public_key_pem(key).decode(), nl=False)


COMMANDS = (publish, rebuild, releases, verify, diff, make_key)
