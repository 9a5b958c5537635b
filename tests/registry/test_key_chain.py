"""Changes of the key are followed from one key to the next, and back only from the key that signed the head."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from registry import checkpoint as checkpoints
from registry.adapters.ed25519_key import is_signed
from registry.adapters.sql_ledger import SqlLedger
from registry.canonical_json import to_base64
from registry.canonical_json import write as write_json
from registry.key_chain import KeyChain, changes_in
from registry.ledger_export import export_lines
from registry.ledger_verification import verify_export
from registry.model import DraftedEvent
from registry.sealing import KEY_CASE, key_change
from registry.verification import Kind
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.test_envelope import NOON, Key


class Changing:
    """A ledger whose key changes, with what it exports."""

    def __init__(self, place: Path) -> None:
        self.url = f"sqlite:///{place}/ledger.sqlite"
        self.number = 0

    def opened(self, key: Key) -> SqlLedger:
        return SqlLedger(self.url, origin=ORIGIN, signer=key, clock=lambda: NOON + timedelta(minutes=self.number))

    def note(self, key: Key, count: int = 3) -> "Changing":
        ledger = self.opened(key)
        for _ in range(count):
            self.number += 1
            ledger.append(
                [DraftedEvent(case=f"profile/c{self.number}", kind="profile", office="steward", reason="Read.")]
            )
        ledger.close()
        return self

    def change(self, old: Key, new: Key, *, is_enclosed: bool = True) -> "Changing":
        ledger = self.opened(old)
        known = ledger.case(KEY_CASE)
        event = key_change(new.public_key, former=old.public_key, previous=known[-1].hash if known else None)
        if not is_enclosed:
            event = DraftedEvent(
                case=event.case, kind=event.kind, office=event.office, reason=event.reason, hashes=event.hashes
            )
        ledger.append([event])
        ledger.close()
        return self

    def lines(self, key: Key) -> list[bytes]:
        ledger = self.opened(key)
        found = list(export_lines(ledger))
        ledger.close()
        return found


def broken(lines: Iterable[bytes], *keys: Key) -> list[str]:
    found = list(lines)
    given = [key.public_key for key in keys]
    checks = verify_export(found, keys=given, is_signed=is_signed, changes=changes_in(found))
    return [check.message for check in checks if check.kind is Kind.BROKEN]


def json_of(line: bytes) -> dict[str, str]:
    found: dict[str, str] = json.loads(line)
    return found


def signed_again(lines: list[bytes], number: int, key: Key) -> list[bytes]:
    """Give an export in which one event bears the signature of another key; the tree knows no signatures."""
    fields = json_of(lines[number])
    signature = to_base64(key.sign(fields["envelope"].encode()))
    return [*lines[:number], write_json({**fields, "signature": signature}) + b"\n", *lines[number + 1 :]]


FIRST, SECOND, THIRD, STRANGE = (Key(number) for number in (1, 2, 3, 9))


@pytest.fixture
def twice(tmp_path: Path) -> list[bytes]:
    """Eleven events: the fourth and the eighth change the key."""
    made = Changing(tmp_path).note(FIRST).change(FIRST, SECOND).note(SECOND).change(SECOND, THIRD).note(THIRD)
    return made.lines(THIRD)


@pytest.mark.parametrize("keys", [(FIRST,), (THIRD,), (FIRST, THIRD), (FIRST, SECOND, THIRD), (STRANGE, THIRD)])
def test_one_key_leads_to_all_others(twice: list[bytes], keys: tuple[Key, ...]) -> None:
    assert broken(twice, *keys) == []


def test_the_key_in_the_middle_leads_on_and_from_the_head_back(twice: list[bytes]) -> None:
    assert broken(twice, SECOND) == []


def test_a_foreign_key_leads_nowhere(twice: list[bytes]) -> None:
    assert len(broken(twice, STRANGE)) == 12


def test_each_key_counts_for_its_own_part_alone(twice: list[bytes]) -> None:
    head = checkpoints.read(json_of(twice[0])["checkpoint"])
    for given in (FIRST, SECOND, THIRD):
        chain = KeyChain([given.public_key], changes_in(twice), head, is_signed)
        found = [chain.at(number) for number in range(1, 12)]
        assert found == [(FIRST.public_key,)] * 4 + [(SECOND.public_key,)] * 4 + [(THIRD.public_key,)] * 3
        assert len([check for check in chain.checks() if check.kind is Kind.HOLDS]) == 2


def test_the_former_key_signs_nothing_after_the_change(tmp_path: Path) -> None:
    lines = Changing(tmp_path).note(FIRST).change(FIRST, SECOND).note(SECOND, 1).lines(SECOND)
    forged = signed_again(lines, 5, FIRST)
    assert broken(forged, FIRST, SECOND) == ["Event 5 is not signed with a key given."]


def test_who_only_says_that_a_known_key_came_after_is_not_believed(tmp_path: Path) -> None:
    """Whoever has no key but their own can name any other as the next one; that one has signed nothing."""
    lines = Changing(tmp_path).note(STRANGE).change(STRANGE, SECOND).lines(SECOND)
    assert len(broken(lines, SECOND)) == 5


def test_a_change_that_the_key_before_did_not_sign_leads_nowhere(tmp_path: Path) -> None:
    lines = Changing(tmp_path).note(FIRST).change(FIRST, SECOND).note(SECOND, 1).lines(SECOND)
    forged = signed_again(lines, 4, STRANGE)
    assert "Event 4 is not signed with a key given." in broken(forged, FIRST)
    assert "Event 5 is not signed with a key given." in broken(forged, FIRST)


def test_a_change_without_its_keys_is_followed_when_both_are_given_and_named_when_not(tmp_path: Path) -> None:
    """As events before this version tell it."""
    lines = Changing(tmp_path).note(FIRST).change(FIRST, SECOND, is_enclosed=False).note(SECOND).lines(SECOND)
    assert broken(lines, FIRST, SECOND) == []
    assert len(broken(lines, FIRST)) == 4
    checks = verify_export(lines, keys=[FIRST.public_key], is_signed=is_signed, changes=changes_in(lines))
    assert any("with which it changed" in check.message for check in checks if check.kind is Kind.NOT_CHECKED)


def test_a_payload_that_is_not_the_one_recorded_is_not_followed(tmp_path: Path) -> None:
    lines = Changing(tmp_path).note(FIRST).change(FIRST, SECOND).note(SECOND).lines(SECOND)
    other = key_change(STRANGE.public_key, former=FIRST.public_key, previous=None).payload
    assert other is not None
    fields = json_of(lines[4])
    lines[4] = write_json({**fields, "payload": to_base64(other)}) + b"\n"
    (change,) = changes_in(lines)
    assert (change.former, change.following) == (None, None)
    assert broken(lines, FIRST)


def test_without_keys_nothing_is_said_of_them(twice: list[bytes]) -> None:
    head = checkpoints.read(json_of(twice[0])["checkpoint"])
    chain = KeyChain([], changes_in(twice), head, is_signed)
    assert list(chain.checks()) == []
    assert all(chain.at(number) == () for number in range(12))
