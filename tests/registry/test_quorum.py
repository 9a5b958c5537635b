"""How many of the known witnesses cosigned is said with names and times, and a missed quorum is broken."""

from dataclasses import replace
from datetime import timedelta

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


def told(*notes: str, needed: int = 0, known: tuple[Cosigner, ...] = KNOWN, days: float = 0) -> list[tuple[Kind, str]]:
    checks = quorum_checks(notes, known, needed=needed, is_signed=is_signed, now=NOON + timedelta(days=days))
    return [(check.kind, check.message) for check in checks]


def test_who_cosigned_is_told_with_the_time() -> None:
    ((kind, words),) = told(cosigned(9, 11, 13))
    assert kind is Kind.HOLDS
    assert words.startswith("2 of 3 witnesses cosigned the head of north.example/ledger over 9 events: w11.example on")
    assert "w13.example on 2026-06-30 12:00 UTC" in words


def test_the_newest_head_counts_that_enough_cosigned_and_else_that_which_most_did() -> None:
    assert "over 9 events" in told(cosigned(30), cosigned(9, 11), cosigned(5, 11), "no note")[0][1]
    assert "over 30 events" in told(cosigned(9, 11), cosigned(30, 12))[0][1]
    assert "over 30 events" in told(cosigned(9, 11, 12), cosigned(30, 12), needed=1)[0][1]
    assert "over 20 events" in told(cosigned(9, 11, 12, 13), cosigned(20, 11, 12), cosigned(30, 12), needed=2)[0][1]
    assert "over 9 events" in told(cosigned(9, 11, 12), cosigned(30, 12), needed=3)[0][1]


def test_what_came_after_a_quorum_is_told_and_it_counts_for_a_week_alone() -> None:
    notes = cosigned(9, 11, 13), cosigned(30)
    for needed in (0, 2):
        kind, words = told(*notes, needed=needed, days=6)[1]
        assert kind is Kind.NOT_CHECKED
        assert "21 events after it nobody has cosigned yet; the last did on 2026-06-30" in words
    assert told(*notes, needed=2, days=6)[-1] == (Kind.HOLDS, "The quorum of 2 is reached.")
    kind, words = told(*notes, needed=2, days=7.5)[-1]
    assert kind is Kind.BROKEN
    assert "last on 2026-06-30, more than 7 days ago: 21 events after it nobody has cosigned." in words
    assert {kind for kind, _ in told(*notes, days=300)} == {Kind.HOLDS, Kind.NOT_CHECKED}


def test_a_newer_head_that_one_alone_cosigns_makes_an_old_quorum_no_newer() -> None:
    notes = cosigned(9, 11, 13), cosigned(30, 11)
    assert "fewer than 2 witnesses have cosigned yet" in told(*notes, needed=2)[1][1]
    kind, words = told(*notes, needed=2, days=8)[-1]
    assert (kind, "fewer than 2 witnesses have cosigned." in words) == (Kind.BROKEN, True)
    assert told(*notes, needed=1, days=8)[-1] == (Kind.HOLDS, "The quorum of 1 is reached.")


def test_a_quorum_on_the_newest_head_is_as_good_as_ever() -> None:
    assert [kind for kind, _ in told(cosigned(5), cosigned(9, 11, 13), needed=2, days=300)] == [Kind.HOLDS] * 2


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
