"""A witness cosigns what goes on from what it saw; two histories of one ledger are told, proven and kept."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from registry.adapters.ed25519_key import is_signed
from registry.adapters.sql_witness import SqlWitness
from registry.checkpoint import is_signed_by, read_note
from registry.cosignature import Cosigner, cosignatures_on
from registry.errors import PortError
from registry.witness_errors import (
    AddCheckpointMalformed,
    HeadMoved,
    HeadNotSigned,
    ProofRefused,
    SplitView,
    UnknownOrigin,
    WentBack,
    WitnessError,
    WitnessUnavailable,
)
from registry.witness_ports import Alarm, AlarmKind
from registry.witness_request import read, write
from registry.witnessing import Watch, Witness
from tests.registry.ledgers import NOON, ORIGIN, Hands, History
from tests.registry.test_envelope import Key

NAME = "south.example/witness"
HONEST, OTHER = History(), History("rewritten", fork=20)
KEYS = (Key(1).public_key,)


class Place:
    """A witness with its clock, on a database of its own."""

    def __init__(self, state: SqlWitness) -> None:
        self.state = state
        self.clock = Hands()
        self.watch = Watch(state, clock=self.clock, is_signed=is_signed)
        self.witness = Witness(self.watch, lambda: {ORIGIN: KEYS}, name=NAME, signer=Key(9))

    def kinds(self) -> list[AlarmKind]:
        return [alarm.kind for alarm in self.state.alarms(ORIGIN)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with closing(SqlWitness(f"sqlite:///{tmp_path}/witness.sqlite")) as state:
        yield Place(state)


def cosigned(history: History, size: int, line: str) -> bool:
    note = read_note(history.head(size).note + line)
    return [found.cosigner for found in cosignatures_on(note, [Cosigner(NAME, Key(9).public_key)], is_signed)] != []


def test_a_head_that_goes_on_is_cosigned_with_the_time(place: Place) -> None:
    assert cosigned(HONEST, 10, place.witness.add(HONEST.body(0, 10)))
    place.clock.pass_by(60)
    line = place.witness.add(HONEST.body(10, 30))
    note = read_note(HONEST.head(30).note + line)
    (found,) = cosignatures_on(note, [place.witness.cosigner], is_signed)
    assert (found.at - NOON).seconds == 60
    assert place.watch.size(ORIGIN) == 30


def test_the_same_head_is_cosigned_again(place: Place) -> None:
    first = place.witness.add(HONEST.body(0, 10))
    assert place.witness.add(HONEST.body(10, 10)) == first
    place.clock.pass_by(1)
    assert place.witness.add(HONEST.body(10, 10)) != first


def test_a_replayed_request_is_told_the_size_that_is_known(place: Place) -> None:
    place.witness.add(HONEST.body(0, 10))
    place.witness.add(HONEST.body(10, 30))
    for old in (0, 10, 5):
        with pytest.raises(HeadMoved) as told:
            place.witness.add(HONEST.body(old, 30))
        assert told.value.size == 30
    with pytest.raises(HeadMoved):
        place.witness.add(HONEST.body(0, 10))
    assert place.kinds() == []


@pytest.mark.parametrize("size", [0, 1, 20, 21, 40])
def test_two_heads_of_one_size_prove_two_histories(place: Place, size: int) -> None:
    held, given = (History("a"), History("b")) if size else (HONEST, HONEST)
    place.witness.add(held.body(0, size))
    if size == 0:
        assert place.witness.add(given.body(0, 0))
        return
    for old in (0, size):
        with pytest.raises(SplitView, match="two histories"):
            place.witness.add(write(old, (), given.head(size).note))
    (alarm,) = place.state.alarms(ORIGIN)
    assert alarm.kind.is_proof
    for head, history in ((alarm.held, held), (alarm.given, given)):
        assert head == history.head(size)
        assert is_signed_by(read_note(head.note), ORIGIN, KEYS, is_signed)
    assert place.watch.size(ORIGIN) == size


def test_a_head_of_a_size_seen_long_before_proves_it_too(place: Place) -> None:
    for old, size in ((0, 25), (25, 40)):
        place.witness.add(HONEST.body(old, size))
    with pytest.raises(SplitView):
        place.witness.add(OTHER.body(0, 25))
    assert place.kinds() == [AlarmKind.SPLIT]


def test_a_longer_second_history_is_not_cosigned_and_anybody_may_have_sent_it(place: Place) -> None:
    place.witness.add(HONEST.body(0, 30))
    with pytest.raises(ProofRefused):
        place.witness.add(OTHER.body(30, 40))
    assert place.kinds() == [AlarmKind.UNPROVEN]
    assert not AlarmKind.UNPROVEN.is_alarm
    assert cosigned(HONEST, 40, place.witness.add(HONEST.body(30, 40)))
    with pytest.raises(SplitView):
        place.witness.add(OTHER.body(40, 40))
    assert place.kinds() == [AlarmKind.SPLIT, AlarmKind.UNPROVEN]


def test_a_second_history_given_by_the_ledger_itself_is_an_alarm(place: Place) -> None:
    place.watch.given(read(HONEST.body(0, 30)), KEYS)
    with pytest.raises(SplitView, match="no proof"):
        place.watch.given(read(OTHER.body(30, 40)), KEYS)
    with pytest.raises(SplitView, match="no proof"):
        place.watch.without_proof(OTHER.head(41), KEYS, old=30)
    assert place.kinds() == [AlarmKind.NO_PROOF] * 2
    place.watch.without_proof(HONEST.head(30), KEYS, old=30)


def test_what_was_seen_at_a_harvest_binds_the_witness_and_the_other_way_round(place: Place) -> None:
    place.watch.given(read(HONEST.body(0, 30)), KEYS)
    with pytest.raises(SplitView):
        place.witness.add(OTHER.body(0, 30))
    place.witness.add(HONEST.body(30, 35))
    with pytest.raises(SplitView):
        place.watch.given(read(OTHER.body(35, 35)), KEYS)
    assert place.kinds() == [AlarmKind.SPLIT] * 2


def test_a_ledger_that_was_put_back_is_told_apart(place: Place) -> None:
    place.watch.given(read(HONEST.body(0, 20)), KEYS)
    place.watch.given(read(HONEST.body(20, 30)), KEYS)
    with pytest.raises(WentBack, match="and stood so before"):
        place.watch.without_proof(HONEST.head(20), KEYS, old=30)
    with pytest.raises(WentBack, match="not seen before"):
        place.watch.without_proof(HONEST.head(25), KEYS, old=30)
    with pytest.raises(SplitView):
        place.watch.without_proof(History("b").head(20), KEYS, old=30)
    assert place.kinds() == [AlarmKind.SPLIT, AlarmKind.WENT_BACK, AlarmKind.WENT_BACK]
    place.watch.given(read(HONEST.body(30, 31)), KEYS)


def test_what_is_seen_meanwhile_is_no_fault_of_the_ledger(place: Place) -> None:
    request = read(HONEST.body(10, 30))
    place.witness.add(HONEST.body(0, 10))
    place.witness.add(HONEST.body(10, 20))
    with pytest.raises(HeadMoved):
        place.watch.given(request, KEYS)
    assert place.kinds() == []


def test_a_head_asked_for_before_a_larger_one_was_seen_did_not_go_back(place: Place) -> None:
    place.witness.add(HONEST.body(0, 10))
    place.witness.add(HONEST.body(10, 15))
    with pytest.raises(HeadMoved) as told:
        place.watch.given(read(HONEST.body(10, 12)), KEYS)
    assert told.value.size == 15
    for head in (HONEST.head(8), HONEST.head(12), HONEST.head(20)):
        with pytest.raises(HeadMoved):
            place.watch.without_proof(head, KEYS, old=10)
    assert place.kinds() == []
    with pytest.raises(WentBack):
        place.watch.without_proof(HONEST.head(12), KEYS, old=15)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"nothing", AddCheckpointMalformed),
        (b"x" * 1_000_000, AddCheckpointMalformed),
        (HONEST.body(31, 30), AddCheckpointMalformed),
        (History(origin="east.example/ledger").body(0, 10), UnknownOrigin),
        (History(key=2).body(0, 10), HeadNotSigned),
        (HONEST.body(0, 10).replace(b"\n10\n", b"\n11\n"), HeadNotSigned),
        (write(0, (bytes(32),), HONEST.head(10).note), ProofRefused),
        (HONEST.body(5, 10), HeadMoved),
        (HONEST.body(0, 10).replace(b"=\n\n\xe2", b"=\nmore\n\n\xe2"), AddCheckpointMalformed),
    ],
    ids=range(9),
)
def test_what_is_not_cosigned_leaves_nothing_behind(place: Place, body: bytes, fault: type[WitnessError]) -> None:
    with pytest.raises(fault):
        place.witness.add(body)
    assert (place.state.latest(ORIGIN), place.kinds()) == (None, [])


def test_an_empty_tree_has_one_root(place: Place) -> None:
    assert cosigned(HONEST, 0, place.witness.add(HONEST.body(0, 0)))
    place.witness.add(HONEST.body(0, 5))


def test_other_signatures_on_a_head_change_nothing(place: Place) -> None:
    strange = "".join(f"— somebody{number}.example AAAAAAAA\n" for number in range(50))
    same = f"— {ORIGIN} AAAAAAAAAAAA\n"
    body = HONEST.body(0, 10)
    assert cosigned(HONEST, 10, place.witness.add(body + (strange + same).encode()))
    with pytest.raises(AddCheckpointMalformed):
        place.witness.add(body + strange.encode() * 20)


def test_of_two_at_once_one_head_alone_is_cosigned(place: Place) -> None:
    histories = [History(f"{number}") for number in range(6)]
    lines, gate = list[str](), threading.Barrier(len(histories))

    def ask(history: History) -> None:
        gate.wait()
        try:
            lines.append(place.witness.add(history.body(0, 30)))
        except (WitnessError, PortError):
            return

    threads = [threading.Thread(target=ask, args=(history,)) for history in histories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines) == 1


def test_after_a_crash_between_state_and_signature_the_same_head_is_cosigned_and_no_other(place: Place) -> None:
    class Dying(Key):
        def sign(self, message: bytes) -> bytes:
            assert place.state.latest(ORIGIN) is not None, message
            raise MemoryError

    dying = Witness(place.watch, lambda: {ORIGIN: KEYS}, name=NAME, signer=Dying(9))
    with pytest.raises(MemoryError):
        dying.add(HONEST.body(0, 30))
    with pytest.raises(SplitView):
        place.witness.add(OTHER.body(0, 30))
    with pytest.raises(HeadMoved) as told:
        place.witness.add(HONEST.body(0, 30))
    assert cosigned(HONEST, 30, place.witness.add(HONEST.body(told.value.size, 30)))


def test_a_state_that_cannot_be_written_gives_no_signature(tmp_path: Path) -> None:
    class Full(SqlWitness):
        def advance(self, *_given: object, **_named: object) -> None:
            raise PortError("The disk is full.")

    with closing(Full(f"sqlite:///{tmp_path}/full.sqlite")) as state, pytest.raises(PortError):
        Place(state).witness.add(HONEST.body(0, 30))


def test_a_clock_that_went_back_gives_no_earlier_time(place: Place) -> None:
    place.witness.add(HONEST.body(0, 10))
    place.clock.pass_by(-3)
    line = place.witness.add(HONEST.body(10, 20))
    (found,) = cosignatures_on(read_note(HONEST.head(20).note + line), [place.witness.cosigner], is_signed)
    assert found.at == NOON
    place.clock.pass_by(-60)
    with pytest.raises(WitnessUnavailable, match="clock"):
        place.witness.add(HONEST.body(20, 30))
    assert place.watch.size(ORIGIN) == 20


def test_replays_with_any_proof_leave_room_for_the_proof_that_counts(place: Place) -> None:
    place.witness.add(HONEST.body(0, 1))
    for size in range(2, 64):
        for wrong in (1, 2):
            with pytest.raises(ProofRefused):
                place.witness.add(write(1, (bytes([wrong]) * 32,), HONEST.head(size).note))
    assert len(place.kinds()) == 62
    for number in range(60):
        alarm = Alarm(AlarmKind.UNPROVEN, NOON, HONEST.head(1), OTHER.head(number), "again")
        place.state.blame(alarm)
    assert len(place.kinds()) == 100
    with pytest.raises(SplitView):
        place.witness.add(History("b").body(0, 1))
    assert place.kinds()[0] is AlarmKind.SPLIT
