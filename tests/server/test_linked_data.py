"""Linked data: each IRI answers with a page or the same description in RDF, and nothing leads astray."""

import json
import re
from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from werkzeug.test import TestResponse

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.artefacts import Artefacts
from registry.context import context_of
from registry.namespaces import PROV, ROOT, SKOS
from server.representations import OFFERS

pytestmark = pytest.mark.slow

CITY = "/doc/city/aldermoor"
RDF = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
ADDRESSES = (
    CITY,
    "/doc/network/eccar",
    "/doc/assessment/aldermoor",
    "/def",
    pytest.param("/def/1.0.0", marks=pytest.mark.slow),
    "/alignments",
    "/vocab",
    "/vocab/levels",
    "/vocab/levels/declared",
    "/vocab/instruments/universal-declaration-of-human-rights/article-1",
    "/standard",
    "/standard/1.0.0",
    "/standard/formal-act",
    "/standard/formal-act/declared",
    "/standard/source/A4",
    "/standard/matter/declaration",
    pytest.param("/shapes", marks=pytest.mark.slow),
    "/shapes/formal-act",
    "/profile",
    "/graph",
    "/graph/profile/aldermoor",
    "/sdg/11",
    "/sdg/11.1",
)


def read(response: TestResponse) -> Graph:
    """Parse a document by its own media type."""
    if response.mimetype == "application/ld+json":
        return OxigraphSyntax({}).parse(response.data, response.mimetype, base="", most_triples=100_000)
    names = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/n-triples": "nt"}
    return Graph().parse(data=response.data, format=names[response.mimetype])


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_item_says_the_same_in_every_form(client: FlaskClient, address: str) -> None:
    graphs = []
    for media_type in RDF:
        response = client.get(address, headers={"Accept": media_type})
        assert (response.status_code, response.mimetype) == (200, media_type)
        graphs.append(read(response))
    assert len(graphs[0]) > 0
    assert [len(graph) for graph in graphs] == [len(graphs[0])] * 4
    if len(graphs[0]) < 300:
        assert all(isomorphic(graph, graphs[0]) for graph in graphs[1:])


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_item_has_a_page_and_says_what_else_there_is(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
    links = response.headers["Link"]
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert [f'rel="{relation}"' in links for relation in ("canonical", "cite-as", "license", "describedby")] == [
        True
    ] * 4
    assert re.findall(r'rel="alternate"; type="([^"]+)"', links) == list(OFFERS[1:])
    assert "Accept" in response.headers["Vary"]


def test_a_city_as_a_dataset_keeps_each_statement_in_the_graph_that_says_it(client: FlaskClient) -> None:
    profile, own = ROOT + "graph/profile/aldermoor", set(Graph().parse("tests/server/aldermoor.ttl"))
    for media_type in ("application/trig", "application/n-quads"):
        response = client.get(CITY, headers={"Accept": media_type})
        assert (response.status_code, response.mimetype) == (200, media_type)
        quads = list(pyoxigraph.parse(response.data, pyoxigraph.RdfFormat.from_media_type(media_type)))
        said = [quad.triple for quad in quads if quad.graph_name == pyoxigraph.NamedNode(profile)]
        lines = pyoxigraph.serialize(said, format=pyoxigraph.RdfFormat.N_TRIPLES)
        assert set(Graph().parse(data=lines, format="nt")) == own
        office = pyoxigraph.NamedNode(ROOT + "id/office/registry-steward")
        told = [quad for quad in quads if quad.graph_name == pyoxigraph.DefaultGraph() and quad.object == office]
        assert {quad.predicate.value for quad in told} == {str(PROV.wasAttributedTo)}


def test_the_standard_as_a_dataset_has_one_graph_for_each_file(client: FlaskClient) -> None:
    text = client.get("/standard", headers={"Accept": "application/n-quads"}).text
    names = set(re.findall(rf"<({ROOT}graph/standard/[^>]+)> \.$", text, re.MULTILINE))
    assert len(names) == len(list(Path("ontology/standard").rglob("*.ttl")))


def test_an_unnamed_node_has_an_address_of_its_own(client: FlaskClient) -> None:
    held = client.application.extensions["library"].shelf()
    node = next(str(term) for term in held.graph("shapes/prefixes").objects() if ".well-known/genid/" in str(term))
    response = client.get("/" + node.removeprefix(ROOT), headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert (URIRef(node), None, None) in read(response)


def test_a_version_in_force_is_the_thing_itself_and_a_draft_says_what_replaced_it(client: FlaskClient) -> None:
    for name in ("def", "shapes", "alignments", "profile", "vocab/levels"):
        now, versioned = (client.get(f"/{name}{end}", headers={"Accept": "text/turtle"}) for end in ("", "/1.0.0"))
        assert (now.status_code, versioned.data) == (200, now.data)
        assert f'<http://localhost/{name}/1.0.0>; rel="latest-version"' in versioned.headers["Link"]
    draft = client.get("/def/0.1.0", headers={"Accept": "text/html"})
    assert '<http://localhost/def/1.0.0>; rel="successor-version"' in draft.headers["Link"]
    assert "never published" in draft.text


def test_a_city_is_described_with_its_parts_and_the_labels_around(client: FlaskClient) -> None:
    described = read(client.get(CITY, headers={"Accept": "text/turtle"}))
    city = URIRef(ROOT + "id/city/aldermoor")
    own = Graph().parse("tests/server/aldermoor.ttl")
    assert set(own) <= set(described)
    labelled = {subject for subject, predicate, _ in set(described) - set(own) if predicate == SKOS.prefLabel}
    assert URIRef(ROOT + "vocab/countries/DE") in labelled
    assert URIRef("http://metadata.un.org/sdg/11.1") in labelled
    about = {subject for subject, _, _ in described if str(subject).startswith(str(city))}
    assert about == {subject for subject in own.subjects() if str(subject).startswith(str(city))}


def test_a_document_names_canonical_identifiers_whatever_host_was_asked(client: FlaskClient) -> None:
    response = client.get(CITY, headers={"Accept": "text/turtle", "Host": "localhost:8000"})
    assert b"localhost" not in response.data
    assert '<http://localhost:8000/doc/city/aldermoor>; rel="canonical"' in response.headers["Link"]
    assert f'<{ROOT}id/city/aldermoor>; rel="cite-as"' in response.headers["Link"]


def test_a_forwarded_host_is_not_believed(client: FlaskClient) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "gopher"}
    for address in ("/id/city/aldermoor", CITY, "/nothing", "/sparql"):
        response = client.get(address, headers=headers)
        assert "evil" not in str(response.headers) + response.text


def test_a_thing_leads_to_its_document(client: FlaskClient) -> None:
    response = client.get("/id/city/aldermoor", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.headers["Location"]) == (303, "/doc/city/aldermoor")
    assert "Accept" in response.headers["Vary"]


def test_a_requirement_leads_a_reader_to_its_place_on_the_page_of_its_criterion(client: FlaskClient) -> None:
    response = client.get("/standard/formal-act/declared", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["Location"]) == (303, "/standard/formal-act#declared")


@pytest.mark.parametrize("media_type", OFFERS)
def test_the_address_may_say_the_form(client: FlaskClient, media_type: str) -> None:
    for written in (media_type, media_type.replace("+", " ")):
        response = client.get(CITY, query_string={"_mediatype": written}, headers={"Accept": "image/png"})
        assert (response.status_code, response.mimetype) == (200, media_type)


@pytest.mark.parametrize("address", [CITY + "?_mediatype=image/png", CITY + "?_mediatype=", CITY])
def test_an_impossible_form_is_refused_with_the_list(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept": "image/png"})
    assert (response.status_code, response.mimetype) == (406, "application/problem+json")
    assert json.loads(response.data)["available"] == list(OFFERS)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_head_request_has_no_body(client: FlaskClient, address: str) -> None:
    whole = client.get(address, headers={"Accept": "text/turtle"})
    head = client.head(address, headers={"Accept": "text/turtle"})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_a_document_is_the_same_each_time(client: FlaskClient) -> None:
    for media_type in OFFERS:
        first, second = (client.get(CITY, headers={"Accept": media_type}) for _ in range(2))
        assert (first.data, first.headers["ETag"]) == (second.data, second.headers["ETag"])


def test_a_miss_says_what_is_near_in_either_form(client: FlaskClient) -> None:
    response = client.get("/doc/city/aldermor", headers={"Accept": "application/json"})
    document = json.loads(response.data)
    assert (response.status_code, document["type"]) == (404, ROOT + "problem/not-found")
    assert document["nearest"][0] == {"label": "Aldermoor", "address": "/doc/city/aldermoor"}
    assert document["lists"] == ["/cities", "/standard", "/vocab"]
    page = client.get("/doc/city/aldermor", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert '<a href="/doc/city/aldermoor">Aldermoor</a>' in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/id/city/none",
        "/vocab/none",
        "/standard/none",
        "/shapes/none",
        "/graph/none/none",
        "/def/9.9.9",
        "/sdg/99",
        "/nope",
    ],
)
def test_whatever_is_not_there_is_a_404(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_the_json_ld_context_is_the_one_of_intake(client: FlaskClient, artefacts: Artefacts) -> None:
    response = client.get("/context.jsonld")
    expected = context_of(artefacts.profile_shapes)
    assert (response.mimetype, json.loads(response.data)) == ("application/ld+json", expected)


HOSTS = ("evil.example", "evil.example:80", "127.0.0.1@evil.example", "evil.example\\", "[::1]")
LURES = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/%5Cevil.example",
    "/%2F%2Fevil.example",
    "/http://evil.example",
    "/https:evil.example",
    "/javascript:alert(1)",
    "/data:text/html,x",
    "/%0d%0aLocation:%20http://evil.example",
)
REDIRECTS = tuple(f"/{start}{lure}" for lure in LURES for start in ("id", "id/city", "doc", "standard", "vocab"))


def test_there_are_fifty_lures() -> None:
    assert len(set(REDIRECTS)) == 50


@pytest.mark.parametrize("address", REDIRECTS)
def test_no_lure_leads_away(client: FlaskClient, address: str) -> None:
    response = client.get(address + "?next=http://evil.example&url=//evil.example", headers={"Accept": "text/html"})
    location = response.headers.get("Location", "/")
    assert response.status_code in (303, 308, 400, 404)
    assert re.match(r"(http://localhost)?/(?![/\\])", location)
    assert "evil" not in re.sub(r"^(http://localhost)?/(id|doc|standard|vocab)/[^?]*", "", location.partition("?")[0])


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_header_leads_away(client: FlaskClient, host: str) -> None:
    response = client.get("/id/city/aldermoor", headers={"Host": host})
    assert response.headers.get("Location", "/doc/city/aldermoor") == "/doc/city/aldermoor"


DOTS = ("..", ".", "%2e%2e", "%2E%2e", "..%00", "%252e%252e", "..;", "%c0%ae%c0%ae", "%uff0e%uff0e", "..%ef%bc%8f")
SLASHES = ("/", "%2f", "%5c", "\\")
STARTS = ("id/city", "doc", "vocab", "standard", "examples")
TRAVERSALS = tuple(
    f"/{start}/{dots}{slash}{dots}{slash}etc{slash}passwd" for start in STARTS for dots in DOTS for slash in SLASHES
)


def test_there_are_two_hundred_traversals() -> None:
    assert len(set(TRAVERSALS)) == 200


@pytest.mark.parametrize("start", STARTS)
def test_no_traversal_finds_a_file(client: FlaskClient, start: str) -> None:
    for address in TRAVERSALS:
        if address.startswith(f"/{start}/"):
            response = client.get(address)
            assert response.status_code in (404, 308, 301), address
            assert "root:" not in response.text


@pytest.mark.parametrize(
    "address", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/"]
)
def test_the_static_folder_gives_nothing_else(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in (404, 308)
