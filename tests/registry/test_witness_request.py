"""The request to a witness has one form; what is too long, too large or something else is refused."""

import base64

import pytest

from registry.checkpoint import write as write_head
from registry.errors import MalformedRecord
from registry.merkle import EMPTY_ROOT, Tree, leaf_hash
from registry.witness_request import LARGEST, read, write
from tests.registry.test_envelope import Key

ORIGIN = "registry.example/ledger"
TREE = Tree(leaf_hash(bytes([number])) for number in range(9))
HEAD = write_head(ORIGIN, 9, TREE.root(), Key(1))
BODY = write(4, TREE.consistency_proof(4, 9), HEAD.note)
STEP = base64.b64encode(bytes(32)).decode() + "\n"


def test_a_request_is_read_as_it_was_written_and_proves() -> None:
    request = read(BODY)
    assert (request.old, request.proof, request.head) == (4, TREE.consistency_proof(4, 9), HEAD)
    assert request.follows(4, TREE.root(4))
    assert not request.follows(4, TREE.root(5))
    assert not request.follows(5, TREE.root(5))


@pytest.mark.parametrize("first", range(1, 10))
def test_every_size_before_is_proven(first: int) -> None:
    request = read(write(first, TREE.consistency_proof(first, 9), HEAD.note))
    assert request.follows(first, TREE.root(first))
    assert not request.follows(first, bytes(32))


def test_from_nothing_no_proof_is_needed_and_none_is_taken() -> None:
    assert read(write(0, (), HEAD.note)).follows(0, EMPTY_ROOT)
    assert not read(write(0, (bytes(32),), HEAD.note)).follows(0, EMPTY_ROOT)
    assert read(write(0, (), write_head(ORIGIN, 0, EMPTY_ROOT, Key(1)).note)).follows(0, EMPTY_ROOT)
    assert not read(write(0, (), write_head(ORIGIN, 0, bytes(32), Key(1)).note)).follows(0, EMPTY_ROOT)


def test_a_proof_of_a_wrong_length_does_not_lead_there() -> None:
    proof = TREE.consistency_proof(4, 9)
    for wrong in (proof[:-1], (*proof, proof[0]), ()):
        assert not read(write(4, wrong, HEAD.note)).follows(4, TREE.root(4))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"\xff",
        BODY.replace(b"old 4", b"old 04"),
        BODY.replace(b"old 4", b"old -4"),
        BODY.replace(b"old 4", b"old 99999999999999999"),
        BODY.replace(b"old 4", b"old  4"),
        BODY.replace(b"old 4\n", b"old 4\r\n"),
        BODY.replace(b"old 4\n", b""),
        BODY.replace(b"old 4\n", b"old 4\n\n"),
        BODY.replace(b"old 4\n", b"old 4\nAAAA\n"),
        BODY.replace(b"old 4\n", b"old 4\nno base64\n"),
        BODY.replace(b"\n9\n", b"\n99999999999999999999\n"),
        BODY.replace(b"=\n\n\xe2", b"=\nextension\n\n\xe2"),
        BODY.rstrip(b"\n"),
        BODY + b"x" * LARGEST,
        write(4, (bytes(32),) * 64, HEAD.note),
        HEAD.note.encode(),
    ],
    ids=range(18),
)
def test_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedRecord):
        read(body)


def test_as_many_steps_as_a_proof_can_have_are_read() -> None:
    assert len(read(write(4, (bytes(32),) * 63, HEAD.note)).proof) == 63
