"""Texts are found by their commitment and by their salt, by nothing else, and are gone when they are erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.adapters.sql_texts import SqlTexts
from registry.commitment import commit
from registry.errors import PortError, SettingsError


@pytest.fixture
def texts(accounts_url: str) -> Iterator[SqlTexts]:
    """The texts on each engine in turn."""
    found = SqlTexts(accounts_url)
    yield found
    found.close()


def test_a_text_is_found_by_its_commitment_and_by_its_salt(texts: SqlTexts) -> None:
    kept = texts.keep("The plan was never adopted.")
    assert kept.digest == commit(kept.salt, "The plan was never adopted.")
    assert texts.read(kept.digest) == texts.under(kept.salt) == kept
    assert (texts.read(kept.salt), texts.under("")) == (None, None)


def test_the_same_text_twice_gives_nothing_away(texts: SqlTexts) -> None:
    first, second = texts.keep("same"), texts.keep("same")
    assert first.digest != second.digest
    assert "same" not in repr(first)
    assert first.salt not in repr(first)


def test_what_is_erased_is_found_no_more(texts: SqlTexts) -> None:
    kept = texts.keep("said")
    assert texts.erase(kept.digest)
    assert not texts.erase(kept.digest)
    assert (texts.read(kept.digest), texts.under(kept.salt)) == (None, None)


def test_what_is_erased_is_nowhere_in_the_file(tmp_path: Path) -> None:
    texts = SqlTexts(f"sqlite:///{tmp_path}/texts.sqlite")
    texts.erase(texts.keep("marked-zqx-text").digest)
    texts.close()  # the log is written back
    assert list(tmp_path.iterdir())
    for path in tmp_path.iterdir():
        assert b"marked-zqx-text" not in path.read_bytes()


def test_a_wrong_address_and_a_lost_database_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="wrong form"):
        SqlTexts("nothing")
    (tmp_path / "file").touch()
    with pytest.raises(PortError, match="did not answer"):
        SqlTexts(f"sqlite:///{tmp_path}/file/texts.sqlite")
