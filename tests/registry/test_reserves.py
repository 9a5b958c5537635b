"""By how many days a requirement is met or missed: read from shapes, and never against what the engine found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.bulk import Order, Rules, Task
from registry.bulk_judging import _bench, _judged, judge
from registry.draft_wiring import draft_artefacts
from registry.loading import artefacts, examples
from registry.model import Outcome
from registry.namespaces import HRC, SH, STANDARD
from registry.reserves import _Reader, _UnknownError, days_in_reserve
from tests.registry.drafts_of_standard import shortens_a_window
from tests.shapes.judging import Case, cases, dossier, shapes_of

EX = "https://example.org/"
HEAD = f"""@prefix sh: <{SH}> . @prefix ex: <{EX}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:act ex:at "2026-06-30"^^xsd:date ; ex:made "2026-06-20"^^xsd:date .
ex:old ex:at "2026-06-30"^^xsd:date ; ex:made "2026-07-05"^^xsd:date .
ex:city ex:relies ex:act , ex:old ; ex:kind 1 . ex:act ex:reaffirms ex:old .
ex:Made a sh:NodeShape ; sh:property ex:Made-made .
ex:Made-made sh:path ex:made ; sh:lessThanOrEquals ex:at .
"""


def distance(shape: str) -> float:
    graph = Graph().parse(data=f"{HEAD}\nex:S {shape} .", format="turtle")
    return _Reader(graph, graph).of(URIRef(f"{EX}S"), URIRef(f"{EX}city"))


@pytest.mark.parametrize(
    ("shape", "days"),
    [
        ("sh:path ex:relies ; sh:node ex:Made", -5),
        ("sh:path ex:relies ; sh:qualifiedValueShape ex:Made ; sh:qualifiedMinCount 1", 10),
        ("sh:path ex:relies ; sh:qualifiedValueShape ex:Made ; sh:qualifiedMinCount 2", -5),
        ("sh:path ex:relies ; sh:qualifiedValueShape ex:Made ; sh:qualifiedMinCount 3", -inf),
        ("sh:path ( ex:relies [ sh:inversePath ex:reaffirms ] ) ; sh:node ex:Made", 10),
        ("sh:path ( ex:relies [ sh:zeroOrOnePath ex:reaffirms ] ) ; sh:node ex:Made", -5),
        ("sh:path ex:relies ; sh:property [ sh:path ex:made ; sh:lessThan ex:at ]", -6),
        ("sh:path ex:relies ; sh:not ex:Made", -11),
        ("sh:path ex:relies ; sh:or ( ex:Made [ sh:path ex:made ; sh:minCount 2 ] )", -5),
        ("sh:path ex:relies ; sh:or ( ex:Made [ sh:path ex:made ; sh:minCount 1 ] )", inf),
        ("sh:path [ sh:alternativePath ( ex:relies ex:none ) ] ; sh:minCount 2", inf),
        ("sh:path ex:relies ; sh:maxCount 1", -inf),
        ("sh:path ex:relies ; sh:hasValue ex:act", inf),
        ("sh:path ex:relies ; sh:class ex:Act", -inf),
        ("sh:path ex:relies ; sh:node [ sh:property [ sh:path ex:made ; sh:datatype xsd:string ] ]", -inf),
    ],
)
def test_a_shape_is_as_far_as_its_dates(shape: str, days: float) -> None:
    assert distance(shape) == days


@pytest.mark.parametrize(
    "shape",
    [
        "sh:path ex:none ; sh:qualifiedValueShape ex:Made ; sh:qualifiedMaxCount 1",
        "sh:path ex:none ; sh:qualifiedValueShape ex:Made ; sh:qualifiedMinCount 0",
        "sh:path ex:relies ; sh:or ()",
    ],
)
def test_of_what_has_no_distance_none_is_told(shape: str) -> None:
    with pytest.raises(_UnknownError):
        distance(shape)


@pytest.mark.parametrize("shape", ["sh:path ex:relies ; sh:pattern 'x'", "sh:path ex:kind ; sh:lessThan ex:kind"])
def test_of_what_is_no_date_no_distance_is_told(shape: str) -> None:
    with pytest.raises(_UnknownError):
        distance(shape)


def _of_criteria() -> Iterator[Case]:
    return (case for case in cases()[::7])


@pytest.mark.slow
def test_a_distance_is_below_none_where_and_only_where_pyshacl_reports_the_shape() -> None:
    measured = 0
    for case in _of_criteria():
        shapes = shapes_of(case.slug)
        judged = dossier(case, slug=case.slug)
        results = PyShaclValidator(shapes).validate(judged.graph).results
        reported = {one.source_shape for one in results if one.focus_node == judged.assessment}
        for shape in {*shapes.subjects(HRC.decides)} & {*shapes.subjects(SH.path)}:
            try:
                found = _Reader(shapes, judged.graph).of(shape, judged.assessment)
            except _UnknownError:
                continue
            measured += abs(found) != inf
            assert (found < 0) is (shape in reported), f"{case}: {shape}"
    assert measured > 50


@pytest.mark.slow
def test_a_draft_with_a_shorter_window_tells_by_how_many_days_it_is_missed(tmp_path: Path) -> None:
    draft = shortens_a_window(tmp_path / "draft")
    at, base = date(2026, 6, 30), EX
    rules = [
        Rules(hashes=tuple(sorted(by.grounds.items())), at=at, base=base, is_native=True, draft=place)
        for by, place in ((artefacts(), ""), (draft_artefacts(draft), str(draft)))
    ]
    task = Task(name="file/a", city="", said=examples()["implementing"].encode(), is_raw=True)
    before, after = judge(Order(task, tuple(rules)))
    told = {
        old.requirement.removeprefix(str(STANDARD)): (old.outcome, old.days, new.outcome, new.days)
        for old, new in zip(before.found, after.found, strict=True)
        if old.outcome != new.outcome
    }
    assert told
    assert {(old, new) for old, _, new, _ in told.values()} == {("untested", "failed")}  # untested: people have to look
    assert all(then is not None and then >= 0 > now for _, then, _, now in told.values())
    assert all(old.days is None for old in before.found if old.requirement.removeprefix(str(STANDARD)) not in told)
    (alone,) = judge(Order(task, tuple(rules[:1])))
    assert {each.days for each in alone.found} == {None}


@pytest.mark.slow
def test_what_is_inapplicable_or_does_not_fit_what_the_engine_found_is_not_told() -> None:
    rules = Rules(hashes=tuple(sorted(artefacts().grounds.items())), at=date(2026, 6, 30), base=EX, is_native=True)
    task = Task(name="file/a", city="", said=examples()["implementing"].encode(), is_raw=True)
    report = _judged(Order(task, (rules,)), rules).report
    assert report is not None
    shapes = _bench("", rules.hashes).artefacts.judging_shapes
    measured = [each for each in report.outcomes if days_in_reserve(each, report, shapes) is not None]
    assert measured
    found = measured[0]
    assert days_in_reserve(replace(found, outcome=Outcome.INAPPLICABLE), report, shapes) is None
    deciding = {*shapes.subjects(HRC.decides, found.requirement.iri)} - {*shapes.subjects(HRC.outcomeOnResult)}
    other = replace(report.validation.results[0], focus_node=report.dossier.assessment)
    for shape in deciding:
        wrong = replace(report.validation, results=(replace(other, source_shape=shape),))
        assert days_in_reserve(found, replace(report, validation=wrong), shapes) is None
