"""The export of a case is its events with proofs under one head, and nothing of a case that is still open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.canonical_json import read as read_json
from registry.case_export import is_case_export, read_header, read_proven
from registry.errors import MalformedRecord, UnknownCase
from registry.ledger_commands import export
from registry.ledger_export import is_export, read_event
from registry.merkle import leaf_hash, verify_inclusion
from registry.receipt import is_receipt
from tests.registry.playing import (
    CITY,
    CLAIM,
    COMMITTED,
    DECIDER,
    FIRST,
    OFFICER,
    REQUIREMENTS,
    SECOND,
    STEWARD,
    judged,
    order,
    person,
)
from tests.registry.test_casework import NAME, Desk, reviewed

NEXT = "case/oderau-2"
SECOND_OFFICER = person("another", "officer", city=CITY)
REASON = "Both seats of the open case are taken."


def closed(desk: Desk) -> None:
    """A case that went all its way, and a second one of the city that is open, with a concern held back in it."""
    reviewed(desk)
    for reviewer in (FIRST, SECOND):
        desk.do("file-findings", reviewer, judgements=judged(REQUIREMENTS))
    desk.do("reply", OFFICER)
    desk.do("assign-decider", STEWARD, candidate=DECIDER)
    desk.do("accredit", DECIDER, level=COMMITTED)
    desk.wait(31)
    desk.work.open(order("open", city=CITY), SECOND_OFFICER)
    desk.work.act(NEXT, order("submit"), SECOND_OFFICER)
    desk.work.act(NEXT, order("find-eligible", requirements=REQUIREMENTS), STEWARD)
    for name in ("third", "fourth"):
        desk.work.act(NEXT, order("assign-reviewer", candidate=person(name, "reviewer")), STEWARD)
    desk.work.act(NEXT, order("open-call", reason=REASON), STEWARD)
    desk.work.act(NEXT, order("file-concern", claim=CLAIM), person("neighbour", "public"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk"))
    closed(made)
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def lines(desk: Desk) -> list[bytes]:
    return list(desk.work.export(NAME))


def test_each_event_of_a_closed_case_is_there_with_payload_and_proof(desk: Desk, lines: list[bytes]) -> None:
    assert is_case_export(lines[0])
    assert not is_export(lines[0])
    assert not is_receipt(lines[0])
    assert read_header(lines[0]) == (NAME, desk.ledger.checkpoint(), ())
    head = desk.ledger.checkpoint()
    found = [read_proven(line, number=number) for number, line in enumerate(lines[1:], start=2)]
    assert [line.found.event for line in found] == list(desk.ledger.case(NAME))
    assert all(line.found.payload for line in found)
    for line in found:
        event = line.found.event
        assert verify_inclusion(leaf_hash(event.raw), event.envelope.sequence - 1, head.size, line.proof, head.root)


@pytest.mark.parametrize("name", [NEXT, "case/nowhere-1", "standing/oderau"])
def test_of_a_case_that_is_open_nothing_is_told_not_even_that_it_is_there(desk: Desk, name: str) -> None:
    with pytest.raises(UnknownCase, match=f"There is no closed case “{name}”; a case can be read by everybody when"):
        desk.work.export(name)


def test_the_whole_ledger_is_exported_without_the_payloads_of_open_cases(desk: Desk) -> None:
    found = [read_event(line, number=2) for line in list(desk.work.export_all())[1:]]
    without = {line.event.envelope.case for line in found if line.payload is None}
    enclosed = {line.event.envelope.case for line in found if line.payload is not None}
    assert (without, enclosed) == ({NEXT}, {NAME, "standing/oderau"})
    assert [line.event for line in found] == list(desk.ledger.read())
    assert CLAIM.encode() not in b"".join(line.payload or line.event.raw for line in found)


def test_the_envelopes_of_open_cases_are_in_the_whole_export_without_reasons(desk: Desk) -> None:
    """They tell who acted when, by opaque account, which is why the whole export is not for the public."""
    lines = list(desk.work.export_all())[1:]
    found = [read_event(line, number=2) for line in lines]
    mine = [line.event.envelope for line in found if line.event.envelope.case == NEXT]
    assert STEWARD.account in {envelope.account for envelope in mine}
    assert REASON in {act.reason for act in desk.work.case(NEXT).acts}
    assert REASON.encode() not in b"".join(line.event.raw + (line.payload or b"") for line in found)
    assert "do not give the whole export to the public" in " ".join((export.help or "").split())


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"format":"hrcr-case-export"', b'"format":"other"', "does not say “hrcr-case-export”, version 1"),
        (b'"version":1', b'"version":3', "does not say"),
        (b'"version":1', b'"version":2', "lacks the field “keys”"),
        (b'"version":1', b'"keys":{},"version":2', "are no list"),
        (b'"version":1', b'"keys":[1],"version":2', "is no event with its proof"),
        (b'"version":1', b'"keys":[],"version":1', "has the unknown field “keys”"),
        (b'"version":1', b'"version":true', "does not say"),
        (b'{"case":"case/oderau-1"', b'{"case":1', "must be texts"),
        (b',"version":1', b"", "The first line lacks the field “version”"),
        (b"\n", b"", "is cut off"),
    ],
    ids=range(10),
)
def test_another_header_is_refused(lines: list[bytes], old: bytes, new: bytes, why: str) -> None:
    assert old in lines[0]
    with pytest.raises(MalformedRecord, match=why):
        read_header(lines[0].replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"proof":[', b'"proof":["?",', "A step of the proof in line 3, .* is not base64"),
        (b'"proof":[', b'"proved":[', "Line 3 (lacks|has)"),
        (b'"payload":"', b'"payload":"?', "The payload in line 3, .* is not base64"),
        (b'\\"version\\":1', b'\\"version\\":7', "Line 3: The envelope has version 7"),
    ],
    ids=range(4),
)
def test_another_line_is_refused_with_its_number(lines: list[bytes], old: bytes, new: bytes, why: str) -> None:
    assert old in lines[2]
    with pytest.raises(MalformedRecord, match=why):
        read_proven(lines[2].replace(old, new), number=3)


def test_a_proof_that_is_no_list_is_refused(lines: list[bytes]) -> None:
    start = lines[2].index(b'"proof":[')
    end = lines[2].index(b"]", start)
    changed = lines[2][:start] + b'"proof":1' + lines[2][end + 1 :]
    assert read_json(changed[:-1], what="It")["proof"] == 1
    with pytest.raises(MalformedRecord, match="Line 3: the proof is no list"):
        read_proven(changed, number=3)


def test_a_case_that_was_never_recorded_has_no_lines(tmp_path: Path) -> None:
    made = Desk(tmp_path)
    assert made.ledger.receipts(NAME) == ()
    made.ledger.close()
