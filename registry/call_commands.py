"""The command on what was said in calls: a text is erased for ever, and the record still proves that there was one."""

from contextlib import closing
from pathlib import Path

import click

from registry.call_wiring import open_texts
from registry.command_line import HOME, plain_errors, settings_of
from registry.contributions import contributions
from registry.errors import UnknownRecord
from registry.ledger_wiring import open_casework, open_ledger
from registry.positions import CASE
from registry.settings import Settings


@click.command("erase-text")
@click.argument("case")
@click.argument("number", type=int)
@click.option("--answer", is_flag=True, help="Erase the answer of the city instead.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@HOME
@plain_errors
def erase_text(case: str, number: int, answer: bool, yes: bool, home: Path | None) -> None:
    """Erase what was said in contribution NUMBER of CASE, such as oderau-1. This cannot be undone.

    Pages then say that the text was erased. The ledger holds a commitment alone, from which nobody can find the text,
    and still verifies.
    """
    settings = settings_of(home=home)
    commitment = _commitment(settings, f"{CASE}{case.removeprefix(CASE)}", number, is_answer=answer)
    if not yes:
        click.confirm(f"Erase the text {commitment} for ever?", abort=True)
    with closing(open_texts(settings)) as texts:
        if not texts.erase(commitment):
            raise UnknownRecord(f"The text {commitment} is not kept here; it was erased before, or lies elsewhere.")
    click.echo(f"The text {commitment} is erased. Backups that were made before still hold it.")


def _commitment(settings: Settings, name: str, number: int, *, is_answer: bool) -> str:
    with closing(open_ledger(settings)) as ledger:
        told = contributions(open_casework(settings, ledger).case(name))
    found = next((each for each in told if each.number == number), None)
    commitment = "" if found is None else found.answer if is_answer else found.digest
    if not commitment:
        what = "answer to contribution" if is_answer else "contribution"
        raise UnknownRecord(f"There is no {what} {number} in {name}; it has {len(told)} contributions.")
    return commitment


COMMANDS = (erase_text,)
