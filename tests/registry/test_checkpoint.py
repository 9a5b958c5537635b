"""A checkpoint is a signed note: the known one is verified, ours is read strictly, a forged one is not taken."""

import base64

import pytest

from registry.adapters.ed25519_key import is_signed
from registry.checkpoint import is_signed_by, key_id, read, read_note, sign_note, write
from registry.errors import MalformedRecord
from registry.merkle import EMPTY_ROOT
from tests.registry.test_envelope import Key

ORIGIN = "registry.example.org/ledger"
CHECKPOINT = write(ORIGIN, 3, bytes(range(32)), Key(1))
TEXT = f"{ORIGIN}\n3\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"

KNOWN_NAME, KNOWN_ID, KNOWN_KEY = "PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KNOWN = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
"""The note by which the format is introduced, with its key."""


def test_the_note_that_introduces_the_format_is_verified() -> None:
    kind, key = base64.b64decode(KNOWN_KEY)[:1], base64.b64decode(KNOWN_KEY)[1:]
    assert (kind, key_id(KNOWN_NAME, key).hex()) == (b"\x01", KNOWN_ID)
    note = read_note(KNOWN)
    assert is_signed_by(note, KNOWN_NAME, [key], is_signed)
    assert not is_signed_by(note, "PeterNeuman", [key], is_signed)
    assert not is_signed_by(note, KNOWN_NAME, [Key(1).public_key], is_signed)
    assert not is_signed_by(read_note(KNOWN.replace("answer", "Answer")), KNOWN_NAME, [key], is_signed)


def test_a_checkpoint_states_origin_size_and_root() -> None:
    assert CHECKPOINT.note.startswith(TEXT + f"\n— {ORIGIN} ")
    assert read(CHECKPOINT.note) == CHECKPOINT
    assert (CHECKPOINT.origin, CHECKPOINT.size, CHECKPOINT.root) == (ORIGIN, 3, bytes(range(32)))
    assert is_signed_by(read_note(CHECKPOINT.note), ORIGIN, [Key(2).public_key, Key(1).public_key], is_signed)
    assert read(write(ORIGIN, 0, EMPTY_ROOT, Key(1)).note).size == 0


def test_signatures_of_witnesses_may_stand_beside_and_are_passed_over() -> None:
    witness = sign_note(TEXT, name="witness.example.net", signer=Key(2)).rsplit("\n\n", 1)[1]
    note = CHECKPOINT.note + witness
    assert read(note).size == 3
    assert is_signed_by(read_note(note), ORIGIN, [Key(1).public_key], is_signed)
    assert is_signed_by(read_note(note), "witness.example.net", [Key(2).public_key], is_signed)
    assert not is_signed_by(read_note(note), ORIGIN, [Key(2).public_key], is_signed)


def test_no_changed_character_is_taken_for_what_was_signed() -> None:
    for place, character in enumerate(CHECKPOINT.note):
        changed = CHECKPOINT.note[:place] + chr(ord(character) ^ 1) + CHECKPOINT.note[place + 1 :]
        try:
            read(changed)
            signed = is_signed_by(read_note(changed), ORIGIN, [Key(1).public_key], is_signed)
        except MalformedRecord:
            continue
        assert not signed, place


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("\n\n", "\n", "no signed note"),
        ("=\n\n—", "=\nextension\n\n—", "and no more"),
        ("\n3\n", "\n03\n", "a size and a root"),
        ("\n3\n", "\n-3\n", "a size and a root"),
        ("\n3\n", "\n3 \n", "a size and a root"),
        (ORIGIN + "\n3", "\n3", "must state an origin"),
        ("\n3\n", "\r\n3\n", "no signed note"),
        ("AAEC", "AAE", "is not base64"),
        ("AAECAwQF", "", "has 26 bytes; a SHA-256 has 32"),
        ("Hh8=", "Hh9=", "in another form than its own"),
        ("— ", "- ", "is no signature"),
        ("— ", "—  ", "is no signature"),
    ],
    ids=range(12),
)
def test_another_form_is_refused_and_says_why(old: str, new: str, why: str) -> None:
    assert old in CHECKPOINT.note
    with pytest.raises(MalformedRecord, match=why):
        read(CHECKPOINT.note.replace(old, new, 1))


@pytest.mark.parametrize("note", ["", "\n\n", TEXT, CHECKPOINT.note[:-1], CHECKPOINT.note + "\n", "x" * 20_000])
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(MalformedRecord):
        read(note)


@pytest.mark.parametrize("origin", ["", "a ledger", "a+b", "a\nb", "x" * 201])
def test_an_origin_that_could_not_be_read_back_is_refused(origin: str) -> None:
    with pytest.raises(MalformedRecord, match="a key name without spaces"):
        write(origin, 0, EMPTY_ROOT, Key(1))


def test_a_cut_signature_is_refused() -> None:
    with pytest.raises(MalformedRecord, match="is cut off"):
        read(TEXT + f"\n— {ORIGIN} AAEC\n")
    with pytest.raises(MalformedRecord, match="ends in a line feed"):
        sign_note("text", name=ORIGIN, signer=Key(1))
