"""A text is erased on record: by whom and when, under its commitment, without a word of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.adapters.sql_ledger import SqlLedger
from registry.adapters.sql_texts import SqlTexts
from registry.errors import LedgerError, PortError, UnknownRecord
from registry.text_erasure import CASE, KIND, erase
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.test_envelope import NOON, Key

WORDS = "zqx-said"
STEWARD = "steward-0000000000000000"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    made = SqlLedger(f"sqlite:///{tmp_path}/ledger.sqlite", origin=ORIGIN, signer=Key(1), clock=lambda: NOON)
    yield made
    made.close()


@pytest.fixture
def texts(tmp_path: Path) -> Iterator[SqlTexts]:
    made = SqlTexts(f"sqlite:///{tmp_path}/texts.sqlite")
    yield made
    made.close()


def test_the_record_says_who_when_and_which_and_not_what(ledger: SqlLedger, texts: SqlTexts) -> None:
    kept = texts.keep(WORDS)
    assert erase(ledger, texts, kept.digest, account=STEWARD) == 1
    assert texts.read(kept.digest) is None
    (event,) = ledger.case(CASE + kept.digest)
    envelope = event.envelope
    assert (envelope.kind, envelope.account, envelope.recorded) == (KIND, STEWARD, NOON)
    assert envelope.hashes == {"text": kept.digest}
    for secret in (WORDS, kept.salt):
        assert secret.encode() not in event.raw


def test_what_is_not_kept_is_not_recorded_as_erased(ledger: SqlLedger, texts: SqlTexts) -> None:
    kept = texts.keep(WORDS)
    erase(ledger, texts, kept.digest, account=None)
    with pytest.raises(UnknownRecord, match="it was erased before, or lies elsewhere"):
        erase(ledger, texts, kept.digest, account=None)
    assert ledger.checkpoint().size == 1


def test_a_text_is_not_erased_unless_that_is_on_record(
    ledger: SqlLedger, texts: SqlTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_events: object, **_more: object) -> None:
        raise LedgerError("Not now.")

    kept = texts.keep(WORDS)
    monkeypatch.setattr(ledger, "append", refuse)
    with pytest.raises(LedgerError):
        erase(ledger, texts, kept.digest, account=None)
    assert texts.read(kept.digest) == kept


def test_what_broke_off_is_done_again_and_recorded_once(
    ledger: SqlLedger, texts: SqlTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_digest: str) -> bool:
        raise PortError("Gone.")

    kept = texts.keep(WORDS)
    with monkeypatch.context() as broken:
        broken.setattr(texts, "erase", fail)
        with pytest.raises(PortError):
            erase(ledger, texts, kept.digest, account=STEWARD)
    assert erase(ledger, texts, kept.digest, account=STEWARD) == 1
    assert (texts.read(kept.digest), ledger.checkpoint().size) == (None, 1)
