"""A mapping is a CONSTRUCT query over what was given, and nothing else."""

import pytest
from rdflib import Graph

from registry.adapters.graph_mapping import mapped
from registry.errors import StoreError

GIVEN = Graph().parse(data='<https://a.example/s> <https://a.example/p> "x"@en, [] .', format="turtle")


def test_a_query_makes_one_graph_of_another() -> None:
    found = mapped(
        GIVEN, "CONSTRUCT { ?s <https://b.example/q> ?o } WHERE { ?s <https://a.example/p> ?o FILTER isLiteral(?o) }"
    )
    assert found.serialize(format="nt").strip() == '<https://a.example/s> <https://b.example/q> "x"@en .'


@pytest.mark.parametrize("query", ["SELECT * WHERE { ?s ?p ?o }", "ASK { ?s ?p ?o }", "no query"])
def test_anything_else_is_refused(query: str) -> None:
    with pytest.raises(StoreError, match="The mapping is no"):
        mapped(GIVEN, query)
