"""The parts that cases need are opened on the home of an installation, and made when missing."""

from pathlib import Path

import pytest

from registry.case_wiring import OpenCases, open_documents
from registry.errors import LedgerStopped
from registry.settings import Settings
from registry.wiring import DOCUMENTS
from tests.registry.playing import CITY, OFFICER, order
from tests.registry.test_positions import change


def test_cases_and_documents_lie_in_the_home(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert OpenCases(settings)().cases() == ()
    documents = open_documents(settings)
    assert documents.read(documents.keep(b"x")) == b"x"
    documents.close()
    assert (tmp_path / "home" / DOCUMENTS).is_file()
    assert (tmp_path / "home" / "ledger.sqlite").is_file()


def test_after_a_failed_write_whoever_asks_next_finds_the_ledger_opened_anew(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    opened = OpenCases(settings)
    first = opened()
    assert opened() is first
    url = f"sqlite:///{settings.home}/ledger.sqlite"
    change(url, "ALTER TABLE positions RENAME TO away")
    with pytest.raises(LedgerStopped):
        first.open(order("open", city=CITY), OFFICER)
    with pytest.raises(LedgerStopped, match="nothing was recorded"):
        first.open(order("open", city=CITY), OFFICER)
    change(url, "ALTER TABLE away RENAME TO positions")
    second = opened()
    assert second is not first
    second.open(order("open", city=CITY), OFFICER)
    assert len(second.cases()) == 1
