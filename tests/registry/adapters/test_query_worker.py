"""The killable query worker: whole answers in every form, or a status that says why there is none."""

import io
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from registry.adapters.query_worker import SOLUTIONS, TRIPLES, Question, Status, answer, read_frame, serve, write_frame

AIM = "SELECT ?s ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?o"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
READY: Status = {"status": "ready", "network": False}


@pytest.fixture
def store() -> pyoxigraph.Store:
    """Two triples in the default graph, one in a named graph."""
    held = pyoxigraph.Store()
    held.load(
        b"""<http://example.org/a> <http://example.org/p> "=1+1", "\xc3\xbc"@de .
        <http://example.org/g> { <http://example.org/b> <http://example.org/p> "named" }""",
        format=pyoxigraph.RdfFormat.TRIG,
    )
    return held


def question(text: str, media_type: str = "text/csv", **changes: Any) -> Question:
    """Ask with generous limits."""
    asked: dict[str, Any] = {
        "query": text,
        "media_type": media_type,
        "default_graphs": [],
        "named_graphs": [],
        "prefixes": {"ex": "http://example.org/"},
        "most_bytes": 100_000,
    }
    return Question(**(asked | changes))  # type: ignore[typeddict-item]  # the changes are fields of a question


EXPECTED_SOLUTIONS = {
    "application/sparql-results+json": (
        '{"head":{"vars":["s","o"]},"results":{"bindings":['
        '{"s":{"type":"uri","value":"http://example.org/a"},"o":{"type":"literal","value":"=1+1"}},'
        '{"s":{"type":"uri","value":"http://example.org/a"},"o":{"type":"literal","value":"ü","xml:lang":"de"}}]}}'
    ),
    "application/sparql-results+xml": (
        '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        '<head><variable name="s"/><variable name="o"/></head><results>'
        '<result><binding name="s"><uri>http://example.org/a</uri></binding>'
        '<binding name="o"><literal>=1+1</literal></binding></result>'
        '<result><binding name="s"><uri>http://example.org/a</uri></binding>'
        '<binding name="o"><literal xml:lang="de">ü</literal></binding></result></results></sparql>'
    ),
    "text/csv": "s,o\r\nhttp://example.org/a,=1+1\r\nhttp://example.org/a,ü\r\n",
    "text/tab-separated-values": '?s\t?o\n<http://example.org/a>\t"=1+1"\n<http://example.org/a>\t"ü"@de\n',
}
EXPECTED_TRIPLES = {
    "text/turtle": '@prefix ex: <http://example.org/> .\nex:a ex:p "=1+1" , "ü"@de .\n',
    "application/n-triples": (
        '<http://example.org/a> <http://example.org/p> "=1+1" .\n'
        '<http://example.org/a> <http://example.org/p> "ü"@de .\n'
    ),
    "application/trig": '@prefix ex: <http://example.org/> .\nex:a ex:p "=1+1" , "ü"@de .\n',
    "application/n-quads": (
        '<http://example.org/a> <http://example.org/p> "=1+1" .\n'
        '<http://example.org/a> <http://example.org/p> "ü"@de .\n'
    ),
    "application/ld+json": (
        '[{"@id":"http://example.org/a","http://example.org/p":[{"@value":"=1+1"},{"@language":"de","@value":"ü"}]}]'
    ),
}


def test_every_form_of_answer_is_expected_here() -> None:
    assert set(SOLUTIONS) == set(EXPECTED_SOLUTIONS)
    assert set(TRIPLES) == {*EXPECTED_TRIPLES, "application/rdf+xml"}


@pytest.mark.parametrize("media_type", sorted(EXPECTED_SOLUTIONS))
def test_solutions_are_written_whole(store: pyoxigraph.Store, media_type: str) -> None:
    assert answer(store, question(AIM, media_type)) == ({"status": "ok"}, EXPECTED_SOLUTIONS[media_type].encode())


@pytest.mark.parametrize("media_type", sorted(EXPECTED_TRIPLES))
@pytest.mark.parametrize("text", [GRAPH, "DESCRIBE <http://example.org/a>"])
def test_graphs_are_written_whole(store: pyoxigraph.Store, media_type: str, text: str) -> None:
    assert answer(store, question(text, media_type)) == ({"status": "ok"}, EXPECTED_TRIPLES[media_type].encode())


def test_rdf_xml_gives_back_the_same_triples(store: pyoxigraph.Store) -> None:
    status, body = answer(store, question(GRAPH, "application/rdf+xml"))
    again = pyoxigraph.Dataset(pyoxigraph.parse(body, pyoxigraph.RdfFormat.RDF_XML))
    assert status == {"status": "ok"}
    assert set(again) == set(store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/sparql-results+json", b'{"head":{},"boolean":true}'),
        ("text/csv", b"true"),
        ("text/tab-separated-values", b"true"),
    ],
)
def test_a_truth_value_is_written_whole(store: pyoxigraph.Store, media_type: str, expected: bytes) -> None:
    assert answer(store, question("ASK { ?s ?p ?o }", media_type)) == ({"status": "ok"}, expected)


@pytest.mark.parametrize(
    ("default_graphs", "named_graphs", "expected"),
    [
        ([], [], ["=1+1", "ü", "named"]),
        (["http://example.org/g"], [], ["named"]),
        ([], ["http://example.org/g"], ["named"]),
        (["http://example.org/none"], [], []),
    ],
)
def test_the_protocol_selects_among_graphs_held(
    store: pyoxigraph.Store, default_graphs: list[str], named_graphs: list[str], expected: list[str]
) -> None:
    text = "SELECT ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    asked = question(text, default_graphs=default_graphs, named_graphs=named_graphs)
    status, body = answer(store, asked)
    assert status == {"status": "ok"}
    assert sorted(body.decode().split("\r\n")[1:-1]) == sorted(expected)


def test_a_wrong_query_says_where_it_is_wrong(store: pyoxigraph.Store) -> None:
    status, body = answer(store, question("SELECT ?s\nWHERE { ?s ?p }"))
    assert (status["status"], status["line"], status["column"], body) == ("query-error", 2, 16, b"")


def test_an_answer_past_the_bound_is_missing_and_never_cut(store: pyoxigraph.Store) -> None:
    whole = len(EXPECTED_SOLUTIONS["text/csv"].encode())
    assert answer(store, question(AIM, most_bytes=whole))[0] == {"status": "ok"}
    assert answer(store, question(AIM, most_bytes=whole - 1)) == ({"status": "answer-too-large"}, b"")


def test_an_update_is_no_query(store: pyoxigraph.Store) -> None:
    before = set(store)
    assert answer(store, question("CLEAR ALL"))[0]["status"] == "query-error"
    assert set(store) == before


def test_a_graph_name_that_is_no_iri_is_the_askers_error(store: pyoxigraph.Store) -> None:
    assert answer(store, question(AIM, default_graphs=["no iri"]))[0]["status"] == "query-error"


def test_frames_are_answered_one_after_the_other_until_the_stream_ends(store: pyoxigraph.Store) -> None:
    incoming, outgoing = io.BytesIO(), io.BytesIO()
    for text in ("ASK {}", "SELECT"):
        write_frame(incoming, json.dumps(question(text)).encode())
    incoming.seek(0)
    serve(partial(answer, store), incoming, outgoing, slow_seconds=9, greeting=READY)
    outgoing.seek(0)
    frames = [read_frame(outgoing) for _ in range(6)]
    assert [json.loads(frames[index] or b"")["status"] for index in (0, 1, 3)] == ["ready", "ok", "query-error"]
    assert [frames[2], frames[4], frames[5]] == [b"true", b"", None]


def test_the_process_serves_a_release_directory_and_ends_with_its_input(tmp_path: Path) -> None:
    store = pyoxigraph.Store(str(tmp_path / "release"))
    store.add(pyoxigraph.Quad(*[pyoxigraph.NamedNode("http://example.org/a")] * 3))
    store.flush()
    del store
    incoming = io.BytesIO()
    write_frame(incoming, json.dumps(question("SELECT * WHERE { ?s ?p ?o }")).encode())
    command = [sys.executable, "-m", "registry.adapters.query_worker", str(tmp_path / "release"), "1024", "0.2"]
    ended = subprocess.run(command, input=incoming.getvalue(), capture_output=True, timeout=30, check=True)
    outgoing = io.BytesIO(ended.stdout)
    frames = [read_frame(outgoing) for _ in range(4)]
    assert json.loads(frames.pop(1) or b"")["status"] == "ok"
    assert frames == [
        b'{"status": "ready", "network": false}',
        b"s,p,o\r\nhttp://example.org/a,http://example.org/a,http://example.org/a\r\n".replace(b"s,p,o", b"o,p,s"),
        None,
    ]


def test_a_directory_without_a_release_is_said_in_the_first_frame(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "registry.adapters.query_worker", str(tmp_path / "nothing"), "64", "0.2"]
    ended = subprocess.run(command, input=b"", capture_output=True, timeout=30, check=True)
    assert json.loads(read_frame(io.BytesIO(ended.stdout)) or b"")["status"] == "store-error"


def test_each_answer_says_what_it_took() -> None:
    held = pyoxigraph.Store()
    held.extend(pyoxigraph.Quad(*[pyoxigraph.NamedNode(f"http://example.org/{n}")] * 3) for n in range(90))
    incoming, outgoing = io.BytesIO(), io.BytesIO()
    for text in ("ASK {}", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d) }"):
        write_frame(incoming, json.dumps(question(text)).encode())
    incoming.seek(0)
    serve(partial(answer, held), incoming, outgoing, slow_seconds=9, greeting=READY)
    outgoing.seek(0)
    frames = [read_frame(outgoing) for _ in range(5)]
    cheap, dear = (json.loads(frames[index] or b"")["seconds"] for index in (1, 3))
    assert 0 <= cheap * 10 < dear
