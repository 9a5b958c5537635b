"""A text is erased from the command line: gone from every file, and the ledger still verifies."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from registry.call_wiring import open_texts
from registry.cases import ANYBODY, Actor
from registry.ledger_wiring import open_casework, open_ledger
from registry.people import Role
from registry.settings import Settings
from registry.wiring import people
from tests.people import PASSWORD
from tests.registry.playing import CITY, CLAIM, OFFICER, REQUIREMENTS, STEWARD, order
from tests.registry.test_cli import hrcr

pytestmark = pytest.mark.slow

SAID, ANSWERED = "zqx-said-in-a-call", "zqx-answered"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with a contribution that was released and answered."""
    settings = Settings(home=tmp_path / "home")
    with closing(open_ledger(settings, may_be_new=True)) as ledger, closing(open_texts(settings)) as texts:
        work = open_casework(settings, ledger)
        name = work.open(order("open", city=CITY, hashes={}), OFFICER)[-1].event.envelope.case

        def do(step: str, actor: Actor, **more: object) -> None:
            work.act(name, order(step, **{"hashes": {}, **more}), actor)

        played: Callable[..., None] = do
        played("submit", OFFICER, hashes={"submission": "0" * 64})
        played("find-eligible", STEWARD, requirements=REQUIREMENTS)
        played("open-call", STEWARD)
        played("file-concern", ANYBODY, claim=CLAIM, hashes={"text": texts.keep(SAID).digest})
        played("release-concern", STEWARD, concern=1)
        played("answer-concern", OFFICER, concern=1, hashes={"text": texts.keep(ANSWERED).digest})
    return tmp_path / "home"


def case_of(home: Path) -> str:
    with closing(open_ledger(Settings(home=home))) as ledger:
        (case,) = open_casework(Settings(home=home), ledger).cases()
    return case.name.removeprefix("case/")


def holds(home: Path, words: str) -> bool:
    return any(words.encode() in path.read_bytes() for path in home.iterdir())


def test_what_was_said_is_erased_and_the_ledger_still_verifies(home: Path) -> None:
    case = case_of(home)
    assert holds(home, SAID)
    done = hrcr("erase-text", case, "1", "--yes", "--home", home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "is erased, which is event " in done.stdout
    assert "Backups that were made before still hold it." in done.stdout
    assert (holds(home, SAID), holds(home, ANSWERED)) == (False, True)
    assert hrcr("erase-text", case, "1", "--answer", "--yes", "--home", home).returncode == 0
    assert not holds(home, ANSWERED)
    checked = hrcr("verify", "--home", home)
    assert (checked.returncode, "  broken  " in checked.stdout) == (0, False)
    again = hrcr("erase-text", case, "1", "--yes", "--home", home)
    assert (again.returncode != 0, "it was erased before" in again.stderr) == (True, True)


def test_who_has_a_text_erased_is_on_record_by_account(home: Path) -> None:
    settings, case = Settings(home=home), case_of(home)
    registrar = people(settings).registrar
    steward = registrar.add("steward@city.example", "Steward", [Role.STEWARD], password=PASSWORD)
    reviewer = registrar.add("reviewer@city.example", "Reviewer", [Role.REVIEWER], password=PASSWORD)
    refused = hrcr("erase-text", case, "1", "--by", reviewer.id, "--yes", "--home", home)
    assert (refused.returncode != 0, "A steward has a text erased" in refused.stderr) == (True, True)
    gone = registrar.add("former@city.example", "Former", [Role.STEWARD], password=PASSWORD)
    registrar.close(gone)
    refused = hrcr("erase-text", case, "1", "--by", gone.id, "--yes", "--home", home)
    assert (refused.returncode != 0, f"The account {gone.id} is closed" in refused.stderr) == (True, True)
    assert holds(home, SAID)
    done = hrcr("erase-text", case, "1", "--by", "steward@city.example", "--yes", "--home", home)
    assert (done.returncode, done.stderr) == (0, "")
    with closing(open_ledger(settings)) as ledger:
        (last,) = list(ledger.read())[-1:]
    assert (last.envelope.kind, last.envelope.account) == ("text-erased", steward.id)
    assert "city.example" not in last.raw.decode()


def test_what_is_not_there_is_told_and_nothing_is_erased_unasked(home: Path) -> None:
    case = case_of(home)
    for arguments, told in (
        ((case, "2", "--yes"), "There is no contribution 2"),
        (("nowhere-1", "1", "--yes"), "There is no case"),
    ):
        refused = hrcr("erase-text", *arguments, "--home", home)
        assert (refused.returncode != 0, told in refused.stderr) == (True, True), refused.stderr
    assert hrcr("erase-text", case, "1", "--home", home).returncode == 1
    assert holds(home, SAID)


def test_a_text_is_erased_by_the_act_that_it_went_with(home: Path) -> None:
    case = case_of(home)
    with closing(open_ledger(Settings(home=home))) as ledger:
        acts = open_casework(Settings(home=home), ledger).case(f"case/{case}").acts
    number = next(str(act.number) for act in acts if act.kind == "concern-answered")
    for arguments, told in (
        (("--act", "1"), "No text went with act 1"),
        (("--act", "99"), f"it has {len(acts)} acts"),
        ((), "Name a contribution by its NUMBER, or an act"),
        (("1", "--act", number), "Name a contribution by its NUMBER, or an act"),
        (("--answer", "--act", number), "Name a contribution by its NUMBER, or an act"),
    ):
        refused = hrcr("erase-text", case, *arguments, "--yes", "--home", home)
        assert (refused.returncode != 0, told in refused.stderr) == (True, True), refused.stderr
    assert (holds(home, SAID), holds(home, ANSWERED)) == (True, True)
    done = hrcr("erase-text", case, "--act", number, "--yes", "--home", home)
    assert (done.returncode, done.stderr) == (0, "")
    assert (holds(home, SAID), holds(home, ANSWERED)) == (True, False)
