"""Why a step cannot be taken is said together with what may be done instead."""

import pytest

from registry.case_errors import CaseError, ConflictOfInterest, TooEarly


def test_the_steps_open_instead_stand_behind_the_reason() -> None:
    error = TooEarly("The call is not over.")
    assert str(error) == "The call is not over."
    error.instead = {"withdraw": "Withdraw", "wait": "Wait"}
    assert str(error) == "The call is not over. Open to you now: “Withdraw”, “Wait”."


def test_a_conflict_names_its_rule() -> None:
    with pytest.raises(CaseError) as caught:
        raise ConflictOfInterest("A tie bars you.", rule="same-city")
    assert isinstance(caught.value, ConflictOfInterest)
    assert caught.value.rule == "same-city"
