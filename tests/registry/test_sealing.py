"""Drafts get their place and time, follow one another within a case, and nothing is dated into the past."""

from datetime import timedelta

import pytest

from registry.errors import BackDated, LedgerConflict
from registry.model import DraftedEvent
from registry.sealing import TOLERANCE, seal, time_of_record
from tests.registry.test_envelope import DIGEST, NOON, Key


def drafted(case: str, previous: str | None = None) -> DraftedEvent:
    return DraftedEvent(case=case, kind="note", office="steward", reason="Said.", payload=b"payload", previous=previous)


def test_events_of_one_case_follow_one_another_in_the_order_given() -> None:
    drafts = [drafted("a"), drafted("b", DIGEST), drafted("a"), drafted("b", DIGEST)]
    events = seal(drafts, start=7, recorded=NOON, latest={"a": None, "b": DIGEST}, signer=Key(1))
    assert [event.envelope.sequence for event in events] == [7, 8, 9, 10]
    assert [event.envelope.previous for event in events] == [None, DIGEST, events[0].hash, events[1].hash]
    assert {event.envelope.hashes["payload"] for event in events} == {DIGEST}


def test_a_draft_that_names_another_event_is_a_conflict() -> None:
    with pytest.raises(LedgerConflict, match="read it again and decide anew") as fault:
        seal([drafted("a")], start=1, recorded=NOON, latest={"a": DIGEST}, signer=Key(1))
    assert fault.value.latest == DIGEST


def test_time_never_goes_back() -> None:
    assert time_of_record(NOON, None) == NOON
    assert time_of_record(NOON, NOON - timedelta(days=1)) == NOON
    assert time_of_record(NOON - TOLERANCE, NOON) == NOON
    with pytest.raises(BackDated, match="set the clock right"):
        time_of_record(NOON - TOLERANCE - timedelta(microseconds=1), NOON)
