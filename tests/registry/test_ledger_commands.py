"""The ledger from the command line: exported, checked as a file and where it lies, as a person would do it."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.adapters.ed25519_key import Ed25519Key
from registry.casework import Casework
from registry.dumps import public_key_pem
from registry.ledger_wiring import open_casework, open_ledger
from registry.loading import artefacts
from registry.model import DraftedEvent
from registry.receipt import write as write_receipt
from registry.settings import Settings
from tests.registry.playing import CITY, OFFICER, order
from tests.registry.test_cli import hrcr

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with a key and a ledger of three events."""
    home = tmp_path / "home"
    assert hrcr("new-key", tmp_path / "key.pem").returncode == 0
    (tmp_path / "keys.pem").write_bytes(
        public_key_pem(bytes(32)) + public_key_pem(Ed25519Key(tmp_path / "key.pem").public_key)
    )
    ledger = open_ledger(Settings(home=home, signing_key=str(tmp_path / "key.pem")), may_be_new=True)
    names = ("aldermoor", "brackwater", "coldwell")
    made = ledger.append(
        [DraftedEvent(case=f"profile/{name}", kind="profile", office="steward", reason="Read.") for name in names]
    )
    (tmp_path / "checkpoint").write_text(made[0].checkpoint.note)
    (tmp_path / "receipt.json").write_bytes(write_receipt(made[1]))
    ledger.close()
    return home


def test_an_export_is_recognised_by_its_content_and_checked_without_a_database(home: Path, tmp_path: Path) -> None:
    key = str(tmp_path / "key.pem")
    made = hrcr("export", tmp_path / "ledger.jsonl", "--home", home, HRCR_SIGNING_KEY=key)
    assert made.stdout.startswith(f"{tmp_path}/ledger.jsonl: 3 events; check it with")
    good = hrcr("verify", tmp_path / "ledger.jsonl", "--keys", tmp_path / "keys.pem")
    assert (good.returncode, good.stderr) == (0, "")
    assert "The checkpoint of w3id.org/hrcr/ledger over 3 events is signed with a key given." in good.stdout
    assert good.stdout.count("  not checked  ") == 1
    again = hrcr("export", tmp_path / "ledger.jsonl", "--home", home, HRCR_SIGNING_KEY=key)
    assert (again.returncode, again.stdout) == (2, "")
    assert "cannot be written: File exists" in again.stderr


def test_a_changed_or_older_export_is_broken(home: Path, tmp_path: Path) -> None:
    key = str(tmp_path / "key.pem")
    whole = tmp_path / "ledger.jsonl"
    hrcr("export", whole, "--home", home, HRCR_SIGNING_KEY=key)
    (tmp_path / "changed").write_text(whole.read_text().replace("coldwell", "goldwell"))
    changed = hrcr("verify", tmp_path / "changed", "--keys", tmp_path / "keys.pem")
    assert changed.returncode == 1
    assert "Event 3 is not signed with a key given." in changed.stdout
    known = hrcr("verify", whole, "--keys", tmp_path / "keys.pem", "--receipt", tmp_path / "checkpoint")
    assert known.returncode == 0
    assert "1 checkpoints from elsewhere agree" in known.stdout
    received = hrcr("verify", whole, "--keys", tmp_path / "keys.pem", "--receipt", tmp_path / "receipt.json")
    assert "1 checkpoints from elsewhere agree" in received.stdout


def test_a_receipt_is_checked_by_itself(home: Path, tmp_path: Path) -> None:
    receipt = home.parent / "receipt.json"
    good = hrcr("verify", receipt, "--keys", tmp_path / "keys.pem")
    assert good.returncode == 0
    assert "Event 2 stands under the checkpoint" in good.stdout
    for old, new in ((b'"index":1', b'"index":0'), (b'"index":0', b'"index":x')):
        receipt.write_bytes(receipt.read_bytes().replace(old, new))
        assert hrcr("verify", receipt, "--keys", tmp_path / "keys.pem").returncode == 1


def test_the_ledger_is_checked_where_it_lies(home: Path, tmp_path: Path) -> None:
    options = ("--ledger", "--home", str(home), "--keys", str(tmp_path / "keys.pem"))
    good = hrcr("verify", *options, HRCR_SIGNING_KEY=str(tmp_path / "key.pem"))
    assert good.returncode == 0
    assert good.stdout.startswith("The ledger: nothing broken was found")
    no_key = hrcr("verify", *options)
    assert (no_key.returncode, no_key.stdout) == (2, "")
    assert "set HRCR_SIGNING_KEY to its key" in no_key.stderr


def test_databases_are_moved_once_and_nothing_is_moved_nowhere(home: Path, tmp_path: Path) -> None:
    key, url = str(tmp_path / "key.pem"), f"sqlite:///{tmp_path}/there.sqlite"
    nowhere = hrcr("move-databases", "--home", home, HRCR_SIGNING_KEY=key)
    assert (nowhere.returncode, "Say what goes where" in nowhere.stderr) == (2, True)
    moved = hrcr("move-databases", "--ledger", url, "--home", home, HRCR_SIGNING_KEY=key)
    assert moved.stdout == "The ledger, 3 events, was moved; set HRCR_LEDGER to that URL now.\n"
    again = hrcr("move-databases", "--ledger", url, "--home", home, HRCR_SIGNING_KEY=key)
    assert (again.returncode, "HRCR_LEDGER has nothing to move" in again.stderr) == (2, True)
    left = hrcr("tick", "--home", home, HRCR_SIGNING_KEY=key)
    assert (left.returncode, "ledger.sqlite was moved to a server: set HRCR_LEDGER" in left.stderr) == (2, True)


def test_an_export_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    broken = hrcr("export", tmp_path / "ledger.jsonl", "--home", tmp_path)
    assert (broken.returncode, "There is no ledger" in broken.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == []
    assert not (tmp_path / "ledger.jsonl").exists()


def test_time_brings_nothing_about_in_a_ledger_without_cases_and_moves_a_case_once(home: Path, tmp_path: Path) -> None:
    key = str(tmp_path / "key.pem")
    assert hrcr("tick", "--home", home, HRCR_SIGNING_KEY=key).stdout == ""
    settings = Settings(home=home, signing_key=key)
    ledger = open_ledger(settings)
    long_ago = Casework(
        artefacts().process,
        ledger,
        artefacts().syntax,
        base=settings.base,
        clock=lambda: datetime(2026, 1, 5, tzinfo=UTC),
    )
    long_ago.open(order("open", city=CITY), OFFICER)
    (case,) = long_ago.cases()
    long_ago.act(case.name, order("submit"), OFFICER)
    ledger.close()
    moved = hrcr("tick", "--home", home, HRCR_SIGNING_KEY=key)
    assert (moved.returncode, moved.stdout, moved.stderr) == (0, f"{case.name}: overdue-noted\n", "")
    assert hrcr("tick", "--home", home, HRCR_SIGNING_KEY=key).stdout == ""


def test_a_closed_case_is_exported_and_checked_by_itself(home: Path, tmp_path: Path) -> None:
    key = str(tmp_path / "key.pem")
    settings = Settings(home=home, signing_key=key)
    with closing(open_ledger(settings)) as ledger:
        work = open_casework(settings, ledger)
        work.open(order("open", city=CITY), OFFICER)
        (case,) = work.cases()
        name = case.name.removeprefix("case/")
        still = hrcr("export", tmp_path / "case.jsonl", "--case", name, "--home", home, HRCR_SIGNING_KEY=key)
        assert (still.returncode, still.stdout) == (2, "")
        assert f"There is no closed case “{case.name}”" in still.stderr
        work.act(case.name, order("withdraw"), OFFICER)
    made = hrcr("export", tmp_path / "case.jsonl", "--case", name, "--home", home, HRCR_SIGNING_KEY=key)
    assert made.stdout.startswith(f"{tmp_path}/case.jsonl: 2 events; check it with")
    good = hrcr("verify", tmp_path / "case.jsonl", "--keys", tmp_path / "keys.pem")
    assert (good.returncode, good.stderr) == (0, "")
    assert f"2 events are in the one form of their version, all of {case.name}." in good.stdout
    assert "  not checked  Whether the case has events after event 5" in good.stdout


def test_the_key_is_changed_by_an_event_and_no_other_way(home: Path, tmp_path: Path) -> None:
    old, new = str(tmp_path / "key.pem"), str(tmp_path / "new.pem")
    assert hrcr("new-key", new).returncode == 0
    refused = hrcr("tick", "--home", home, HRCR_SIGNING_KEY=new)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "is not that of the ledger: its 3 events are signed with another one; set that one." in refused.stderr
    assert "hrcr rotate-key FILE" in refused.stderr
    made = hrcr("rotate-key", new, "--home", home, HRCR_SIGNING_KEY=old)
    assert made.stdout.startswith(f"Event 4 names the new key; set HRCR_SIGNING_KEY={new} now")
    late = hrcr("tick", "--home", home, HRCR_SIGNING_KEY=old)
    assert "since event 4 another one signs it" in late.stderr
    assert hrcr("tick", "--home", home, HRCR_SIGNING_KEY=new).returncode == 0
    with closing(open_ledger(Settings(home=home, signing_key=new))) as ledger:
        ledger.append([DraftedEvent(case="profile/dunmere", kind="profile", office="steward", reason="Read.")])
    assert hrcr("export", tmp_path / "both.jsonl", "--home", home, HRCR_SIGNING_KEY=new).returncode == 0
    with (tmp_path / "keys.pem").open("ab") as keys:
        keys.write(public_key_pem(Ed25519Key(Path(new)).public_key))
    good = hrcr("verify", tmp_path / "both.jsonl", "--keys", tmp_path / "keys.pem")
    assert (good.returncode, "5 events are signed with a key given." in good.stdout) == (0, True)
    for file in (old, new):
        (tmp_path / "one.pem").write_bytes(public_key_pem(Ed25519Key(Path(file)).public_key))
        one = hrcr("verify", tmp_path / "both.jsonl", "--keys", tmp_path / "one.pem")
        assert (one.returncode, one.stderr) == (0, ""), one.stdout
        assert "5 events are signed with a key given, or one that it leads to." in one.stdout
        lies = hrcr("verify", "--ledger", "--keys", tmp_path / "one.pem", "--home", home, HRCR_SIGNING_KEY=new)
        assert (lies.returncode, lies.stderr) == (0, ""), lies.stdout
