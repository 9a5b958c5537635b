"""The standard is read whole from its data."""

import pytest

from registry.artefacts import Artefacts
from registry.errors import UnknownCriterion
from registry.model import Outcome


def test_it_has_forty_criteria_numbered_without_a_gap(artefacts: Artefacts) -> None:
    notations = [criterion.notation for criterion in artefacts.standard.criteria]
    assert notations == [f"MCS-{number:02}" for number in range(1, 41)]


def test_every_criterion_has_at_most_one_requirement_a_level(artefacts: Artefacts) -> None:
    standard = artefacts.standard
    pairs = [(found.criterion, found.level.iri) for found in standard.requirements]
    assert len(pairs) == len(set(pairs)) >= 59


def test_levels_come_in_their_order(artefacts: Artefacts) -> None:
    assert [level.label for level in artefacts.standard.levels] == ["Declared", "Committed", "Implementing"]


def test_each_level_has_musts(artefacts: Artefacts) -> None:
    standard = artefacts.standard
    musts = [
        sum(found.is_must and found.level == level for found in standard.requirements) for level in standard.levels
    ]
    assert musts[0] == 8
    assert musts[1] >= 18
    assert musts[2] >= 11


def test_a_criterion_is_found_by_slug_notation_and_number(artefacts: Artefacts) -> None:
    standard = artefacts.standard
    found = {standard.criterion(name).slug for name in ("formal-act", "MCS-05", "mcs-05", "05")}
    assert found == {"formal-act"}


def test_an_unknown_criterion_is_refused_with_the_list(artefacts: Artefacts) -> None:
    with pytest.raises(UnknownCriterion, match=r"No criterion is called “nonsense”; there are: .*formal-act"):
        artefacts.standard.criterion("nonsense")


def test_ranks_put_inapplicable_first_and_passed_last(artefacts: Artefacts) -> None:
    ranks = artefacts.standard.ranks
    assert sorted(ranks, key=lambda outcome: ranks[outcome]) == [
        Outcome.INAPPLICABLE,
        Outcome.FAILED,
        Outcome.CANNOT_TELL,
        Outcome.UNTESTED,
        Outcome.PASSED,
    ]


def test_every_requirement_speaks_to_people(artefacts: Artefacts) -> None:
    silent = [
        str(found.iri)
        for found in artefacts.standard.requirements
        if not (found.label and found.definition and found.what_to_do and found.what_proves_it and found.modes)
    ]
    assert not silent
