"""Texts lie beside the accounts, and outlive the process that kept them."""

from contextlib import closing
from pathlib import Path

from registry.call_wiring import TEXTS, find_personal_data, open_texts
from registry.settings import Settings


def test_texts_lie_in_the_home_and_are_found_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new")
    with closing(open_texts(settings)) as texts:
        kept = texts.keep("said")
    assert (tmp_path / "new" / TEXTS).exists()
    with closing(open_texts(settings)) as texts:
        assert texts.read(kept.digest) == kept


def test_where_accounts_have_a_database_of_their_own_texts_lie_there(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, accounts=f"sqlite:///{tmp_path}/elsewhere.db")
    with closing(open_texts(settings)) as texts:
        texts.keep("said")
    assert b"said" in b"".join(path.read_bytes() for path in tmp_path.glob("elsewhere.db*"))
    assert not (tmp_path / TEXTS).exists()


def test_the_search_for_personal_data_is_the_installed_one() -> None:
    assert [mark.kind for mark in find_personal_data("a@b.example", ())] == ["e-mail address"]
