"""What every answer carries: how long it may be kept, what it varies by, and a tag of its own."""

import pytest
from flask.testing import FlaskClient

RELEASE = "/releases/2026-06-30-1"
GRAPH = "graph=https%3A%2F%2Fw3id.org%2Fhrcr%2Fgraph%2Fprofile%2Faldermoor"
SHORT, IMMUTABLE, NEVER = "public, max-age=60", "public, max-age=31536000, immutable", "no-store"


@pytest.mark.parametrize(
    ("address", "freshness"),
    [
        ("/", SHORT),
        ("/doc/city/aldermoor", SHORT),
        ("/doc/city/aldermoor?at=2026-06-30", SHORT),
        ("/id/city/aldermoor", SHORT),
        ("/sparql?query=ASK%7B%7D", SHORT),
        ("/sparql", SHORT),
        (f"/store?{GRAPH}", SHORT),
        (f"{RELEASE}/sparql?query=ASK%7B%7D", IMMUTABLE),
        (f"{RELEASE}/sparql", SHORT),
        (f"{RELEASE}/sparql?query=ASK%7B%7D&format=html", "private, no-cache"),
        (f"{RELEASE}/store?{GRAPH}", IMMUTABLE),
        (f"{RELEASE}/store", NEVER),
        (f"{RELEASE}/sparql?query=ASK", NEVER),
        ("/releases/1999-01-01-1/sparql?query=ASK%7B%7D", NEVER),
        ("/nothing", NEVER),
        ("/sparql?query=ASK%7B%7D&format=nonsense", NEVER),
    ],
)
def test_how_long_an_answer_may_be_kept(client: FlaskClient, address: str, freshness: str) -> None:
    for _ in range(2):
        assert client.get(address).headers["Cache-Control"] == freshness


@pytest.mark.slow
def test_what_is_posted_is_kept_by_nobody_unless_it_is_a_query(client: FlaskClient) -> None:
    assert client.post("/check", data=b"x", content_type="text/turtle").headers["Cache-Control"] == NEVER
    assert client.post("/sparql", data={"query": "ASK {}"}).headers["Cache-Control"] == SHORT
    assert client.post("/sparql", data={"query": "ASK"}).headers["Cache-Control"] == NEVER


@pytest.mark.parametrize("address", ["/", "/sparql?query=ASK%7B%7D", "/nothing", "/id/city/aldermoor", "/store"])
def test_every_answer_says_that_it_varies_by_accept(client: FlaskClient, address: str) -> None:
    assert "Accept" in [part.strip() for part in client.get(address).headers["Vary"].split(",")]


def test_empty_answers_of_different_types_have_different_tags(client: FlaskClient) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }"
    types = ("application/n-triples", "application/n-quads", "text/turtle")
    answers = [client.get("/sparql", query_string={"query": query}, headers={"Accept": form}) for form in types]
    assert answers[0].data == answers[1].data == b""
    assert len({answer.headers["ETag"] for answer in answers}) == 3


def test_a_tag_is_strong(client: FlaskClient) -> None:
    assert client.get("/").headers["ETag"].startswith('"')


def test_a_file_is_given_in_part_and_a_document_whole(client: FlaskClient) -> None:
    with client.get("/static/registry.css", headers={"Range": "bytes=0-9"}) as part:
        assert (part.status_code, len(part.data)) == (206, 10)
    assert client.get("/", headers={"Range": "bytes=0-9"}).status_code == 200


def test_a_download_goes_on_where_it_broke_off(client: FlaskClient) -> None:
    address = f"{RELEASE}/hrcr.ttl"
    with client.get(address) as whole:
        body, tag = whole.data, whole.headers["ETag"]
        assert whole.headers["Accept-Ranges"] == "bytes"
    with client.get(address, headers={"Range": "bytes=100-", "If-Range": tag}) as rest:
        assert (rest.status_code, rest.data) == (206, body[100:])
        assert rest.headers["Content-Range"] == f"bytes 100-{len(body) - 1}/{len(body)}"
        assert rest.headers["Cache-Control"] == IMMUTABLE
    with client.get(address, headers={"Range": "bytes=100-", "If-Range": '"other"'}) as again:
        assert (again.status_code, again.data) == (200, body)
    with client.head(address, headers={"Range": "bytes=0-9"}) as head:
        assert head.data == b""


def test_a_part_that_is_not_there_is_refused(client: FlaskClient) -> None:
    with client.get(f"{RELEASE}/hrcr.ttl", headers={"Range": "bytes=999999999-"}) as refused:
        assert (refused.status_code, refused.headers["Cache-Control"]) == (416, NEVER)
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
