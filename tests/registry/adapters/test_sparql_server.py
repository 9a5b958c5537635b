"""One request, one whole answer within its limits, or a clear StoreError: nothing else comes out."""

import socket
from collections.abc import Iterator

import pytest

from registry.adapters.sparql_server import RESULTS, Limits, SparqlServer
from registry.adapters.store_address import StoreAddress
from registry.errors import StoreError
from tests.graph_stores import GraphStore, graph_store

Head = dict[str, str]


@pytest.fixture
def place() -> Iterator[GraphStore]:
    with graph_store() as held:
        yield held


def test_graphs_are_put_added_to_given_and_dropped(place: GraphStore) -> None:
    server = SparqlServer(place.address)
    for name in (None, "urn:g?a=1&b#c"):
        server.put(name, b"<urn:a> <urn:p> <urn:b> .\n")
        server.put(name, b"<urn:a> <urn:p> <urn:c> .\n", is_more=True)
        assert len(server.graph(name).splitlines()) == 2
        server.put(name, b"<urn:a> <urn:p> <urn:d> .\n")
        assert server.graph(name) == b"<urn:a> <urn:p> <urn:d> .\n"
        server.drop(name)
        assert server.graph(name) == b""
    server.drop("urn:never")


def test_a_login_is_sent_and_compression_is_not_asked_for(place: GraphStore) -> None:
    SparqlServer(place.address, login="user:word").query("ASK {}", RESULTS)
    assert place.headers[-1]["Authorization"] == "Basic dXNlcjp3b3Jk"
    assert place.headers[-1]["Accept-Encoding"] == "identity"
    SparqlServer(place.address).query("ASK {}", RESULTS)
    assert "Authorization" not in place.headers[-1]


WRONG: dict[str, tuple[int, Head, bytes, str]] = {
    "redirect": (302, {"Location": "http://127.0.0.1/", "Content-Length": "0"}, b"", "status 302"),
    "failed": (500, {"Content-Length": "4"}, b"oops", "status 500: oops"),
    "busy": (503, {"Content-Length": "0"}, b"", "status 503"),
    "cut": (200, {"Content-Length": "99"}, b"{", "no whole answer"),
    "endless": (200, {"Content-Type": RESULTS}, b"{}", "end cannot be told"),
    "packed": (200, {"Content-Encoding": "gzip", "Content-Length": "2"}, b"{}", "packed"),
    "partial": (200, {"X-SPARQL-MaxRows": "10000", "Content-Length": "2"}, b"{}", "stopped before the end"),
    "large": (200, {"Content-Length": "2000"}, b"x" * 2000, "more than 1,000 bytes"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_whole_answer_is_told(place: GraphStore, name: str) -> None:
    status, headers, body, words = WRONG[name]
    place.answering = lambda *_: (status, headers, body)
    with pytest.raises(StoreError, match=words):
        SparqlServer(place.address, limits=Limits(most_bytes=1_000)).query("ASK {}", RESULTS)
    place.answering = lambda *answer: answer
    assert SparqlServer(place.address).query("ASK {}", RESULTS).status == 200


def test_a_server_that_ends_without_an_answer_is_told(place: GraphStore) -> None:
    place.answering = lambda *_: None
    with pytest.raises(StoreError, match="no whole answer"):
        SparqlServer(place.address).query("ASK {}", RESULTS)


def test_a_server_that_nobody_is_and_one_that_says_nothing_are_told() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        start = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        address = StoreAddress(query=start, update=start, graphs=start)
        with pytest.raises(StoreError, match="ConnectError"):
            SparqlServer(address).query("ASK {}", RESULTS)
        silent.listen()
        with pytest.raises(StoreError, match="ReadTimeout"):
            SparqlServer(address, limits=Limits(seconds=0.2)).query("ASK {}", RESULTS)


def test_a_wrong_query_is_told_in_the_servers_words(place: GraphStore) -> None:
    with pytest.raises(StoreError, match=r"does not understand the query: .*expected"):
        SparqlServer(place.address).query("SELECT WHERE", RESULTS)


def test_a_graph_in_another_form_is_refused(place: GraphStore) -> None:
    place.answering = lambda *_: (200, {"Content-Type": "text/html", "Content-Length": "4"}, b"<p/>")
    with pytest.raises(StoreError, match="text/html"):
        SparqlServer(place.address).graph(None)
