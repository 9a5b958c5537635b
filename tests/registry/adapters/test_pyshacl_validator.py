"""pySHACL behind the Validator port: right on the W3C suite, and never a verdict when it could not judge."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.errors import ValidatorError
from registry.namespaces import RDF, SH
from registry.ports import Validator
from tests.registry.playing import artefacts

logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # the suite holds ill-typed literals on purpose

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
SUITE = Path(__file__).parents[4] / "shared" / "suites" / "shacl"

EXCEPTIONS = {
    "core/property/uniqueLang-002": 'the engine reads the literal "1"^^xsd:boolean of sh:uniqueLang as true',
    "sparql/node/prefixes-001": "a prefix comes by owl:imports, which is never followed here",
    "sparql/pre-binding/shapesGraph-001": "the engine does not bind $shapesGraph, an optional feature",
}
"""W3C tests, by path, on which the engine differs, and why; a test that starts to pass must leave this table."""


def entries() -> Iterator[tuple[str, Graph, Node]]:
    """Every test of the suite, those that no manifest includes as well."""
    for path in sorted(SUITE.rglob("*.ttl")):
        graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
        for entry in graph.subjects(RDF.type, SHT.Validate):
            yield path.relative_to(SUITE).with_suffix("").as_posix(), graph, entry


def loaded(iri: Node) -> Graph:
    path = Path(str(iri).removeprefix("file://"))
    return Graph().parse(path, format="turtle", publicID=path.as_uri())


def shown(graph: Graph, node: Node | None) -> str:
    """A term by value, a blank node by what hangs on it."""
    if not isinstance(node, BNode):
        return "-" if node is None else node.n3()
    if (node, RDF.first, None) in graph:
        return "(" + " ".join(shown(graph, member) for member in Collection(graph, node)) + ")"
    inner = sorted(f"{p.n3()} {shown(graph, o)}" for p, o in graph.predicate_objects(node) if p not in (RDF.type,))
    return "[" + "; ".join(inner) + "]"


def results(graph: Graph) -> Counter[tuple[str, ...]]:
    return Counter(
        tuple(
            shown(graph, graph.value(result, predicate))
            if predicate != SH.sourceShape or named(graph, result)
            else "[]"
            for predicate in (
                SH.focusNode,
                SH.resultPath,
                SH.value,
                SH.sourceConstraintComponent,
                SH.sourceShape,
                SH.resultSeverity,
            )
        )
        for result in graph.subjects(RDF.type, SH.ValidationResult)
        if (None, SH.result, result) in graph
    )


def named(graph: Graph, result: Node) -> bool:
    return isinstance(graph.value(result, SH.sourceShape), URIRef)


def agrees(
    graph: Graph,
    entry: Node,
    make: Callable[[Graph], Validator] = PyShaclValidator,
    read: Callable[[Graph], Counter[tuple[str, ...]]] = results,
) -> bool:
    action, expected = graph.value(entry, MF.action), graph.value(entry, MF.result)
    validator = make(loaded(graph.value(action, SHT.shapesGraph)))
    data = loaded(graph.value(action, SHT.dataGraph))
    if expected == SHT.Failure:
        with pytest.raises(ValidatorError):
            validator.validate(data)
        return True
    report = validator.validate(data)
    wanted = bool(graph.value(expected, SH.conforms, default=Literal(False)).toPython())
    return report.conforms == wanted and read(report.graph) == read(graph)


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore:Parsing weird boolean")  # rdflib, reading an ill-typed literal of the suite
def test_the_w3c_suite_gives_the_expected_reports_but_for_the_listed_exceptions() -> None:
    suite = list(entries())
    assert len(suite) == 121
    differing = set()
    for name, graph, entry in suite:
        try:
            if not agrees(graph, entry):
                differing.add(name)
        except (ValidatorError, pytest.fail.Exception):
            differing.add(name)
    assert differing == set(EXCEPTIONS)


PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"


def judged(shapes: str, data: str) -> bool:
    validator = PyShaclValidator(Graph().parse(data=PREFIXES + shapes, format="turtle"))
    return validator.validate(Graph().parse(data=PREFIXES + data, format="turtle")).conforms


def test_a_violation_is_a_result_and_not_an_error() -> None:
    assert not judged(
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .", "ex:a a ex:T ."
    )


def test_recursive_shapes_are_no_verdict() -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:node ex:S ] ."
    data = "ex:a a ex:T ; ex:p ex:b . ex:b ex:p ex:c . ex:c ex:p ex:a ."
    with pytest.raises(ValidatorError, match="could not judge"):
        judged(shapes, data)


def test_a_crash_of_the_engine_is_no_verdict() -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ] ."
    with pytest.raises(ValidatorError, match="could not judge"):
        judged(shapes, "ex:a a ex:T ; ex:p [] ; ex:q 1 .")


def test_a_malformed_shape_is_no_verdict() -> None:
    with pytest.raises(ValidatorError, match="could not judge"):
        judged("ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:minCount 1 ] .", "ex:a a ex:T .")


def test_shapes_in_the_data_are_not_shapes() -> None:
    assert judged(
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:minCount 0 ] .",
        "ex:a a ex:T . ex:D a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .",
    )


def test_the_input_graph_is_left_as_it_was() -> None:
    data = Graph().parse(data=PREFIXES + "ex:a a ex:T .", format="turtle")
    shapes = Graph().parse(data=PREFIXES + "ex:S a sh:NodeShape ; sh:targetClass ex:T .", format="turtle")
    PyShaclValidator(shapes).validate(data)
    assert len(data) == 1


def test_the_shapes_given_stay_as_they_were() -> None:
    """Their SHA-256 stands in every report, and must be that of what is published."""
    shapes = artefacts().judging_shapes
    before = set(shapes)
    PyShaclValidator(shapes).validate(Graph())
    assert set(shapes) == before
