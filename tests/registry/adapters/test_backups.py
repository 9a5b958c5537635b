"""A backup is whole, hashed and without keys; a restore gives the same registry, and overwrites nothing."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from registry.adapters.backups import back_up, bring_back
from registry.adapters.evidence_files import EvidenceFiles
from registry.adapters.release_directories import public_files
from registry.errors import SettingsError
from registry.ledger_wiring import open_ledger
from registry.settings import Settings
from registry.wiring import wire
from registry.witness_wiring import open_state
from tests.registry.test_cli import hrcr

pytestmark = pytest.mark.slow


def database(path: Path, said: str) -> Path:
    """Make a database that says one thing, its log not written back yet."""
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE said (word TEXT)")
        made.execute("INSERT INTO said VALUES (?)", (said,))
        made.commit()
    return path


def said(path: Path) -> str:
    with closing(sqlite3.connect(path)) as opened:
        return str(opened.execute("SELECT word FROM said").fetchone()[0])


def test_a_database_is_copied_while_somebody_writes(tmp_path: Path) -> None:
    one = database(tmp_path / "one.db", "before")
    with closing(sqlite3.connect(one)) as writing:
        writing.execute("UPDATE said SET word = 'half'")
        assert list(back_up([one, tmp_path / "missing.db"], tmp_path / "copy")) == ["one.db"]
        writing.commit()
    assert (said(tmp_path / "copy" / "one.db"), said(one)) == ("before", "half")
    assert bring_back(tmp_path / "copy", tmp_path / "home") == ["one.db"]
    assert said(tmp_path / "home" / "one.db") == "before"
    assert (tmp_path / "home" / "one.db").stat().st_mode & 0o077 == 0


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    one = database(tmp_path / "one.db", "first")
    back_up([one], tmp_path / "copy")
    with pytest.raises(SettingsError, match="there already"):
        back_up([one], tmp_path / "copy")
    with pytest.raises(SettingsError, match="there already"):
        bring_back(tmp_path / "copy", tmp_path)
    assert said(one) == "first"


def test_a_damaged_or_foreign_directory_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    back_up([database(tmp_path / "one.db", "first"), database(tmp_path / "two.db", "second")], tmp_path / "copy")
    with (tmp_path / "copy" / "two.db").open("ab") as file:
        file.write(b"x")
    with pytest.raises(SettingsError, match=r"two\.db is missing or is not what was backed up"):
        bring_back(tmp_path / "copy", tmp_path / "home")
    with pytest.raises(SettingsError, match="is no backup"):
        bring_back(tmp_path, tmp_path / "home")
    (tmp_path / "copy" / "SHA256SUMS").write_text(f"{'0' * 64}  ../one.db\n")
    with pytest.raises(SettingsError, match="a file elsewhere"):
        bring_back(tmp_path / "copy", tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_database_that_cannot_be_read_leaves_no_backup(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database at all, by far" * 100)
    with pytest.raises(SettingsError, match="cannot be written"):
        back_up([tmp_path / "broken.db"], tmp_path / "copy")
    assert [path.name for path in tmp_path.iterdir()] == ["broken.db"]


def test_a_drill_gives_back_the_same_registry(tmp_path: Path) -> None:
    home, key = tmp_path / "home", tmp_path / "home" / "ledger-key.pem"
    release = wire(Settings(home=home)).publish({}, at=date(2026, 6, 30))
    open_state(Settings(home=home)).close()
    told = hrcr("backup", tmp_path / "copy", "--home", home)
    assert (told.returncode, "Keep the keys elsewhere" in told.stdout) == (0, True)
    assert not list((tmp_path / "copy").glob("*key*"))
    public = public_files(release.directory)
    shutil.copy(key, tmp_path / "key.pem")
    shutil.rmtree(home)
    without = hrcr("restore", tmp_path / "copy", "--home", home)
    assert (without.returncode, "A backup holds no keys" in without.stderr, home.exists()) == (2, True, False)
    back = hrcr("restore", tmp_path / "copy", "--home", home, HRCR_SIGNING_KEY="")
    assert back.returncode == 2
    home.mkdir()
    shutil.copy(tmp_path / "key.pem", key)
    back = hrcr("restore", tmp_path / "copy", "--home", home)
    assert (back.returncode, release.id in back.stdout) == (0, True)
    assert "set HRCR_WITNESS_KEY to a new key" in back.stdout.splitlines()[-1]
    assert public_files(home / "releases" / release.id) == public
    assert hrcr("verify", "--ledger", "--home", home).returncode == 0
    with closing(open_ledger(Settings(home=home))) as ledger:
        assert list(ledger.read())[-1].envelope.kind == "release"


def test_a_database_on_a_server_and_an_empty_home_are_named(tmp_path: Path) -> None:
    elsewhere = hrcr("backup", tmp_path / "copy", "--home", tmp_path, HRCR_LEDGER="postgresql://localhost/ledger")
    assert (elsewhere.returncode, "pg_dump" in elsewhere.stderr) == (2, True)
    empty = hrcr("backup", tmp_path / "copy", "--home", tmp_path)
    assert (empty.returncode, "nothing to back up" in empty.stderr) == (2, True)


def test_evidence_goes_with_a_backup_and_comes_back_with_it(tmp_path: Path) -> None:
    kept = EvidenceFiles(tmp_path / "evidence")
    digests = sorted(kept.put(text) for text in (b"minutes", b"report"))
    back_up([database(tmp_path / "one.db", "first")], tmp_path / "copy", evidence=kept)
    assert bring_back(tmp_path / "copy", tmp_path / "home") == [
        *(f"evidence/{digest[:2]}/{digest}" for digest in digests),
        "one.db",
    ]
    again = EvidenceFiles(tmp_path / "home" / "evidence")
    assert {again.get(digest) for digest in again} == {b"minutes", b"report"}


def test_damaged_evidence_is_neither_backed_up_nor_brought_back(tmp_path: Path) -> None:
    kept = EvidenceFiles(tmp_path / "evidence")
    digest = kept.put(b"minutes")
    one = database(tmp_path / "one.db", "first")
    back_up([one], tmp_path / "copy", evidence=kept)
    for directory, refused in (
        (tmp_path / "evidence", lambda: back_up([one], tmp_path / "second", evidence=kept)),
        (tmp_path / "copy" / "evidence", lambda: bring_back(tmp_path / "copy", tmp_path / "home")),
    ):
        file = directory / digest[:2] / digest
        file.chmod(0o600)
        file.write_bytes(b"minuteS")
        with pytest.raises(SettingsError, match="is not what was"):
            refused()
    assert not (tmp_path / "second").exists()
    assert not (tmp_path / "home").exists()
