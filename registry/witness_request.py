"""What is sent to a witness: C2SP tlog-witness, “add-checkpoint”: old size, consistency proof, head; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from registry import checkpoint as checkpoints
from registry.canonical_json import from_base64, to_base64
from registry.errors import MalformedRecord
from registry.merkle import EMPTY_ROOT, HASH_SIZE, verify_consistency
from registry.model import Checkpoint

LARGEST: Final = 24 * 1024
"""The most bytes that a request may have: a checkpoint and the longest proof."""
MOST_STEPS: Final = 63
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A head, and the proof that the tree of ``old`` leaves begins it."""

    old: int
    proof: tuple[bytes, ...]
    head: Checkpoint

    def follows(self, size: int, root: bytes) -> bool:
        """Say whether this proves that the head goes on from a head of a size and root (RFC 9162, 2.1.4)."""
        if self.old != size:
            return False
        if size == 0:
            return not self.proof and (self.head.size > 0 or self.head.root == EMPTY_ROOT)
        return verify_consistency(size, self.head.size, self.proof, root, self.head.root)


def write(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """Give the body of a request: the old size, the steps of the proof, an empty line, the head."""
    return "".join([f"old {old}\n", *(f"{to_base64(step)}\n" for step in proof), "\n", note]).encode()


def read(body: bytes) -> AddCheckpoint:
    """Read the body of a request; raise MalformedRecord for anything else. No signature was looked at yet."""
    if len(body) > LARGEST:
        raise MalformedRecord(f"The request has more than {LARGEST:,} bytes.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise MalformedRecord("The request is not UTF-8.") from fault
    above, separator, note = text.partition("\n\n")
    first, *steps = above.split("\n")
    stated = _OLD.fullmatch(first)
    if not separator or stated is None:
        raise MalformedRecord("The request is none: “old”, a size, the steps of a proof, an empty line, a checkpoint.")
    if len(steps) > MOST_STEPS:
        raise MalformedRecord(f"The proof has more than {MOST_STEPS} steps.")
    proof = tuple(from_base64(step, what="A step of the proof") for step in steps)
    if any(len(step) != HASH_SIZE for step in proof):
        raise MalformedRecord(f"A step of the proof has not the {HASH_SIZE} bytes of a SHA-256.")
    return AddCheckpoint(int(stated[1]), proof, checkpoints.read(note))
