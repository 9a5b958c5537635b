"""The SPARQL endpoint: every form of the protocol, every media type, every refusal, whole answers."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper
from werkzeug.test import TestResponse

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from server.problems import KINDS
from server.result_forms import SHORT_NAMES, SOLUTIONS, TRIPLES

CITY = "https://w3id.org/hrcr/id/city/aldermoor"
SELECT = f"SELECT ?name WHERE {{ <{CITY}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }} ORDER BY ?name"
ASK = f"ASK {{ <{CITY}> ?p ?o }}"
CONSTRUCT = f"CONSTRUCT {{ <{CITY}> ?p ?o }} WHERE {{ <{CITY}> ?p ?o FILTER(isLiteral(?o)) }}"
DESCRIBE = f"DESCRIBE <{CITY}#council>"
FORM = "application/x-www-form-urlencoded"

NAMES_JSON = {
    "head": {"vars": ["name"]},
    "results": {
        "bindings": [
            {"name": {"type": "literal", "value": "Aldermoor", "xml:lang": "en"}},
            {"name": {"type": "literal", "value": "Ellernmoor", "xml:lang": "de"}},
        ]
    },
}
NAMES = {
    "application/sparql-results+json": json.dumps(NAMES_JSON, separators=(",", ":")),
    "application/sparql-results+xml": (
        '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        '<head><variable name="name"/></head>'
        '<results><result><binding name="name"><literal xml:lang="en">Aldermoor</literal></binding></result>'
        '<result><binding name="name"><literal xml:lang="de">Ellernmoor</literal></binding></result></results></sparql>'
    ),
    "text/csv": "name\r\nAldermoor\r\nEllernmoor\r\n",
    "text/tab-separated-values": '?name\n"Aldermoor"@en\n"Ellernmoor"@de\n',
}
TRUTH = {
    "application/sparql-results+json": '{"head":{},"boolean":true}',
    "application/sparql-results+xml": (
        '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head></head>'
        "<boolean>true</boolean></sparql>"
    ),
    "text/csv": "true",
    "text/tab-separated-values": "true",
}
PARSERS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/trig": "turtle",
    "application/n-quads": "nt",
}
BY_PROTOCOL = ("GET", "POST form", "POST direct")


def ask(client: FlaskClient, way: str, query: str, **headers: str) -> TestResponse:
    """Send a query in one of the three ways of the protocol."""
    if way == "GET":
        return client.get("/sparql", query_string={"query": query}, headers=headers)
    if way == "POST form":
        return client.post("/sparql", data={"query": query}, headers=headers)
    return client.post("/sparql", data=query.encode(), content_type="application/sparql-query", headers=headers)


def read(response: TestResponse) -> Graph:
    """Parse an answer by its own media type."""
    if response.mimetype == "application/ld+json":
        return OxigraphSyntax({}).parse(response.data, response.mimetype, base="", most_triples=1_000)
    return Graph().parse(data=response.data, format=PARSERS[response.mimetype])


def problem(response: TestResponse) -> dict[str, object]:
    """Read a problem document and check that it says what the status line says."""
    assert response.content_type == "application/problem+json"
    document: dict[str, object] = json.loads(response.data)
    assert document["status"] == response.status_code
    kind = KINDS[str(document["type"]).rsplit("/", 1)[-1]]
    assert (kind.status, kind.title) == (document["status"], document["title"])
    return document


@pytest.mark.parametrize("way", BY_PROTOCOL)
@pytest.mark.parametrize("media_type", sorted(NAMES))
def test_a_select_is_answered_whole_in_every_way_and_type(client: FlaskClient, way: str, media_type: str) -> None:
    response = ask(client, way, SELECT, Accept=media_type)
    assert (response.status_code, response.mimetype, response.text) == (200, media_type, NAMES[media_type])


@pytest.mark.parametrize("way", BY_PROTOCOL)
@pytest.mark.parametrize("media_type", sorted(TRUTH))
def test_an_ask_is_answered_whole_in_every_way_and_type(client: FlaskClient, way: str, media_type: str) -> None:
    response = ask(client, way, ASK, Accept=media_type)
    assert (response.status_code, response.mimetype, response.text) == (200, media_type, TRUTH[media_type])


@pytest.mark.parametrize("way", BY_PROTOCOL)
@pytest.mark.parametrize("media_type", sorted(PARSERS))
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_a_graph_is_answered_whole_in_every_way_and_type(
    client: FlaskClient, way: str, media_type: str, query: str
) -> None:
    response = ask(client, way, query, Accept=media_type)
    assert (response.status_code, response.mimetype) == (200, media_type)
    expected = Graph().parse("tests/server/aldermoor.ttl")
    subject = URIRef(CITY if query == CONSTRUCT else CITY + "#council")
    triples = {t for t in expected.triples((subject, None, None)) if query == DESCRIBE or hasattr(t[2], "language")}
    assert set(read(response)) == triples


def test_the_expectations_cover_every_type_on_offer() -> None:
    assert {*NAMES, "text/html"} == set(SOLUTIONS.values())
    assert {*PARSERS, "text/html"} == set(TRIPLES.values())


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+json,text/turtle", "application/sparql-results+json"),
        (SELECT, "text/turtle,application/sparql-results+xml;q=0.5", "application/sparql-results+xml"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "text/xml", "application/sparql-results+xml"),
        (SELECT, "text/csv;q=0.9, application/sparql-results+json;q=0.8", "text/csv"),
        (SELECT, "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "application/sparql-results+json,text/turtle", "text/turtle"),
        (CONSTRUCT, "application/json", "application/ld+json"),
        (CONSTRUCT, "text/plain", "application/n-triples"),
        (CONSTRUCT, "application/xml;q=0.5", "application/rdf+xml"),
    ],
)
def test_the_accept_header_decides(client: FlaskClient, query: str, accept: str, expected: str) -> None:
    response = ask(client, "GET", query, Accept=accept)
    assert (response.status_code, response.mimetype) == (200, expected)
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("name", sorted(SHORT_NAMES))
def test_each_short_name_of_a_format_gives_its_type(client: FlaskClient, name: str) -> None:
    for query, offers in ((SELECT, SOLUTIONS), (CONSTRUCT, TRIPLES)):
        response = client.get("/sparql", query_string={"query": query, "format": name})
        wanted = [offers[found] for found in SHORT_NAMES[name] if found in offers]
        assert (response.status_code, response.mimetype) == (
            (200, wanted[0]) if wanted else (406, "application/problem+json")
        )


@pytest.mark.parametrize(("query", "accept"), [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (ASK, "image/png")])
def test_no_acceptable_type_is_refused_with_the_list(client: FlaskClient, query: str, accept: str) -> None:
    response = ask(client, "GET", query, Accept=accept)
    offers = TRIPLES if query == CONSTRUCT else SOLUTIONS
    assert response.status_code == 406
    assert problem(response)["available"] == list(dict.fromkeys(offers.values()))


@pytest.mark.parametrize("way", BY_PROTOCOL)
def test_a_wrong_query_is_answered_with_its_place(client: FlaskClient, way: str) -> None:
    response = ask(client, way, "SELECT *\nWHERE { ?s ?p", Accept="*/*")
    document = problem(response)
    assert (response.status_code, document["line"], document["column"]) == (400, 2, 14)
    assert response.headers["Cache-Control"] == "no-store"


UPDATES = (
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "DELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP ALL",
    "LOAD <http://127.0.0.1:9/>",
    "CREATE GRAPH <a:a>",
    "COPY DEFAULT TO <a:a>",
)


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("way", [*BY_PROTOCOL, "update in the form", "update in the address", "update as the body"])
def test_an_update_is_refused_in_every_way(client: FlaskClient, way: str, update: str) -> None:
    before = ask(client, "GET", "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", Accept="text/csv").text
    if way == "update in the form":
        response = client.post("/sparql", data={"update": update})
    elif way == "update in the address":
        response = client.get("/sparql", query_string={"update": update})
    elif way == "update as the body":
        response = client.post("/sparql", data=update.encode(), content_type="application/sparql-update")
    else:
        response = ask(client, way, update)
    assert (response.status_code, problem(response)["type"]) == (405, "https://w3id.org/hrcr/problem/update-refused")
    assert ask(client, "GET", "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", Accept="text/csv").text == before


@pytest.mark.parametrize(
    ("text", "place"), [("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", (1, 12)), ("ASK {\nLOAD <a:a> }", (2, 1))]
)
def test_service_and_load_are_refused_before_anything_is_asked(
    client: FlaskClient, text: str, place: tuple[int, int]
) -> None:
    document = problem(ask(client, "GET", text))
    assert (document["status"], document["line"], document["column"]) == (400, *place)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"query=ASK{}", "text/plain", 415),
        (b"ASK {}", None, 415),
        (b"ASK {}", "application/json", 415),
        (b"query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
        (b"nothing=here", FORM, 400),
        (b"", FORM, 400),
        (b"query=%FF%FE", FORM, 400),
        ("ASK { ?s ?p 'é' }".encode("latin-1"), "application/sparql-query", 400),
        (b"x" * 200_000, "application/sparql-query", 413),
        (b"ASK { } #" + b"x" * 20_000, "application/sparql-query", 413),
        (b"", "application/sparql-query", 400),
    ],
)
def test_a_request_outside_the_protocol_is_refused(
    client: FlaskClient, body: bytes, content_type: str | None, status: int
) -> None:
    response = client.post("/sparql", data=body, content_type=content_type)
    assert response.status_code == status
    problem(response)


def test_a_compressed_body_is_refused(client: FlaskClient) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/sparql-query"}
    assert client.post("/sparql", data=b"\x1f\x8b", headers=headers).status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_with_the_list(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method, query_string={"query": ASK})
    assert response.status_code == 405
    assert {"GET", "HEAD", "POST"} <= set(response.headers["Allow"].split(", "))
    problem(response)


def test_a_head_request_has_the_headers_and_no_body(client: FlaskClient) -> None:
    response = client.head("/sparql", query_string={"query": ASK}, headers={"Accept": "text/csv"})
    assert (response.status_code, response.mimetype, response.data) == (200, "text/csv", b"")
    assert response.headers["Content-Length"] == "4"


@pytest.mark.parametrize(
    ("default_graph", "named_graph", "expected"),
    [
        ("graph/profile/aldermoor", None, 1),
        ("graph/vocabulary/levels", None, 0),
        (None, "graph/profile/aldermoor", 0),
    ],
)
def test_the_protocol_chooses_the_dataset(
    client: FlaskClient, default_graph: str | None, named_graph: str | None, expected: int
) -> None:
    root = "https://w3id.org/hrcr/"
    parameters = {"query": f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a <{root}def#City> }}", "format": "csv"}
    if default_graph:
        parameters["default-graph-uri"] = root + default_graph
    if named_graph:
        parameters["named-graph-uri"] = root + named_graph
    assert client.get("/sparql", query_string=parameters).text == f"n\r\n{expected}\r\n"


@pytest.mark.parametrize("name", ["no iri", "relative", "http://a b", "<http://a>", ""])
def test_a_graph_name_that_is_no_iri_is_refused(client: FlaskClient, name: str) -> None:
    response = client.get("/sparql", query_string={"query": ASK, "default-graph-uri": name})
    assert (response.status_code, problem(response)["status"]) == (400, 400)


def test_every_answer_may_be_read_from_anywhere(client: FlaskClient) -> None:
    answers = [
        ask(client, "GET", SELECT),
        ask(client, "GET", "SELECT"),
        client.put("/sparql"),
        client.get("/nothing"),
        client.options("/sparql"),
    ]
    assert [response.status_code for response in answers] == [200, 400, 405, 404, 204]
    assert {response.headers["Access-Control-Allow-Origin"] for response in answers} == {"*"}
    assert {response.headers.get("Access-Control-Allow-Credentials") for response in answers} == {None}


def test_a_preflight_names_methods_and_headers(client: FlaskClient) -> None:
    response = client.options(
        "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    assert response.headers["Access-Control-Allow-Headers"] == "Accept, Content-Type"


def test_without_a_query_a_program_gets_the_description_of_the_endpoint(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    described = Graph().parse(data=response.data, format="turtle")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    held = {str(name) for name in described.objects(None, URIRef(sd + "name"))}
    assert (None, URIRef(sd + "supportedLanguage"), URIRef(sd + "SPARQL11Query")) in described
    assert "https://w3id.org/hrcr/graph/profile/aldermoor" in held


def test_every_answer_names_its_release(client: FlaskClient) -> None:
    assert ask(client, "GET", ASK).headers["Hrcr-Release"] == "2026-06-30-1"


def test_the_same_answer_is_not_sent_twice(client: FlaskClient) -> None:
    first = ask(client, "GET", CONSTRUCT, Accept="text/turtle")
    again = ask(client, "GET", CONSTRUCT, Accept="text/turtle", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def nested(before: str, opening: str, middle: str, closing: str, after: str) -> str:
    """Nest as deep as the limit on length allows."""
    depth = (16_000 - len(before + middle + after)) // len(opening + closing)
    return before + opening * depth + middle + closing * depth + after


BOMBS = (
    nested("SELECT * {FILTER(", "abs(", "1", ")", ")}"),
    nested("SELECT * ", "{", "", "}", ""),
    nested("SELECT * ", "{SELECT * ", "{}", "}", ""),
    nested("SELECT * {", "OPTIONAL{}", "", "", "}"),
    nested("SELECT * {{}", "UNION{}", "", "", "}"),
    nested("SELECT ((", "(", "1", ")", ") AS ?x) {}"),
    nested("SELECT ((1", "+1", "", "", ") AS ?x) {}"),
    nested("SELECT * {FILTER(", "!", "1", "", ")}"),
    nested("SELECT * {?a ?b ", "(", "1", ")", "}"),
    nested("SELECT * {?a ?b ", "[?a ", "1", "]", "}"),
    nested("SELECT * ", "{FILTER EXISTS ", "{}", "}", ""),
    nested("SELECT * {?a <a:a>", "/<a:a>", "", "", " ?b}"),
    nested("SELECT * {", "?a ?b ?c.", "", "", "}"),
    nested("SELECT * {FILTER(", "IF(1,1,", "1", ")", ")}"),
)


@pytest.mark.parametrize("bomb", BOMBS, ids=range(14))
def test_a_nesting_bomb_is_refused_and_the_endpoint_goes_on(client: FlaskClient, bomb: str) -> None:
    assert problem(ask(client, "POST direct", bomb))["status"] == 400
    assert ask(client, "GET", ASK, Accept="text/csv").text == "true"


@pytest.fixture
def hurried(app: Flask, artefacts: Artefacts) -> Iterator[FlaskClient]:
    """The same release, with two seconds for a query."""
    home = app.extensions["settings"].home
    registry = Registry(
        artefacts, validator=PyShaclValidator, releases=ReleaseDirectories(home), clock=lambda: datetime.now(UTC)
    )
    made = create_app(registry, Settings.load({}, home=home, query_seconds=2))
    yield made.test_client()
    made.extensions["query_pool"].close()


@pytest.mark.slow
def test_a_runaway_query_is_stopped_at_the_deadline(hurried: FlaskClient) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    response = ask(hurried, "GET", runaway)
    document = problem(response)
    assert (response.status_code, document["type"]) == (503, "https://w3id.org/hrcr/problem/time-limit-passed")
    assert int(response.headers["Retry-After"]) > 0


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The application on a real port."""
    with make_server("127.0.0.1", 0, app, handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


class Silent(WSGIRequestHandler):
    """Log nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name in the standard library
        """Stay silent."""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_asks_over_a_real_port(port: int, method: str) -> None:
    client = SPARQLWrapper(f"http://127.0.0.1:{port}/sparql")
    client.setMethod(method)
    client.setQuery(SELECT)
    client.setReturnFormat(JSON)
    assert client.queryAndConvert() == NAMES_JSON
    client.setReturnFormat(CSV)
    assert client.queryAndConvert() == NAMES["text/csv"].encode()
    client.setReturnFormat(XML)
    assert [node.firstChild.data for node in client.queryAndConvert().getElementsByTagName("literal")] == [
        "Aldermoor",
        "Ellernmoor",
    ]
    client.setQuery(CONSTRUCT)
    client.setReturnFormat(TURTLE)
    assert len(Graph().parse(data=client.queryAndConvert(), format="turtle")) == 2
