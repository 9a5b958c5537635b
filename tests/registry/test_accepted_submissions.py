"""What a city said when it was granted a level is to be recorded, and of any other case not a word."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.accepted_submissions import KIND, accepted, superseded, to_record
from registry.model import DraftedEvent
from tests.registry.playing import (
    COMMITTED,
    DECIDER,
    FIRST,
    OFFICER,
    REQUIREMENTS,
    SECOND,
    STEWARD,
    Table,
    judged,
    order,
)
from tests.registry.test_casework import CITY, NAME, Desk

DIGEST, PAYLOAD = "a" * 64, b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.ledger.close()


def heard(desk: Desk, digest: str) -> None:
    """A case that waits for its decision, on a submission with a SHA-256."""
    desk.work.open(order("open", city=CITY), OFFICER)
    desk.do("submit", OFFICER, hashes={"submission": digest, "report": "0" * 64})
    desk.do("find-eligible", STEWARD, requirements=REQUIREMENTS)
    for reviewer in (FIRST, SECOND):
        desk.do("assign-reviewer", STEWARD, candidate=reviewer)
    desk.do("open-call", STEWARD)
    desk.wait(31)
    for reviewer in (FIRST, SECOND):
        desk.do("file-findings", reviewer, judgements=judged(REQUIREMENTS))
    desk.do("reply", OFFICER)
    desk.do("assign-decider", STEWARD, candidate=DECIDER)


def accredited(desk: Desk, digest: str) -> None:
    """A case that granted a level on a submission with a SHA-256."""
    heard(desk, digest)
    desk.do("accredit", DECIDER, level=COMMITTED)


def drafts(desk: Desk, payload: bytes | None = PAYLOAD) -> list[DraftedEvent]:
    return list(to_record(desk.work.cases(), desk.ledger.case, {DIGEST: payload}.get))


def test_it_is_recorded_once_under_the_case_by_the_office_that_said_it(desk: Desk) -> None:
    accredited(desk, DIGEST)
    received = accepted(desk.work.case(NAME))
    assert received is not None
    (draft,) = drafts(desk)
    assert (draft.case, draft.kind, draft.office, draft.account) == ("submission/oderau-1", KIND, "officer", None)
    assert (draft.payload, draft.claimed, draft.hashes) == (PAYLOAD, received.at, {"submission": DIGEST})
    desk.ledger.append([draft])
    assert drafts(desk) == []


def test_of_a_case_that_is_not_decided_or_was_refused_nothing_is_recorded(desk: Desk) -> None:
    heard(desk, DIGEST)
    assert drafts(desk) == []
    desk.do("refuse", DECIDER)
    assert drafts(desk) == []


def test_what_cannot_be_read_now_is_left_for_the_next_time(desk: Desk) -> None:
    accredited(desk, DIGEST)
    assert drafts(desk, None) == []
    assert len(drafts(desk)) == 1


def test_of_each_city_all_but_what_was_accepted_last_is_superseded() -> None:
    first, second, refused = (Table(f"case/oderau-{number}") for number in (1, 2, 3))
    first.accredited()
    second.wait(400).accredited()
    refused.wait(800).refused()
    assert superseded([second.case, refused.case, first.case]) == {"submission/oderau-1"}
    assert superseded([first.case, refused.case]) == frozenset()
