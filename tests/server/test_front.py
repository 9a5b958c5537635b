"""The door to the network, over a real port: nobody holds a thread by sending, waiting or reading slowly."""

import contextlib
import json
import multiprocessing
import re
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server import Server

from server.front import Bounds, Front
from server.query_request import IS_GONE
from server.response_cache import ResponseCache
from server.route_rules import Rule

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = [pytest.mark.slow, pytest.mark.alone]

MOST_BODY = 10_000
MOST_FILE = 50_000
BOUNDS = Bounds(
    most_body=MOST_BODY,
    most_file=MOST_FILE,
    most_files=3,
    pages=2,
    questions=2,
    judgements=1,
    most_open=16,
    body_seconds=2.5,
)
LONG = 5_000_000
GONE: list[str] = []


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Echo, sleep, stream, or say who has gone."""
    path, status = environ["PATH_INFO"], "200 OK"
    body = b"".join([path.encode("latin-1"), b" ", environ["wsgi.input"].read()])
    headers = [("Cache-Control", "no-store")]
    if path == "/kept":
        headers = [("Cache-Control", "public, max-age=60"), ("ETag", '"k"')]
    elif path.startswith("/hold"):
        gate, until = Path(environ["QUERY_STRING"]), time.monotonic() + 20
        while time.monotonic() < until and not gate.exists():
            time.sleep(0.02)
    elif path == "/wait":
        until = time.monotonic() + 5
        while time.monotonic() < until and not environ[IS_GONE]():
            time.sleep(0.02)
        GONE.append("gone" if environ[IS_GONE]() else "stayed")
    elif path == "/gone":
        body = ",".join(GONE).encode()
    elif path == "/headers":
        body = json.dumps({name: value for name, value in environ.items() if isinstance(value, str)}).encode()
    elif int(environ.get("CONTENT_LENGTH") or 0) > MOST_BODY:
        status, body = "413 Too Large", b"too large"
    if path == "/long":
        start_response("200 OK", [*headers, ("Content-Length", str(LONG))])
        return (b"x" * 50_000 for _ in range(LONG // 50_000))
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return [body]


def rule_of(path: str, method: str) -> Rule | None:
    return {"/hold/judged": Rule(judges=True), "/file": Rule(takes_file=method == "POST")}.get(path)


def _serve(port: int) -> None:
    cache = ResponseCache(application, lambda: "r1", most_bytes=1 << 20)
    server = Server(
        "front",
        port=port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=1_500, max_buffer_size=64 * 1024),
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=1,
    )
    server.serve(target_loader=lambda *_: Front(cache, cache, BOUNDS, rule_of), wrap_loader=False)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(found,))
    process.start()
    for _ in range(100):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", found)).close()
            break
        time.sleep(0.1)
    yield found
    process.terminate()
    process.join(10)


def send(port: int, raw: bytes, *, seconds: float = 5) -> bytes:
    """Send bytes and give every byte that comes back before the end, or before nothing more comes."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(raw)
        return receive(client, seconds)


def receive(client: socket.socket, seconds: float = 5) -> bytes:
    client.settimeout(seconds)
    got = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        while part := client.recv(1 << 16):
            got += part
    return got


def get(path: str, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: here.example", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def test_a_body_reaches_the_application_whole_whichever_way_it_comes(port: int) -> None:
    assert body(send(port, get("/a", "Content-Length: 3", method="POST") + b"abc")) == b"/a abc"
    chunked = get("/a", "Transfer-Encoding: chunked", method="POST") + b"2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n"
    assert body(send(port, chunked)) == b"/a abc"


def test_paths_are_decoded_to_bytes(port: int) -> None:
    assert body(send(port, get("/a%20%C3%A9"))) == "/a é ".encode()
    assert status(send(port, get("/%FF"))) == 200


def test_what_is_kept_is_given_without_a_thread(port: int, tmp_path: Path) -> None:
    first = send(port, get("/kept"))
    assert b"cache-status" not in first
    with busy(port, tmp_path / "gate", 6):
        again = send(port, get("/kept"))
    assert (body(again), b"cache-status: hrcr; hit" in again) == (body(first), True)
    assert status(send(port, get("/kept", 'If-None-Match: "k"'))) == 304
    head = send(port, get("/kept", method="HEAD"))
    assert (status(head), body(head), b"content-length: 6" in head) == (200, b"", True)


def test_pages_are_given_beside_questions_that_take_long(port: int, tmp_path: Path) -> None:
    with busy(port, tmp_path / "gate", 6, "/hold/sparql"):
        assert status(send(port, get("/a"))) == 200


def test_somebody_signs_in_beside_files_that_take_long_to_judge(port: int, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    files = [get(f"/hold/judged?{gate}", "Content-Length: 1", method="POST") + b"x"] * 3
    with holding(port, files):
        try:
            for path in ("/account/sign-in", "/cases/lund-1/steps/withdraw", "/q"):
                answer = send(port, get(path, "Content-Length: 1", method="POST") + b"x")
                assert status(answer) == 200, path
        finally:
            gate.touch()


def test_pages_are_given_beside_what_judges_without_a_body(port: int, tmp_path: Path) -> None:
    with busy(port, tmp_path / "gate", 6, "/hold/judged"):
        assert status(send(port, get("/a"))) == 200


def test_slow_senders_hold_nobody_up_and_are_sent_away(port: int) -> None:
    slow = get("/a", "Content-Length: 100", method="POST") + b"only this"
    with holding(port, [slow] * 20) as clients:
        assert status(send(port, get("/a"))) == 200
        answers = [receive(client, 20 if client is clients[0] else 1) for client in clients[:4]]
    assert {status(answer) for answer in answers} == {408}
    assert json.loads(body(answers[0]))["type"].endswith("/request-timeout")


def test_a_large_body_is_taken_where_a_file_is(port: int) -> None:
    sent = b"x" * (MOST_BODY + 1)
    answer = send(port, get("/file", f"Content-Length: {len(sent)}", method="POST") + sent)
    assert status(answer) == 413  # the application had it, and refuses it by its length
    assert body(send(port, get("/file", "Content-Length: 3", method="POST") + b"abc")) == b"/file abc"


def test_few_may_send_a_file_at_once_and_take_no_other_sender_a_place(port: int) -> None:
    slow = get("/file", "Content-Length: 40000", method="POST") + b"only this"
    with holding(port, [slow] * 3):
        answer = send(port, get("/file", "Content-Length: 3", method="POST") + b"abc", seconds=2)
        assert (status(answer), b"retry-after" in answer) == (503, True)
        assert body(send(port, get("/a", "Content-Length: 3", method="POST") + b"abc")) == b"/a abc"
    for _ in range(50):
        if status(send(port, get("/file", "Content-Length: 3", method="POST") + b"abc")) == 200:
            return
        time.sleep(0.1)
    pytest.fail("it never took another file")


def test_headers_that_never_end_are_cut_off(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ")
        assert status(receive(client, seconds=20)) in (0, 408)
        assert client.recv(1) == b""


def test_a_slow_reader_holds_nobody_up(port: int) -> None:
    with holding(port, [get("/long")] * 4) as clients:
        time.sleep(0.3)
        assert status(send(port, get("/a"))) == 200
        assert len(body(receive(clients[0]))) == LONG


@pytest.mark.parametrize("declared", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_a_body_that_is_too_long_is_left_unread(port: int, declared: str) -> None:
    sent = b"x" * (MOST_BODY + 1)
    sent = sent if "Length" in declared else b"%x\r\n%s\r\n" % (len(sent), sent)
    assert status(send(port, get("/a", declared, method="POST") + sent, seconds=2)) == 413


def test_more_than_may_be_open_are_told_to_come_back(port: int, tmp_path: Path) -> None:
    with busy(port, tmp_path / "gate", 16):
        answers = (send(port, get("/a"), seconds=2) for _ in range(5))  # on a busy machine the first may be let in
        answer = next((found for found in answers if found), b"")
    assert (status(answer), b"retry-after" in answer) == (503, True)
    for _ in range(100):
        if status(send(port, get("/a"))) == 200:
            return
        time.sleep(0.1)
    pytest.fail("it never took another request")


def test_the_application_learns_that_a_client_has_gone(port: int) -> None:
    with holding(port, [get("/wait")]):
        time.sleep(0.6)
    for _ in range(50):
        if body(send(port, get("/gone"))) == b"gone":
            return
        time.sleep(0.1)
    pytest.fail("it never learned")


def test_a_header_with_an_underscore_passes_for_no_other(port: int) -> None:
    seen = json.loads(body(send(port, get("/headers", "X_Forwarded_For: evil", "Accept: a/b", "Accept: c/d"))))
    assert "HTTP_X_FORWARDED_FOR" not in seen
    assert (seen["HTTP_ACCEPT"], seen["HTTP_HOST"]) == ("a/b,c/d", "here.example")


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: here\r\n"
DESYNC = {
    "length and chunked": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 39\r\n\r\n" + SMUGGLED,
    "lengths in a list": POST + b"Content-Length: 0, 39\r\n\r\n" + SMUGGLED,
    "signed length": POST + b"Content-Length: +0\r\n\r\n" + SMUGGLED,
    "negative length": POST + b"Content-Length: -1\r\n\r\n" + SMUGGLED,
    "hexadecimal length": POST + b"Content-Length: 0x0\r\n\r\n" + SMUGGLED,
    "empty length": POST + b"Content-Length: \r\n\r\n" + SMUGGLED,
    "length with a space": POST + b"Content-Length : 0\r\n\r\n" + SMUGGLED,
    "coding with a space": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "coding unknown": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "coding twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "coding with a tab": POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "coding folded": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunk size signed": POST + b"Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n" + SMUGGLED,
    "chunk size huge": POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n\r\n" + SMUGGLED,
    "chunk size prefixed": POST + b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + SMUGGLED,
    "chunk without its end": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc0\r\n\r\n" + SMUGGLED,
    "header with a line feed": POST + b"X: a\nContent-Length: 39\r\n\r\n",
    "header with a null": POST + b"X: a\x00b\r\n\r\n" + SMUGGLED,
    "header without a colon": POST + b"X\r\n\r\n" + SMUGGLED,
    "header folded": POST + b"X: a\r\n Content-Length: 39\r\n\r\n" + SMUGGLED,
    "space before a header": POST[:-2] + b"\r\n Content-Length: 39\r\n\r\n" + SMUGGLED,
    "version unknown": b"GET /a HTTP/9.9\r\nHost: here\r\n\r\n" + SMUGGLED,
    "no version": b"GET /a\r\n\r\n" + SMUGGLED,
    "space in the target": b"GET /a b HTTP/1.1\r\nHost: here\r\n\r\n" + SMUGGLED,
    "no host": b"GET /a HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /a HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n",
    "headers of 100 kB": b"GET /a HTTP/1.1\r\nHost: here\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "a thousand headers": b"GET /a HTTP/1.1\r\nHost: here\r\n" + b"X: y\r\n" * 1_000 + b"\r\n",
    "chunked not last": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked in quotes": POST + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n' + SMUGGLED,
    "chunked under HTTP/1.0": b"POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunk size with an underscore": POST + b"Transfer-Encoding: chunked\r\n\r\n0_0\r\n\r\n" + SMUGGLED,
    "chunk ended by a line feed": POST + b"Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n" + SMUGGLED,
    "length with an underscore": POST + b"Content-Length: 0_0\r\n\r\n" + SMUGGLED,
    "length past every number": POST + b"Content-Length: 99999999999999999999\r\n\r\n" + SMUGGLED,
    "header ended by a carriage return": POST + b"X: a\rContent-Length: 39\r\n\r\n" + SMUGGLED,
    "name with a space": POST + b"Content Length: 39\r\n\r\n" + SMUGGLED,
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "HTTP/2 by prior knowledge": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


def test_at_least_forty_are_tried() -> None:
    assert len(DESYNC) >= 40


@pytest.mark.parametrize("name", DESYNC)
def test_no_request_is_smuggled_in_another(port: int, name: str) -> None:
    answer = send(port, DESYNC[name], seconds=1)
    assert len(re.findall(rb"HTTP/1\.[01] \d\d\d", answer)) <= 1
    assert b"/smuggled" not in answer
    assert status(send(port, get("/a"))) == 200


@pytest.mark.parametrize(
    "name", ["two lengths", "signed length", "coding unknown", "no host", "two hosts", "header folded"]
)
def test_what_is_ambiguous_is_refused(port: int, name: str) -> None:
    assert status(send(port, DESYNC[name], seconds=1)) == 400


@contextlib.contextmanager
def busy(port: int, gate: Path, count: int, path: str = "/hold") -> Iterator[None]:
    """Have requests worked out that do not end before this does."""
    with holding(port, [get(f"{path}?{gate}")] * count):
        try:
            yield
        finally:
            gate.touch()


@contextlib.contextmanager
def holding(port: int, requests: list[bytes]) -> Iterator[list[socket.socket]]:
    """Hold connections open on which these requests were sent."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in requests]
        for client, raw in zip(clients, requests, strict=True):
            client.sendall(raw)
        time.sleep(0.5)
        yield clients
