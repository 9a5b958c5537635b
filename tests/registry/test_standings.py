"""The standing of a city is what its acts made of it: level, term, and which report is due."""

from dataclasses import replace
from datetime import date

import pytest

from registry.case_errors import IllegalTransition
from registry.standings import after_change, fold_standing
from tests.registry.playing import COMMITTED, OFFICER, Table, law


def test_the_same_acts_give_the_same_standing() -> None:
    standing = Table().accredited().standing
    assert fold_standing(law(), standing.acts, name=standing.name) == standing
    assert [act.kind for act in standing.acts] == ["city-listed", "standing-under-review", "level-granted"]


def test_a_decision_starts_the_term_and_the_yearly_duty() -> None:
    standing = Table().accredited().standing
    assert (standing.state, standing.level, standing.former) == ("accredited-committed", COMMITTED, standing.state)
    assert standing.granted
    assert standing.due == date(standing.granted.year + 1, standing.granted.month, standing.granted.day)


def test_the_day_on_which_a_report_is_due_does_not_drift() -> None:
    table = Table().accredited()
    first = table.standing.due
    assert first
    table.wait(200).change("file-report", OFFICER)
    assert table.standing.due == date(first.year + 1, first.month, first.day)
    table.wait(366).change("file-report", OFFICER)
    assert table.standing.due == date(first.year + 2, first.month, first.day)


@pytest.mark.parametrize(
    "wrong", [{"number": 9}, {"rule": "none"}, {"kind": "level-lapsed"}, {"office": "public"}, {"rule": "list"}]
)
def test_a_change_that_fits_no_step_of_the_law_is_refused(wrong: dict[str, str]) -> None:
    acts = Table().accredited().standing.acts
    standing = fold_standing(law(), acts[:-1], name="standing/oderau")
    with pytest.raises(IllegalTransition, match=r"of standing/oderau, “.*”, fits no step of the law from the standing"):
        after_change(law(), standing, replace(acts[-1], **wrong))  # type: ignore[arg-type]  # one field each


def test_a_city_of_which_nothing_was_recorded_stands_nowhere() -> None:
    assert fold_standing(law(), [], name="standing/oderau").state == ""
