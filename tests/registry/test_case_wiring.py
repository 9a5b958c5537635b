"""The parts that cases need are opened on the home of an installation, and made when missing."""

from pathlib import Path

from registry.case_wiring import DOCUMENTS, open_cases, open_documents
from registry.settings import Settings


def test_cases_and_documents_lie_in_the_home(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert open_cases(settings).cases() == ()
    documents = open_documents(settings)
    assert documents.read(documents.keep(b"x")) == b"x"
    documents.close()
    assert (tmp_path / "home" / DOCUMENTS).is_file()
    assert (tmp_path / "home" / "ledger.sqlite").is_file()
