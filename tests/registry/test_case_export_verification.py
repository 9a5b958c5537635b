"""Whatever is changed in the export of a case is found without a server; what one case cannot show is named."""

import base64
from collections.abc import Callable, Iterator

import pytest

from registry.adapters.ed25519_key import is_signed
from registry.adapters.sql_ledger import SqlLedger
from registry.adapters.sql_texts import SqlTexts
from registry.canonical_json import read as read_json
from registry.canonical_json import write as write_json
from registry.case_export import case_lines, read_proven
from registry.case_export_verification import verify_case_export
from registry.commitment import commit
from registry.model import DraftedEvent
from registry.process import Process
from registry.sealing import KEY_CASE, key_change
from registry.verification import Check, Kind
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.playing import CLAIM, OFFICER, STEWARD, law, person
from tests.registry.test_case_export import closed
from tests.registry.test_casework import NAME, Desk, reviewed
from tests.registry.test_envelope import Key

KEYS = (Key(1).public_key,)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[bytes]]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    closed(desk)
    yield list(desk.work.export(NAME))
    desk.ledger.close()


def checked(lines: list[bytes], keys: tuple[bytes, ...] = KEYS, process: Process | None = None) -> list[Check]:
    return list(verify_case_export(lines, keys=keys, is_signed=is_signed, law=process or law()))


def told(checks: list[Check], kind: Kind) -> list[str]:
    return [check.message for check in checks if check.kind is kind]


def changed(line: bytes, **fields: object) -> bytes:
    return write_json(read_json(line[:-1], what="It") | fields) + b"\n"


def test_an_untouched_export_holds_and_says_what_it_cannot_show(lines: list[bytes]) -> None:
    checks = checked(lines)
    assert told(checks, Kind.BROKEN) == []
    held = " ".join(told(checks, Kind.HOLDS))
    for words in (
        "over 41 events is signed with a key given",
        "are in the one form of their version, all of case/oderau-1",
        "each proof leads to its root",
        "Each event names the one before it",
        "payloads have the SHA-256",
        "1 cases and 0 standings kept the law: each step was possible",
    ):
        assert words in held
    missing = " ".join(told(checks, Kind.NOT_CHECKED))
    for words in ("bound by its hash alone: process, ", "has events after event", "Other cases:", "held the role"):
        assert words in missing


def test_without_keys_and_law_that_is_said(lines: list[bytes]) -> None:
    checks = list(verify_case_export(lines, keys=(), is_signed=is_signed))
    assert told(checks, Kind.BROKEN) == []
    missing = " ".join(told(checks, Kind.NOT_CHECKED))
    assert "no key was given" in missing
    assert "the law of cases was not at hand" in missing


def test_another_key_is_noticed(lines: list[bytes]) -> None:
    broken = told(checked(lines, (Key(2).public_key,)), Kind.BROKEN)
    assert len(broken) == len(lines)
    assert broken[0].endswith("is not signed with a key given.")


def without(place: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: lines[:place] + lines[place + 1 :]


CHANGES: list[tuple[str, Callable[[list[bytes]], list[bytes]], str]] = [
    ("an event is left out", without(4), "does not name the event before it in the case"),
    ("the first is left out", without(1), "does not name the event before it in the case"),
    ("two are swapped", lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], "stands after event"),
    ("one is doubled", lambda lines: [*lines[:4], lines[3], *lines[4:]], "stands after event"),
    ("all are gone", lambda lines: lines[:1], "No event of case/oderau-1 is enclosed"),
    ("nothing is there", lambda lines: lines[:0], "The first line is cut off"),
    (
        "a payload is another",
        lambda lines: [*lines[:3], changed(lines[3], payload=base64.b64encode(b"x").decode()), *lines[4:]],
        "is not what was recorded: its SHA-256 is another one",
    ),
    (
        "a payload is gone",
        lambda lines: [*lines[:3], changed(lines[3], payload=None), *lines[4:]],
        "is missing: of a closed case each is enclosed",
    ),
    (
        "a proof is gone",
        lambda lines: [*lines[:3], changed(lines[3], proof=[]), *lines[4:]],
        "The proof does not lead from event 3 to the root",
    ),
    (
        "a signature is that of another event",
        lambda lines: [
            *lines[:3],
            changed(lines[3], signature=read_json(lines[4][:-1], what="It")["signature"]),
            *lines[4:],
        ],
        "Event 3 is not signed with a key given",
    ),
    ("the case has another name", lambda lines: [changed(lines[0], case="case/other-1"), *lines[1:]], "belongs to"),
    ("an envelope has another reason", lambda lines: [
        *lines[:3], lines[3].replace(b"Because", b"Becouse").replace(b"The", b"Tho", 1), *lines[4:]
    ], "Event 3 is not signed"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "why"), CHANGES, ids=[what for what, _, _ in CHANGES])
def test_every_change_is_found(
    lines: list[bytes], what: str, change: Callable[[list[bytes]], list[bytes]], why: str
) -> None:
    broken = told(checked(change(lines)), Kind.BROKEN)
    assert any(why in message for message in broken), (what, broken)


def test_every_flipped_byte_of_an_event_is_found(lines: list[bytes]) -> None:
    """Base64 is read strictly and JSON in its one form, so no byte is free."""
    line = lines[5]
    assert read_proven(line, number=6)
    for place in range(0, len(line), 41):
        flipped = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        assert told(checked([*lines[:5], flipped, *lines[6:]]), Kind.BROKEN), place


def test_a_step_against_the_law_is_found_though_everything_is_signed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whoever holds the key and writes into the ledger past the law is found out by the export alone."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    closed(desk)
    last = desk.ledger.case(NAME)[-1]
    first = desk.ledger.case(NAME)[0]
    payload = desk.ledger.payload(first.envelope.hashes["payload"])
    desk.ledger.append(
        [
            DraftedEvent(
                case=NAME,
                kind="case-opened",
                office="officer",
                account=first.envelope.account,
                reason="Once more.",
                payload=payload,
                hashes={"process": law().digest},
                previous=last.hash,
            )
        ]
    )
    broken = told(checked(list(case_lines(desk.ledger, NAME))), Kind.BROKEN)
    assert any("is no step of the law" in message for message in broken)
    desk.ledger.close()


def test_a_text_that_was_erased_is_gone_and_the_record_still_verifies(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("desk")
    desk, texts = Desk(place), SqlTexts(f"sqlite:///{place}/texts.sqlite")
    reviewed(desk, until="call")
    kept = texts.keep("The square was never opened: a marked text.")
    desk.do("file-concern", person("neighbour", "public"), claim=CLAIM, hashes={"text": kept.digest})
    assert commit(kept.salt, kept.text) == kept.digest
    desk.do("set-aside-concern", STEWARD, concern=1)
    desk.do("withdraw", OFFICER)
    before = checked(list(desk.work.export(NAME)))
    assert texts.erase(kept.digest)
    texts.close()
    assert b"a marked text" not in b"".join(file.read_bytes() for file in place.iterdir())
    after = checked(list(desk.work.export(NAME)))
    assert after == before
    assert told(after, Kind.BROKEN) == []
    assert any("bound by its hash alone" in message and "text" in message for message in told(after, Kind.NOT_CHECKED))
    desk.ledger.close()


FIRST, SECOND, THIRD, STRANGE = (Key(number) for number in (1, 2, 3, 9))


@pytest.fixture(scope="module")
def rotated(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The export of a case in which the first key signed; the key changed twice since."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    closed(desk)
    for old, new in ((FIRST, SECOND), (SECOND, THIRD)):
        known = desk.ledger.case(KEY_CASE)
        previous = known[-1].hash if known else None
        desk.ledger.append([key_change(new.public_key, former=old.public_key, previous=previous)])
        desk.ledger.close()
        desk.ledger = SqlLedger(desk.url, origin=ORIGIN, signer=new, clock=desk.clock)
    desk.ledger.append([DraftedEvent(case="note/1", kind="note", office="clock", reason="The third key signs.")])
    found = list(desk.another().export(NAME))
    desk.ledger.close()
    return found


@pytest.mark.parametrize("keys", [(FIRST,), (THIRD,), (SECOND,), (FIRST, THIRD), (STRANGE, THIRD)])
def test_after_changes_of_the_key_each_one_leads_to_all_others(rotated: list[bytes], keys: tuple[Key, ...]) -> None:
    checks = checked(rotated, tuple(key.public_key for key in keys))
    assert told(checks, Kind.BROKEN) == []
    held = " ".join(told(checks, Kind.HOLDS))
    assert "events are signed with a key given, or one that it leads to" in held
    assert held.count("The key changed with event") == 2


def test_a_key_that_never_signed_leads_nowhere_and_the_former_one_signs_no_head(rotated: list[bytes]) -> None:
    assert any("is not signed" in fault for fault in told(checked(rotated, (STRANGE.public_key,)), Kind.BROKEN))
    header = read_json(rotated[0][:-1], what="It")
    cut = changed(rotated[0], keys=header["keys"][:1])
    assert told(checked([cut, *rotated[1:]], (FIRST.public_key,)), Kind.BROKEN)
    plain = {name: value for name, value in header.items() if name != "keys"} | {"version": 1}
    found = checked([write_json(plain) + b"\n", *rotated[1:]], (THIRD.public_key,))
    assert any("is not signed" in fault for fault in told(found, Kind.BROKEN))


def test_a_change_of_the_key_that_stands_under_no_head_is_found(rotated: list[bytes]) -> None:
    header = read_json(rotated[0][:-1], what="It")
    first, second = header["keys"]
    forged = changed(rotated[0], keys=[first, second | {"proof": first["proof"]}])
    broken = told(checked([forged, *rotated[1:]], (FIRST.public_key,)), Kind.BROKEN)
    assert any("The proof does not lead from event" in fault for fault in broken)
