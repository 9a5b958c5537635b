"""Ten thousand random histories: no illegal step, nobody in two roles, no act lost, no trace of what was refused."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry.case_verification import by_name, case_faults, faults_over_time, standing_faults
from registry.cases import fold_case
from registry.standings import fold_standing
from registry.tick import tick
from tests.registry.playing import law
from tests.registry.random_histories import History, roles_in

PARTS, EACH, LENGTH = 5, 2_000, 256


def check(history: History) -> None:
    acts, named = history.acts, by_name(history.acts)
    cases = {name: found for name, found in named.items() if name.startswith("case/")}
    assert sum(map(len, named.values())) == len(acts)
    for name, found in cases.items():
        assert [act.number for act in found] == list(range(1, len(found) + 1))
        assert fold_case(law(), found) == fold_case(law(), list(found)) == history.cases[name]
        assert list(case_faults(law(), found)) == []
    standing = named.get(history.standing.name, [])
    assert fold_standing(law(), standing, name=history.standing.name) == history.standing
    causes = {f"{act.case}#act-{act.number}": act for act in acts}
    assert list(standing_faults(law(), standing, causes)) == []
    assert list(faults_over_time(law(), cases)) == []
    assert [told for told in roles_in(acts) if len(told[2]) > 1] == []
    for refused in history.refused:
        assert str(refused).endswith((".", "”."))
    due = tick(law(), [case for case in history.cases.values() if case.acts], [history.standing], history.now)
    assert {act.office for act in due} <= {"clock"}


@given(st.binary(min_size=40, max_size=LENGTH))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_histories_keep_the_law(choices: bytes) -> None:
    check(History(choices))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_random_histories_keep_the_law(part: int) -> None:
    tried, acts, kinds = 0, 0, set[str]()

    @given(st.binary(min_size=LENGTH, max_size=LENGTH))
    @settings(
        max_examples=EACH,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        database=None,
    )
    def run(choices: bytes) -> None:
        nonlocal tried, acts
        history = History(bytes(byte ^ part for byte in choices))
        check(history)
        tried += 1
        acts += len(history.acts)
        kinds.update(act.kind for act in history.acts)

    run()
    assert tried >= EACH
    assert acts > 10 * EACH
    assert len(kinds) > 40


def test_the_histories_are_ten_thousand() -> None:
    assert PARTS * EACH >= 10_000


def test_the_same_bytes_give_the_same_history() -> None:
    choices = bytes(range(256))
    assert History(choices).acts == History(choices).acts
