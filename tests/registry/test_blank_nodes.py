"""Blank nodes: counted, told apart without trying all orders, named as parts of the city."""

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from registry.blank_nodes import added, check_blank_nodes, named_as_fragments
from registry.errors import NotAdmitted, SubmissionTooLarge

CITY = URIRef("https://example.org/id/city/test")
LINK = URIRef("https://example.org/link")
NAME = URIRef("https://example.org/name")


def graph(*triples: tuple[Node, Node, Node]) -> Graph:
    made = Graph(bind_namespaces="none")
    for triple in triples:
        made.add(triple)
    return made


def ring(size: int) -> Graph:
    return graph(*((BNode(f"b{one}"), LINK, BNode(f"b{(one + 1) % size}")) for one in range(size)))


def test_the_number_of_blank_nodes_is_limited() -> None:
    check_blank_nodes(ring(5), most=5)
    with pytest.raises(SubmissionTooLarge, match=r"^The file has 5 blank nodes and may have 4; "):
        check_blank_nodes(ring(5), most=4)


def test_six_that_say_the_same_and_point_to_each_other_are_too_many() -> None:
    check_blank_nodes(ring(5), most=200)
    with pytest.raises(NotAdmitted, match=r"^More than 5 blank nodes say the same things"):
        check_blank_nodes(ring(6), most=200)


def test_a_name_of_its_own_tells_a_blank_node_apart() -> None:
    named = ring(100)
    for number in range(100):
        named.add((BNode(f"b{number}"), NAME, Literal(number)))
    check_blank_nodes(named, most=200)


def test_twins_that_do_not_point_to_each_other_are_harmless() -> None:
    check_blank_nodes(graph(*((CITY, LINK, BNode(f"b{number}")) for number in range(200))), most=200)


def test_a_graph_without_blank_nodes_passes() -> None:
    check_blank_nodes(graph((CITY, NAME, Literal("x"))), most=0)


def test_blank_nodes_become_fragments_in_their_canonical_order() -> None:
    canonical = graph((CITY, LINK, BNode("c14n0")), (BNode("c14n0"), LINK, BNode("c14n12")))
    assert set(named_as_fragments(canonical, CITY)) == {
        (CITY, LINK, URIRef(f"{CITY}#n0")),
        (URIRef(f"{CITY}#n0"), LINK, URIRef(f"{CITY}#n12")),
    }


@pytest.mark.parametrize(
    ("own", "given"),
    [("#n0", "#nn0"), ("#n99", "#nn0"), ("#n", "#n0"), ("#nx", "#n0"), ("#n0x", "#n0"), ("#m0", "#n0")],
)
def test_names_of_the_city_are_not_used_again(own: str, given: str) -> None:
    canonical = graph((CITY, LINK, BNode("c14n0")), (CITY, LINK, URIRef(CITY + own)))
    assert set(named_as_fragments(canonical, CITY).objects()) == {URIRef(CITY + own), URIRef(CITY + given)}


def test_nodes_of_two_graphs_stay_two_whatever_they_are_called() -> None:
    one, other = (graph((CITY, LINK, BNode("c14n0")), (BNode("c14n0"), NAME, Literal(name))) for name in "ab")
    whole = added([one, other])
    assert len(whole) == 4
    assert sorted(len(list(whole.objects(node, NAME))) for node in whole.objects(CITY, LINK)) == [1, 1]
