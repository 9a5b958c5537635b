"""What is sent to a SPARQL server, and what of its answers is taken; each kind of wrong is in test_odd_stores."""

import base64
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qsl

import pytest

from registry.adapters.store_exchange import NoAnswerError, Received, post
from tests.odd_servers import OddServer, odd_server, sends, whole

ACCEPTED = ("application/sparql-results+json", "application/sparql-results+xml")
PAIRS = [("query", "SELECT * { ?a ?b 'ü&=' }"), ("default-graph-uri", "urn:a"), ("default-graph-uri", "urn:b")]
BODY = b"0123456789" * 3


@pytest.fixture
def server() -> Iterator[OddServer]:
    """A server that answers well."""
    with odd_server({"/query?a=b": whole(BODY, media_type="application/sparql-results+json", Server="Some/1")}) as odd:
        yield odd


def asked(address: str, *, most_bytes: int = 1_000, seconds: float = 5) -> Received:
    """Ask for rows."""
    return post(address, PAIRS, ACCEPTED, most_bytes=most_bytes, deadline=time.monotonic() + seconds)


def test_a_question_is_sent_as_a_form_that_asks_for_nothing_packed(server: OddServer) -> None:
    asked(server.address("/query?a=b")).close()
    assert server.asked[0].startswith("POST /query?a=b HTTP/1.1\r\n")
    assert parse_qsl(server.asked[0].partition("\r\n\r\n")[2]) == PAIRS
    assert server.header("Accept") == f"{ACCEPTED[0]};q=1.0, {ACCEPTED[1]};q=0.9"
    assert server.header("Accept-Encoding") == "identity"
    assert server.header("Content-Type") == "application/x-www-form-urlencoded"
    assert server.header("Host") == f"127.0.0.1:{server.port}"
    assert server.header("Authorization") == ""


def test_who_asks_is_told_to_the_server_alone(server: OddServer) -> None:
    address = server.address("/query?a=b", host="reader:p%40ss@127.0.0.1")
    asked(address).close()
    assert base64.b64decode(server.header("Authorization").removeprefix("Basic ")) == b"reader:p@ss"
    assert "reader" not in server.header("Host")
    with pytest.raises(NoAnswerError) as caught:
        asked(address.replace("?a=b", ""))
    assert "ss" not in str(caught.value).replace("answered", "")


def test_a_body_is_read_in_parts_to_its_end(server: OddServer) -> None:
    received = asked(server.address("/query?a=b"))
    assert received.media_type == ACCEPTED[0]
    assert received.fields["server"] == "Some/1"
    assert received.head(12) == BODY
    received.put_back(b"ab" + BODY[2:])
    assert (received.read(4), received.read(), received.read(), received.read(3)) == (b"ab23", BODY[4:], b"", b"")
    assert received.end == b"ab" + BODY[2:]
    received.close()


def test_more_than_may_be_read_is_not(server: OddServer) -> None:
    exact = asked(server.address("/query?a=b"), most_bytes=len(BODY))
    assert exact.read() == BODY
    exact.close()
    longer = asked(server.address("/query?a=b"), most_bytes=len(BODY) - 1)
    with closing(longer), pytest.raises(NoAnswerError) as caught:
        longer.read()
    assert caught.value.status == "answer-too-large"


def test_a_deadline_holds_for_all_of_an_answer() -> None:
    body = [b"x"] * 30
    beginning = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 30\r\n\r\n"
    with odd_server({"/": sends(beginning, *body, pause=0.1)}) as odd:
        began = time.monotonic()
        with closing(asked(odd.address("/"), seconds=0.5)) as received, pytest.raises(NoAnswerError) as caught:
            received.head(30)
        assert caught.value.status == "time-limit-passed"
        assert 0.4 < time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("302 Found", "store-answer-refused"),
        ("400 Bad Request", "query-refused"),
        ("404 Not Found", "store-answer-refused"),
        ("429 Too Many Requests", "store-unavailable"),
        ("500 Internal Server Error", "store-unavailable"),
        ("504 Gateway Timeout", "store-unavailable"),
    ],
)
def test_a_status_is_told_without_what_the_server_says(status: str, told: str) -> None:
    with odd_server({"/": whole(b"secrets", media_type=ACCEPTED[0], status=status, Location="http://secrets/")}) as odd:
        with pytest.raises(NoAnswerError) as caught:
            asked(odd.address("/"))
        assert caught.value.status == told
        assert "secrets" not in str(caught.value)
        assert str(odd.port) not in str(caught.value)
