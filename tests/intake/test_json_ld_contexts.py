"""JSON-LD may name the bundled context or bring its own; any other is refused by name, and nothing is ever fetched."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from rdflib import Literal, URIRef

from registry.errors import SubmissionError, SubmissionTooLarge, UnreadableSubmission
from registry.intake import Submission
from registry.namespaces import HRC, RDF, SKOS

Reader = Callable[..., Submission]

BUNDLED = "https://w3id.org/hrcr/context.jsonld"
CITY = "https://example.org/id/city/test"
HRC_IRI = str(HRC)


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server that notes every request."""
    hits: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/context.jsonld", hits
    server.shutdown()
    server.server_close()
    thread.join()


def remote(url: str) -> dict[str, object]:
    return {"@context": url, "@id": CITY}


REFUSED: dict[str, Callable[[str], object]] = {
    "alone": remote,
    "in a list": lambda url: {"@context": [url], "@id": CITY},
    "after the bundled": lambda url: {"@context": [BUNDLED, url], "@id": CITY},
    "before the bundled": lambda url: {"@context": [url, BUNDLED], "@id": CITY},
    "after an own one": lambda url: {"@context": [{"a": HRC_IRI + "act"}, url], "@id": CITY},
    "imported": lambda url: {"@context": {"@version": 1.1, "@import": url}, "@id": CITY},
    "imported in a list": lambda url: {"@context": [BUNDLED, {"@import": url}], "@id": CITY},
    "scoped to a property": lambda url: {"@context": {"act": {"@id": HRC_IRI + "act", "@context": url}}, "@id": CITY},
    "scoped to a type": lambda url: {"@context": {"City": {"@id": HRC_IRI + "City", "@context": [url]}}, "@id": CITY},
    "imported in a scope": lambda url: {"@context": {"act": {"@id": "x:y", "@context": {"@import": url}}}, "@id": CITY},
    "scope in a scope": lambda url: {
        "@context": {"a": {"@id": "x:a", "@context": {"b": {"@id": "x:b", "@context": url}}}},
        "@id": CITY,
    },
    "in a node": lambda url: {"@id": CITY, HRC_IRI + "act": {"@context": url, "@id": CITY + "#a"}},
    "in a node of a list": lambda url: {"@id": CITY, HRC_IRI + "act": [{"@context": [None, url], "@id": CITY + "#a"}]},
    "in a graph": lambda url: {"@graph": [{"@context": url, "@id": CITY}]},
    "in an included block": lambda url: {"@id": CITY, "@included": [{"@context": url, "@id": CITY + "#a"}]},
    "in a reverse": lambda url: {"@id": CITY, "@reverse": {HRC_IRI + "act": {"@context": url, "@id": CITY}}},
    "at the top of a list": lambda url: [{"@id": CITY}, {"@context": url, "@id": CITY}],
    "with a fragment": lambda url: remote(url + "#x"),
    "as a file": lambda _: remote("file:///etc/hostname"),
    "as a relative address": lambda _: remote("/context.jsonld"),
    "as an empty address": lambda _: remote(""),
    "bundled over http": lambda _: remote(BUNDLED.replace("https", "http")),
    "bundled with a query": lambda _: remote(BUNDLED + "?x"),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_a_remote_context_is_refused_by_name_and_never_fetched(
    make: Callable[[str], object], canary: tuple[str, list[str]], read: Reader
) -> None:
    url, hits = canary
    with pytest.raises(UnreadableSubmission, match=r"(asks for|imports) the context .*, and nothing is fetched"):
        read(json.dumps(make(url)).encode(), "city.jsonld")
    assert hits == []


def test_an_escaped_key_is_a_key(canary: tuple[str, list[str]], read: Reader) -> None:
    url, hits = canary
    with pytest.raises(UnreadableSubmission, match="nothing is fetched"):
        read(b'{"\\u0040con\\u0074ext": "%s", "@id": "x:y"}' % url.encode(), "city.jsonld")
    assert hits == []


def test_the_bundled_context_explains_short_names(read: Reader) -> None:
    document = {
        "@context": BUNDLED,
        "id": CITY,
        "type": "City",
        "prefLabel": {"de": "Stadt Test", "en": "Test City"},
        "termStart": "2023-10-01",
        "departmentCount": 9,
        "reliesOn": {"id": f"{CITY}#declaration", "type": "Declaration", "issued": "2001-02-08"},
        "currentPlan": {"type": "ActionPlan", "budgetLine": {"type": "BudgetLine", "amount": 125000.5}},
    }
    graph = read(json.dumps(document).encode(), "city.jsonld").graph
    city, plan, line = URIRef(CITY), URIRef(CITY + "#n1"), URIRef(CITY + "#n0")
    assert set(graph.objects(city, SKOS.prefLabel)) == {
        Literal("Stadt Test", lang="de"),
        Literal("Test City", lang="en"),
    }
    assert graph.value(city, HRC.currentPlan) in {plan, line}
    assert {str(amount) for amount in graph.objects(None, HRC.amount)} == {"125000.5"}
    assert set(graph.objects(None, RDF.type)) == {HRC.City, HRC.Declaration, HRC.ActionPlan, HRC.BudgetLine}
    assert len(graph) == 13


def test_an_own_context_may_stand_in_the_file(read: Reader) -> None:
    document = {"@context": {"hrc": HRC_IRI, "@base": CITY}, "@id": "", "@type": "hrc:City"}
    assert set(read(json.dumps(document).encode(), "city.jsonld").graph) == {(URIRef(CITY), RDF.type, HRC.City)}


def test_a_context_named_a_thousand_times_is_too_much(read: Reader) -> None:
    nodes = [{"@context": BUNDLED, "id": f"{CITY}#a{number}"} for number in range(1_000)]
    with pytest.raises(SubmissionTooLarge, match="names its context over 20 times"):
        read(json.dumps({"@graph": nodes}).encode(), "city.jsonld")


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"@context": BUNDLED, "id": CITY, "relyOn": 1}, "relyOn"),
        ({"@context": BUNDLED, "id": CITY, "reliesOn": {"titel": "x"}}, "titel"),
        ({"@context": {"a": "x:a"}, "@id": CITY, "b": 1}, "b"),
        ({"id": CITY}, "id"),
    ],
)
def test_a_key_that_would_be_dropped_in_silence_is_named(document: object, key: str, read: Reader) -> None:
    with pytest.raises(UnreadableSubmission, match=f'uses the key "{key}", which no context explains'):
        read(json.dumps(document).encode(), "city.jsonld")


def test_a_relative_type_is_not_dropped_in_silence(read: Reader) -> None:
    document = [{"@id": CITY, "@type": HRC_IRI + "City"}, {"@id": CITY + "#d", "@type": "Declaration"}]
    with pytest.raises(SubmissionError, match="<Declaration> is not a kind of thing"):
        read(json.dumps(document).encode(), "city.jsonld")


def test_the_list_of_contexts_has_not_shrunk() -> None:
    assert len(REFUSED) == 23
