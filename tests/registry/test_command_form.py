"""A command comes in one form, or is sent back with the sentence that says what to mend."""

from dataclasses import replace

import pytest

from registry.case_errors import ReasonMissing, StepIncomplete
from registry.cases import Judgement
from registry.command_form import TAKES, address, demand_form
from registry.model import Outcome
from tests.registry.playing import CLAIM, EVIDENCE, REQUIREMENTS, STEWARD, judged, law, order

FINDING = Judgement(requirement=REQUIREMENTS[0], outcome=Outcome.PASSED, reason="It is there.", evidence=EVIDENCE)


def sent(name: str, **more: object) -> None:
    step = next(step for step in law().case_steps.values() if step.command == name)
    demand_form(order(name, **more), step, "case/oderau-1", takes_candidate=name == "assign-reviewer")


def test_a_command_in_its_form_is_let_through() -> None:
    sent("return-to-city", reason="The act is missing.\nSend it.")
    sent("file-concern", claim=CLAIM)
    sent("assign-reviewer", candidate=STEWARD)
    sent("file-findings", judgements=judged(REQUIREMENTS))


@pytest.mark.parametrize("reason", ["x" * 4097, "a\x00b", "bell\x07"], ids=["long", "null", "bell"])
def test_a_reason_is_plain_text_that_can_be_recorded(reason: str) -> None:
    with pytest.raises(ReasonMissing, match=r"write at most 4,096 characters of plain text\.$"):
        sent("return-to-city", reason=reason)


@pytest.mark.parametrize(
    "more", [{"level": CLAIM}, {"subject": "one"}, {"seat": 3}, {"judgements": judged(REQUIREMENTS)}, {"role": "clock"}]
)
def test_a_step_takes_nothing_that_is_not_its_own(more: dict[str, object]) -> None:
    name = next(iter(more))
    with pytest.raises(
        StepIncomplete, match=f"“Open the public call” in case/oderau-1 takes no “{name}”; leave it out"
    ):
        sent("open-call", **more)


def test_nobody_is_assigned_by_another_step() -> None:
    with pytest.raises(StepIncomplete, match="takes no “candidate”; leave it out"):
        sent("open-call", candidate=STEWARD)


@pytest.mark.parametrize(
    "claim", ["javascript:alert(1)", "https://example.org/<b>", "https://a b", "urn:x", "https://"]
)
def test_what_is_no_address_is_refused(claim: str) -> None:
    assert address(claim) == ""
    with pytest.raises(StepIncomplete, match="give an address that starts with http:// or https://"):
        sent("file-concern", claim=claim)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"evidence": "on page 4"}, "“evidence” is “on page 4”"),
        ({"law": "section 4"}, "“law” is “section 4”"),
        ({"requirement": ""}, "“requirement” is “nothing”"),
        ({"reason": " "}, "has no reason of at most 4,096 characters"),
        ({"reason": "a\tb"}, "has no reason of at most 4,096 characters"),
    ],
)
def test_each_outcome_has_its_reason_and_its_addresses(change: dict[str, str], sentence: str) -> None:
    with pytest.raises(StepIncomplete, match=sentence):
        sent("file-findings", judgements=(replace(FINDING, **change),))  # type: ignore[arg-type]  # texts


def test_no_requirement_is_judged_twice() -> None:
    with pytest.raises(StepIncomplete, match="names a requirement twice; give one outcome for each"):
        sent("file-findings", judgements=(FINDING, replace(FINDING, outcome=Outcome.FAILED)))


def test_a_hash_is_a_sha_256() -> None:
    with pytest.raises(StepIncomplete, match="“text” is “BEEF”; give a SHA-256 in 64 small hexadecimal digits"):
        sent("reply", hashes={"text": "BEEF"})


def test_only_some_steps_take_particulars() -> None:
    assert len(TAKES) == 16
