"""What is known of links outlives the process, whole; one check holds it at a time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.adapters.sql_link_visits import SqlLinkVisits
from registry.errors import PortError
from registry.evidence_errors import CheckRunning
from registry.evidence_model import Copy, LinkState, Visit

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
COPY = Copy(sha256="a" * 64, fingerprint="b" * 64, media_type="text/html", size=12, at=NOON)
WHOLE = Visit(
    address="https://oderau.example/a",
    tried=NOON,
    due=NOON,
    state=LinkState.TYPE_CHANGED,
    status=200,
    settled=NOON,
    final="https://oderau.example/b",
    first=COPY,
    last=Copy(sha256="c" * 64, fingerprint="d" * 64, media_type="application/pdf", size=9, at=NOON),
    etag='"1"',
    last_modified="Mon, 29 Jun 2026 10:00:00 GMT",
    failures=2,
)
BARE = Visit(address="https://oderau.example/0", tried=NOON, due=NOON)


def test_a_visit_is_kept_whole_and_replaced(tmp_path: Path) -> None:
    visits = SqlLinkVisits(tmp_path / "in" / "visits.sqlite")
    assert visits.known() == {}
    visits.keep(BARE)
    visits.keep(Visit(address=WHOLE.address, tried=NOON, due=NOON))
    visits.keep(WHOLE)
    visits.close()
    assert SqlLinkVisits(tmp_path / "in" / "visits.sqlite").known() == {BARE.address: BARE, WHOLE.address: WHOLE}


def test_of_some_addresses_what_is_known_is_found_without_the_others(tmp_path: Path) -> None:
    visits = SqlLinkVisits(tmp_path / "visits.sqlite")
    for visit in (BARE, WHOLE):
        visits.keep(visit)
    assert visits.of({WHOLE.address, "https://oderau.example/never"}) == {WHOLE.address: WHOLE}
    assert visits.of(set()) == {}


def test_a_second_check_is_told_that_one_runs(tmp_path: Path) -> None:
    first, second = SqlLinkVisits(tmp_path / "visits.sqlite"), SqlLinkVisits(tmp_path / "visits.sqlite")
    with first.alone():
        with pytest.raises(CheckRunning, match="Another check of the links is running"), second.alone():
            pass
        second.keep(BARE)
    with second.alone():
        assert second.known() == {BARE.address: BARE}


def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "visits.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(PortError, match="cannot be read or written"):
        SqlLinkVisits(tmp_path / "visits.sqlite")
