"""The fold is pure: the same events give the same quads, whatever the order they come in."""

from dataclasses import replace
from hashlib import sha256
from itertools import permutations

import pyoxigraph
from rdflib import URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.fold import fold
from registry.model import Event

DEFAULT = pyoxigraph.DefaultGraph()
SAYS = '<https://example.org/{0}> <https://example.org/says> "{1}" .\n'


def event(sequence: int, slug: str, said: str) -> Event:
    return Event(
        sequence=sequence,
        kind="profile",
        case=f"profile/{slug}",
        office="steward",
        time="2026-06-30",
        reason="Compiled.",
        graph=URIRef(f"https://example.org/graph/{slug}"),
        payload=SAYS.format(slug, said).encode(),
    )


EVENTS = [event(1, "a", "one"), event(2, "b", "two"), event(3, "a", "three")]


def folded(events: list[Event]) -> set[pyoxigraph.Quad]:
    lines = b"\n".join(fold(events, OxigraphSyntax()))
    return set(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS))


def statements(quads: set[pyoxigraph.Quad]) -> set[tuple[str, str, str]]:
    return {
        (quad.subject.value, quad.object.value, "default" if quad.graph_name == DEFAULT else quad.graph_name.value)
        for quad in quads
        if quad.predicate.value == "https://example.org/says"
    }


def test_each_statement_stands_in_its_own_graph_and_in_the_default_graph() -> None:
    assert statements(folded(EVENTS[:2])) == {
        ("https://example.org/a", "one", "https://example.org/graph/a"),
        ("https://example.org/a", "one", "default"),
        ("https://example.org/b", "two", "https://example.org/graph/b"),
        ("https://example.org/b", "two", "default"),
    }


def test_what_a_city_said_in_a_case_stands_in_its_own_graph_alone() -> None:
    said = replace(event(3, "c", "four"), kind="submission", case="submission/c-1")
    quads = folded([*EVENTS[:2], said])
    assert {place for subject, _, place in statements(quads) if subject.endswith("/c")} == {
        "https://example.org/graph/c"
    }
    about = [quad for quad in quads if quad.subject == pyoxigraph.NamedNode("https://example.org/graph/c")]
    assert {quad.graph_name for quad in about} == {DEFAULT}


def test_the_checks_of_its_links_stand_beside_too_also_in_a_release_on_top_of_an_older_one() -> None:
    said = replace(event(3, "c", "four"), kind="submission", case="submission/c-1")
    looked = replace(said, kind="link-check", case="link-check/submission/c-1")
    assert {place for _, _, place in statements(folded([looked]))} == {"https://example.org/graph/c"}
    assert len(statements(folded([replace(looked, case="link-check/c")]))) == 2
    for one, is_replaced in ((said, False), (looked, True)):
        facts = "\n".join((one.case, one.kind, one.office, one.time, one.reason))
        earlier = sha256(facts.encode() + b"\n\n" + one.payload).hexdigest()
        (graph,) = fold([one], OxigraphSyntax()).graphs.values()
        assert (graph.sha256 != earlier) is is_replaced


def test_the_latest_event_of_a_case_is_current() -> None:
    assert {said for subject, said, _ in statements(folded(EVENTS)) if subject.endswith("/a")} == {"three"}


def test_the_order_of_arrival_changes_nothing() -> None:
    assert len({frozenset(folded(list(order))) for order in permutations(EVENTS)}) == 1


def test_who_said_it_and_when_stands_beside_each_graph() -> None:
    about = {str(quad.object) for quad in folded(EVENTS[:1]) if quad.subject.value == "https://example.org/graph/a"}
    assert {'"Compiled."@en', "<https://w3id.org/hrcr/id/office/steward>"} <= about


def test_blank_nodes_become_iris_that_stay_the_same() -> None:
    payload = (
        b'_:c14n0 <https://example.org/says> "x" .\n'
        b'_:c14n1 <https://example.org/says> " _:c14n0 ." .\n'
        b'_:c14n1 <https://example.org/says> "_:c14n0" .\n'
        b"<https://example.org/a> <https://example.org/says> _:c14n1 .\n"
    )
    blank = Event(1, "shapes", "shapes/x", "steward", "2026-06-30", "r", URIRef("https://example.org/g"), payload)
    space = "https://w3id.org/hrcr/.well-known/genid/shapes/x/"
    assert {(subject, said) for subject, said, _ in statements(folded([blank]))} == {
        (space + "c14n0", "x"),
        (space + "c14n1", " _:c14n0 ."),
        (space + "c14n1", "_:c14n0"),
        ("https://example.org/a", space + "c14n1"),
    }
