"""An export shows whether the law of cases was kept, and says what it cannot show."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from registry.adapters.ed25519_key import is_signed
from registry.case_checks import read_act
from registry.case_errors import MalformedAct
from registry.case_record import graph_of
from registry.ledger_export import export_lines
from registry.ledger_verification import verify_export
from registry.model import DraftedEvent, RecordedEvent
from registry.verification import Check, Kind
from tests.registry.playing import START, account, artefacts, law
from tests.registry.random_histories import History
from tests.registry.test_casework import BASE, NAME, Desk, reviewed
from tests.registry.test_envelope import Key


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    reviewed(made)
    yield made
    made.ledger.close()


def checked(desk: Desk, kind: Kind, **options: object) -> list[str]:
    lines = export_lines(desk.ledger, **options)  # type: ignore[arg-type]  # what encloses
    found: tuple[Check, ...] = verify_export(lines, keys=[Key(1).public_key], is_signed=is_signed, law=law())
    return [check.message for check in found if check.kind is kind]


def record(desk: Desk, **changes: object) -> None:
    """Put an act into the ledger past the law, as an operator with the key could."""
    steward = account("steward")
    case = desk.work.case(NAME)
    act = replace(case.acts[-1], number=len(case.acts) + 1, at=desk.clock(), account=steward, **changes)  # type: ignore[arg-type]  # fields of Act
    desk.ledger.append(
        [
            DraftedEvent(
                case=NAME,
                kind=act.kind,
                office=act.office,
                account=act.account,
                reason=act.reason,
                claimed=act.at,
                payload=artefacts().syntax.canonical(graph_of(act, base=BASE)),
                hashes={"process": law().digest},
                previous=desk.ledger.case(NAME)[-1].hash,
            )
        ]
    )


def test_a_case_that_kept_the_law_holds_and_what_cannot_be_shown_is_said(desk: Desk) -> None:
    assert checked(desk, Kind.BROKEN) == []
    assert [told for told in checked(desk, Kind.HOLDS) if "1 cases and 1 standings kept the law" in told]
    beyond = checked(desk, Kind.NOT_CHECKED)
    assert [told for told in beyond if told.startswith("Whether whoever acted held the role")]
    assert not [told for told in beyond if "was not at hand" in told]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"rule": "accredit", "kind": "accreditation-decided", "office": "decider"},
            "is not possible from “in-review”",
        ),
        ({"rule": "close-review", "kind": "review-closed", "office": "clock"}, "the findings were not complete"),
        ({"rule": "file-findings", "kind": "findings-filed", "office": "reviewer"}, "reviewer and steward in the same"),
        ({"rule": "no-such", "kind": "case-published", "office": "steward"}, "is no step of the law"),
    ],
)
def test_what_an_operator_slips_past_the_law_is_seen(desk: Desk, changes: dict[str, object], sentence: str) -> None:
    record(desk, **changes)
    assert [told for told in checked(desk, Kind.BROKEN) if sentence in told]


def test_a_case_whose_payloads_are_kept_back_is_named_as_not_checked(desk: Desk) -> None:
    kept: Callable[[RecordedEvent], bool] = lambda event: event.envelope.sequence < 4  # noqa: E731  # one line
    assert checked(desk, Kind.BROKEN, encloses=kept) == []
    assert [told for told in checked(desk, Kind.NOT_CHECKED, encloses=kept) if f"Whether {NAME} kept the law" in told]


def test_what_was_done_under_another_law_is_not_looked_at_under_this_one(desk: Desk) -> None:
    other = replace(law(), digest="0" * 64)
    found = verify_export(export_lines(desk.ledger), keys=[], is_signed=is_signed, law=other)
    told = [check.message for check in found if check.kind is Kind.NOT_CHECKED]
    assert f"What was done under another version of the law than this one: {NAME}, standing/oderau." in told


def test_a_payload_that_is_no_act_is_broken(desk: Desk) -> None:
    event = desk.ledger.case(NAME)[0]
    for payload in (b"nonsense", b"\xff", b""):
        with pytest.raises(MalformedAct):
            read_act(event.envelope, payload)
    desk.ledger.append(
        [
            DraftedEvent(
                case="case/other-1", kind="case-opened", office="officer", reason="So.", payload=b"nonsense",
                account=account("officer"), hashes={"process": law().digest},
            )
        ]
    )  # fmt: skip
    assert [told for told in checked(desk, Kind.BROKEN) if "is no N-Triples" in told]


def test_an_act_that_is_recorded_long_after_its_time_is_broken(desk: Desk) -> None:
    desk.ledger.append(
        [
            DraftedEvent(
                case="standing/other", kind="city-listed", office="steward", reason="So.", claimed=START,
                payload=b"nonsense", account=account("steward"), hashes={"process": law().digest},
            )
        ]
    )  # fmt: skip
    assert [told for told in checked(desk, Kind.BROKEN) if "was recorded long after it" in told]


def test_random_histories_keep_the_law_from_the_ledger_too(tmp_path: Path) -> None:
    for seed in range(3):
        (tmp_path / str(seed)).mkdir()
        desk = Desk(tmp_path / str(seed))
        latest: dict[str, str] = {}
        acts = History(Random(seed).randbytes(200)).acts  # noqa: S311  # a history, no secret
        for act in acts:
            desk.now = max(desk.now, act.at)
            (receipt,) = desk.ledger.append(
                [
                    DraftedEvent(
                        case=act.case, kind=act.kind, office=act.office, account=act.account, reason=act.reason,
                        claimed=act.at, payload=artefacts().syntax.canonical(graph_of(act, base=BASE)),
                        hashes={**act.hashes, "process": law().digest}, previous=latest.get(act.case),
                    )
                ]
            )  # fmt: skip
            latest[act.case] = receipt.event.hash
        assert len(acts) > 3
        assert checked(desk, Kind.BROKEN) == []
        desk.ledger.close()
