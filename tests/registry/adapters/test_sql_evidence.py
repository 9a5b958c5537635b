"""Whose a file is outlives the process; the first to note it stands."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.adapters.sql_evidence import SqlEvidence
from registry.errors import PortError
from registry.evidence_model import EvidenceFile

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
GRAZ, LUND = "https://w3id.org/hrcr/id/city/graz", "https://w3id.org/hrcr/id/city/lund"


def file(city: str, name: str = "minutes.pdf", digest: str = "a" * 64) -> EvidenceFile:
    return EvidenceFile(
        sha256=digest, city=city, name=name, media_type="application/pdf", size=12, account="f" * 32, at=NOON
    )


def test_each_city_has_its_own_files_and_the_first_note_stands(tmp_path: Path) -> None:
    records = SqlEvidence(f"sqlite:///{tmp_path}/files.sqlite")
    records.note(file(GRAZ))
    records.note(file(GRAZ, "another name.pdf"))
    records.note(file(LUND, "theirs.pdf"))
    records.close()
    again = SqlEvidence(f"sqlite:///{tmp_path}/files.sqlite")
    assert again.of_city(GRAZ) == {"a" * 64: file(GRAZ)}
    assert again.of_city(LUND) == {"a" * 64: file(LUND, "theirs.pdf")}
    assert again.of_city("") == {}
    assert (tmp_path / "files.sqlite").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "files.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(PortError, match="did not answer"):
        SqlEvidence(f"sqlite:///{tmp_path}/files.sqlite")
