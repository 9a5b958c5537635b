"""A place holds exactly what was put in the end, or the load is refused; what is there already costs no writing."""

from collections.abc import Iterator

import pytest

from registry.adapters.sparql_server import SparqlServer
from registry.adapters.sparql_server_builder import Loaded, SparqlServerBuilder, named_graphs, valued
from registry.adapters.sparql_server_reader import SparqlServerReader
from registry.errors import ReleaseError
from tests.graph_stores import GraphStore, graph_store
from tests.stores.contract import QUADS


@pytest.fixture
def place() -> Iterator[GraphStore]:
    with graph_store() as held:
        yield held


def load(place: GraphStore, quads: bytes) -> Loaded:
    return SparqlServerBuilder(SparqlServer(place.address)).load(quads)


def test_what_is_put_is_there_to_the_byte(place: GraphStore) -> None:
    assert load(place, QUADS) == Loaded(10, 0)
    dumped = SparqlServerReader(SparqlServer(place.address)).dump("application/n-quads")
    assert dumped == b"".join(sorted(QUADS.splitlines(keepends=True)))


def test_only_what_differs_is_written(place: GraphStore) -> None:
    load(place, QUADS)
    place.asked.clear()
    load(place, QUADS)
    assert {method for method, _ in place.asked} == {"GET", "POST"}
    changed = QUADS.replace(b"graph/two", b"graph/three")
    load(place, changed)
    written = [(method, path.rpartition("%2F")[2]) for method, path in place.asked if method in ("PUT", "DELETE")]
    assert written == [("DELETE", "two"), ("DELETE", "three"), ("PUT", "three")]
    assert named_graphs(changed) == ["https://example.org/graph/one", "https://example.org/graph/three"]


def test_an_empty_release_empties_the_place(place: GraphStore) -> None:
    load(place, QUADS)
    assert load(place, b"") == Loaded(0, 0)
    assert len(place.store) == 0


def test_a_server_that_loses_something_is_refused(place: GraphStore) -> None:
    place.taking = lambda body: b"".join(body.splitlines(keepends=True)[:-1])
    with pytest.raises(ReleaseError, match="1 triples are missing"):
        load(place, QUADS)


def test_a_server_that_makes_something_else_of_it_is_refused(place: GraphStore) -> None:
    place.taking = lambda body: body.replace(b'"7"', b'"8"')
    with pytest.raises(ReleaseError, match="does not hold what was put"):
        load(place, QUADS)


def test_another_form_of_the_same_value_is_counted_and_taken(place: GraphStore) -> None:
    def answering(status: int, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        body = body.replace(b'"7"', b'"007"').replace(b"@en", b"@EN")
        return status, {**headers, "Content-Length": str(len(body))} if body else headers, body

    place.answering = answering
    assert load(place, QUADS) == Loaded(10, 1)  # a language is the same in both cases for whoever reads it here


def test_a_load_that_broke_off_is_taken_up(place: GraphStore) -> None:
    place.answering = lambda *answer: answer if len(place.asked) < 4 else None
    with pytest.raises(ReleaseError, match="could not be brought into"):
        load(place, QUADS)
    place.answering = lambda *answer: answer
    assert load(place, QUADS).quads == 10


def test_a_blank_node_is_refused_before_anything_is_sent(place: GraphStore) -> None:
    with pytest.raises(ReleaseError, match="blank node"):
        load(place, b"_:a <urn:p> <urn:b> .\n")
    assert not place.asked


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ('"x"@en-GB', '"x"@en-gb'),
        (
            '"POINT(-84.38798 33.749)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
            '"POINT(-84.387977600098 33.749000549316)"^^<http://www.openlinksw.com/schemas/virtrdf#Geometry>',
        ),
    ],
    ids=["decimal", "boolean", "language", "point"],
)
def test_two_forms_of_one_value_are_alike(one: str, other: str) -> None:
    assert valued(f"<urn:s> <urn:p> {one}") == valued(f"<urn:s> <urn:p> {other}")


def test_different_values_stay_different() -> None:
    kinds = [
        f'"{text}"^^<http://www.w3.org/2001/XMLSchema#{kind}>' for text in ("1", "2") for kind in ("integer", "int")
    ]
    kinds += ['"x"@en', '"x"@de', '"x"', "<urn:x>", '"not a number"^^<http://www.w3.org/2001/XMLSchema#decimal>']
    kinds.append('"POINT(-84.388 33.749)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>')
    kinds.append('"POINT(-84.387 33.749)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>')
    assert len({valued(f"<urn:s> <urn:p> {term}") for term in kinds}) == len(kinds)
