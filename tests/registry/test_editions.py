"""Every release comes out of the ledger again as it was, each from the events that it was made of."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.sql_ledger import SqlLedger
from registry.editions import History
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.model import Release
from registry.recording import publication
from registry.settings import Settings
from tests.registry.test_recording import event, record


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    with closing(open_ledger(Settings(home=tmp_path), may_be_new=True)) as opened:
        yield opened


def publish(ledger: SqlLedger, identifier: str) -> None:
    size = len(list(ledger.read()))
    release = Release(identifier, date.fromisoformat(identifier[:10]), "1.0.0", "0.1.0", 1, Path())
    ledger.append([publication(release, b"", OxigraphSyntax(), size=size)])


def history(ledger: SqlLedger) -> History:
    return History(list(ledger.read()), ledger.payload, artefacts(), "https://example.org/")


def test_each_release_is_folded_from_the_events_that_it_was_made_of(ledger: SqlLedger) -> None:
    record(ledger, event("a", "one"))
    publish(ledger, "2026-06-30-1")
    record(ledger, event("a", "two"), event("b", "one"))
    publish(ledger, "2026-07-01-1")
    record(ledger, event("b", "one"))
    found = list(history(ledger).editions())
    assert [(each.identifier, each.day.isoformat()) for each in found] == [
        ("2026-06-30-1", "2026-06-30"),
        ("2026-07-01-1", "2026-07-01"),
    ]
    said = [{line for line in each.content if b"/says>" in line and b"/graph/" not in line} for each in found]
    assert said == [
        {b'<https://example.org/a> <https://example.org/says> "one" .'},
        {
            b'<https://example.org/a> <https://example.org/says> "two" .',
            b'<https://example.org/b> <https://example.org/says> "one" .',
        },
    ]
    assert {name.rsplit("/", 1)[1] for name in history(ledger).content().graphs} == {"b"}


def test_before_anything_was_published_there_is_none(ledger: SqlLedger) -> None:
    record(ledger, event("a", "one"))
    assert list(history(ledger).editions()) == []
