"""A cosignature says who had seen which head when; anything else on a note is passed over."""

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from registry.adapters.ed25519_key import is_signed
from registry.checkpoint import key_id as note_key_id
from registry.checkpoint import read_note, sign_note, write
from registry.cosignature import Cosigner, cosign, cosignatures_on, key_id, read_lines, read_vkeys, write_vkey
from registry.errors import MalformedRecord
from tests.registry.test_envelope import Key

NAME = "witness.example/w1"
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
HEAD = write("registry.example/ledger", 3, bytes(range(32)), Key(1))
TEXT = read_note(HEAD.note).text
OWN = Cosigner(NAME, Key(2).public_key)
LINE = cosign(TEXT, name=NAME, signer=Key(2), at=NOON).line

PUBLISHED = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
"""The key of a witness in use, by which others test their readers, too."""


def on(*lines: str, cosigners: tuple[Cosigner, ...] = (OWN,)) -> list[tuple[str, datetime]]:
    note = read_note(HEAD.note + "".join(lines))
    return [(found.cosigner.name, found.at) for found in cosignatures_on(note, cosigners, is_signed)]


def test_a_cosignature_is_made_and_found_with_its_time() -> None:
    assert on(LINE) == [(NAME, NOON)]
    raw = base64.b64decode(LINE.split()[2])
    assert (len(raw), raw[:4], int.from_bytes(raw[4:12], "big")) == (76, key_id(OWN), int(NOON.timestamp()))
    told = f"cosignature/v1\ntime {int(NOON.timestamp())}\n{TEXT}".encode()
    assert is_signed(OWN.key, raw[12:], told)


def test_the_published_key_of_a_witness_has_the_number_that_we_compute() -> None:
    (remora,) = read_vkeys(f"# a witness\n\n{PUBLISHED}\n{PUBLISHED}\n")
    assert (remora.name, key_id(remora).hex()) == ("remora.n621.de", "da77ade7")
    assert write_vkey(remora) == PUBLISHED


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("remora.n621.de", "is no key of a witness"),
        (PUBLISHED.replace("da77ade7", "da77ade8"), "not that of its name and key"),
        (PUBLISHED.replace("remora", "remorb"), "not that of its name and key"),
        ("a+00000000+" + base64.b64encode(b"\x01" + bytes(32)).decode(), "none for Ed25519 cosignatures"),
        ("a+00000000+" + base64.b64encode(b"\x06" + bytes(1312)).decode(), "none for Ed25519 cosignatures"),
        ("a+00000000+AwEB", "none for Ed25519 cosignatures"),
        ("a+00000000+!", "is not base64"),
    ],
    ids=range(7),
)
def test_another_line_is_no_key_of_a_witness(line: str, why: str) -> None:
    with pytest.raises(MalformedRecord, match=why):
        read_vkeys(line)


def test_the_key_of_a_witness_has_another_number_than_the_same_key_of_a_ledger() -> None:
    assert key_id(OWN) != note_key_id(NAME, OWN.key)
    plain = sign_note(TEXT, name=NAME, signer=Key(2)).rsplit("\n\n", 1)[1]
    assert on(plain) == []


def test_a_plain_signature_under_the_number_of_a_witness_is_none() -> None:
    raw = key_id(OWN) + Key(2).sign(TEXT.encode())
    assert on(f"— {NAME} {base64.b64encode(raw).decode()}\n") == []


def test_unknown_witnesses_wrong_keys_and_wrong_names_are_passed_over() -> None:
    other = cosign(TEXT, name=NAME, signer=Key(3), at=NOON).line
    assert on(other) == []
    assert on(other, LINE, cosign(TEXT, name="somebody.example", signer=Key(4), at=NOON).line) == [(NAME, NOON)]
    assert on(LINE, cosigners=(replace(OWN, name="witness.example/w2"),)) == []
    assert on(LINE, cosigners=()) == []


def test_a_cosignature_of_another_head_is_none_of_this_one() -> None:
    assert on(cosign(TEXT.replace("\n3\n", "\n4\n"), name=NAME, signer=Key(2), at=NOON).line) == []


def test_a_witness_counts_once_with_its_latest_time() -> None:
    later = NOON.replace(hour=13)
    assert on(LINE, cosign(TEXT, name=NAME, signer=Key(2), at=later).line, LINE) == [(NAME, later)]


@pytest.mark.parametrize("place", [0, 4, 11, 12, 75])
def test_no_changed_byte_is_taken(place: int) -> None:
    raw = bytearray(base64.b64decode(LINE.split()[2]))
    raw[place] ^= 1
    assert on(f"— {NAME} {base64.b64encode(raw).decode()}\n") == []


def test_a_time_that_no_calendar_has_is_passed_over() -> None:
    seconds = 2**63 - 1
    raw = key_id(OWN) + seconds.to_bytes(8, "big") + Key(2).sign(f"cosignature/v1\ntime {seconds}\n{TEXT}".encode())
    assert on(f"— {NAME} {base64.b64encode(raw).decode()}\n") == []


def test_the_lines_of_an_answer_are_read_and_anything_else_refused() -> None:
    assert read_lines(TEXT, LINE).signatures[0][0] == NAME
    for answer in ("", "no signature\n", LINE.rstrip("\n"), "\n", LINE + "\n"):
        with pytest.raises(MalformedRecord):
            read_lines(TEXT, answer)


def test_a_name_or_text_that_could_not_be_read_back_is_refused() -> None:
    for name, text in (("a b", TEXT), ("", TEXT), (NAME, TEXT.rstrip("\n"))):
        with pytest.raises(MalformedRecord, match="ends in a line feed"):
            cosign(text, name=name, signer=Key(2), at=NOON)
