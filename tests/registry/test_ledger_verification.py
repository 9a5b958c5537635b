"""An export shows whatever was changed, cut or moved in it, and says what it cannot show."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import create_engine, text

from registry import checkpoint as checkpoints
from registry import envelope as envelopes
from registry.adapters.ed25519_key import is_signed
from registry.adapters.sql_ledger import SqlLedger
from registry.canonical_json import to_base64
from registry.canonical_json import write as write_json
from registry.errors import LedgerDamaged
from registry.ledger_export import export_lines
from registry.ledger_verification import verify_export, verify_ledger
from registry.merkle import Tree, leaf_hash
from registry.model import Checkpoint, Envelope, RecordedEvent
from registry.verification import Check, Kind
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.test_envelope import NOON, Key
from tests.registry.test_ledger_export import filled

PUBLIC = Key(1).public_key
SIZE = 200


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLedger]:
    """Two hundred events."""
    made = filled(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", SIZE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def lines(ledger: SqlLedger) -> list[bytes]:
    return list(export_lines(ledger))


def checked(
    lines: list[bytes], *, keys: tuple[bytes, ...] = (PUBLIC,), known: tuple[str, ...] = ()
) -> tuple[Check, ...]:
    return verify_export(lines, keys=keys, is_signed=is_signed, known=known)


def told(checks: tuple[Check, ...], kind: Kind) -> list[str]:
    return [check.message for check in checks if check.kind is kind]


def broken(lines: list[bytes], **options: tuple[bytes, ...] | tuple[str, ...]) -> list[str]:
    return told(checked(lines, **options), Kind.BROKEN)


def test_of_a_whole_export_everything_is_said(lines: list[bytes]) -> None:
    checks = checked(lines)
    assert told(checks, Kind.BROKEN) == []
    assert told(checks, Kind.HOLDS) == [
        f"The checkpoint of {ORIGIN} over 200 events is signed with a key given.",
        f"The checkpoint of {ORIGIN} over 200 events states the root that these events have (RFC 9162).",
        "200 events are in the one form of their version.",
        "200 events are signed with a key given.",
        "200 events stand in their order, each number once.",
        "Each event names the one before it in its case; there are 5 cases.",
        "No event is back-dated: the recorded time never goes back, and no claimed time lies after it.",
        "172 payloads have the SHA-256 that their events state.",
    ]
    assert [sentence.split(":")[0] for sentence in told(checks, Kind.NOT_CHECKED)] == [
        "What lies outside and is bound by its hash alone",
        "Whether anything was recorded after event 200",
        "Whether each step was allowed, and by whom",
    ]


def test_what_could_not_be_checked_is_said(ledger: SqlLedger, lines: list[bytes]) -> None:
    unsure = told(checked(list(export_lines(ledger, encloses=lambda _: False)), keys=()), Kind.NOT_CHECKED)
    assert unsure[0].startswith("Who recorded it: no key was given")
    assert unsure[1] == "The payloads of events 1, 2, 3, 4, 5, 6, 8, 9 and 164 more: they are not enclosed."
    assert "standard (133)" in unsure[2]
    assert not [sentence for sentence in told(checked(lines, keys=()), Kind.HOLDS) if "signed" in sentence]


def test_an_empty_ledger_is_whole_too(tmp_path: Path) -> None:
    empty = filled(tmp_path / "ledger.sqlite", 0)
    assert broken(list(export_lines(empty))) == []
    assert told(verify_ledger(empty, keys=[PUBLIC], is_signed=is_signed), Kind.BROKEN) == []
    empty.close()
    assert broken([]) == ["The first line is cut off: it does not end in a line feed."]


def test_another_key_is_told_of_every_signature_but_not_one_by_one(lines: list[bytes]) -> None:
    found = broken(lines, keys=(Key(2).public_key,))
    assert found[0].endswith("is not signed with a key given.")
    assert found[1] == "Event 1 is not signed with a key given."
    assert found[-1] == "… and 180 more of this kind."
    assert len(found) == 22
    assert broken(lines, keys=(Key(2).public_key, PUBLIC)) == []


@pytest.mark.slow
def test_every_event_flipped_deleted_doubled_swapped_or_cut_is_noticed(lines: list[bytes]) -> None:
    chance = random.Random(200)  # noqa: S311  # no secret
    for place in range(1, SIZE + 1):
        line = lines[place]
        byte = chance.randrange(len(line))
        flipped = line[:byte] + bytes([line[byte] ^ (1 << chance.randrange(8))]) + line[byte + 1 :]
        assert broken([*lines[:place], *flipped.splitlines(keepends=True), *lines[place + 1 :]]), (place, byte)
        other = place % SIZE + 1
        swapped = list(lines)
        swapped[place], swapped[other] = swapped[other], swapped[place]
        changes = (
            swapped,
            [*lines[:place], *lines[place + 1 :]],
            [*lines[:place], line, *lines[place:]],
            lines[:place],
        )
        assert all(broken(changed, keys=()) for changed in changes), place


@pytest.mark.slow
def test_every_byte_of_an_export_matters(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.sqlite", 6)
    whole = b"".join(export_lines(ledger))
    ledger.close()
    for place in range(len(whole)):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        assert broken(changed.splitlines(keepends=True)), place
        assert broken((whole[:place]).splitlines(keepends=True)), place


@pytest.mark.slow
def test_a_rewritten_end_is_noticed_with_any_newer_checkpoint(ledger: SqlLedger, lines: list[bytes]) -> None:
    heads = list(ledger.checkpoints())
    events = list(ledger.read())
    shorter = [header(heads[50]), *lines[1 : heads[50].size + 1]]
    assert broken(shorter) == []
    for newer in heads[51:]:
        (sentence,) = broken(shorter, known=(newer.note,))
        assert "of 100 events here the end was cut off" in sentence
    other = replace(events[99].envelope, reason="Rewritten.")
    rewritten = exported([*events[:99], envelopes.sign(other, Key(1))], payloads=lines)
    assert broken(rewritten) == []
    (sentence,) = broken(rewritten, known=(heads[50].note,))
    assert "states another root" in sentence
    older = checked(lines, known=tuple(head.note for head in heads if head.size))
    assert told(older, Kind.HOLDS)[-1].startswith("100 checkpoints from elsewhere agree")


def test_a_checkpoint_from_elsewhere_must_be_of_this_ledger_and_signed(lines: list[bytes]) -> None:
    root = bytes(32)
    for note, why in (
        ("none", "cannot be read"),
        (checkpoints.write("other.example.org/ledger", 3, root, Key(1)).note, "is that of another ledger"),
        (checkpoints.write(ORIGIN, 3, root, Key(2)).note, "is not signed with a key given"),
        (checkpoints.write(ORIGIN, 3, root, Key(1)).note, "states another root"),
    ):
        (sentence,) = broken(lines, known=(note,))
        assert why in sentence


def header(head: Checkpoint) -> bytes:
    return write_json({"checkpoint": head.note, "format": "hrcr-ledger-export", "version": 1}) + b"\n"


def exported(events: list[RecordedEvent], *, payloads: list[bytes]) -> list[bytes]:
    """What somebody with the key would make of these events, with the payloads of the lines in the same places."""
    tree = Tree(leaf_hash(event.raw) for event in events)
    made = [header(checkpoints.write(ORIGIN, len(tree), tree.root(), Key(1)))]
    for event, line in zip(events, payloads[1:], strict=False):
        fields = {"envelope": event.raw.decode(), "signature": to_base64(event.signature)}
        made.append(write_json({**fields, "payload": json.loads(line)["payload"]}) + b"\n")
    return made


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda envelope: replace(envelope, sequence=9), "Event 9 stands where event 20 should be."),
        (lambda envelope: replace(envelope, previous=None), "Event 20 does not name the event before it in the case"),
        (lambda envelope: replace(envelope, recorded=NOON - timedelta(days=1)), "is recorded at an earlier time"),
        (lambda envelope: replace(envelope, claimed=NOON + timedelta(days=9)), "claims a time after the one"),
        (lambda envelope: replace(envelope, hashes={"payload": "0" * 64}), "The payload of event 20 is not what"),
        (lambda envelope: replace(envelope, hashes={}), "Event 20 states no payload, but one is enclosed."),
    ],
    ids=range(6),
)
def test_whoever_holds_the_key_cannot_break_the_rules_unnoticed(
    ledger: SqlLedger, lines: list[bytes], change: Callable[[Envelope], Envelope], why: str
) -> None:
    events = list(ledger.read())[:20]
    events[19] = envelopes.sign(change(events[19].envelope), Key(1))
    found = broken(exported(events, payloads=lines))
    assert why in "\n".join(found)
    assert not [sentence for sentence in found if "root" in sentence]


DROPPED = [
    f"DROP TRIGGER {name}"
    for name in (
        "events_keep_update",
        "events_keep_delete",
        "payloads_keep_update",
        "payloads_keep_delete",
        "checkpoints_keep_update",
        "checkpoints_keep_delete",
    )
]
TO_ONE_ROW = [
    "UPDATE events SET envelope = CAST(replace(CAST(envelope AS TEXT), 'Number', 'Bumber') AS BLOB) "
    "WHERE sequence = :first",
    "UPDATE events SET envelope = CAST(envelope AS TEXT) WHERE sequence = :first",
    "UPDATE events SET envelope = x'00' WHERE sequence = :first",
    "UPDATE events SET signature = zeroblob(64) WHERE sequence = :first",
    "UPDATE events SET \"case\" = 'case/9' WHERE sequence = :first",
    "UPDATE events SET hash = 'x' || substr(hash, 2) WHERE sequence = :first",
    "UPDATE events SET payload = NULL WHERE sequence = :first",
    "UPDATE payloads SET body = x'00' WHERE sha256 = (SELECT payload FROM events WHERE sequence = :first)",
    "DELETE FROM payloads WHERE sha256 = (SELECT payload FROM events WHERE sequence = :first)",
    "DELETE FROM events WHERE sequence = :first",
    "DELETE FROM events WHERE sequence >= :first",
    "UPDATE events SET sequence = CASE sequence WHEN :first THEN -:second ELSE -:first END "
    "WHERE sequence IN (:first, :second); UPDATE events SET sequence = -sequence WHERE sequence < 0",
]
TO_CHECKPOINTS = [
    "DELETE FROM checkpoints WHERE size = 200",
    "DELETE FROM checkpoints",
    "UPDATE checkpoints SET note = 'x' WHERE size = 100",
    "UPDATE checkpoints SET note = replace(note, 'registry', 'Registry') WHERE size = 100",
    "UPDATE checkpoints SET size = 201 WHERE size = 200",
    "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 198) WHERE size = 200",
    "DELETE FROM events WHERE sequence > 198; DELETE FROM checkpoints WHERE size > 198",
]


@pytest.mark.slow
def test_whatever_is_done_to_the_database_is_noticed(tmp_path: Path) -> None:
    made = filled(tmp_path / "source.sqlite", SIZE)
    newer = made.receipt(SIZE).checkpoint.note
    made.close()
    rows = [{"first": first, "second": second} for first, second in ((1, 2), (100, 150), (200, 199))]
    changes = [(change, row) for change in TO_ONE_ROW for row in rows] + [(change, {}) for change in TO_CHECKPOINTS]
    assert len(changes) == 43
    for number, (change, row) in enumerate(changes):
        copy = tmp_path / f"copy-{number}.sqlite"
        copy.write_bytes((tmp_path / "source.sqlite").read_bytes())
        engine = create_engine(f"sqlite:///{copy}")
        with engine.begin() as connection:
            triggers = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for statement in [*DROPPED, *change.split("; ")]:
                wanted = {name: value for name, value in row.items() if f":{name}" in statement}
                connection.execute(text(statement), wanted)
            for trigger in triggers:
                if any(statement.endswith(trigger.split()[2]) for statement in DROPPED):
                    connection.execute(text(trigger))
        engine.dispose()
        assert noticed(copy, newer), (change, row)
        copy.unlink()


def noticed(path: Path, newer: str) -> bool:
    """Say whether the ledger does not open, or a check of it, with one newer receipt at hand, finds it broken."""
    try:
        opened = SqlLedger(f"sqlite:///{path}", origin=ORIGIN, signer=Key(1), clock=lambda: NOON)
    except LedgerDamaged:
        return True
    here = told(verify_ledger(opened, keys=[PUBLIC], is_signed=is_signed), Kind.BROKEN)
    if not here:
        here = broken(list(export_lines(opened)), known=(newer,))
    opened.close()
    return bool(here)


def test_a_ledger_is_checked_where_it_lies_against_every_checkpoint(ledger: SqlLedger) -> None:
    checks = verify_ledger(ledger, keys=[PUBLIC], is_signed=is_signed)
    assert told(checks, Kind.BROKEN) == []
    assert "100 checkpoints from elsewhere agree: nothing before them was changed or cut." in told(checks, Kind.HOLDS)


@pytest.mark.slow
@pytest.mark.alone
def test_a_thousand_events_are_checked_within_seconds(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.sqlite", 1000)
    lines = list(export_lines(ledger))
    ledger.close()
    began = perf_counter()
    assert broken(lines) == []
    assert perf_counter() - began < 5
