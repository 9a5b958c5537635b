"""In front of a SPARQL server that misbehaves, the endpoint gives a whole right answer or a clear problem."""

import gzip
import json
import shutil
import socket
import struct
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.store_address import StoreAddress, write_address
from registry.artefacts import Artefacts
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from server.query_pool import QueryPool
from tests.hostile.corpus import corpus, written
from tests.odd_servers import Answer, OddServer, leads_to, odd_server, sends, whole
from tests.registry.test_queries import BOMBS, GLUED, SERVICE_SPELLINGS, UPDATES
from tests.sparql_server import sparql_server

pytestmark = [pytest.mark.slow, pytest.mark.alone]

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
NT = "application/n-triples"
ROWS = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"7"}}]}}'
ROWS_XML = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="n"/></head>'
    b'<results><result><binding name="n"><literal>7</literal></binding></result></results></sparql>'
)
TRUTH = b'{"head":{},"boolean":true}'
TRUTH_XML = b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>'
YES = ROWS.replace(b'"n"', b'"__ASK_RETVAL"').replace(b'"7"', b'"1"')
NO = b'{"head":{"link":[],"vars":["__ASK_RETVAL"]},"results":{"bindings":[ ] } }'
GRAPH = b'<urn:a:a> <urn:a:b> "7" .\n'
SELECT = "SELECT ?n { ?s ?p ?n }"
ASK = "ASK { ?s ?p ?n }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?n }"

REFUSED_GROUPS = {"service", "updates", "nesting"}
MOST_BYTES = 20_000
SECONDS = 1.0
UNAVAILABLE = 503, "store-unavailable"
REFUSED = 502, "store-answer-refused"
LATE = 503, "time-limit-passed"
LARGE = 400, "answer-too-large"


def rows(body: bytes = ROWS, **fields: str) -> Answer:
    """Answer with a table, or what is said to be one."""
    return whole(body, media_type=JSON, **fields)


def head(*fields: str, media_type: str = JSON) -> bytes:
    """Begin an answer."""
    return "\r\n".join(["HTTP/1.1 200 OK", f"Content-Type: {media_type}", *fields, "", ""]).encode()


def resets(connection: socket.socket, _: str) -> None:
    """Break the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def resets_midway(connection: socket.socket, _: str) -> None:
    """Break the connection off in the midst of the body."""
    connection.sendall(head("Content-Length: 500") + ROWS[:20])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def says_nothing(connection: socket.socket, _: str) -> None:
    """Wait until whoever asked has gone."""
    connection.settimeout(20)
    connection.recv(1)


def with_rows(row: bytes) -> bytes:
    """A table with another row."""
    return ROWS.replace(b'{"n":{"type":"literal","value":"7"}}', row)


class Odd(NamedTuple):
    """A kind of wrong: how the server answers which query, and what is told."""

    answer: Answer
    status: int
    code: str
    query: str = SELECT


ODD = {
    "resets": Odd(resets, *UNAVAILABLE),
    "closes without a word": Odd(sends(b""), *UNAVAILABLE),
    "resets in the midst": Odd(resets_midway, *REFUSED),
    "half a body": Odd(sends(head(f"Content-Length: {len(ROWS)}") + ROWS[:40]), *REFUSED),
    "length too large": Odd(sends(head("Content-Length: 500") + ROWS), *REFUSED),
    "length too small": Odd(sends(head("Content-Length: 60") + ROWS), *REFUSED),
    "two lengths": Odd(sends(head("Content-Length: 60", f"Content-Length: {len(ROWS)}") + ROWS), *REFUSED),
    "no length": Odd(sends(head("Connection: close") + ROWS), *REFUSED),
    "chunks without an end": Odd(
        sends(head("Transfer-Encoding: chunked") + b"%x\r\n%b\r\n" % (len(ROWS), ROWS)), *REFUSED
    ),
    "a chunk of no size": Odd(sends(head("Transfer-Encoding: chunked") + b"nine\r\n" + ROWS), *REFUSED),
    "endless white space": Odd(sends(head("Content-Length: 99999999999"), b" " * 65_536, times=2_000), *LARGE),
    "endless rows": Odd(
        sends(head("Content-Length: 99999999999"), ROWS[:-3], b',{"n":{"type":"literal","value":"7"}}', times=9_000),
        *LARGE,
    ),
    "endless triples": Odd(
        sends(head("Content-Length: 99999999999", media_type=NT), GRAPH * 1_000, times=9_000), *LARGE, CONSTRUCT
    ),
    "slow body": Odd(sends(head("Content-Length: 500") + ROWS, *[b" "] * 30, pause=0.1), *LATE),
    "slow head": Odd(sends(b"HTTP/1.1 200 OK\r\n", *[b"X-Y: z\r\n"] * 30, pause=0.1), *LATE),
    "no answer": Odd(says_nothing, *LATE),
    "200 with HTML": Odd(whole(b"<html><body>Welcome</body></html>", media_type="text/html"), *REFUSED),
    "HTML said to be results": Odd(rows(b"<html><body>Welcome</body></html>"), *REFUSED),
    "JSON that is not results": Odd(rows(b'{"error": "none"}'), *REFUSED),
    "JSON that is a list": Odd(rows(b"[]"), *REFUSED),
    "an empty body": Odd(rows(b""), *REFUSED),
    "blank lines": Odd(rows(b"\r\n" * 50), *REFUSED),
    "blank lines before XML": Odd(whole(b"\n\n" + ROWS_XML[:-9], media_type=XML), *REFUSED),
    "other columns": Odd(rows(ROWS.replace(b'"n"', b'"m"')), *REFUSED),
    "one column more": Odd(rows(ROWS.replace(b'["n"]', b'["n","m"]')), *REFUSED),
    "a column that the head lacks": Odd(rows(with_rows(b'{"m":{"type":"literal","value":"7"}}')), *REFUSED),
    "another media type": Odd(whole(ROWS, media_type="text/plain"), *REFUSED),
    "no media type": Odd(sends(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(ROWS) + ROWS), *REFUSED),
    "another encoding": Odd(whole(ROWS.decode().encode("utf-16"), media_type=f"{JSON};charset=utf-16"), *REFUSED),
    "UTF-16 that is not told": Odd(rows(ROWS.decode().encode("utf-16")), *REFUSED),
    "JSON cut": Odd(rows(ROWS[:-1]), *REFUSED),
    "JSON cut in a row": Odd(rows(ROWS[:70]), *REFUSED),
    "XML cut before its end": Odd(whole(ROWS_XML[:-9], media_type=XML), *REFUSED),
    "XML cut in a row": Odd(whole(ROWS_XML[:150], media_type=XML), *REFUSED),
    "something behind": Odd(rows(ROWS + b" and more"), *REFUSED),
    "something far behind": Odd(rows(ROWS + b" " * 100_000 + b"and more"), *REFUSED),
    "twice": Odd(rows(ROWS + ROWS), *REFUSED),
    "XML with entities": Odd(
        whole(b'<!DOCTYPE s [<!ENTITY a "7">]>' + ROWS_XML[21:].replace(b">7<", b">&a;<"), media_type=XML), *REFUSED
    ),
    "brackets in brackets": Odd(rows(b'{"head":{"vars":["n"]},"x":' + b"[" * 200_000), *REFUSED),
    "invalid UTF-8": Odd(rows(ROWS.replace(b'"7"', b'"\xff"')), *REFUSED),
    "an IRI that is none": Odd(rows(with_rows(b'{"n":{"type":"uri","value":"not one"}}')), *REFUSED),
    "a blank node that is none": Odd(rows(with_rows(b'{"n":{"type":"bnode","value":"a b"}}')), *REFUSED),
    "a term of no kind": Odd(rows(with_rows(b'{"n":{"type":"thing","value":"7"}}')), *REFUSED),
    "500 with a huge body": Odd(
        whole(b"<html>" + b"x" * 5_000_000, media_type="text/html", status="500 Internal Server Error"), *UNAVAILABLE
    ),
    "503": Odd(whole(b"", status="503 Service Unavailable"), *UNAVAILABLE),
    "404": Odd(whole(b"No dataset /a on 127.0.0.1", status="404 Not Found"), *REFUSED),
    "401": Odd(whole(b"", status="401 Unauthorized"), *REFUSED),
    "204": Odd(whole(b"", status="204 No Content"), *REFUSED),
    "206": Odd(rows(status="206 Partial Content"), *REFUSED),
    "400": Odd(whole(b"Error at line 1, column 9 on 127.0.0.1", status="400 Bad Request"), 400, "query-error"),
    "a bomb in gzip": Odd(rows(gzip.compress(b" " * 10_000_000), Content_Encoding="gzip"), *REFUSED),
    "gzip that is not told": Odd(rows(gzip.compress(ROWS)), *REFUSED),
    "not HTTP": Odd(sends(b"+PONG\r\n\r\n"), *REFUSED),
    "a head without an end": Odd(sends(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 400_000), *REFUSED),
    "part of the rows, and says so": Odd(rows(X_SQL_State="S1TAT"), *LATE),
    "as many rows as it may give": Odd(rows(X_SPARQL_MaxRows="1"), *REFUSED),
    "a truth value that is no number": Odd(rows(ROWS.replace(b'"n"', b'"__ASK_RETVAL"')), *REFUSED, ASK),
    "a truth value where rows are due": Odd(rows(TRUTH), *REFUSED),
    "rows where a truth value is due": Odd(rows(), *REFUSED, ASK),
    "a graph where rows are due": Odd(whole(GRAPH, media_type=NT), *REFUSED),
    "a graph said to be rows": Odd(rows(GRAPH), *REFUSED),
    "rows where a graph is due": Odd(rows(), *REFUSED, CONSTRUCT),
    "rows said to be a graph": Odd(whole(ROWS, media_type="text/turtle"), *REFUSED, CONSTRUCT),
    "a truth value that is a text": Odd(rows(TRUTH.replace(b"true", b'"true"')), *REFUSED, ASK),
    "a truth value cut": Odd(rows(TRUTH[:-1]), *REFUSED, ASK),
    "a truth value with something behind": Odd(rows(TRUTH + b"}"), *REFUSED, ASK),
    "a truth value without end": Odd(rows(TRUTH + b" " * 100_000), *REFUSED, ASK),
    "a truth value in XML cut": Odd(whole(TRUTH_XML[:-9], media_type=XML), *REFUSED, ASK),
    "a truth value in brackets": Odd(rows(b"[" * 60_000), *REFUSED, ASK),
    "Turtle with a fault at its end": Odd(
        whole(b"@prefix a: <urn:a:> .\n" + b'a:a a:b "7" .\n' * 500 + b"a:a a:b", media_type="text/turtle"),
        *REFUSED,
        CONSTRUCT,
    ),
    "triples cut": Odd(whole(GRAPH + GRAPH[:-4], media_type=NT), *REFUSED, CONSTRUCT),
    "a graph with a mark before it": Odd(whole(b"\xef\xbb\xbf" + GRAPH, media_type=NT), *REFUSED, CONSTRUCT),
    "quads where triples are due": Odd(
        whole(GRAPH.replace(b" .", b" <urn:a:g> ."), media_type=NT), *REFUSED, CONSTRUCT
    ),
}

RIGHT = {
    "rows": (rows(), SELECT, b"n\r\n7\r\n"),
    "rows in XML": (whole(ROWS_XML, media_type=XML), SELECT, b"n\r\n7\r\n"),
    "rows in chunks": (
        sends(head("Transfer-Encoding: chunked") + b"%x\r\n%b\r\n0\r\n\r\n" % (len(ROWS), ROWS)),
        SELECT,
        b"n\r\n7\r\n",
    ),
    "rows with a mark before them": (rows(b"\xef\xbb\xbf" + ROWS), SELECT, b"n\r\n7\r\n"),
    "rows between blank lines": (rows(b"\n\n" + ROWS + b"\n\n"), SELECT, b"n\r\n7\r\n"),
    "rows in small pieces": (
        sends(head(f"Content-Length: {len(ROWS)}"), *[ROWS[at : at + 1] for at in range(len(ROWS))]),
        SELECT,
        b"n\r\n7\r\n",
    ),
    "a truth value": (rows(TRUTH), ASK, b"true"),
    "a truth value in XML": (whole(TRUTH_XML, media_type=XML), ASK, b"true"),
    "a truth value as a row (Virtuoso)": (rows(YES), ASK, b"true"),
    "a truth value as no row (Virtuoso)": (rows(NO), ASK, b"false"),
    "triples, twice": (whole(GRAPH + GRAPH, media_type=NT), CONSTRUCT, b'<urn:a:a> <urn:a:b> "7" .\n'),
    "Turtle": (whole(GRAPH, media_type="text/turtle; charset=UTF-8"), CONSTRUCT, b'<urn:a:a> <urn:a:b> "7" .\n'),
}


class Front(NamedTuple):
    """The endpoint, the release that it answers from, and the server where that lies."""

    client: FlaskClient
    release: Path
    server: OddServer


@pytest.fixture(scope="module")
def moved(app: Flask, artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path]]:
    """An application whose pages stand on a store of its own, and whose queries are put to a server."""
    home = tmp_path_factory.mktemp("moved") / "home"
    shutil.copytree(app.extensions["settings"].home, home, symlinks=True)
    registry = Registry(
        artefacts,
        validator=PyShaclValidator,
        releases=ReleaseDirectories(home),
        clock=lambda: datetime(2026, 6, 30, 12, tzinfo=UTC),
    )
    made = create_app(registry, Settings.load({}, home=home, query_workers=1, repair_seconds=0))
    made.extensions["query_pool"].close()
    release = (home / "current").resolve()
    made.test_client().get("/about")  # it has opened the release by now
    pool = QueryPool(size=1, seconds=SECONDS, most_bytes=MOST_BYTES, megabytes=256)
    made.extensions["query_pool"] = pool
    yield made, release
    pool.close()


@pytest.fixture(scope="module")
def front(moved: tuple[Flask, Path]) -> Iterator[Front]:
    """The endpoint in front of a server whose answers a test sets."""
    made, release = moved
    with odd_server({}) as server:
        yield Front(made.test_client(), release, server)


_number = count()


def ask(client: FlaskClient, query: str) -> tuple[int, str, bytes, dict[str, str]]:
    """Ask something that no cache knows; give status, media type, body and fields."""
    accept = "application/n-triples, text/csv"
    response = client.get("/sparql", query_string={"query": f"{query} # {next(_number)}"}, headers={"Accept": accept})
    return response.status_code, response.mimetype, response.data, dict(response.headers)


def lies_at(front: Front, address: str) -> None:
    """Have the release lie at an address."""
    write_address(front.release, StoreAddress(query=address, update=address, graphs=address))


def answers(front: Front, answer: Answer) -> None:
    """Have the server answer in one way, at its address."""
    front.server.answers["/query"] = answer
    lies_at(front, front.server.address("/query"))


def refused(got: tuple[int, str, bytes, dict[str, str]], status: int, code: str) -> None:
    """A problem is right, clear, and tells nothing of where the server is or what it said."""
    found, media_type, body, fields = got
    facts = json.loads(body)
    assert (found, media_type, facts["type"].rpartition("/")[2]) == (status, "application/problem+json", code)
    assert facts["status"] == status
    assert facts["detail"].endswith(".")
    assert len(facts["detail"]) > 30
    assert "127.0.0.1" not in body.decode()
    assert "line" not in facts
    assert ("Retry-After" in fields) == (status == 503)
    assert fields["Cache-Control"] == "no-store"


def test_enough_is_tried() -> None:
    assert len(ODD) >= 60


@pytest.mark.parametrize("kind", ODD)
def test_what_is_wrong_is_told_and_the_next_question_is_answered(front: Front, kind: str) -> None:
    odd = ODD[kind]
    answers(front, odd.answer)
    began = time.monotonic()
    refused(ask(front.client, odd.query), odd.status, odd.code)
    assert time.monotonic() - began < SECONDS + 4  # the deadline, and whatever a busy machine adds
    answers(front, rows())
    assert ask(front.client, SELECT)[:3] == (200, "text/csv", b"n\r\n7\r\n")


@pytest.mark.parametrize("kind", RIGHT)
def test_what_is_right_is_given_on_in_the_form_that_was_asked(front: Front, kind: str) -> None:
    answer, query, body = RIGHT[kind]
    answers(front, answer)
    assert ask(front.client, query)[::2][:2] == (200, body)


def test_nobody_there_is_told_at_once(front: Front) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        lies_at(front, f"http://127.0.0.1:{unused.getsockname()[1]}/query")
        began = time.monotonic()
        for _ in range(5):
            refused(ask(front.client, SELECT), *UNAVAILABLE)
        assert time.monotonic() - began < SECONDS
    lies_at(front, "http://no-such-host.invalid/query")
    refused(ask(front.client, SELECT), *UNAVAILABLE)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect"])
def test_nothing_leads_on(front: Front, status: str) -> None:
    with odd_server({"/elsewhere": rows()}) as elsewhere:
        answers(front, leads_to(elsewhere.address("/elsewhere"), status))
        refused(ask(front.client, SELECT), *REFUSED)
        answers(front, leads_to("/elsewhere", status))
        refused(ask(front.client, SELECT), *REFUSED)
        assert elsewhere.asked == []


def test_pages_that_need_no_store_go_on_while_the_server_hangs(front: Front) -> None:
    answers(front, says_nothing)
    waiting = threading.Thread(target=ask, args=(front.client.application.test_client(), SELECT))
    waiting.start()
    assert front.client.get("/about").status_code == 200
    assert front.client.get("/sparql", headers={"Accept": "text/turtle"}).status_code == 200
    waiting.join()


def test_what_is_wrong_with_a_query_is_told_before_the_server_is_asked(front: Front) -> None:
    answers(front, rows())
    front.server.asked.clear()
    status, _, body, _ = ask(front.client, "SELECT *\nWHERE")
    assert (status, json.loads(body)["line"]) == (400, 2)
    assert json.loads(body)["column"] > 5
    for query in ("SELECT * { SERVICE <http://127.0.0.1/> {} }", "CLEAR ALL", "LOAD <file:///etc/passwd>"):
        assert ask(front.client, query)[0] in (400, 405)
    assert front.server.asked == []


FOREIGN = (
    'PREFIX sql: <sql:> SELECT (sql:SPARQL_REXEC_TO_ARRAY("http://10.0.0.1/", "ASK {}", "", "", "", 1, "") AS ?r) {}',
    'SELECT (<bif:http_get>("http://10.0.0.1/") AS ?r) {}',
    'PREFIX x: <b> SELECT (x:if:http_get("http://10.0.0.1/") AS ?r) {}',
    'SELECT (<\\u0062if:http_get> # (\n ("http://10.0.0.1/") AS ?r) {}',
    "SELECT * { ?s <java:org.example.Loaded> ?o }",
    "PREFIX f: <java:org.example.> SELECT * { ?s ?p ?o FILTER(f:Loaded(?o)) }",
    "BASE <http://www.w3.org/2001/XMLSchema#> SELECT (<f/../x>(1) AS ?r) {}",
)
"""Texts that are SPARQL and by which some servers do more than answer."""


def test_casts_of_xml_schema_are_sent(front: Front) -> None:
    answers(front, rows())
    front.server.asked.clear()
    for cast in ("<http://www.w3.org/2001/XMLSchema#integer>", "xsd:decimal"):
        ask(front.client, f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ({cast}(?o) AS ?n) {{ ?s ?p ?o }}")
    assert len(front.server.asked) >= 2


def test_what_the_look_refuses_is_sent_to_no_server(front: Front) -> None:
    """Every hostile request whose query is to be refused, and every text that the tests of the look refuse."""
    answers(front, rows())
    front.server.asked.clear()
    tried = 0
    for request in corpus():
        if (
            request.query
            and request.group in REFUSED_GROUPS
            and not request.headers
            and 400 <= min(request.statuses) < 500
        ):
            pairs = [("query", written(request.query)), *((name, value) for name, value in request.parameters or [])]
            response = front.client.post("/sparql", data=MultiDict(pairs))
            assert response.status_code in request.statuses, request.title
            assert str(json.loads(response.data)["type"]).rpartition("/")[2] in request.codes, request.title
            tried += 1
    for text in FOREIGN:
        status, _, body, _ = ask(front.client, text)
        assert (status, "is refused here" in body.decode()) == (400, True), text
    for text in (*SERVICE_SPELLINGS, *GLUED, *UPDATES, *(make(2_500) for make in BOMBS.values())):
        assert ask(front.client, text)[0] in (400, 405, 413), text[:200]
        tried += 1
    assert tried > 100
    assert front.server.asked == []


def test_a_server_that_dies_and_comes_back_needs_no_restart_of_ours(front: Front, tmp_path: Path) -> None:
    content = tmp_path / "content.nq"
    content.write_bytes(b"".join(b"<urn:a:%d> <urn:a:b> <urn:a:c> .\n" % number for number in range(90)))
    counted = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with sparql_server(content) as server:
        lies_at(front, server.address)
        for _ in range(2):
            assert ask(front.client, counted)[:3] == (200, "text/csv", b"n\r\n90\r\n")
            server.kill()
            for _ in range(3):
                refused(ask(front.client, counted), *UNAVAILABLE)
            assert front.client.get("/about").status_code == 200
            server.start()
        assert ask(front.client, counted)[:3] == (200, "text/csv", b"n\r\n90\r\n")


def test_a_query_that_takes_too_long_there_is_ended_here(front: Front, tmp_path: Path) -> None:
    content = tmp_path / "content.nq"
    content.write_bytes(b"".join(b"<urn:a:%d> <urn:a:b> <urn:a:c> .\n" % number for number in range(400)))
    with sparql_server(content, seconds=2) as server:
        lies_at(front, server.address)
        refused(ask(front.client, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"), *LATE)
        assert ask(front.client, ASK)[:3] == (200, "text/csv", b"true")


def test_a_release_whose_place_was_given_to_another_is_told_to_be_gone(front: Front) -> None:
    answers(front, rows())
    address = StoreAddress(query=front.server.address("/query"), update="http://x/", graphs="http://x/")

    def meanwhile(connection: socket.socket, said: str) -> None:
        write_address(front.release, address, is_held=False)
        rows()(connection, said)

    front.server.answers["/query"] = meanwhile
    for _ in range(2):
        refused(ask(front.client, SELECT), 410, "release-not-in-store")
    answers(front, rows())
    assert ask(front.client, SELECT)[0] == 200
