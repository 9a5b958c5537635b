"""Ledgers for tests of witnesses: honest ones, and one that has two histories under one key."""

from datetime import UTC, datetime, timedelta
from typing import Final

from registry import checkpoint as checkpoints
from registry.merkle import Tree, leaf_hash
from registry.model import Checkpoint
from registry.witness_request import write
from tests.registry.test_envelope import Key

ORIGIN: Final = "north.example/ledger"
NOON: Final = datetime(2026, 6, 30, 12, tzinfo=UTC)


class Hands:
    """A clock that stands where it was set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Go on, or back."""
        self.now += timedelta(seconds=seconds)


class History:
    """The tree of a ledger, signed by one key; ``word`` makes the events from ``fork`` on others."""

    def __init__(self, word: str = "", *, fork: int = 0, origin: str = ORIGIN, key: int = 1) -> None:
        told = (f"{number} {word if number >= fork else ''}" for number in range(64))
        self.tree = Tree(leaf_hash(each.encode()) for each in told)
        self.origin = origin
        self.key = Key(key)

    def head(self, size: int) -> Checkpoint:
        """Give the signed head over so many events."""
        return checkpoints.write(self.origin, size, self.tree.root(size), self.key)

    def body(self, old: int, size: int) -> bytes:
        """Give the request to cosign a head that goes on from another."""
        proof = self.tree.consistency_proof(old, size) if 0 < old <= size else ()
        return write(old, proof, self.head(size).note)
