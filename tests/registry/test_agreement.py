"""Agreement between reviewers is counted as the literature does."""

from fractions import Fraction

from registry.agreement import agreement, agreement_by_criterion, agreement_over
from registry.model import Outcome
from tests.registry.playing import REQUIREMENTS, Table

P, F, C = Outcome.PASSED, Outcome.FAILED, Outcome.CANNOT_TELL


def test_kappa_is_that_of_the_textbook() -> None:
    """Fifty proposals, two readers: yes-yes 20, yes-no 5, no-yes 10, no-no 15 give 0.7 and 0.4."""
    found = agreement([(P, P)] * 20 + [(P, F)] * 5 + [(F, P)] * 10 + [(F, F)] * 15)
    assert found
    assert (found.pairs, found.observed, found.kappa) == (50, Fraction(7, 10), Fraction(2, 5))


def test_agreement_no_better_than_chance_is_zero_and_worse_is_below() -> None:
    even = agreement([(P, P), (P, F), (F, P), (F, F)])
    against = agreement([(P, F), (F, P)])
    assert even
    assert against
    assert even.kappa == 0
    assert against.kappa == -1


def test_where_both_give_one_outcome_alone_kappa_says_nothing() -> None:
    found = agreement([(P, P)] * 4)
    assert found
    assert (found.observed, found.kappa) == (1, None)


def test_nothing_compared_is_no_agreement() -> None:
    assert agreement([]) is None


def test_agreement_is_counted_for_each_criterion_from_the_first_two_reviewers() -> None:
    of = {REQUIREMENTS[0]: "one", REQUIREMENTS[1]: "one", REQUIREMENTS[2]: "two"}
    cases = [Table().filed().case, Table().filed(F).case, Table().filed(C).case, Table().reviewed().case]
    found = agreement_by_criterion(cases, of)
    assert {name: each.pairs for name, each in found.items()} == {"one": 6, "two": 3}
    assert {each.observed for each in found.values()} == {Fraction(1, 3)}
    assert list(agreement_by_criterion(cases, {REQUIREMENTS[2]: "two"})) == ["two"]
    whole = agreement_over(cases)
    assert whole
    assert (whole.pairs, whole.observed) == (9, Fraction(1, 3))
    assert agreement_over([Table().reviewed().case]) is None
