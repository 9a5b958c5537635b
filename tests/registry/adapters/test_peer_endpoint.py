"""A peer is asked by the protocol, and an answer that is none is refused; every server here is a real one."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from rdflib import Literal, URIRef

from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.peer_endpoint import RESULTS, PeerEndpoint
from registry.errors import RegistryError
from registry.federation_errors import PeerAnswerRefused
from registry.federation_ports import AskLimits
from registry.fetch_errors import BrokenAnswer, FetchTimeLimitPassed, RedirectRefused
from tests.odd_servers import Answer, OddServer, leads_to, odd_server, sends, whole

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
QUERY = "PREFIX : <https://example.org/add#>\nSELECT * WHERE { ?a :b ?c }"
LIMITS = AskLimits(seconds=1.5, most_bytes=20_000, most_rows=3)


def results(*rows: dict[str, object], variables: tuple[str, ...] = ("a", "c")) -> bytes:
    return json.dumps({"head": {"vars": list(variables)}, "results": {"bindings": list(rows)}}).encode()


ROW = {"a": {"type": "uri", "value": "https://example.org/1"}, "c": {"type": "literal", "value": "x", "xml:lang": "en"}}
GOOD = whole(results(ROW, {}), media_type=RESULTS)
ODD: dict[str, tuple[Answer, type[RegistryError]]] = {
    "a page": (whole(b"<html>", media_type="text/html"), PeerAnswerRefused),
    "no results in JSON": (whole(b'{"error": "no"}', media_type=RESULTS), PeerAnswerRefused),
    "half a document": (whole(results(ROW)[:-9], media_type=RESULTS), PeerAnswerRefused),
    "a truth value": (whole(b'{"head": {}, "boolean": true}', media_type=RESULTS), PeerAnswerRefused),
    "an IRI with a space": (
        whole(results({"a": {"type": "uri", "value": "https://example.org/ a"}}), media_type=RESULTS),
        PeerAnswerRefused,
    ),
    "a failure": (whole(b"no", status="500 Internal Server Error", media_type="text/plain"), PeerAnswerRefused),
    "not signed in": (whole(b"no", status="401 Unauthorized", media_type="text/plain"), PeerAnswerRefused),
    "too much": (whole(b" " * 30_000, media_type=RESULTS), PeerAnswerRefused),
    "nothing": (sends(b"HTTP/1.1 200 OK\r\n"), BrokenAnswer),
    "another place": (leads_to("https://example.org/sparql"), RedirectRefused),
    "a drip": (
        sends(
            f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nContent-Length: 900\r\n\r\n".encode(),
            b" ",
            pause=0.1,
            times=99,
        ),
        FetchTimeLimitPassed,
    ),
}


@pytest.fixture
def server() -> Iterator[OddServer]:
    many = whole(results(*[ROW] * 9), media_type=RESULTS)
    with odd_server(
        {"/sparql": GOOD, "/many": many, **{f"/{name.replace(' ', '-')}": answer for name, (answer, _) in ODD.items()}}
    ) as found:
        yield found


@pytest.fixture
def ask(server: OddServer) -> PeerEndpoint:
    return PeerEndpoint(
        lambda limits: GuardedFetch(agent="hrcr/test", clock=lambda: NOON, limits=limits, exempt={server.place})
    )


def test_the_query_goes_as_a_form_with_nothing_else_and_the_answer_is_terms(
    server: OddServer, ask: PeerEndpoint
) -> None:
    found = ask(server.address("/sparql"), QUERY, LIMITS)
    head, _, body = server.asked[-1].partition("\r\n\r\n")
    assert head.startswith("POST /sparql HTTP/1.1")
    assert server.header("Accept") == RESULTS
    assert server.header("Content-Type") == "application/x-www-form-urlencoded"
    assert server.header("User-Agent") == "hrcr/test"
    assert int(server.header("Content-Length")) > 0
    assert parse_qs(body) == {"query": [QUERY]}
    assert found.variables == ("a", "c")
    assert found.rows == ((URIRef("https://example.org/1"), Literal("x", lang="en")), (None, None))


def test_one_row_more_than_may_be_is_read_and_no_other(server: OddServer, ask: PeerEndpoint) -> None:
    assert len(ask(server.address("/many"), QUERY, LIMITS).rows) == 4


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_answer_is_refused(server: OddServer, ask: PeerEndpoint, name: str) -> None:
    with pytest.raises(ODD[name][1]):
        ask(server.address(f"/{name.replace(' ', '-')}"), QUERY, LIMITS)
