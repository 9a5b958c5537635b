"""The fold is pure: the same events give the same quads, whatever the order they come in."""

from itertools import permutations

from rdflib import Literal, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.fold import fold
from registry.model import Event, Quad

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


def folded(events: list[Event]) -> set[Quad]:
    return set(fold(events, OxigraphSyntax()))


def statements(quads: set[Quad]) -> set[tuple[str, str, str]]:
    return {
        (str(quad.subject), str(quad.object), str(quad.graph or "default"))
        for quad in quads
        if quad.predicate == URIRef("https://example.org/says")
    }


def test_each_statement_stands_in_its_own_graph_and_in_the_default_graph() -> None:
    assert statements(folded(EVENTS[:2])) == {
        ("https://example.org/a", "one", "https://example.org/graph/a"),
        ("https://example.org/a", "one", "default"),
        ("https://example.org/b", "two", "https://example.org/graph/b"),
        ("https://example.org/b", "two", "default"),
    }


def test_the_latest_event_of_a_case_is_current() -> None:
    assert {said for subject, said, _ in statements(folded(EVENTS)) if subject.endswith("/a")} == {"three"}


def test_the_order_of_arrival_changes_nothing() -> None:
    assert len({frozenset(folded(list(order))) for order in permutations(EVENTS)}) == 1


def test_who_said_it_and_when_stands_beside_each_graph() -> None:
    about = {quad.object for quad in folded(EVENTS[:1]) if quad.subject == URIRef("https://example.org/graph/a")}
    assert {Literal("Compiled.", lang="en"), URIRef("https://w3id.org/hrcr/id/office/steward")} <= about


def test_blank_nodes_become_iris_that_stay_the_same() -> None:
    blank = Event(1, "shapes", "shapes/x", "steward", "2026-06-30", "r", URIRef("https://example.org/g"),
                  b'_:c14n0 <https://example.org/says> "x" .\n')  # fmt: skip
    subjects = {subject for subject, _, _ in statements(folded([blank]))}
    assert subjects == {"https://w3id.org/hrcr/.well-known/genid/shapes/x/c14n0"}
