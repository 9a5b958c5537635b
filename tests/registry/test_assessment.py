"""Folding results into outcomes and outcomes into levels, on a small standard made up for the purpose."""

from datetime import date
from itertools import product

import pytest
from rdflib import Graph, Namespace, URIRef

from registry.assessment import advice, fold, level_reached, machine_level, waiting
from registry.errors import ValidatorError
from registry.model import Dossier, Level, Outcome, RequirementOutcome, Result, ValidationReport
from registry.namespaces import SH
from registry.standard import Standard, read_standard

EX = Namespace("https://example.org/")
CASE, CONTROL = EX.assessment, EX.control

STANDARD = """
@prefix earl: <http://www.w3.org/ns/earl#> . @prefix ex: <https://example.org/> .
@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix o: <https://w3id.org/hrcr/vocab/obligations/> . @prefix l: <https://w3id.org/hrcr/vocab/levels/> .
<https://w3id.org/hrcr/standard/1.0.0> hrc:maximumInapplicable 1 .
earl:inapplicable hrc:rank 1 . earl:failed hrc:rank 3 . earl:cantTell hrc:rank 4 .
earl:untested hrc:rank 5 . earl:passed hrc:rank 6 .
l:declared a hrc:Level ; hrc:order 1 ; skos:prefLabel "Declared"@en .
l:committed a hrc:Level ; hrc:order 2 ; skos:prefLabel "Committed"@en .
ex:act a hrc:Criterion ; skos:notation "1" .
ex:plan a hrc:Criterion ; skos:notation "2" .
ex:extra a hrc:Criterion ; skos:notation "3" .
ex:act-declared a hrc:Requirement ; hrc:criterion ex:act ; hrc:level l:declared ; hrc:obligation o:must .
ex:plan-committed a hrc:Requirement ; hrc:criterion ex:plan ; hrc:level l:committed ; hrc:obligation o:must ;
    hrc:judged true .
ex:extra-committed a hrc:Requirement ; hrc:criterion ex:extra ; hrc:level l:committed ; hrc:obligation o:should .
"""
SHAPES = """
@prefix earl: <http://www.w3.org/ns/earl#> . @prefix ex: <https://example.org/> .
@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S-act hrc:decides ex:act-declared ; sh:path ( ex:city ex:act ) ; sh:message "An act."@en .
ex:S-actDate hrc:decides ex:act-declared ; sh:path ( ex:city ex:act ex:date ) ; sh:message "A date."@en .
ex:S-copy hrc:decides ex:act-declared ; hrc:outcomeOnResult earl:untested ; hrc:restsOnHeld true .
ex:S-plan hrc:decides ex:plan-committed .
ex:S-extra hrc:decides ex:extra-committed ; sh:severity sh:Warning .
ex:S-advice sh:message "Think of it."@en ; sh:severity sh:Info .
ex:F-missing hrc:decidesRequirement sh:value ; hrc:judgedByPeople true ; hrc:restsOnHeld true ;
    hrc:outcomeOnResult earl:untested .
ex:F-negative hrc:decidesRequirement sh:value ; hrc:judgedByPeople true ; hrc:outcomeOnResult earl:failed .
ex:F-undecided hrc:decidesRequirement sh:value ; hrc:judgedByPeople true ; hrc:outcomeOnResult earl:cantTell .
ex:F-inapplicable hrc:decidesRequirement sh:value ; hrc:judgedByPeople true ; hrc:outcomeOnResult earl:inapplicable .
ex:M-missing hrc:decidesRequirement sh:value ; hrc:outcomeOnResult earl:untested ; hrc:rank 2 .
"""
CONTROL_RESULTS = ["S-act", "S-plan", "S-extra", "F-missing plan-committed"]


@pytest.fixture(scope="module")
def standard() -> Standard:
    return read_standard(Graph().parse(data=STANDARD, format="turtle"))


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(data=SHAPES, format="turtle")


def dossier(*, desk_profile: bool = False) -> Dossier:
    return Dossier(EX.city, CASE, CONTROL, date(2026, 6, 30), desk_profile, (), Graph())


def result(focus: URIRef, stated: str) -> Result:
    shape, _, value = stated.partition(" ")
    return Result(focus, EX[shape], SH.MinCountConstraintComponent, None, EX[value] if value else None)


def judged(
    standard: Standard, shapes: Graph, *found: str, control: list[str] = CONTROL_RESULTS, desk_profile: bool = False
) -> dict[str, RequirementOutcome]:
    results = [result(CASE, one) for one in found] + [result(CONTROL, one) for one in control]
    report = ValidationReport(conforms=False, results=tuple(results), graph=Graph())
    outcomes = fold(dossier(desk_profile=desk_profile), report, shapes=shapes, standard=standard)
    return {str(found.requirement.iri).removeprefix(str(EX)): found for found in outcomes}


def outcomes(*arguments: object, **options: object) -> list[Outcome]:
    return [found.outcome for found in judged(*arguments, **options).values()]  # type: ignore[arg-type]  # passed on


PASSED, FAILED, CANNOT_TELL, INAPPLICABLE, UNTESTED = Outcome


def test_without_any_result_every_requirement_is_passed(standard: Standard, shapes: Graph) -> None:
    assert outcomes(standard, shapes) == [PASSED, PASSED, PASSED]


@pytest.mark.parametrize("lost", CONTROL_RESULTS)
def test_a_run_in_which_the_control_city_is_not_reported_is_void(standard: Standard, shapes: Graph, lost: str) -> None:
    with pytest.raises(ValidatorError, match="This run is void"):
        judged(standard, shapes, control=[one for one in CONTROL_RESULTS if one != lost])


def test_results_on_the_control_city_never_count_for_the_city(standard: Standard, shapes: Graph) -> None:
    assert outcomes(standard, shapes, control=[*CONTROL_RESULTS, "F-negative plan-committed"]) == [PASSED] * 3


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["S-plan"], FAILED),
        (["S-plan", "F-missing plan-committed"], FAILED),
        (["F-missing plan-committed"], UNTESTED),
        (["F-undecided plan-committed"], CANNOT_TELL),
        (["F-undecided plan-committed", "F-missing plan-committed"], CANNOT_TELL),
        (["F-negative plan-committed", "F-undecided plan-committed"], FAILED),
        (["S-plan", "F-inapplicable plan-committed"], INAPPLICABLE),
        (["S-plan", "M-missing plan-committed"], UNTESTED),
        (["M-missing plan-committed", "F-inapplicable plan-committed"], INAPPLICABLE),
    ],
)
def test_the_lowest_rank_wins(standard: Standard, shapes: Graph, found: list[str], expected: Outcome) -> None:
    assert outcomes(standard, shapes, *found) == [PASSED, expected, PASSED]


def test_a_missing_thing_hides_what_would_be_said_of_it(standard: Standard, shapes: Graph) -> None:
    found = judged(standard, shapes, "S-actDate", "S-act")["act-declared"]
    assert [remark.message for remark in found.remarks] == ["An act."]


def test_a_missing_matter_stands_alone(standard: Standard, shapes: Graph) -> None:
    found = judged(standard, shapes, "S-plan", "M-missing plan-committed")["plan-committed"]
    assert [remark.shape for remark in found.remarks] == [EX["M-missing"]]


def test_in_a_desk_profile_nothing_fails(standard: Standard, shapes: Graph) -> None:
    found = judged(standard, shapes, "S-act", "S-plan", desk_profile=True)
    assert [one.outcome for one in found.values()] == [CANNOT_TELL, CANNOT_TELL, PASSED]
    assert {remark.outcome for one in found.values() for remark in one.remarks} == {CANNOT_TELL}


def test_what_rests_on_people_waits(standard: Standard, shapes: Graph) -> None:
    found = judged(standard, shapes, "S-copy", "M-missing plan-committed")
    assert [str(one.requirement.iri) for one in waiting(found.values())] == [str(EX["act-declared"])]


def test_shapes_that_decide_nothing_give_advice(shapes: Graph) -> None:
    report = ValidationReport(conforms=False, results=(result(CASE, "S-advice"), result(CASE, "S-act")), graph=Graph())
    assert [remark.message for remark in advice(dossier(), report, shapes=shapes)] == ["Think of it."]


def levels(standard: Standard, shapes: Graph, *found: str) -> tuple[Level | None, Level | None]:
    reached = judged(standard, shapes, *found).values()
    return level_reached(reached, standard), machine_level(reached, standard)


def test_levels_are_cumulative_and_only_musts_count(standard: Standard, shapes: Graph) -> None:
    declared, committed = standard.levels
    assert levels(standard, shapes) == (committed, committed)
    assert levels(standard, shapes, "S-extra") == (committed, committed)
    assert levels(standard, shapes, "S-plan") == (declared, declared)
    assert levels(standard, shapes, "S-act") == (None, None)


def test_what_is_untested_holds_the_level_back_but_not_the_machine_level(standard: Standard, shapes: Graph) -> None:
    declared, committed = standard.levels
    assert levels(standard, shapes, "F-missing plan-committed") == (declared, committed)
    assert levels(standard, shapes, "S-copy") == (None, committed)


def test_inapplicable_counts_up_to_the_number_the_standard_allows(standard: Standard, shapes: Graph) -> None:
    declared, committed = standard.levels
    assert levels(standard, shapes, "F-inapplicable plan-committed") == (committed, committed)
    both = ["F-inapplicable plan-committed", "F-inapplicable act-declared"]
    assert levels(standard, shapes, *both)[0] == declared


def test_the_order_of_results_changes_nothing(standard: Standard, shapes: Graph) -> None:
    found = ["S-act", "S-copy", "F-negative plan-committed"]
    expected = outcomes(standard, shapes, *found)
    for order in product(range(3), repeat=3):
        if len(set(order)) == 3:
            assert outcomes(standard, shapes, *(found[place] for place in order)) == expected
