"""Releases over HTTP: listed, described, downloaded as published, and never anything outside them."""

import json
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, URIRef

from registry.namespaces import DCAT, DCT, SPDX, VOID
from tests.server.conftest import Page

pytestmark = pytest.mark.slow

ID = "2026-06-30-1"
IRI = URIRef(f"https://w3id.org/hrcr/release/{ID}")
TURTLE = {"Accept": "text/turtle"}


def test_the_list_leads_to_every_kept_release(client: FlaskClient) -> None:
    page = Page(client.get("/releases", headers={"Accept": "text/html"}).text)
    assert f"/releases/{ID}" in page.addresses
    graph = Graph().parse(data=client.get("/releases", headers=TURTLE).text, format="turtle")
    assert (URIRef("https://w3id.org/hrcr/releases"), RDF.type, DCAT.DatasetSeries) in graph
    assert (IRI, DCAT.inSeries, URIRef("https://w3id.org/hrcr/releases")) in graph


def test_a_release_leads_to_its_document_and_its_manifest_says_what_it_holds(client: FlaskClient) -> None:
    answer = client.get(f"/release/{ID}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/releases/{ID}")
    graph = Graph().parse(data=client.get(f"/releases/{ID}", headers=TURTLE).text, format="turtle")
    assert int(str(graph.value(IRI, VOID.triples))) > 1_000
    assert graph.value(IRI, DCT.identifier) == Literal(ID)


def test_every_file_in_the_manifest_can_be_downloaded_and_has_its_hash(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get(f"/releases/{ID}", headers=TURTLE).text, format="turtle")
    nodes = list(graph.objects(IRI, DCAT.distribution))
    assert len(nodes) == 9
    for node in nodes:
        path = str(graph.value(node, DCAT.downloadURL)).removeprefix("https://w3id.org/hrcr")
        answer = client.get(path)
        body = answer.data
        answer.close()
        assert answer.status_code == 200
        kind = str(graph.value(node, DCAT.mediaType)).partition("media-types/")[2]
        assert answer.mimetype == kind
        stated = str(graph.value(graph.value(node, SPDX.checksum), SPDX.checksumValue))
        assert sha256(body).hexdigest() == stated
        assert answer.headers["ETag"] == f'"{stated}"'
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert client.get(path, headers={"If-None-Match": f'"{stated}"'}).status_code == 304
        head = client.head(path)
        assert head.headers["Content-Length"] == str(len(body))
        head.close()
    sums = client.get(f"/releases/{ID}/SHA256SUMS")
    assert len(sums.text.splitlines()) == 10
    sums.close()


@pytest.mark.parametrize(
    "path",
    [
        "store/CURRENT",
        "../current/hrcr.nq",
        "..%2Frelease.json",
        "hrcr.nq/",
        "SHA256SUMS.sig",
        "%00",
        "no",
    ],
)
def test_what_is_not_a_public_file_of_a_release_is_not_given(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/releases/{ID}/{path}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/releases/2026-06-30-9", "/release/2026-06-30-9", "/releases/none/hrcr.nq"])
def test_a_release_that_is_not_kept_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address, headers={"Accept": "application/json"}).status_code == 404


def test_the_page_says_how_to_cite_and_check_and_lists_every_file(client: FlaskClient) -> None:
    source = client.get(f"/releases/{ID}", headers={"Accept": "text/html"}).text
    page = Page(source)
    assert "Human Rights Cities Registry: release 2026-06-30-1, 2026-06-30." in page.text
    assert "year         = {2026}," in source
    assert "version      = {2026-06-30-1}," in source
    assert f"\\url{{https://w3id.org/hrcr/release/{ID}}}" in source
    assert "This release is not signed." in page.text
    assert f"/releases/{ID}/tables/cities.csv" in page.addresses
    assert "None" not in page.text


PAST_CACHES = {"Accept": "text/html", "If-Range": "x"}


def test_a_release_without_files_says_so(app: Flask) -> None:
    directory = app.extensions["library"].shelf().release.directory
    moved = directory / "SHA256SUMS"
    body = moved.read_bytes()
    moved.unlink()
    try:
        text = Page(app.test_client().get(f"/releases/{ID}", headers=PAST_CACHES).text).text
        assert "published without files to download" in text
        assert app.test_client().get(f"/releases/{ID}/hrcr.nq").status_code == 404
    finally:
        moved.write_bytes(body)


def test_what_a_release_is_can_be_had_to_compare_its_counts(client: FlaskClient) -> None:
    with client.get(f"/releases/{ID}/release.json") as answer, client.get(f"/releases/{ID}/hrcr.nq") as quads:
        assert (answer.status_code, answer.mimetype) == (200, "text/plain")
        assert json.loads(answer.text)["quads"] == len(quads.text.splitlines())
