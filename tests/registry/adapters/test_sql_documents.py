"""Documents: kept once, given back as they came or not at all."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from registry.adapters.sql_documents import SqlDocuments
from registry.errors import PortError, SettingsError, UnknownRecord


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[SqlDocuments]:
    found = SqlDocuments(f"sqlite:///{tmp_path}/documents.sqlite")
    yield found
    found.close()


def test_what_is_kept_is_given_back_under_its_hash(documents: SqlDocuments) -> None:
    body = bytes(range(256)) * 100
    assert documents.keep(body) == sha256(body).hexdigest()
    assert documents.read(sha256(body).hexdigest()) == body


def test_the_same_bytes_are_kept_once_however_many_keep_them(documents: SqlDocuments, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: documents.keep(b"a submission"), range(24)))
    assert digests == {sha256(b"a submission").hexdigest()}
    with sqlite3.connect(tmp_path / "documents.sqlite") as database:
        assert database.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def test_what_was_never_kept_is_not_there(documents: SqlDocuments) -> None:
    with pytest.raises(UnknownRecord, match="No document with the SHA-256 0000"):
        documents.read("0" * 64)


def test_changed_bytes_are_never_given(documents: SqlDocuments, tmp_path: Path) -> None:
    digest = documents.keep(b"as it was")
    with sqlite3.connect(tmp_path / "documents.sqlite") as database:
        database.execute("UPDATE documents SET body = ?", (b"as it is not",))
    with pytest.raises(PortError, match="other bytes than were kept"):
        documents.read(digest)
    with pytest.raises(PortError, match="other bytes"):
        documents.keep(b"as it was")


def test_an_address_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="wrong form"):
        SqlDocuments("nonsense")
    (tmp_path / "file").touch()
    with pytest.raises(PortError, match="did not answer"):
        SqlDocuments(f"sqlite:///{tmp_path}/file/documents.sqlite")
