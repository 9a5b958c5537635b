"""What comes of a peer is sorted by city: within the scope or not, by the profile or beside it, whole or not at all."""

import pytest
from rdflib import Graph, URIRef

from registry.errors import NotAdmitted, SubmissionError, SubmissionTooLarge
from registry.guard import Limits
from registry.loading import artefacts
from registry.namespaces import HRC, RDF, ROOT, SKOS
from registry.peer_content import (
    Taken,
    check_terms,
    city_graph,
    merged,
    released_graphs,
    sorted_document,
    sorted_release,
)
from registry.peer_errors import HarvestRefused

SCOPE = ("https://north.example/id/city/",)
ODERAU = URIRef("https://north.example/id/city/oderau")
LIMITS = Limits()
PREFIXES = """@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix earl: <http://www.w3.org/ns/earl#> .
"""
CITY = f"""<{ODERAU}> a hrc:City ; skos:prefLabel "Oderau"@en ; hrc:reliesOn <{ODERAU}#act> .
<{ODERAU}#act> a hrc:Declaration ; dct:title "Charter"@en ."""


def graph(turtle: str) -> Graph:
    return Graph(bind_namespaces="none").parse(data=PREFIXES + turtle, format="turtle")


def document(turtle: str, scope: tuple[str, ...] = SCOPE) -> Taken:
    return sorted_document(graph(turtle), scope, profile=artefacts().profile, syntax=artefacts().syntax, limits=LIMITS)


def quads(name: str, *lines: str) -> bytes:
    return "".join(f"{line} <{ROOT}graph/{name}> .\n{line} .\n" for line in lines).encode()


def release(*parts: bytes) -> Taken:
    return sorted_release(released_graphs(b"".join(parts)), SCOPE, syntax=artefacts().syntax, limits=LIMITS)


TYPED = f"<{ODERAU}> <{RDF.type}> <{HRC.City}>"
LABELLED = f'<{ODERAU}> <{SKOS.prefLabel}> "Oderau, \\"the\\" city"@en'
ASSESSED = f"<https://north.example/id/assessment/1> <{HRC.assesses}> <{ODERAU}>"


def test_of_a_release_what_speaks_of_cities_within_the_scope_is_kept_whole() -> None:
    found = release(
        quads("profile/oderau", TYPED, LABELLED),
        quads("assessment/oderau", ASSESSED),
        quads("ontology/hrc", f"<{HRC.City}> <{RDF.type}> <http://www.w3.org/2002/07/owl#Class>"),
        quads("profile/graz", f"<{ROOT}id/city/graz> <{RDF.type}> <{HRC.City}>"),
    )
    assert list(found.graphs) == ["assessment/oderau", "profile/oderau"]
    assert found.graphs["profile/oderau"] == f"{TYPED} .\n{LABELLED} .\n".encode()
    assert found.claims == ("profile/oderau",)
    assert found.left_out == ("1 graphs about no city within the scope, such as profile/graz.",)


def test_a_graph_that_also_judges_a_city_outside_the_scope_is_left_out() -> None:
    both = quads("assessment/oderau", ASSESSED, f"<https://north.example/a/2> <{HRC.assesses}> <{ROOT}id/city/graz>")
    assert release(both).graphs == {}


def test_a_statement_of_the_default_graph_is_taken_for_no_graph() -> None:
    """Its value may be the name of a graph, which is no reason to read it as a quad."""
    assert released_graphs(f"<https://a.example/s> <https://a.example/p> <{ROOT}graph/profile/x> .\n".encode()) == {}


@pytest.mark.parametrize("line", ["_:b <https://a.example/p> <https://a.example/o> .", "<<a>> .", "half a li", "\xff"])
def test_anything_but_quads_without_blank_nodes_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(HarvestRefused, match="Line 3 of the release is no N-Quad"):
        released_graphs(quads("profile/oderau", TYPED) + line.encode() + b"\n")


@pytest.mark.parametrize("name", ["profile/../secret", "profile/" + "a" * 200, "trust/peers", "peer/x/y", "profile"])
def test_graphs_of_other_kinds_and_names_are_not_taken(name: str) -> None:
    assert released_graphs(quads(name, TYPED)) == {}


def test_a_graph_with_terms_that_nobody_can_take_is_left_out_and_told() -> None:
    hidden = f'<{ODERAU}> <{SKOS.prefLabel}> "Oder\u202eau"@en'
    found = release(quads("profile/oderau", TYPED, hidden))
    assert found.graphs == {}
    assert "U+202E" in found.left_out[0]


@pytest.mark.parametrize(
    ("turtle", "fault"),
    [
        ("<urn:x> a hrc:City .", NotAdmitted),
        ("<https://a.example/x> skos:note <file:///etc/passwd> .", NotAdmitted),
        (f'<https://a.example/x> skos:note "{"x" * 70_000}" .', SubmissionTooLarge),
    ],
)
def test_terms_are_looked_at_one_by_one(turtle: str, fault: type[SubmissionError]) -> None:
    with pytest.raises(fault):
        check_terms(graph(turtle), LIMITS)


def test_of_a_document_each_city_has_a_graph_of_what_the_profile_lists() -> None:
    found = document(f"{CITY} <{ODERAU}> hrc:standing <https://w3id.org/hrcr/vocab/standings/accredited> .")
    (name,) = found.graphs
    assert name == city_graph(ODERAU)
    assert name.startswith("city/oderau-")
    assert found.claims == (name,)
    assert b"standing" not in found.graphs[name]
    assert found.left_out == (f"{ODERAU}: 1 statements beside the profile (standing).",)


def test_what_is_said_of_other_things_and_of_cities_outside_the_scope_is_left_out() -> None:
    ours = f'<{ROOT}id/city/graz> a hrc:City ; skos:prefLabel "Fallen"@en .'
    found = document(f"{CITY} {ours}")
    assert len(found.graphs) == 1
    assert found.left_out == (f"1 cities outside the scope: {ROOT}id/city/graz.",)
    rest = document(f"{CITY} <{ROOT}id/assessment/1> hrc:assesses <{ROOT}id/city/graz> .")
    assert rest.left_out == ("1 statements about other things than a city and its parts.",)
    assert b"graz" not in b"".join(rest.graphs.values())


def test_parts_without_iri_follow_their_city_and_get_names() -> None:
    found = document(f'<{ODERAU}> a hrc:City ; hrc:reliesOn [ a hrc:Declaration ; dct:title "Charter"@en ] .')
    (lines,) = found.graphs.values()
    assert b"_:" not in lines
    assert b"Charter" in lines


def test_a_document_without_a_city_says_so() -> None:
    found = document("<https://north.example/x> dct:title 'A page' .")
    assert (found.graphs, found.left_out[0]) == (
        {}, "The document names no city (hrc:City); perhaps a mapping is needed.",
    )  # fmt: skip


def test_a_clique_of_nodes_without_iri_is_refused_before_it_costs_anything() -> None:
    names = [f"_:n{number}" for number in range(12)]
    clique = " ".join(f"{one} dct:relation {other} ." for one in names for other in names if one != other)
    with pytest.raises(NotAdmitted, match="blank nodes say the same"):
        document(f"{CITY} {clique}")


def test_of_two_descriptions_of_a_city_the_first_counts() -> None:
    one, other = document(CITY), document(CITY.replace("Charter", "Otherwise"))
    both = merged([one, other])
    assert both.graphs == one.graphs
    assert both.claims == one.claims
    assert both.left_out[-1].endswith("is described twice; the first description counts.")


def test_two_cities_with_the_same_end_have_graphs_of_their_own() -> None:
    names = {city_graph(f"https://{host}.example/id/city/york") for host in ("north", "east")}
    assert len(names) == 2
    assert city_graph("https://north.example/id/city/Łódź").startswith("city/")
    assert len(city_graph("https://north.example/" + "x" * 500)) < 100
