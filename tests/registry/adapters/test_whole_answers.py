"""Answers are written anew from what a server gave; every kind of wrong is sent over a socket in test_odd_stores."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic

import pyoxigraph
import pytest

from registry.adapters.query_worker import AnswerTooLargeError, Bounded, Question
from registry.adapters.store_exchange import NoAnswerError, post
from registry.adapters.whole_answers import GRAPH, ROWS, give
from tests.odd_servers import OddServer, odd_server, whole


@pytest.fixture
def server() -> Iterator[OddServer]:
    """A server whose answer a test sets."""
    with odd_server({}) as odd:
        yield odd


def given(server: OddServer, body: str, query: str, media_type: str, *, sent: str = ROWS[0], most: int = 999) -> str:
    """What is written of an answer to a query."""
    server.answers["/"] = whole(body.encode(), media_type=sent)
    asked: Question = {
        "query": query,
        "media_type": media_type,
        "default_graphs": [],
        "named_graphs": [],
        "prefixes": {"a": "urn:a:"},
        "most_bytes": most,
    }
    buffer = Bounded(most)
    received = post(server.address("/"), [("query", query)], (*ROWS, *GRAPH), most_bytes=999, deadline=monotonic() + 5)
    with closing(received):
        give(received, pyoxigraph.Store().query(query), asked, buffer)
    return buffer.getvalue().decode()


def test_rows_are_written_in_the_form_that_was_asked(server: OddServer) -> None:
    body = '{"head":{"vars":["b","a"]},"results":{"bindings":[{"a":{"type":"uri","value":"urn:x"}}]}}'
    assert given(server, body, "SELECT ?b ?a { ?a ?c ?b }", "text/csv") == "b,a\r\n,urn:x\r\n"
    assert given(server, body, "SELECT * { ?a ?b ?a }", "text/csv") == "a,b\r\nurn:x,\r\n"
    assert given(server, body, "SELECT * { ?a ?b ?a }", "text/tab-separated-values") == "?a\t?b\n<urn:x>\t\n"


def test_columns_keep_their_order_whatever_stands_before_them_in_the_head(server: OddServer) -> None:
    body = '{"head":{"link":[],"vars":["b","a"]},"results":{"bindings":[{"a":{"type":"uri","value":"urn:x"}}]}}'
    assert given(server, body, "SELECT * { ?a ?b ?a }", "text/csv") == "a,b\r\nurn:x,\r\n"


def test_a_head_after_the_rows_keeps_the_order_of_the_server(server: OddServer) -> None:
    body = '{"results":{"bindings":[{"a":{"type":"uri","value":"urn:x"}}]},"head":{"vars":["b","a"]}}'
    assert given(server, body, "SELECT * { ?a ?b ?a }", "text/csv") == "b,a\r\n,urn:x\r\n"


@pytest.mark.parametrize(("row", "truth"), [("", "false"), ('{"__ASK_RETVAL":{"type":"literal","value":"1"}}', "true")])
def test_a_truth_value_as_a_table_is_one(server: OddServer, row: str, truth: str) -> None:
    body = f'{{"head":{{"vars":["__ASK_RETVAL"]}},"results":{{"bindings":[{row}]}}}}'
    assert given(server, body, "ASK {}", "text/csv") == truth
    with pytest.raises(NoAnswerError):
        given(server, body.replace('"1"', '"0"').replace("[]", "[{},{}]"), "ASK {}", "text/csv")


def test_triples_are_sorted_and_written_once(server: OddServer) -> None:
    body = '<urn:a:b> <urn:a:p> "2" . <urn:a:a> <urn:a:p> "1" . <urn:a:b> <urn:a:p> "2" .'
    written = given(server, body, "CONSTRUCT WHERE { ?a ?b ?c }", "text/turtle", sent="text/turtle")
    assert written == '@prefix a: <urn:a:> .\na:a a:p "1" .\na:b a:p "2" .\n'


def test_what_is_written_is_bounded(server: OddServer) -> None:
    body = '<urn:a:a> <urn:a:p> "1" .\n'
    query = "CONSTRUCT WHERE { ?a ?b ?c }"
    assert given(server, body, query, GRAPH[0], sent=GRAPH[0], most=len(body)) == body
    with pytest.raises(AnswerTooLargeError):
        given(server, body, query, GRAPH[0], sent=GRAPH[0], most=len(body) - 1)
