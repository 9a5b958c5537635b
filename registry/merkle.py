"""The Merkle tree of the ledger (RFC 9162, section 2.1): root, proofs and their verification; pure, SHA-256."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of the tree without leaves (RFC 9162, 2.1.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """Give the hash of one entry as a leaf: SHA-256 of 0x00 and the entry (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of an inner node: SHA-256 of 0x01 and the hashes of its two children (RFC 9162, 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows at its right edge; the hash of every full subtree is kept, so that a leaf costs little.

    Roots and proofs of every earlier size can be asked for. A size or an index outside the tree is an IndexError.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Begin with the hashes of leaves, in their order."""
        self._levels = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        """Give the number of leaves."""
        return len(self._levels[0]) // HASH_SIZE

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"The hash of a leaf has {HASH_SIZE} bytes, not {len(leaf)}.")
        level, added = 0, leaf
        while True:
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += added
            count = len(self._levels[level]) // HASH_SIZE
            if count % 2:
                return
            added = node_hash(self._full(level, count - 2), self._full(level, count - 1))
            level += 1

    def truncate(self, size: int) -> None:
        """Take back the leaves from a size on."""
        self._within(size)
        for level, hashes in enumerate(self._levels):
            del hashes[(size >> level) * HASH_SIZE :]

    def root(self, size: int | None = None) -> bytes:
        """Give the root of the first ``size`` leaves, of all by default."""
        size = len(self) if size is None else size
        self._within(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Give the path that proves the leaf at an index, from 0, within the first ``size`` leaves (2.1.3.1)."""
        size = len(self) if size is None else size
        self._within(size)
        if not 0 <= index < size:
            raise IndexError(f"There is no leaf {index} in a tree of {size}.")
        path, start, end = [], 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency_proof(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """Give the path that proves that the first ``first`` leaves begin the first ``second`` (2.1.4.1)."""
        second = len(self) if second is None else second
        self._within(second)
        if not 0 < first <= second:
            raise IndexError(f"There is no consistency proof from a tree of {first} to a tree of {second}.")
        path, start, end, known = [], 0, second, True
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, known = middle, False
        return tuple(reversed(path if known else [*path, self._range(start, end)]))

    def _within(self, size: int) -> None:
        if not 0 <= size <= len(self):
            raise IndexError(f"There is no tree of {size} leaves in one of {len(self)}.")

    def _full(self, level: int, place: int) -> bytes:
        return bytes(self._levels[level][place * HASH_SIZE : (place + 1) * HASH_SIZE])

    def _range(self, start: int, end: int) -> bytes:
        """Give the hash of the leaves from a start, which is a multiple of the range's greatest power of two."""
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._full(level, start >> level)
        middle = start + _split(count)
        return node_hash(self._range(start, middle), self._range(middle, end))


def _split(count: int) -> int:
    """Give the largest power of two smaller than a count above 1."""
    return 1 << (count - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a path proves the hash of a leaf at an index under the root of a tree of a size (2.1.3.2)."""
    if not 0 <= index < size or any(len(step) != HASH_SIZE for step in proof):
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Say whether a path proves that the tree of the first size and root begins the second (2.1.4.2)."""
    if not 0 < first <= second or any(len(step) != HASH_SIZE for step in proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = list(proof) if first & (first - 1) else [first_root, *proof]
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
