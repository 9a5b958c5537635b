"""Files are held against the events of an export: what is there and right, what is missing, what is another."""

from datetime import UTC, datetime
from hashlib import sha256

from registry.canonical_json import write as write_json
from registry.envelope import write
from registry.evidence_verification import verify_evidence
from registry.model import Envelope
from registry.verification import Kind

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
MINUTES, REPORT, OTHER = (sha256(text).hexdigest() for text in (b"minutes", b"report", b"other"))


def line(**hashes: str) -> bytes:
    envelope = Envelope(
        sequence=1,
        case="link-check/oderau",
        kind="link-check",
        office="registry-steward",
        account=None,
        claimed=NOON,
        recorded=NOON,
        hashes={role.replace("_", "-"): digest for role, digest in hashes.items()},
        previous=None,
        reason="Looked at.",
    )
    return write_json({"envelope": write(envelope).decode(), "payload": None, "signature": ""}) + b"\n"


LINES = [
    b'{"checkpoint":"x"}\n',
    line(evidence_1=MINUTES, evidence_2=REPORT, payload=OTHER, process="0" * 64, text="1" * 64),
    line(key="2" * 64, tree_head="3" * 64),
    b"no line\n",
]


def test_what_is_at_hand_holds_and_what_is_not_is_named() -> None:
    found = verify_evidence(LINES, {"minutes.txt": MINUTES, "notes.txt": OTHER})
    assert [(check.kind, check.message) for check in found] == [
        (Kind.HOLDS, "Files at hand are what events name: 1 × evidence."),
        (Kind.NOT_CHECKED, "What events name and is not at hand: 1 × evidence."),
        (Kind.NOT_CHECKED, "1 files that no event names."),
    ]


def test_a_file_with_the_name_of_another_is_broken() -> None:
    found = verify_evidence(LINES, {f"ab/{MINUTES}": OTHER, f"{REPORT}.pdf": REPORT})
    assert [check.message for check in found if check.kind is Kind.BROKEN] == [
        f"The file ab/{MINUTES} is not what its name says."
    ]


def test_all_at_hand_leaves_nothing_unchecked() -> None:
    found = verify_evidence(LINES, {MINUTES: MINUTES, REPORT: REPORT})
    assert [check.kind for check in found] == [Kind.HOLDS]
