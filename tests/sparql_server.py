"""A SPARQL server that keeps to the protocol, over a file of N-Quads: a process of its own, for tests that kill it.

``python -m tests.sparql_server FILE PORT SECONDS`` answers each request in a child of its own, which ends after so many
seconds whatever it does. Queries and truth values, rows and graphs alone (SPARQL 1.1 Protocol, 2.1); no updates.
"""

import contextlib
import io
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ForkingMixIn, TCPServer
from urllib.parse import parse_qs

import pyoxigraph

ROWS = {
    "application/sparql-results+json": pyoxigraph.QueryResultsFormat.JSON,
    "application/sparql-results+xml": pyoxigraph.QueryResultsFormat.XML,
}
MOST_MEGABYTES = 1_024


@dataclass
class SparqlServer:
    """A server on a port that it keeps, that may be killed and started again."""

    content: Path
    port: int
    seconds: int
    process: "subprocess.Popen[bytes]"

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}/query"

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        """Start it again on its port."""
        self.process = _started(self.content, self.port, self.seconds)


@contextlib.contextmanager
def sparql_server(content: Path, *, seconds: int = 5) -> Iterator[SparqlServer]:
    """Serve a file of N-Quads until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = SparqlServer(content, port, seconds, _started(content, port, seconds))
    try:
        yield server
    finally:
        server.kill()


def _started(content: Path, port: int, seconds: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.sparql_server", str(content), str(port), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    return process


class _Server(ForkingMixIn, TCPServer):
    allow_reuse_address = True
    request_queue_size = 100
    store: pyoxigraph.Store
    seconds: int


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer one query operation."""
        self.server.socket.close()  # of this child alone: its parent's end shall be seen at once
        signal.alarm(self.server.seconds)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEGABYTES * 2**20,) * 2)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), strict_parsing=True)
        graphs = {
            name: [pyoxigraph.NamedNode(each) for each in form.get(parameter, [])]
            for name, parameter in (("default_graph", "default-graph-uri"), ("named_graphs", "named-graph-uri"))
        }
        accept = self.headers["Accept"]
        try:
            found = self.server.store.query(form["query"][0], **(graphs if any(graphs.values()) else {}))
            body = io.BytesIO()
            if isinstance(found, pyoxigraph.QueryTriples):
                media_type = "application/n-triples"
                found.serialize(body, pyoxigraph.RdfFormat.N_TRIPLES)
            else:
                media_type = next(each for each in ROWS if each in accept)
                found.serialize(body, ROWS[media_type])
        except SyntaxError as fault:
            self._send(400, "text/plain", str(fault).encode())
        else:
            self._send(200, media_type, body.getvalue())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server gives
        """Say nothing."""

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def main(content: str, port: str, seconds: str) -> None:
    """Load the file, say that it is loaded, and answer for ever."""
    with _Server(("127.0.0.1", int(port)), _Asked) as server:
        server.seconds = int(seconds)
        server.store = pyoxigraph.Store()
        server.store.load(path=content, format=pyoxigraph.RdfFormat.N_QUADS)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
