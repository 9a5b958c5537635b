"""The command on what was said in calls: a text is erased for ever, and the record still proves that there was one."""

from contextlib import closing
from pathlib import Path

import click

from registry.account_errors import AccessDenied
from registry.call_wiring import open_texts
from registry.cases import Case
from registry.command_line import HOME, plain_errors, settings_of
from registry.contributions import TEXT, contributions
from registry.errors import UnknownRecord
from registry.ledger_wiring import open_casework, open_ledger
from registry.people import Role
from registry.positions import CASE
from registry.settings import Settings
from registry.text_erasure import erase
from registry.wiring import people


@click.command("erase-text")
@click.argument("case")
@click.argument("number", type=int, required=False)
@click.option("--answer", is_flag=True, help="Erase the answer of the city instead.")
@click.option("--act", type=int, metavar="N", help="Erase the text that went with act N of the case, such as a reply.")
@click.option("--by", "person", metavar="PERSON", help="Steward who has it erased, by e-mail address or identifier.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@HOME
@plain_errors
def erase_text(
    case: str,
    number: int | None,
    answer: bool,
    act: int | None,
    person: str | None,
    yes: bool,
    home: Path | None,
) -> None:
    """Erase what was said in contribution NUMBER of CASE, such as oderau-1. This cannot be undone.

    Pages then say that the text was erased. The ledger holds a commitment alone, from which nobody can find the text,
    and still verifies; that the text was erased is an event of its own, with the time, the commitment, and the opaque
    account of the steward named with --by.
    """
    settings = settings_of(home=home)
    if (number is None) == (act is None) or (answer and number is None):
        raise click.UsageError("Name a contribution by its NUMBER, or an act of the case with --act N.")
    with closing(open_ledger(settings)) as ledger:
        found = open_casework(settings, ledger).case(f"{CASE}{case.removeprefix(CASE)}")
    commitment = _of_act(found, act) if act is not None else _commitment(found, number or 0, is_answer=answer)
    if not yes:
        click.confirm(f"Erase the text {commitment} for ever?", abort=True)
    account = _steward(settings, person) if person else None
    with closing(open_ledger(settings)) as ledger, closing(open_texts(settings)) as texts:
        event = erase(ledger, texts, commitment, account=account)
    click.echo(
        f"The text {commitment} is erased, which is event {event} of the ledger. "
        "Backups that were made before still hold it."
    )


def _steward(settings: Settings, person: str) -> str:
    account = people(settings).registrar.find(person)
    if Role.STEWARD not in account.roles:
        raise AccessDenied("A steward has a text erased; name one with --by, or leave it out to act as the operator.")
    if not account.is_active:
        raise AccessDenied(f"The account {account.id} is closed and acts no more; name another steward with --by.")
    return account.id


def _of_act(case: Case, number: int) -> str:
    commitment = next((act.hashes.get(TEXT, "") for act in case.acts if act.number == number), "")
    if not commitment:
        raise UnknownRecord(f"No text went with act {number} of {case.name}; it has {len(case.acts)} acts.")
    return commitment


def _commitment(case: Case, number: int, *, is_answer: bool) -> str:
    told = contributions(case)
    found = next((each for each in told if each.number == number), None)
    commitment = "" if found is None else found.answer if is_answer else found.digest
    if not commitment:
        what = "answer to contribution" if is_answer else "contribution"
        raise UnknownRecord(f"There is no {what} {number} in {case.name}; it has {len(told)} contributions.")
    return commitment


COMMANDS = (erase_text,)
