"""A receipt is a file of one form, and whatever is changed in it shows."""

import json
import re
from dataclasses import replace

import pytest

from registry import checkpoint as checkpoints
from registry import envelope as envelopes
from registry.adapters.ed25519_key import is_signed
from registry.canonical_json import write as write_json
from registry.errors import MalformedRecord
from registry.ledger_verification import verify_receipt
from registry.merkle import Tree, leaf_hash
from registry.model import Receipt
from registry.receipt import is_receipt, read, write
from registry.verification import Kind
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.test_envelope import SAMPLE, Key

EVENTS = [envelopes.sign(replace(SAMPLE, sequence=number), Key(1)) for number in range(1, 8)]
TREE = Tree(leaf_hash(event.raw) for event in EVENTS)
HEAD = checkpoints.write(ORIGIN, len(TREE), TREE.root(), Key(1))
RECEIPT = Receipt(EVENTS[4], 4, HEAD, TREE.inclusion_proof(4))
RAW = write(RECEIPT)
KEYS = (Key(1).public_key,)


def broken(receipt: Receipt, keys: tuple[bytes, ...] = KEYS) -> list[str]:
    checks = verify_receipt(receipt, keys=keys, is_signed=is_signed)
    return [check.message for check in checks if check.kind is Kind.BROKEN]


def test_a_receipt_is_read_back_as_it_was_and_proves_its_event() -> None:
    assert is_receipt(RAW)
    assert read(RAW) == RECEIPT
    assert read(RAW.removesuffix(b"\n")) == RECEIPT
    checks = verify_receipt(RECEIPT, keys=KEYS, is_signed=is_signed)
    assert [check.kind for check in checks] == [Kind.HOLDS] * 3 + [Kind.NOT_CHECKED]
    assert "the events after it" in checks[-1].message
    unsure = verify_receipt(RECEIPT, keys=(), is_signed=is_signed)
    assert [check.kind for check in unsure] == [Kind.NOT_CHECKED, Kind.HOLDS, Kind.NOT_CHECKED]


def test_every_changed_byte_shows() -> None:
    for place in range(len(RAW) - 1):
        changed = RAW[:place] + bytes([RAW[place] ^ 1]) + RAW[place + 1 :]
        try:
            assert broken(read(changed)), place
        except MalformedRecord:
            continue


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (replace(RECEIPT, index=3), "does not lead"),
        (replace(RECEIPT, index=9), "does not lead"),
        (replace(RECEIPT, proof=RECEIPT.proof[:-1]), "does not lead"),
        (replace(RECEIPT, event=EVENTS[3]), "does not lead"),
        (replace(RECEIPT, checkpoint=checkpoints.write(ORIGIN, 7, TREE.root(), Key(2))), "checkpoint .* is not signed"),
        (replace(RECEIPT, event=envelopes.sign(RECEIPT.event.envelope, Key(2))), "Event 5 is not signed"),
    ],
    ids=range(6),
)
def test_what_does_not_belong_together_is_broken(changed: Receipt, why: str) -> None:
    (sentence, *_) = broken(changed)
    assert re.search(why, sentence)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"index":4', b'"index":-4', "whole number from 0"),
        (b'"index":4', b'"index":true', "whole number from 0"),
        (b'"version":1}', b'"version":2}', "which this software reads"),
        (b'-receipt"', b'-other"', "which this software reads"),
        (b'"index":4,', b"", "lacks the field “index”"),
        (b'"version":1}', b'"version":1,"x":1}', "has the unknown field “x”"),
        (b'"proof":[', b'"proof":[1,', "must be a text in base64"),
    ],
    ids=range(7),
)
def test_another_form_is_refused_and_says_why(old: bytes, new: bytes, why: str) -> None:
    assert old in RAW
    with pytest.raises(MalformedRecord, match=why):
        read(RAW[::-1].replace(old[::-1], new[::-1], 1)[::-1])


def test_what_is_no_receipt_is_not_taken_for_one() -> None:
    assert not is_receipt(b'{"checkpoint":"","format":"hrcr-ledger-export","version":1}\n')
    fields = json.loads(RAW)
    for name in ("checkpoint", "envelope", "proof"):
        with pytest.raises(MalformedRecord, match="must hold checkpoint and envelope as texts"):
            read(write_json({**fields, name: 1}))
