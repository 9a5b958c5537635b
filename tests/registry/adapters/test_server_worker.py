"""The worker in front of a server: the same answers as the embedded one, in every form, and what the server is sent."""

import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pyoxigraph
import pytest

from registry.adapters.query_worker import SOLUTIONS, TRIPLES, Question, Status, answer, read_frame, write_frame
from registry.adapters.server_worker import ServerDesk
from registry.adapters.store_address import StoreAddress, write_address
from registry.plain_queries import plain
from tests.odd_servers import Answer, OddServer, odd_server, whole
from tests.sparql_server import SparqlServer, sparql_server

CONTENT = b"""<http://example.org/a> <http://example.org/p> "=1+1" .
<http://example.org/a> <http://example.org/p> "\xc3\xbc, \\"x\\"\\n"@de .
<http://example.org/a> <http://example.org/q> "007"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://example.org/a> <http://example.org/q> _:b .
<http://example.org/b> <http://example.org/p> "named" <http://example.org/g> .
<http://example.org/c> <http://example.org/p> "other" <http://example.org/h> .
"""
JSON = "application/sparql-results+json"
SELECTS = (
    "SELECT ?s ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?o",
    "SELECT * { ?z <http://example.org/p> ?a . BIND(1 AS ?m) } ORDER BY ?a",
    "SELECT ?nothing { ?s <http://example.org/p> ?o OPTIONAL { ?s <urn:x:x> ?nothing } }",
    "SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g",
    "SELECT * {}",
    "SELECT ?x { VALUES ?x {} }",
    "SELECT (COUNT(*) AS ?n) FROM <http://example.org/g> { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { FILTER(1<2#>'\n) ?s ?p ?o }",
)
CONSTRUCTS = (
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(!isBlank(?o)) }",
    "DESCRIBE <http://example.org/b> FROM <http://example.org/g>",
    "CONSTRUCT WHERE { ?s <urn:x:x> ?o }",
)


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    """The content, embedded."""
    held = pyoxigraph.Store()
    held.load(CONTENT, format=pyoxigraph.RdfFormat.N_QUADS)
    return held


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparqlServer]:
    """The content, in a server."""
    content = tmp_path_factory.mktemp("content") / "content.nq"
    content.write_bytes(CONTENT)
    with sparql_server(content) as started:
        yield started


@pytest.fixture
def apart() -> Iterator[ThreadPoolExecutor]:
    """A thread that may be shut in: what answers gives up opening connections for good."""
    with ThreadPoolExecutor(1) as thread:
        yield thread


def question(text: str, media_type: str = "text/csv", **changes: Any) -> Question:
    """Ask with generous limits."""
    asked: dict[str, Any] = {
        "query": text,
        "media_type": media_type,
        "default_graphs": [],
        "named_graphs": [],
        "prefixes": {"ex": "http://example.org/"},
        "most_bytes": 100_000,
        "plain": plain(text),
    }
    return Question(**(asked | changes))  # type: ignore[typeddict-item]  # the changes are fields of a question


def desk(release: Path, address: str, default: str | None = None, named: tuple[str, ...] = ()) -> ServerDesk:
    """A desk over a release that lies at an address."""
    where = StoreAddress(query=address, update=address, graphs=address, default_graph=default, named_graphs=named)
    write_address(release, where)
    return ServerDesk(release, 5)


def told(apart: ThreadPoolExecutor, asked: ServerDesk, what: Question) -> tuple[Status, bytes]:
    """Have a desk answer in a thread that may be shut in."""
    return apart.submit(asked.answer, what).result()


def test_every_answer_has_the_bytes_of_the_embedded_store(
    store: pyoxigraph.Store, server: SparqlServer, apart: ThreadPoolExecutor, tmp_path: Path
) -> None:
    asked = desk(tmp_path, server.address)
    given = [(text, form) for text in SELECTS for form in SOLUTIONS]
    given += [(text, form) for text in ("ASK {}", "ASK { ?s <urn:x:x> ?o }") for form in SOLUTIONS]
    given += [(text, form) for text in CONSTRUCTS for form in TRIPLES]
    for text, form in given:
        status, body = told(apart, asked, question(text, form))
        assert (status["status"], body) == ("ok", answer(store, question(text, form))[1]), (text, form)
    assert len(given) > 50


@pytest.mark.parametrize(
    ("default", "named"),
    [
        (["http://example.org/g"], []),
        ([], ["http://example.org/h"]),
        (["http://example.org/g", "http://example.org/h"], ["http://example.org/h"]),
    ],
)
def test_a_dataset_is_the_one_that_was_named(
    store: pyoxigraph.Store,
    server: SparqlServer,
    apart: ThreadPoolExecutor,
    tmp_path: Path,
    default: list[str],
    named: list[str],
) -> None:
    text = "SELECT ?g ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?o"
    what = question(text, default_graphs=default, named_graphs=named)
    assert told(apart, desk(tmp_path, server.address), what)[1] == answer(store, what)[1]


@pytest.mark.parametrize("text", ["SELECT *\nWHERE", "CLEAR ALL", "SELECT (1 AS ?x) (2 AS ?x) {}"])
def test_a_fault_of_the_query_is_told_as_ever_and_sent_to_nobody(
    store: pyoxigraph.Store, apart: ThreadPoolExecutor, tmp_path: Path, text: str
) -> None:
    with odd_server({}) as odd:
        asked = desk(tmp_path, odd.address("/query"))
        status, _ = told(apart, asked, question(text))
        del status["seconds"]
        assert status == answer(store, question(text))[0]
        named = question("ASK {}", default_graphs=["no iri"])
        assert told(apart, asked, named)[0]["status"] == "query-error"
        assert odd.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:{}/> { ?s ?p ?o } }",
        "ASK { service silent <http://127.0.0.1:{}/> {} }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:{}/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p '\\u0027} #' . SERVICE <http://127.0.0.1:{}/> { ?s ?p ?o } }",
    ],
)
def test_no_service_is_sent_should_the_look_have_let_it_through(
    apart: ThreadPoolExecutor, tmp_path: Path, text: str
) -> None:
    with odd_server({}) as odd:
        said = text.replace("{}/>", f"{odd.port}/>")
        status, _ = told(apart, desk(tmp_path, odd.address("/query")), question(said))
        assert status["status"] in ("query-error", "store-error")
        assert odd.asked == []


def test_the_word_alone_is_no_reason_to_refuse(server: SparqlServer, apart: ThreadPoolExecutor, tmp_path: Path) -> None:
    text = "PREFIX service: <urn:service:> ASK { ?service service:a 'SERVICE <urn:a:a> {}' } # SERVICE"
    assert told(apart, desk(tmp_path, server.address), question(text))[1] == b"false"


def test_what_answers_can_open_no_connection(apart: ThreadPoolExecutor, server: SparqlServer, tmp_path: Path) -> None:
    assert told(apart, desk(tmp_path, server.address), question("ASK {}"))[1] == b"true"
    with pytest.raises(PermissionError):
        apart.submit(socket.socket).result()
    socket.socket().close()


def test_the_columns_of_every_variable_stand_in_one_order(apart: ThreadPoolExecutor, tmp_path: Path) -> None:
    body = (
        b' {"head": {"vars": [ "z", "a" ]}, "results": {"bindings": ['
        b'{"z": {"type": "literal", "value": "1"}, "a": {"type": "literal", "value": "2"}}]}}'
    )
    with odd_server({"/": whole(body, media_type=JSON)}) as odd:
        asked = desk(tmp_path, odd.address("/"))
        assert told(apart, asked, question("SELECT * { ?z <urn:a:a> ?a }"))[1] == b"a,z\r\n2,1\r\n"
        assert told(apart, asked, question("SELECT ?z ?a { ?z <urn:a:a> ?a }"))[1] == b"z,a\r\n1,2\r\n"
        assert told(apart, asked, question("SELECT ?z { ?z <urn:a:a> ?a }"))[0]["status"] == "store-answer-refused"


def truth(program: str) -> Answer:
    """Answer yes, and say which program does."""
    return whole(b'{"head":{},"boolean":true}', media_type=JSON, Server=program)


def sent(odd: OddServer) -> list[list[tuple[str, str]]]:
    """Every form that a server was sent."""
    return [parse_qsl(each.partition("\r\n\r\n")[2]) for each in odd.asked]


def test_the_server_is_told_a_deadline_past_ours(apart: ThreadPoolExecutor, tmp_path: Path) -> None:
    with odd_server({"/": truth("Virtuoso/07.20 (Linux)")}) as odd:
        asked = desk(tmp_path, odd.address("/"), "urn:a:default")
        for _ in range(2):
            assert told(apart, asked, question("ASK { ?a ?b ?c }"))[1] == b"true"
        whole_question = [("query", "ASK  FROM <urn:a:default> { ?a ?b ?c }"), ("timeout", "6000")]
        assert sent(odd) == [[("query", "ASK {}")], whole_question, whole_question]
        assert odd.header("Timeout") == "6"
    with odd_server({"/": truth("Fuseki/5")}) as odd:
        assert told(apart, desk(tmp_path, odd.address("/")), question("ASK {}"))[1] == b"true"
        assert sent(odd) == [[("query", "ASK {}")]]
        assert odd.header("Timeout") == "6"


@pytest.mark.parametrize(
    ("text", "default", "named", "graphs"),
    [
        ("ASK FROM <urn:a:x> {}", [], [], []),
        ("ASK {}", ["urn:a:x"], [], [("default-graph-uri", "urn:a:x"), ("named-graph-uri", "NOWHERE")]),
        ("ASK {}", [], ["urn:a:x"], [("default-graph-uri", "NOWHERE"), ("named-graph-uri", "urn:a:x")]),
    ],
)
def test_a_default_graph_of_another_name_is_named(
    apart: ThreadPoolExecutor,
    tmp_path: Path,
    text: str,
    default: list[str],
    named: list[str],
    graphs: list[tuple[str, str]],
) -> None:
    with odd_server({"/": truth("Some/1")}) as odd:
        asked = desk(tmp_path, odd.address("/"), "urn:a:default")
        assert told(apart, asked, question(text, default_graphs=default, named_graphs=named))[1] == b"true"
        nowhere = "https://w3id.org/hrcr/graph/"
        assert sent(odd)[1][1:] == [(name, value.replace("NOWHERE", nowhere)) for name, value in graphs]


def test_the_dataset_of_the_release_is_said_where_the_server_s_own_is_another(
    apart: ThreadPoolExecutor, tmp_path: Path
) -> None:
    with odd_server({"/": truth("Some/1")}) as odd:
        asked = desk(tmp_path, odd.address("/"), "urn:a:default", ("urn:a:g", "urn:a:h"))
        assert told(apart, asked, question("ASK { GRAPH ?g { ?a ?b ?c } } # FROM"))[1] == b"true"
        assert sent(odd)[1:] == [
            [("query", "ASK  FROM <urn:a:default> FROM NAMED <urn:a:g> FROM NAMED <urn:a:h> { GRAPH ?g { ?a ?b ?c } }")]
        ]


def test_what_the_server_took_is_what_a_question_took(apart: ThreadPoolExecutor, tmp_path: Path) -> None:
    def late(connection: socket.socket, head: str) -> None:
        connection.settimeout(0.4)
        try:
            connection.recv(1)
        except TimeoutError:
            truth("Some/1")(connection, head)

    with odd_server({"/": late}) as odd:
        assert 0.4 < told(apart, desk(tmp_path, odd.address("/")), question("ASK {}"))[0]["seconds"] < 4


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", "store-unavailable"),
        (b"{}", "store-unavailable"),
        (
            b'{"query": "http://x/", "update": "http://x/", "graphs": "http://x/", "held": false}',
            "release-not-in-store",
        ),
    ],
)
def test_where_the_release_lies_is_read_anew(
    apart: ThreadPoolExecutor, tmp_path: Path, content: bytes, status: str
) -> None:
    with odd_server({"/": truth("Some/1")}) as odd:
        asked = desk(tmp_path, odd.address("/"))
        assert told(apart, asked, question("ASK {}"))[1] == b"true"
        (tmp_path / "store.json").write_bytes(content)
        assert told(apart, asked, question("ASK {}"))[0]["status"] == status
        assert len(odd.asked) == 1


def test_a_release_whose_place_was_freed_is_answered_from_its_own_store(
    apart: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """Whether that is seen before the server is asked, after it answered, or when it gave no answer."""
    held = pyoxigraph.Store(str(tmp_path / "store"))
    held.load(CONTENT, format=pyoxigraph.RdfFormat.N_QUADS)
    held.flush()
    del held
    counted = question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    wrong = whole(b'{"head":{"vars":["n"]},"results":{"bindings":[]}}', media_type=JSON)
    for answered in (wrong, whole(b"", status="500 Gone")):

        def freed(connection: socket.socket, head: str, answered: Answer = answered) -> None:
            (tmp_path / "store.json").unlink()
            answered(connection, head)

        with odd_server({"/": freed}) as odd:
            asked = desk(tmp_path, odd.address("/"))
            assert told(apart, asked, counted)[1] == b"n\r\n4\r\n"
            assert told(apart, asked, counted)[1] == b"n\r\n4\r\n"
            assert told(apart, asked, question("ASK { SERVICE <urn:a:a> {} }"))[0]["status"] != "ok"
            assert len(odd.asked) == 1


def test_a_question_that_was_not_cut_is_not_sent(apart: ThreadPoolExecutor, tmp_path: Path) -> None:
    with odd_server({}) as odd:
        what = question("ASK {}")
        del what["plain"]
        assert told(apart, desk(tmp_path, odd.address("/")), what)[0]["status"] == "query-error"
        assert odd.asked == []


def test_the_process_serves_frames_and_ends_with_its_input(server: SparqlServer, tmp_path: Path) -> None:
    desk(tmp_path, server.address)
    incoming = io.BytesIO()
    for _ in range(2):
        write_frame(incoming, json.dumps(question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).encode())
    module = "registry.adapters.server_worker"
    command = [sys.executable, "-m", module, str(tmp_path / "store"), "256", "0.2", "5"]
    ended = subprocess.run(command, input=incoming.getvalue(), capture_output=True, timeout=30, check=True)
    outgoing = io.BytesIO(ended.stdout)
    frames = [read_frame(outgoing) for _ in range(6)]
    assert frames[0] == b'{"status": "ready", "network": false, "elsewhere": true}'
    assert [frames[2], frames[4], frames[5]] == [b"n\r\n4\r\n", b"n\r\n4\r\n", None]


def test_what_is_read_is_not_held(tmp_path: Path) -> None:
    """A long answer that makes a short one, here without its language tags, comes in with less memory than its size."""
    row = b'{"n":{"type":"literal","value":"7","xml:lang":"x-%b"}}' % b"-".join([b"longword"] * 100)
    body = b'{"head":{"vars":["n"]},"results":{"bindings":[%b]}}' % b",".join([row] * 70_000)
    with odd_server({"/": whole(body, media_type=JSON)}) as odd:
        desk(tmp_path, odd.address("/"))
        incoming = io.BytesIO()
        write_frame(incoming, json.dumps(question("SELECT ?n { ?a ?b ?n }", most_bytes=10_000_000)).encode())
        code = (
            "import sys; from pathlib import Path; from registry.adapters import server_worker\n"
            f"server_worker._run({str(tmp_path / 'store')!r}, 256, 0.2, 20.0)\n"
            "sys.stderr.write(Path('/proc/self/status').read_text())"
        )
        command = [sys.executable, "-c", code]
        ended = subprocess.run(command, input=incoming.getvalue(), capture_output=True, timeout=30, check=True)
    outgoing = io.BytesIO(ended.stdout)
    frames = [read_frame(outgoing) for _ in range(3)]
    assert frames[2] == b"n\r\n" + b"7\r\n" * 70_000
    most = next(int(line.split()[1]) for line in ended.stderr.decode().splitlines() if line.startswith("VmHWM"))
    assert most * 1_024 < len(body)
