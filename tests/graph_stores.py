"""A small SPARQL server with the Graph Store Protocol in this process, and whatever may be wrong with its answers."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph

from registry.adapters.store_address import StoreAddress

N_TRIPLES = pyoxigraph.RdfFormat.N_TRIPLES


@dataclass
class GraphStore:
    """One place: what it holds, what it was asked, and what happens to the answers and to what is put."""

    store: pyoxigraph.Store = field(default_factory=pyoxigraph.Store)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Methods and addresses, in order."""
    headers: list[dict[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    taking: Callable[[bytes], bytes] = bytes
    """What it makes of triples that are put."""
    answering: Callable[[int, dict[str, str], bytes], tuple[int, dict[str, str], bytes] | None] = field(
        default=lambda status, headers, body: (status, headers, body)
    )
    """What it sends in place of an answer; None for nothing at all."""
    port: int = 0

    @property
    def address(self) -> StoreAddress:
        """Where it is."""
        start = f"http://127.0.0.1:{self.port}"
        return StoreAddress(query=f"{start}/query", update=f"{start}/update", graphs=f"{start}/store")

    @property
    def setting(self) -> str:
        """Where it is, as the setting says it."""
        return f"oxigraph+http://127.0.0.1:{self.port}"


@contextmanager
def graph_store() -> Iterator[GraphStore]:
    """Serve an empty place until the end of the block."""
    held = GraphStore()

    class Asked(_Asked):
        place = held

    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        held.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield held
        server.shutdown()


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    place: GraphStore

    def do_GET(self) -> None:
        """Give a graph; one that is not there is not found."""
        name = self._begin()[0]
        body = io.BytesIO()
        if isinstance(name, pyoxigraph.NamedNode) and not self.place.store.contains_named_graph(name):
            self._send(404, "text/plain", b"no such graph")
            return
        self.place.store.dump(body, N_TRIPLES, from_graph=name)
        self._send(200, "application/n-triples", body.getvalue())

    def do_PUT(self) -> None:
        """Replace a graph."""
        name, body = self._begin()
        self.place.store.clear_graph(name)
        self._load(name, body)

    def do_DELETE(self) -> None:
        """Take a graph away."""
        name = self._begin()[0]
        self.place.store.remove_graph(name)
        self._send(204, "", b"")

    def do_POST(self) -> None:
        """Answer a query, or add to a graph."""
        name, body = self._begin()
        if urlsplit(self.path).path == "/store":
            self._load(name, body)
            return
        query = parse_qs(body.decode(), strict_parsing=True)["query"][0]
        self.place.queries.append(query)
        answer = io.BytesIO()
        try:
            found = self.place.store.query(query)
        except SyntaxError as fault:
            self._send(400, "text/plain", str(fault).encode())
            return
        if isinstance(found, pyoxigraph.QueryTriples):
            found.serialize(answer, N_TRIPLES)
            self._send(200, "application/n-triples", answer.getvalue())
        else:
            found.serialize(answer, pyoxigraph.QueryResultsFormat.JSON)
            self._send(200, "application/sparql-results+json", answer.getvalue())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server gives
        """Say nothing."""

    def _begin(self) -> tuple[pyoxigraph.NamedNode | pyoxigraph.DefaultGraph, bytes]:
        self.place.asked.append((self.command, self.path))
        self.place.headers.append(dict(self.headers))
        named = parse_qs(urlsplit(self.path).query).get("graph")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return pyoxigraph.NamedNode(named[0]) if named else pyoxigraph.DefaultGraph(), body

    def _load(self, name: pyoxigraph.NamedNode | pyoxigraph.DefaultGraph, body: bytes) -> None:
        self.place.store.load(self.place.taking(body), N_TRIPLES, to_graph=name)
        self._send(204, "", b"")

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        headers = {"Content-Type": media_type, "Content-Length": str(len(body))} if media_type else {}
        answer = self.place.answering(status, headers, body)
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer[0])
        for name, value in answer[1].items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer[2])
        if "Content-Length" not in answer[1] or int(answer[1]["Content-Length"]) != len(answer[2]):
            self.close_connection = status != 204
