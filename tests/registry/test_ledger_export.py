"""An export has one form, line by line, and is read in that form only."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from registry.adapters.sql_ledger import SqlLedger
from registry.errors import MalformedRecord
from registry.ledger_export import export_lines, is_export, read_event, read_header
from registry.model import DraftedEvent
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.test_envelope import DIGEST, NOON, Key


def filled(path: Path, most: int) -> SqlLedger:
    """A ledger of so many events in five cases, one a minute, some without a payload, two in each transaction."""
    minutes = iter(range(10_000))
    ledger = SqlLedger(
        f"sqlite:///{path}", origin=ORIGIN, signer=Key(1), clock=lambda: NOON + timedelta(minutes=next(minutes))
    )
    latest: dict[str, str] = {}
    for start in range(0, most, 2):
        drafts = [drafted(number, latest) for number in range(start, min(start + 2, most))]
        for receipt in ledger.append(drafts):
            latest[receipt.event.envelope.case] = receipt.event.hash
    return ledger


def drafted(number: int, latest: dict[str, str]) -> DraftedEvent:
    case = f"case/{number % 5}"
    return DraftedEvent(
        case=case,
        kind="note",
        office="steward",
        reason=f"Number {number}.",
        payload=None if number % 7 == 6 else f"payload {number}".encode(),
        hashes={"standard": DIGEST} if number % 3 else {},
        previous=latest.get(case),
    )


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLedger]:
    """Twelve events."""
    made = filled(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", 12)
    yield made
    made.close()


@pytest.fixture(scope="module")
def lines(ledger: SqlLedger) -> list[bytes]:
    return list(export_lines(ledger))


def test_an_export_is_the_checkpoint_and_every_event_under_it(ledger: SqlLedger, lines: list[bytes]) -> None:
    assert is_export(lines[0])
    assert read_header(lines[0]) == ledger.checkpoint()
    found = [read_event(line, number=number) for number, line in enumerate(lines[1:], start=2)]
    assert [line.event for line in found] == list(ledger.read())
    assert [line.payload for line in found[:2]] == [b"payload 0", b"payload 1"]
    assert [number for number, line in enumerate(found) if line.payload is None] == [6]
    assert lines == list(export_lines(ledger))


def test_payloads_may_be_left_out_event_by_event(ledger: SqlLedger) -> None:
    some = list(export_lines(ledger, encloses=lambda event: event.envelope.case == "case/1"))[1:]
    found = [read_event(line, number=2) for line in some]
    assert {line.event.envelope.case for line in found if line.payload is not None} == {"case/1"}
    assert [line.event for line in found] == list(ledger.read())


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"format":"hrcr-ledger-export"', b'"format":"other"', "does not say “hrcr-ledger-export”, version 1"),
        (b'"version":1', b'"version":2', "does not say"),
        (b'"version":1', b'"version":true', "does not say"),
        (b'"version":1', b'"version":1,"x":1', "The first line has the unknown field “x”"),
        (b',"version":1', b"", "The first line lacks the field “version”"),
        (b"\n", b"", "is cut off"),
        (b"\\u2014", b"\\u2014", "is not in the canonical form|no signed note"),
    ],
    ids=range(7),
)
def test_another_header_is_refused(lines: list[bytes], old: bytes, new: bytes, why: str) -> None:
    changed = lines[0].replace(old, new) if old in lines[0] else lines[0].replace("—".encode(), new)
    with pytest.raises(MalformedRecord, match=why):
        read_header(changed)


def test_a_header_without_a_note_is_refused() -> None:
    with pytest.raises(MalformedRecord, match="is no text"):
        read_header(b'{"checkpoint":1,"format":"hrcr-ledger-export","version":1}\n')
    assert not is_export(b'{"format":1}')


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"}\n', b'","x":1}\n', "Line 3 has the unknown field “x”"),
        (b'{"envelope":"', b'{"envelopes":"', "Line 3 lacks the field “envelope”"),
        (b'"payload":"', b'"payload":"?', "The payload in line 3, .* is not base64"),
        (b'"signature":"', b'"signature":"?', "The signature in line 3, .* is not base64"),
        (b'\\"version\\":1', b'\\"version\\":7', "Line 3: The envelope has version 7"),
        (b"}\n", b"} \n", "not in the canonical form"),
        (b"\n", b"", "Line 3 is cut off"),
    ],
    ids=range(7),
)
def test_another_line_is_refused_with_its_number(lines: list[bytes], old: bytes, new: bytes, why: str) -> None:
    assert old in lines[2]
    with pytest.raises(MalformedRecord, match=why):
        read_event(lines[2].replace(old, new), number=3)


def test_an_envelope_that_is_no_text_is_refused() -> None:
    with pytest.raises(MalformedRecord, match="Line 4: the envelope is no text"):
        read_event(b'{"envelope":1,"payload":null,"signature":""}\n', number=4)
