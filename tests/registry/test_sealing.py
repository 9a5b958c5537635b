"""Drafts get their place and time, follow one another within a case, and nothing is dated into the past."""

from datetime import timedelta

import pytest

from registry import checkpoint as checkpoints
from registry.errors import BackDated, LedgerConflict
from registry.ledger_errors import LedgerKeyChanged
from registry.model import DraftedEvent
from registry.sealing import TOLERANCE, demand_key, key_change, seal, time_of_record
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


def test_another_key_is_refused_and_told_how_it_is_changed() -> None:
    head = checkpoints.write("registry.example.org/ledger", 3, bytes(32), Key(1))
    demand_key(Key(1).public_key, change=None, head=head)
    with pytest.raises(LedgerKeyChanged, match=r"its 3 events are signed with another one; set that one\."):
        demand_key(Key(2).public_key, change=None, head=head)


def test_after_a_change_of_key_the_new_one_alone_is_taken() -> None:
    head = checkpoints.write("registry.example.org/ledger", 3, bytes(32), Key(1))
    draft = key_change(Key(2).public_key, former=Key(1).public_key, previous=None)
    (change,) = seal([draft], start=4, recorded=NOON, latest={draft.case: None}, signer=Key(1))
    demand_key(Key(2).public_key, change=change, head=head)
    with pytest.raises(LedgerKeyChanged, match="since event 4 another one signs it"):
        demand_key(Key(1).public_key, change=change, head=head)
