"""How many of the known witnesses cosigned is said with names and times, and a missed quorum is broken."""

from dataclasses import replace

import pytest

from registry.adapters.ed25519_key import is_signed
from registry.checkpoint import read_note
from registry.cosignature import Cosigner, cosign
from registry.quorum import quorum_checks
from registry.verification import Kind
from tests.registry.ledgers import NOON, History
from tests.registry.test_envelope import Key

HONEST = History()
KNOWN = tuple(Cosigner(f"w{number}.example", Key(number).public_key) for number in (11, 12, 13))


def cosigned(size: int, *witnesses: int, forger: int | None = None) -> str:
    head = HONEST.head(size)
    lines = (
        cosign(read_note(head.note).text, name=f"w{each}.example", signer=Key(forger or each), at=NOON).line
        for each in witnesses
    )
    return head.note + "".join(lines)


def told(*notes: str, needed: int = 0, known: tuple[Cosigner, ...] = KNOWN) -> list[tuple[Kind, str]]:
    return [(check.kind, check.message) for check in quorum_checks(notes, known, needed=needed, is_signed=is_signed)]


def test_who_cosigned_is_told_with_the_time() -> None:
    ((kind, words),) = told(cosigned(9, 11, 13))
    assert kind is Kind.HOLDS
    assert words.startswith("2 of 3 witnesses cosigned the head of north.example/ledger over 9 events: w11.example on")
    assert "w13.example on 2026-06-30 12:00 UTC" in words


def test_the_head_that_most_cosigned_counts_and_of_those_the_largest() -> None:
    assert "over 9 events" in told(cosigned(30), cosigned(9, 11), cosigned(5, 11), "no note")[0][1]
    assert "over 30 events" in told(cosigned(9, 11), cosigned(30, 12))[0][1]


@pytest.mark.parametrize("needed", [1, 2])
def test_a_quorum_is_reached(needed: int) -> None:
    assert told(cosigned(9, 11, 13), needed=needed)[1] == (Kind.HOLDS, f"The quorum of {needed} is reached.")


@pytest.mark.parametrize(
    "note",
    [
        cosigned(9, 11),
        cosigned(9, 11, 11),
        cosigned(9, 11, 14),
        cosigned(9, 11, 12, forger=11),
        cosigned(9, 11) + HONEST.head(9).note.rsplit("\n\n", 1)[1],
        "no note",
    ],
    ids=range(6),
)
def test_a_missed_quorum_is_broken_and_says_so(note: str) -> None:
    kind, words = told(note, needed=2)[-1]
    assert kind is Kind.BROKEN
    assert "The quorum is missed" in words
    assert "2 are needed" in words


def test_without_cosignatures_it_was_not_checked_and_without_witnesses_nothing_is_said() -> None:
    assert told(cosigned(9))[0][0] is Kind.NOT_CHECKED
    assert told(cosigned(9, 11), known=()) == []
    assert told(cosigned(9, 11), known=(), needed=1)[0][0] is Kind.BROKEN


def test_one_key_under_another_name_is_another_witness_that_nobody_knows() -> None:
    other = (replace(KNOWN[0], name="x.example"),)
    assert told(cosigned(9, 11), known=other)[0][0] is Kind.NOT_CHECKED
