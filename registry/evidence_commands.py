"""The commands on evidence: look at every address that the current release or an open case names."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from registry.case_links import links_of_open_cases
from registry.command_line import HOME, Bar, plain_errors, settings_of
from registry.evidence_wiring import check_evidence


@click.group()
def evidence() -> None:
    """Look after the sources that cities and the registry name."""


@evidence.command()
@click.option("--all", "all_again", is_flag=True, help="Visit every address now, whenever it was visited last.")
@HOME
@plain_errors
def check(all_again: bool, home: Path | None) -> None:
    """Look at every address that the current release or an open case names, keep a copy, and record what has changed.

    Part of the daily run, after `hrcr tick`. Only addresses that are due are visited (HRCR_EVIDENCE_DAYS); a check that
    was broken off goes on where it was, and one that is run twice does nothing twice. `hrcr publish` then puts what was
    recorded into the next release. What is found of an open case is for those who judge it, and is recorded nowhere.
    """
    with ExitStack() as stack:

        def started(count: int) -> Callable[[int], object]:
            return stack.enter_context(Bar(count, "Looking"))

        settings = settings_of(home=home)
        found = check_evidence(
            settings, all_again=all_again, more=partial(links_of_open_cases, settings), started=started
        )
    click.echo(f"{found.visited:,} of {found.links:,} addresses visited.")
    for state, number in found.states.items():
        click.echo(f"  {number:>6,}  {state}")
    for group in found.recorded:
        click.echo(f"{group.group}: recorded")
        for one in group.drifts:
            click.echo(f"  {one.source}: {one.before}, now {one.after}")


COMMANDS = (evidence,)
