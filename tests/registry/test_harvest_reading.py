"""Documents of peers are read for what a harvest needs, and what a graph claims is judged like a desk profile."""

from datetime import date

import pytest
from rdflib import Graph, Literal, URIRef

from registry.errors import SubmissionError
from registry.guard import Limits
from registry.harvest_reading import (
    demand_identifier,
    distributions_in,
    judgement,
    read_release,
    releases_in,
    statements_in,
)
from registry.loading import artefacts, examples
from registry.namespaces import EARL, HRC, ROOT
from registry.peer_errors import HarvestRefused
from registry.registry import Registry

DAY = date(2026, 11, 28)
PREFIXES = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"


def graph(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def test_releases_are_ordered_by_day_and_number() -> None:
    names = ("2026-06-30-10", "2026-06-30-9", "2026-07-01-1", "2025-12-31-2", "no release", "2026-06-30-0")
    listed = graph(
        "".join(f"<https://a.example/{place}> dct:identifier '{name}' .\n" for place, name in enumerate(names))
    )
    assert releases_in(listed) == ("2025-12-31-2", "2026-06-30-9", "2026-06-30-10", "2026-07-01-1")


def test_of_a_catalogue_the_distributions_in_rdf_are_taken() -> None:
    types, files = (
        "https://www.iana.org/assignments/media-types/",
        "http://publications.europa.eu/resource/authority/file-type/",
    )
    found = distributions_in(
        graph(f"""
        <a:1> dcat:downloadURL <https://a.example/1> ; dcat:mediaType <{types}text/turtle> .
        <a:2> dcat:downloadURL <https://a.example/2> ; dct:format <{files}RDF_N_TRIPLES> .
        <a:3> dcat:downloadURL <https://a.example/3.jsonld> .
        <a:4> dcat:downloadURL <https://a.example/4.ttl> ; dcat:mediaType <{types}text/csv> .
        <a:5> dcat:downloadURL <https://a.example/5> ; dct:format <{files}CSV> .
        <a:6> dcat:downloadURL <https://a.example/6> ; dcat:mediaType <{types}application/rdf+xml> .
        """)
    )
    assert found == ("https://a.example/1", "https://a.example/2", "https://a.example/3.jsonld")


def test_a_page_of_statements_is_counted_and_may_have_no_node_without_iri() -> None:
    assert statements_in(graph("<a:s> dct:title 'x', 'y' .")) == 2
    with pytest.raises(HarvestRefused, match="nodes without IRI"):
        statements_in(graph("<a:s> dct:relation [] ."))


def test_a_release_is_read_within_the_scope() -> None:
    city = "https://north.example/id/city/x"
    line = f"<{city}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{HRC.City}> <{ROOT}graph/profile/x> .\n"
    taken = read_release(line.encode(), (city,), syntax=artefacts().syntax, limits=Limits())
    assert list(taken.graphs) == ["profile/x"]


@pytest.mark.slow
def test_what_a_graph_claims_is_judged_without_a_level_and_without_an_unfavourable_word(registry: Registry) -> None:
    said = Graph().parse(data=examples()["declared"], format="turtle")
    beside = said + graph("<https://example.org/id/city/sandermere> dct:license <a:b> .")
    verdicts = [
        judgement(registry.artefacts, registry.judge, each.serialize(format="nt").encode(), base=ROOT, day=DAY)
        for each in (said, beside)
    ]
    assert verdicts[0] == verdicts[1]
    found = Graph().parse(data=verdicts[0].decode(), format="nt")
    outcomes = set(found.objects(None, EARL.outcome))
    assert EARL.passed in outcomes
    assert EARL.failed not in outcomes
    assert set(found.objects(None, EARL.subject)) == {URIRef("https://example.org/id/city/sandermere")}
    assert Literal(True) in set(found.objects(None, HRC.deskProfile))


def test_a_graph_that_says_nothing_of_the_profile_is_not_judged(registry: Registry) -> None:
    with pytest.raises(SubmissionError):
        judgement(registry.artefacts, registry.judge, b"<a:s> <a:p> <a:o> .\n", base=ROOT, day=DAY)


def test_a_manifest_names_its_release() -> None:
    manifest = f'<{ROOT}release/2026-06-30-1> <http://purl.org/dc/terms/identifier> "2026-06-30-1" .'.encode()
    demand_identifier(manifest, "2026-06-30-1", artefacts().syntax)
    with pytest.raises(HarvestRefused, match="2026-07-01-1 is another one"):
        demand_identifier(manifest, "2026-07-01-1", artefacts().syntax)
