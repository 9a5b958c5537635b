"""What a step asks for follows from the law: every condition that needs an answer has its field."""

import pytest

from registry.case_errors import StepIncomplete
from registry.cases import Case, Command
from registry.conditions import CONDITIONS, Situation
from registry.step_fields import ASKED_BY, Field, fields_of
from tests.registry.playing import FIRST, START, STEWARD, Table, law

NEEDING = {slug for slug, (kind, _) in CONDITIONS.items() if kind is StepIncomplete}


def test_every_condition_that_a_command_can_leave_unmet_is_asked_for() -> None:
    assert set(ASKED_BY) >= NEEDING
    assert set(ASKED_BY) <= set(CONDITIONS)


@pytest.mark.parametrize("slug", sorted(set(ASKED_BY) - {"findings-fit"}))
def test_what_is_asked_for_is_what_the_condition_looks_at(slug: str) -> None:
    """Without any answer the condition is not met; findings are asked of a reviewer with a seat, below."""
    case: Case = Table().eligible().case
    empty = Situation(process=law(), case=case, actor=STEWARD, at=START, command=Command(name="x"))
    assert not CONDITIONS[slug][1](empty)


def test_findings_are_asked_of_a_reviewer_with_a_seat() -> None:
    table = Table().reviewed()
    situation = Situation(process=law(), case=table.case, actor=FIRST, at=table.now, command=Command(name="x"))
    assert not CONDITIONS["findings-fit"][1](situation)


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        ("submit", [Field.SUBMISSION]),
        ("find-eligible", [Field.REQUIREMENTS]),
        ("return-to-city", [Field.REASON]),
        ("assign-reviewer", [Field.CANDIDATE, Field.SECTOR]),
        ("relieve-reviewer", [Field.REVIEWER, Field.REASON]),
        ("open-call", []),
        ("file-findings", [Field.FINDINGS]),
        ("release-concern", [Field.CONCERN]),
        ("answer-concern", [Field.CONCERN, Field.TEXT]),
        ("reply", [Field.TEXT]),
        ("accredit", [Field.LEVEL, Field.RULINGS, Field.REPORT, Field.REASON]),
        ("refuse", [Field.RULINGS, Field.REPORT, Field.REASON]),
        ("close", []),
    ],
)
def test_a_step_asks_for_what_its_conditions_need(step: str, asked: list[Field]) -> None:
    assert list(fields_of(law().case_steps[step])) == asked
