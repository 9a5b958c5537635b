"""Peers that answer on real servers on loopback: files, catalogues, endpoints, and releases that are signed."""

import base64
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
from rdflib import Graph, URIRef

from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.release_directories import ReleaseDirectories, public_files
from registry.dumps import SIGNATURE, SUMS, sums
from registry.fetch_ports import FetchLimits
from registry.fold import fold
from registry.loading import artefacts, now
from registry.model import Event
from registry.namespaces import DCT, ROOT
from registry.settings import Settings
from registry.verification import FACTS
from registry.wiring import wire
from tests.odd_servers import Answer, OddServer, whole

SCOPE: Final = '"https://example.org/id/city/"'
DAY: Final = date(2026, 6, 30)
SMALL: Final = """@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/id/city/oderau> a hrc:City ; skos:prefLabel "Oderau"@en ;
    hrc:country <https://w3id.org/hrcr/vocab/countries/XA> .
"""
"""A city that says next to nothing."""


def guarded(*servers: OddServer, resolve: Any = None, seconds: float = 20.0) -> GuardedFetch:
    """Give the real fetch, to which the sockets of some servers are open, and no other that is not public."""
    limits = FetchLimits(seconds=seconds, most_bytes=300_000)
    more = {} if resolve is None else {"resolve": resolve}
    return GuardedFetch(agent="hrcr/test", clock=now, limits=limits, exempt={one.place for one in servers}, **more)


def tagged(body: bytes, tag: str = '"1"', **fields: str) -> Answer:
    """Answer with a tag, and without a body to whoever has it."""

    def answer(connection: Any, head: str) -> None:
        has_it = f"if-none-match: {tag}" in head.lower()
        found = whole(b"", status="304 Not Modified", ETag=tag) if has_it else whole(body, ETag=tag, **fields)
        found(connection, head)

    return answer


class Endpoint(dict[str, Answer]):
    """The answers of a SPARQL endpoint at /sparql over one graph, whatever the query."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.store = pyoxigraph.Store()
        self.store.load(graph.serialize(format="nt").encode(), pyoxigraph.RdfFormat.N_TRIPLES)

    def get(self, path: str, default: Any = None) -> Any:
        """Answer a query by what the store says."""
        parts = urlsplit(path)
        if parts.path != "/sparql":
            return default
        found = self.store.query(parse_qs(parts.query)["query"][0])
        return whole(found.serialize(format=pyoxigraph.RdfFormat.TURTLE) or b"", media_type="text/turtle")


def release_of(home: Path, graphs: Mapping[str, Graph], *, day: date = DAY) -> Mapping[str, bytes]:
    """Build a real signed release of some graphs by kind and slug; give every public file of it."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "key.pem").exists():
        new_key(home / "key.pem")
    registry = wire(Settings(home=home, signing_key=str(home / "key.pem")))
    events = [
        Event(
            sequence=number,
            kind=case.split("/")[0],
            case=case,
            office="registry-steward",
            time=day.isoformat(),
            reason="Put together for a test.",
            graph=URIRef(f"{ROOT}graph/{case}"),
            payload=artefacts().syntax.canonical(graph),
        )
        for number, (case, graph) in enumerate(sorted(graphs.items()), start=1)
    ]
    release = ReleaseDirectories(home).build(
        fold(events, artefacts().syntax),
        day=day,
        standard_version="1.0.0",
        software_version="0.1.0",
        files=registry.files_of,
    )
    return public_files(release.directory)


def key_of(home: Path) -> bytes:
    """Give the public key of a home in which releases were built."""
    return Ed25519Key(home / "key.pem").public_key


def signed(files: Mapping[str, bytes], home: Path) -> dict[str, bytes]:
    """Write the hashes and the signature of files anew, as whoever has the key can."""
    hashes = sums({path: body for path, body in files.items() if path not in (SUMS, SIGNATURE, FACTS)})
    signature = base64.b64encode(Ed25519Key(home / "key.pem").sign(hashes)) + b"\n"
    return {**files, SUMS: hashes, SIGNATURE: signature}


def released(files: Mapping[str, bytes], *identifiers: str) -> dict[str, Answer]:
    """Give the answers of a registry that lists releases and gives the files of each, all the same."""
    listed = Graph()
    for identifier in identifiers:
        node = URIRef(f"{ROOT}release/{identifier}")
        listed.parse(data=f'<{node}> <{DCT.identifier}> "{identifier}" .', format="turtle")
    answers = {"/releases": tagged(listed.serialize(format="turtle").encode(), f'"{hash(identifiers)}"')}
    for identifier in identifiers:
        for path, body in files.items():
            answers[f"/releases/{identifier}/{path}"] = whole(body, media_type="application/octet-stream")
    return answers
