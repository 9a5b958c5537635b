"""Acts make the cases and standings that they name, one after the other."""

from dataclasses import replace

import pytest

from registry.case_errors import IllegalTransition
from registry.case_fold import take
from registry.cases import Case
from registry.standings import Standing
from tests.registry.playing import Table, law


def test_cases_and_standings_are_those_that_their_acts_have_made() -> None:
    table = Table().filed()
    cases: dict[str, Case] = {}
    standings: dict[str, Standing] = {}
    for act in (*table.case.acts, *table.standing.acts):
        take(law(), act, cases, standings)
    assert cases == {table.case.name: table.case}
    assert standings == {table.standing.name: table.standing}
    assert table.standing.acts


def test_an_act_that_fits_no_step_changes_nothing() -> None:
    first, second, *_ = Table().called().case.acts
    cases: dict[str, Case] = {}
    take(law(), first, cases, {})
    before = dict(cases)
    with pytest.raises(IllegalTransition):
        take(law(), replace(second, rule="no-such-step"), cases, {})
    assert cases == before
