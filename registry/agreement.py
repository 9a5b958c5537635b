"""How far reviewers agree: observed agreement and Cohen's kappa, for each criterion; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from registry.cases import PANEL, Case
from registry.model import Outcome


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two reviewers gave the same outcome.

    ``kappa`` is Cohen's (1960): agreement beyond what their own frequencies would give by chance; None when chance
    alone would give all, because then it says nothing.
    """

    pairs: int
    observed: Fraction
    kappa: Fraction | None


def agreement(pairs: Iterable[tuple[Outcome, Outcome]]) -> Agreement | None:
    """Give the agreement of pairs of outcomes, the first reviewer's and the second's; None when there are none."""
    found = list(pairs)
    if not found:
        return None
    total = len(found)
    observed = Fraction(sum(first == second for first, second in found), total)
    firsts, seconds = Counter(first for first, _ in found), Counter(second for _, second in found)
    expected = Fraction(sum(firsts[outcome] * seconds[outcome] for outcome in Outcome), total * total)
    kappa = None if expected == 1 else (observed - expected) / (1 - expected)
    return Agreement(total, observed, kappa)


def agreement_over(cases: Iterable[Case]) -> Agreement | None:
    """Give the agreement of the first two reviewers over all requirements of cases; None when nothing was compared."""
    return agreement(pair for case in cases for pair in _pairs(case).values())


def agreement_by_criterion(cases: Iterable[Case], criterion_of: Mapping[str, str]) -> dict[str, Agreement]:
    """Give the agreement of the first two reviewers over cases, by criterion.

    ``criterion_of`` gives the criterion of each requirement; requirements that it lacks are left out.
    """
    pairs: dict[str, list[tuple[Outcome, Outcome]]] = defaultdict(list)
    for case in cases:
        for requirement, pair in _pairs(case).items():
            if requirement in criterion_of:
                pairs[criterion_of[requirement]].append(pair)
    return {criterion: told for criterion, found in sorted(pairs.items()) if (told := agreement(found)) is not None}


def _pairs(case: Case) -> dict[str, tuple[Outcome, Outcome]]:
    """Give what the first two reviewers found on each requirement on which both found something."""
    filed = [seat.outcomes for seat in case.seats if seat.number <= PANEL and seat.judgements is not None]
    if len(filed) < PANEL:
        return {}
    first, second = filed
    return {each: (first[each], second[each]) for each in case.requirements if each in first and each in second}
