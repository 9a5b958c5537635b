"""The native engine behind the Validator port: pySHACL's results on our shapes, no verdict where it cannot judge."""

from collections import Counter

import pytest
from rdflib import Graph, URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.shifty_validator import ShiftyValidator
from registry.errors import ValidatorError
from registry.model import ValidationReport
from registry.ports import Validator
from tests.registry.adapters.test_pyshacl_validator import MF, SHT, agrees, entries
from tests.registry.adapters.test_pyshacl_validator import results as w3c_results
from tests.registry.playing import artefacts
from tests.registry.quick_reports import silent

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
SHAPES = """ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:S-p , ex:S-q .
ex:S-p a sh:PropertyShape ; sh:path ex:p ; sh:minCount 1 .
ex:S-q a sh:PropertyShape ; sh:path ex:q ; sh:maxCount 0 ."""


def read(text: str) -> Graph:
    return Graph().parse(data=HEAD + text, format="turtle")


def said(report: ValidationReport) -> Counter[tuple[str, ...]]:
    return Counter(
        (str(one.focus_node), str(one.source_shape), str(one.component), str(one.value)) for one in report.results
    )


@pytest.fixture(scope="module")
def native() -> ShiftyValidator:
    return ShiftyValidator(artefacts().judging_shapes, artefacts().reference.graph)


def test_it_gives_the_results_of_pyshacl_on_a_city_that_says_nothing(native: ShiftyValidator) -> None:
    focus = (silent().dossier.assessment, silent().dossier.control)
    expected = Counter({one: n for one, n in said(silent().validation).items() if URIRef(one[0]) in focus})
    assert expected
    assert said(native.validate(silent().dossier.graph)) == expected


def test_it_names_itself_with_its_version(native: ShiftyValidator) -> None:
    assert native.engine.startswith("shifty 0.")


@pytest.mark.parametrize("make", [PyShaclValidator, ShiftyValidator])
def test_both_keep_to_the_shapes_that_are_asked_for(make: type[PyShaclValidator | ShiftyValidator]) -> None:
    validator: Validator = make(read(SHAPES))
    data = read("ex:a a ex:T ; ex:q 1 .")
    assert {one[1] for one in said(validator.validate(data))} == {"https://example.org/S-p", "https://example.org/S-q"}
    nothing = validator.validate(data, shapes=[URIRef("https://example.org/S-p")])
    assert nothing.conforms  # a property shape by itself has no target
    whole = validator.validate(data, shapes=[URIRef("https://example.org/S")])
    assert len(whole.results) == 2


@pytest.mark.parametrize("make", [PyShaclValidator, ShiftyValidator])
def test_shapes_in_the_data_are_not_shapes(make: type[PyShaclValidator | ShiftyValidator]) -> None:
    validator: Validator = make(read(SHAPES))
    own = "ex:D a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:r ; sh:minCount 1 ] ."
    assert validator.validate(read(f"ex:a a ex:T ; ex:p 1 . {own}")).conforms


def test_literals_of_every_kind_reach_the_engine_whole() -> None:
    pattern = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:S-p . ex:S-p sh:path ex:p ; sh:hasValue {} ."
    for literal in ('"a\\"b\\\\c\\n\\td"', '"Ä€😀"@de', '"1"^^<https://example.org/t>', "1.50", "true"):
        validator = ShiftyValidator(read(pattern.format(literal)))
        assert validator.validate(read(f"ex:a a ex:T ; ex:p {literal} .")).conforms, literal
        assert not validator.validate(read('ex:a a ex:T ; ex:p "other" .')).conforms, literal


def test_statements_written_out_before_change_nothing() -> None:
    data = read("ex:a a ex:T ; ex:p 1 ; ex:q 'x' .")
    with_known, without = ShiftyValidator(read(SHAPES), data), ShiftyValidator(read(SHAPES))
    assert said(with_known.validate(data)) == said(without.validate(data)) != Counter()
    assert said(with_known.validate(Graph())) == Counter()


def test_the_graphs_given_stay_as_they_were() -> None:
    shapes, data = read(SHAPES), read("ex:a a ex:T .")
    before = set(shapes), set(data)
    ShiftyValidator(shapes).validate(data)
    assert (set(shapes), set(data)) == before


def test_shapes_that_it_cannot_read_are_no_verdict() -> None:
    broken = read(f"{SHAPES} ex:S sh:sparql [ sh:select 'SELECT $this WHERE WHERE' ] .")
    with pytest.raises(ValidatorError, match=r"shifty .* (cannot read the shapes|could not judge)"):
        ShiftyValidator(broken).validate(read("ex:a a ex:T ."))


def test_an_iri_that_is_none_is_no_verdict() -> None:
    data = read("ex:a a ex:T .")
    data.add((URIRef("https://example.org/a b>c"), URIRef("https://example.org/p"), URIRef("https://example.org/o")))
    with pytest.raises(ValidatorError, match="could not judge"):
        ShiftyValidator(read(SHAPES)).validate(data)


W3C_EXCEPTIONS = {
    "core/property/or-datatypes-001": "two values that rdflib reads as equal booleans give one result",
    "core/property/uniqueLang-002": 'the engine reads the literal "1"^^xsd:boolean of sh:uniqueLang as true',
}
"""W3C tests, by path, on which the engine differs, and why; a test that starts to pass must leave this table."""


def without_blank_nodes(graph: Graph) -> Counter[tuple[str, ...]]:
    """Results without their paths, and with every blank node alike: the engine describes none in its report."""
    found: Counter[tuple[str, ...]] = Counter()
    for (focus, _, *rest), count in w3c_results(graph).items():
        found[tuple("[]" if part.startswith(("[", "(")) else part for part in (focus, *rest))] += count
    return found


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore:Parsing weird boolean")  # rdflib, reading an ill-typed literal of the suite
def test_the_w3c_suite_gives_the_expected_results_but_for_the_listed_exceptions() -> None:
    differing = set()
    for name, graph, entry in entries():
        try:
            is_same = agrees(graph, entry, ShiftyValidator, without_blank_nodes)
        except ValidatorError:
            is_same = graph.value(entry, MF.result) == SHT.Failure
        if not is_same:
            differing.add(name)
    assert differing == set(W3C_EXCEPTIONS)
