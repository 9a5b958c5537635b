"""An instance that publishes signed releases, and a real server of what it gives, which can be made to give less."""

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rdflib import Graph, Literal, URIRef

from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.adapters.release_directories import ReleaseDirectories, public_files
from registry.catalogue import catalogue
from registry.dumps import release_files
from registry.loading import artefacts
from registry.model import Folded, FoldedGraph, Release
from tests.lines import line

ITEM = URIRef("https://w3id.org/hrcr/id/city/aldermoor")
LABEL = URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")
GRAPHS = "https://w3id.org/hrcr/graph/profile/"


@dataclass
class Publisher:
    """An instance with a key; what it gives over the web is by path, so that a test can change it."""

    home: Path
    key: Path
    given: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    cut: int | None = None
    """The place in the N-Quads at which every answer breaks off."""

    @property
    def signer(self) -> Ed25519Key:
        """What signs its releases."""
        return Ed25519Key(self.key)

    def publish(self, *labels: str, day: date = date(2026, 6, 30), is_signed: bool = True) -> Release:
        """Publish a release in which each label stands in a graph of its own, and give it over the web."""
        graphs = {
            URIRef(f"{GRAPHS}{number}"): FoldedGraph(
                label, lambda label=label: [line(ITEM, LABEL, Literal(label, lang="en"))]
            )
            for number, label in enumerate(labels)
        }
        release = ReleaseDirectories(self.home).build(
            Folded(graphs),
            day=day,
            standard_version="1.0.0",
            software_version="0.1.0",
            files=lambda made, reader: release_files(
                made, reader, artefacts().described, signer=self.signer if is_signed else None
            ),
        )
        self.give()
        return release

    def give(self) -> None:
        """Give every kept release over the web as it lies here."""
        kept = ReleaseDirectories(self.home).kept()
        listed = catalogue(Graph(), kept, artefacts().described.words)
        self.given = {"/releases": listed.serialize(format="nt", encoding="utf-8")}
        for release in kept:
            files = public_files(release.directory)
            self.given |= {f"/releases/{release.id}/{path}": body for path, body in files.items()}
            del self.given[f"/releases/{release.id}/release.json"]


def publisher(place: Path) -> Publisher:
    """Give an instance with a new key below a directory."""
    place.mkdir(parents=True, exist_ok=True)
    new_key(place / "key.pem")
    return Publisher(place / "source", place / "key.pem")


@contextlib.contextmanager
def giving(source: Publisher) -> Iterator[str]:
    """Serve what an instance gives until the end of the block; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked.append((self.path, self.headers.get("Range", "")))
            body = source.given.get(self.path)
            if body is None:
                return self._send(404, b"", {})
            tag = f'"{hash(body)}"'
            if self.headers.get("If-None-Match") == tag:
                return self._send(304, b"", {"ETag": tag})
            part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            if part is None:
                return self._send(200, body, {"ETag": tag})
            piece = body[int(part[1]) : int(part[2]) + 1]
            return self._send(206 if piece else 416, piece, {})

        def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            kind = "application/n-triples" if self.path == "/releases" else "text/plain"
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
            left = len(body) if source.cut is None or not self.path.endswith(".nq") else max(0, source.cut - start)
            self.wfile.write(body[:left])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
