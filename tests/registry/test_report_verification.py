"""Documents that events name are held against their hashes, and reports are made again from their parts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from registry.errors import ValidatorError
from registry.model import Envelope
from registry.namespaces import DCT, HRC, RDF
from registry.report_verification import Stated, document_checks, stated_by
from registry.verification import Kind
from tests.registry.test_envelope import NOON

NODE = "https://example.org/id/assessment/oderau-2027"
REPORT = (
    f'<{NODE}> <{HRC.referenceDate}> "2027-01-04"^^<http://www.w3.org/2001/XMLSchema#date> .\n'
    f"<{NODE}> <{RDF.type}> <{HRC.Assessment}> .\n"
    f"<{NODE}> <{HRC.partHash}> <{NODE}#shapes> .\n"
    f'<{NODE}#shapes> <{DCT.title}> "shapes" .\n'
    f'<{NODE}#shapes> <{HRC.sha256}> "abc" .\n'
).encode()
SUBMISSION = b"<a> <b> <c> ."
OURS = {"shapes": "abc"}


def digest(raw: bytes) -> str:
    return sha256(raw).hexdigest()


EVENT = Envelope(
    sequence=7,
    case="case/oderau-1",
    kind="submission-received",
    office="officer",
    account=None,
    claimed=NOON,
    recorded=NOON,
    hashes={"submission": digest(SUBMISSION), "report": digest(REPORT)},
    previous=None,
    reason="Handed in.",
)


def told(
    *documents: bytes, event: Envelope = EVENT, ours: Mapping[str, str] = OURS, again: bytes = REPORT
) -> list[tuple[str, str]]:
    asked: list[tuple[bytes, date, str]] = []

    def repeat(raw: bytes, day: date, base: str) -> bytes:
        asked.append((raw, day, base))
        if not again:
            raise ValidatorError("The engine could not judge.")
        return again

    enclosed = {digest(raw): raw for raw in documents}
    found = [
        (check.kind.value, check.message)
        for check in document_checks([event, event], enclosed, ours=ours, repeat=repeat)
    ]
    assert asked in ([], [(SUBMISSION, date(2027, 1, 4), "https://example.org/")])
    return found


def test_a_report_that_is_made_again_byte_for_byte_holds() -> None:
    assert told(SUBMISSION, REPORT) == [
        ("holds", "2 documents enclosed have the SHA-256 that their events state."),
        ("holds", "The report that event 7 names was made again from its parts, byte for byte."),
    ]


def test_what_is_not_enclosed_is_named() -> None:
    missing = told(SUBMISSION)
    assert missing[0] == ("holds", "1 documents enclosed have the SHA-256 that their events state.")
    assert missing[1] == (
        "not checked",
        f"The document {digest(REPORT)[:12]}… that event 7 names: not enclosed.",
    )
    assert [kind for kind, _ in told()] == ["not checked", "not checked"]
    assert told(event=replace(EVENT, hashes={})) == []


def test_a_report_by_other_rules_is_not_called_wrong() -> None:
    kind, message = told(SUBMISSION, REPORT, ours={"shapes": "abd", "standard": "x"})[-1]
    assert kind == "not checked"
    assert "made with other versions of shapes, standard" in message


def test_a_report_by_another_engine_is_not_called_wrong() -> None:
    by_old, by_new = (REPORT + f'<{NODE}> <{HRC.engine}> "pySHACL {n}" .\n'.encode() for n in (1, 2))
    event = replace(EVENT, hashes={"submission": digest(SUBMISSION), "report": digest(by_old)})
    assert told(SUBMISSION, by_old, event=event, again=by_new)[-1] == (
        "not checked",
        "The report that event 7 names: it was made with pySHACL 1; here is pySHACL 2.",
    )
    assert told(SUBMISSION, by_old, event=event, again=by_old)[-1][0] == "holds"


@pytest.mark.parametrize(("again", "why"), [(b"", "cannot be made again"), (REPORT[:-1], "it is another")])
def test_a_report_that_judging_does_not_give_is_broken(again: bytes, why: str) -> None:
    kind, message = told(SUBMISSION, REPORT, again=again)[-1]
    assert (kind, why in message) == (Kind.BROKEN.value, True)


@pytest.mark.parametrize("raw", [b"no triples", b"", b"\xff", REPORT.replace(b"id/assessment/", b"id/")])
def test_what_is_no_report_is_broken(raw: bytes) -> None:
    event = replace(EVENT, hashes={"submission": digest(SUBMISSION), "report": digest(raw)})
    assert told(SUBMISSION, raw, event=event)[-1] == (
        "broken",
        "The report that event 7 names is none: it says not how it was made.",
    )


def test_a_report_says_how_it_was_made() -> None:
    assert stated_by(REPORT) == Stated(date(2027, 1, 4), "https://example.org/", {"shapes": "abc"})
