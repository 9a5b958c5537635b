"""The commands on cities that peers know under other names: list what may be one city, and decide."""

from pathlib import Path

import click

from registry.city_identity import Decision
from registry.city_identity_table import identity_csv, state_of
from registry.city_identity_wiring import decide, review
from registry.command_line import FILE, HOME, plain_errors, settings_of

_REASON = click.option("--reason", required=True, help="Why, in a sentence; it becomes public.")


@click.group()
def identity() -> None:
    """Decide which cities of peers are cities of ours.

    A machine only proposes. Each decision is an event of the ledger with its reason, stands in the next release, and
    is taken back by deciding otherwise.
    """


@identity.command("list")
@click.option("--with", "files", multiple=True, type=FILE, help="Turtle file of what somebody else says of cities.")
@click.option("--all", "with_decided", is_flag=True, help="List what was decided as well.")
@click.option("--format", "form", type=click.Choice(["text", "csv"]), default="text", show_default=True)
@HOME
@plain_errors
def list_candidates(files: tuple[Path, ...], with_decided: bool, form: str, home: Path | None) -> None:
    """List cities of peers that may be ours: by identifier of Wikidata or GeoNames, then by name and country."""
    found = [one for one in review(settings_of(home=home), files) if with_decided or one.decision is None]
    if form == "csv":
        click.echo(identity_csv(found), nl=False)
        return
    for one in found:
        click.echo(f"{one.ours.name} = {one.theirs.name} ({one.theirs.source})? {one.evidence}: {one.rests_on}")
        click.echo(f"  ours    {one.ours.iri}\n  theirs  {one.theirs.iri}")
        notes = [one.against, "" if one.is_alone else "there are other candidates as good"]
        notes += [] if one.decision is None else [f"decided: {state_of(one)}, {one.decision.reason}"]
        for note in filter(None, notes):
            click.echo(f"  {note}")
    click.echo(f"{len(found):,} candidate{'' if len(found) == 1 else 's'}.")


@identity.command()
@click.argument("ours")
@click.argument("theirs")
@_REASON
@HOME
@plain_errors
def accept(ours: str, theirs: str, reason: str, home: Path | None) -> None:
    """Say that the city THEIRS of a peer is the city OURS; both are IRIs."""
    number = decide(settings_of(home=home), Decision(ours=ours, theirs=theirs, is_same=True, reason=reason))
    click.echo(f"Recorded as event {number}: {theirs} is {ours}. The next release says so.")


@identity.command()
@click.argument("ours")
@click.argument("theirs")
@_REASON
@HOME
@plain_errors
def refuse(ours: str, theirs: str, reason: str, home: Path | None) -> None:
    """Say that the city THEIRS of a peer is not the city OURS; both are IRIs."""
    number = decide(settings_of(home=home), Decision(ours=ours, theirs=theirs, is_same=False, reason=reason))
    click.echo(f"Recorded as event {number}: {theirs} is not {ours}. The next release says so.")


COMMANDS = (identity,)
"""What the command line takes from here."""
