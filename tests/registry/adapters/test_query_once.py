"""One query over one release gives its serialised answer, or says what is wrong with it."""

import json
from datetime import date
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from registry.adapters.query_once import ask
from registry.adapters.release_directories import ReleaseDirectories
from registry.errors import QueryError
from registry.model import Folded
from tests.lines import line


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    said = line(URIRef("https://example.org/a"), URIRef("https://example.org/says"), Literal("hello"))
    directories = ReleaseDirectories(tmp_path_factory.mktemp("home"))
    release = directories.build(Folded({}, (said,)), day=date(2026, 6, 30), standard_version="1", software_version="1")
    return release.directory / "store"


def test_solutions_come_in_the_media_type_asked_for(store: Path) -> None:
    answer = json.loads(ask(store, "SELECT ?o { ?s ?p ?o }", "application/sparql-results+json", {}))
    assert answer["results"]["bindings"] == [{"o": {"type": "literal", "value": "hello"}}]


def test_triples_come_in_turtle(store: Path) -> None:
    answer = ask(store, "CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle", {"ex": "https://example.org/"})
    assert b'ex:a ex:says "hello"' in answer


def test_a_wrong_query_is_refused_with_its_place(store: Path) -> None:
    with pytest.raises(QueryError, match=r"The query is not SPARQL 1\.1: line 1, column \d+") as refusal:
        ask(store, "SELECT ?o { ?s ?p ", "text/csv", {})
    assert refusal.value.line == 1
