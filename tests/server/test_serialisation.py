"""Documents: the same triples in every form, unnamed nodes unnamed again."""

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic

from registry.namespaces import DCT, HRC, ROOT
from server.serialisation import FORMATS, send_graph, serialise

GENID = URIRef(ROOT + ".well-known/genid/shapes/formal-act/c14n0")
CITY = URIRef(ROOT + "id/city/aldermoor")


@pytest.fixture
def graph() -> Graph:
    """A city with an unnamed part."""
    made = Graph()
    made.add((CITY, HRC.request, GENID))
    made.add((GENID, DCT.title, Literal("a request", lang="en")))
    return made


def test_the_forms_are_the_four_of_linked_data() -> None:
    assert set(FORMATS) == {"text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"}


@pytest.mark.parametrize("media_type", ["text/turtle", "application/rdf+xml", "application/n-triples"])
def test_an_unnamed_node_is_written_without_a_name(graph: Graph, media_type: str) -> None:
    written = serialise(graph, media_type)
    expected = Graph().parse(
        data=f'<{CITY}> <{HRC.request}> [ <{DCT.title}> "a request"@en ] .',
        format="turtle",
    )
    names = {"application/rdf+xml": "xml", "application/n-triples": "nt"}
    assert isomorphic(Graph().parse(data=written, format=names.get(media_type, "turtle")), expected)
    assert b"genid" not in written


def test_turtle_uses_the_one_prefix_table(graph: Graph) -> None:
    assert serialise(graph, "text/turtle").decode() == (
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix hrc: <https://w3id.org/hrcr/def#> .\n\n"
        "<https://w3id.org/hrcr/id/city/aldermoor> hrc:request "
        '[ dct:title "a request"@en ] .\n\n'
    )


def test_a_form_that_is_none_becomes_turtle(graph: Graph) -> None:
    assert send_graph(graph, None).mimetype == "text/turtle"
