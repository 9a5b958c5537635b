"""What is kept of heads survives, is compared and set at once, and is bounded."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from registry.adapters import sql_witness
from registry.adapters.sql_witness import SqlWitness
from registry.witness_errors import HeadMoved
from registry.witness_ports import Asking, KeptCosignature
from tests.registry.ledgers import NOON, ORIGIN, History

HISTORY = History()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SqlWitness]:
    with closing(SqlWitness(f"sqlite:///{tmp_path}/witness.sqlite")) as state:
        yield state


def test_a_head_is_read_back_by_whoever_opens_it_next(state: SqlWitness, tmp_path: Path) -> None:
    assert (state.latest(ORIGIN), state.of_size(ORIGIN, 3)) == (None, None)
    state.advance(HISTORY.head(3), after=0, at=NOON, is_cosigned=True)
    state.advance(HISTORY.head(5), after=3, at=NOON + timedelta(hours=1), is_cosigned=False)
    with closing(SqlWitness(f"sqlite:///{tmp_path}/witness.sqlite")) as again:
        seen = again.latest(ORIGIN)
        assert seen is not None
        assert (seen.head, seen.at, seen.cosigned) == (HISTORY.head(5), NOON + timedelta(hours=1), NOON)
        old = again.of_size(ORIGIN, 3)
        assert old is not None
        assert old.head == HISTORY.head(3)
    assert state.latest("east.example/ledger") is None


@pytest.mark.parametrize(("after", "size"), [(0, 9), (3, 9), (5, 4), (6, 9)])
def test_a_head_upon_another_than_the_last_is_refused(state: SqlWitness, after: int, size: int) -> None:
    state.advance(HISTORY.head(5), after=0, at=NOON, is_cosigned=True)
    with pytest.raises(HeadMoved) as told:
        state.advance(HISTORY.head(size), after=after, at=NOON, is_cosigned=True)
    assert told.value.size == 5


def test_another_head_of_the_last_size_is_refused(state: SqlWitness) -> None:
    state.advance(HISTORY.head(5), after=0, at=NOON, is_cosigned=True)
    with pytest.raises(HeadMoved):
        state.advance(History("b").head(5), after=5, at=NOON, is_cosigned=True)
    state.advance(HISTORY.head(5), after=5, at=NOON, is_cosigned=True)


def test_the_largest_heads_alone_are_kept(state: SqlWitness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_witness, "MOST_HEADS", 3)
    for size in range(1, 6):
        state.advance(HISTORY.head(size), after=size - 1, at=NOON, is_cosigned=True)
    assert [size for size in range(1, 6) if state.of_size(ORIGIN, size) is not None] == [3, 4, 5]


def test_cosignatures_of_our_heads_are_kept_by_head_and_witness(state: SqlWitness) -> None:
    def told(size: int, witness: str, line: str) -> KeptCosignature:
        return KeptCosignature(witness, bytes(32), ORIGIN, size, bytes(32), NOON, line)

    for each in (told(3, "a", "old"), told(3, "a", "new"), told(3, "b", "b"), told(4, "a", "a4")):
        state.keep(each)
    assert [each.line for each in state.cosignatures(ORIGIN)] == ["a4", "new", "b"]
    assert [each.line for each in state.cosignatures(ORIGIN, 3)] == ["new", "b"]
    assert state.cosignatures("east.example/ledger") == []


def test_how_asking_a_peer_ended_last_is_kept(state: SqlWitness) -> None:
    for outcome in ("refused", "cosigned"):
        state.note(Asking("north", NOON, outcome, "Words."))
    (asking,) = state.askings()
    assert (asking, asking.is_cosigned) == (Asking("north", NOON, "cosigned", "Words."), True)
