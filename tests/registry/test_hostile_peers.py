"""Hostile and broken peers, each on a real server: none changes what is ours, stops another, or ends the process.

Each leaves a line in its log that says what went wrong, and the page of the peer shows it.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from registry.adapters.ed25519_key import new_key
from registry.adapters.guarded_fetch import resolve
from registry.adapters.release_directories import ReleaseDirectories
from registry.dumps import SIGNATURE, SUMS
from registry.fold import fold
from registry.harvest_wiring import harvest_peers
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.namespaces import HRC, ROOT
from registry.peer_ports import Rules
from registry.peer_wiring import open_harvests, record_peers, taken_of
from registry.recording import as_events
from registry.settings import Settings
from registry.verification import FACTS, QUADS
from registry.wiring import wire
from server.app import create_app
from tests.odd_servers import Answer, OddServer, leads_to, odd_server, sends, whole
from tests.registry import streams
from tests.registry.harvesting import (
    SCOPE,
    SMALL,
    guarded,
    key_of,
    release_of,
    released,
    signed,
    tagged,
)
from tests.registry.peers import DAY, key_turtle, peer_turtle, write_peers

pytestmark = pytest.mark.slow

FILE, DUMP, SPARQL, RELEASE, STREAM = "rdf-file", "dcat-dump", "sparql-endpoint", "hrcr-release", "ldes"
PATHS: Final = {FILE: "/city.ttl", DUMP: "/catalogue", SPARQL: "/sparql", RELEASE: "/", STREAM: "/stream"}
HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n"
CLIQUE: Final = " ".join(f"_:n{a} <https://a.example/p> _:n{b} ." for a in range(14) for b in range(14) if a != b)
OURS: Final = f'<{ROOT}id/city/graz> a hrc:City ; skos:prefLabel "Fallen"@en .'
REBINDING: Final = "rebinding.example"
"""A name that is first this server, then a place that is not public."""
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
FIRST, SECOND = "2026-06-30-1", "2026-07-01-1"

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class World:
    """Two signed releases with the home of their key, and another key."""

    files: Files
    later: Files
    home: Path
    other: Path

    def resigned(self, **bodies: bytes | None) -> Files:
        """The files with some changed (None: without), hashed and signed as the peer itself would."""
        names = {"quads": QUADS, "facts": FACTS}
        changed = {**self.files, **{names[name]: body for name, body in bodies.items() if body is not None}}
        gone = {names[name] for name, body in bodies.items() if body is None}
        return signed({path: body for path, body in changed.items() if path not in gone}, self.home)

    def by_stranger(self) -> Files:
        """The files signed with a key that nobody trusts, which is enclosed."""
        return signed(self.files, self.other)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    home, other = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("stranger")
    new_key(other / "key.pem")
    said = {"profile/oderau": Graph().parse(data=SMALL, format="turtle")}
    return World(release_of(home, said), release_of(home, said, day=date(2026, 7, 1)), home, other)


Give = Callable[[OddServer, World], Mapping[str, Answer]]


@dataclass(frozen=True)
class Case:
    """One bad peer: what it does, and what its log says of it."""

    name: str
    kind: str
    give: Give
    words: str
    first: Give | None = None
    """What it gave before, when it was still good."""


def one(name: str, answer: Answer, words: str, *, kind: str = FILE) -> Case:
    """A peer that answers every question in one way."""
    return Case(name, kind, lambda _server, _world: {PATHS[kind]: answer, "/releases": answer}, words)


def says(name: str, text: str | bytes, words: str, media_type: str = "text/turtle") -> Case:
    """A peer whose document is bad."""
    body = text if isinstance(text, bytes) else text.encode()
    return one(name, whole(body, media_type=media_type), words)


def page(number: int) -> bytes:
    """A full page of an endpoint that has always more."""
    return b"".join(
        b"<https://example.org/id/city/a#%d-%d> <https://a.example/p> <https://a.example/o> .\n" % (number, line)
        for line in range(1_000)
    )


class Growing(dict[str, Answer]):
    """The answers of an endpoint that gives another full page to whatever it is asked."""

    def get(self, path: str, default: object = None) -> Answer:  # type: ignore[override]  # the server asks in this way
        """Give the next page."""
        assert default
        self[path] = whole(b"")
        return whole(page(len(self)))


def listing(*identifiers: str) -> Answer:
    """A list of releases by whatever it calls them."""
    text = "".join(f"<https://a.example/{n}> <http://purl.org/dc/terms/identifier> {json.dumps(name)} .\n"
                   for n, name in enumerate(identifiers))  # fmt: skip
    return whole(text.encode())


def distributions(*addresses: str) -> Answer:
    """A catalogue that names addresses of Turtle."""
    text = "".join(f"<https://a.example/{n}> <http://www.w3.org/ns/dcat#downloadURL> <{address}> .\n"
                   for n, address in enumerate(addresses))  # fmt: skip
    return whole(text.encode())


DOCUMENTS: Final = (
    says("a page in place of data", b"<html><p>Welcome</p></html>", "not accepted"),
    says("a page by its type", SMALL, "is of the type “text/html”", "text/html"),
    says("RDF/XML by its type", SMALL, "is of the type “application/rdf+xml”", "application/rdf+xml"),
    says("an entity bomb", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>', "not accepted"),
    says("no UTF-8", SMALL.encode().replace(b"Oderau", b"\xff\xfe"), "not UTF-8"),
    says("UTF-16", SMALL.encode("utf-16"), "not UTF-8"),
    says("a NUL", SMALL.replace("Oderau", "Ode\0rau"), "NUL"),
    says("nothing at all", b"", "empty"),
    says("broken off", SMALL[:-20], "line"),
    says("nested deeply", f"{SMALL} <https://a.example/s> <https://a.example/p> {'(' * 500}{')' * 500} .", "nested"),
    says("a clique of nodes without IRI", f"{SMALL} {CLIQUE}", "blank nodes say the same"),
    says("many nodes without IRI", f"{SMALL} {'[] <https://a.example/p> 1 .' * 300}", "300 blank nodes"),
    says("triple terms", f"{SMALL} << <a:s> <a:p> <a:o> >> <a:p> 1 .", "RDF 1.2"),
    says("a named graph of ours", f"{SMALL} GRAPH <{ROOT}graph/profile/graz> {{ {OURS} }}", "line"),
    says(
        "a context far away", b'{"@context": "https://a.example/context", "@id": "a"}', "context", "application/ld+json"
    ),
    says("a city of ours alone", SMALL.replace("https://example.org/", ROOT), "outside the scope"),
    says("no city", "<https://a.example/s> <https://a.example/p> 1 .", "names no city"),
    says("an IRI that never ends", f"{SMALL} <https://a.example/{'x' * 5000}> a hrc:City .", "An IRI has more than"),
    says(
        "a city that names itself a term",
        SMALL.replace("https://example.org/id/city/oderau", "https://example.org/id/city/."),
        "nothing that can be taken",
    ),
)

SERVERS: Final = (
    Case(
        "leads to a door that is none of the web",
        FILE,
        lambda server, _w: {PATHS[FILE]: leads_to(f"http://127.0.0.1:1/{server.port}")},
        "leads on to|names the port",
    ),
    one("server error", whole(b"", status="500 Internal Server Error"), "status 500"),
    one("asks for a password", whole(b"", status="401 Unauthorized"), "status 401"),
    one("gone", whole(b"", status="410 Gone"), "is not there"),
    one("half an answer", sends(HEAD + b"Content-Length: 9000\r\n\r\n" + SMALL.encode()), "no whole answer"),
    one("cut off between chunks", sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), "no whole answer"),
    one("no HTTP", sends(b"220 mail.example ESMTP\r\n"), "no whole answer"),
    one(
        "endless heads", sends(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 60_000 + b"\r\n", times=40), "no whole answer"
    ),
    one("ten gigabytes, as it says", sends(HEAD + b"Content-Length: 10000000000\r\n\r\n"), "larger than"),
    one("a body without end", sends(HEAD + b"\r\n", b"# x\n" * 16_000, times=40), "larger than"),
    one("a bomb of gzip", whole(gzip.compress(b"# x\n" * 5_000_000), Content_Encoding="gzip"), "larger than"),
    one("no gzip", whole(b"plain", Content_Encoding="gzip"), "not packed as it says"),
    one("packed otherwise", whole(b"plain", Content_Encoding="br"), "packed as “br”"),
    one("a slow drip", sends(HEAD + b"\r\n", b"#", pause=0.2, times=200), "within the time allowed"),
    one("silence", sends(b"", b"", pause=3.0), "within the time allowed"),
    one(
        "another character set",
        whole(SMALL.replace("Oderau", "Öderau").encode("latin-1"), media_type="text/turtle; charset=iso-8859-1"),
        "not UTF-8",
    ),
    one(
        "leads to the cloud's own address",
        leads_to("http://169.254.169.254/latest/meta-data"),
        "not one of the public web",
    ),
    one("leads to a private place", leads_to("http://10.0.0.1/"), "not one of the public web"),
    one("leads to another port here", leads_to("http://127.0.0.1:8080/"), "not one of the public web"),
    one("leads to a file", leads_to("file:///etc/passwd"), "which the registry does not ask"),
    one("leads nowhere", whole(b"", status="302 Found"), "without saying where"),
    one("leads in a circle", leads_to(PATHS[FILE]), "in a circle"),
    Case(
        "leads on and on",
        FILE,
        lambda _s, _w: {PATHS[FILE]: leads_to("/0"), **{f"/{n}": leads_to(f"/{n + 1}") for n in range(9)}},
        "more than 5 times",
    ),
    Case(
        "a name that becomes a private place",
        FILE,
        lambda server, _w: {
            PATHS[FILE]: leads_to(f"http://{REBINDING}:{server.port}/x"),
            "/x": leads_to(f"http://{REBINDING}:{server.port}/y"),
            "/y": whole(SMALL.encode()),
        },
        "y names the port",
    ),
)

OTHERS: Final = (
    Case("a catalogue of nothing", DUMP, lambda _s, _w: {"/catalogue": whole(SMALL.encode())}, "names no distribution"),
    Case(
        "a catalogue without end",
        DUMP,
        lambda s, _w: {
            "/catalogue": distributions(*(s.address(f"/{n}.ttl") for n in range(50))),
            **{f"/{n}.ttl": whole(SMALL.encode()) for n in range(50)},
        },
        "more than 8 requests",
    ),
    Case(
        "a catalogue of private places",
        DUMP,
        lambda _s, _w: {"/catalogue": distributions("http://192.168.0.1/x.ttl")},
        "not one of the public web",
    ),
    Case(
        "a catalogue of files",
        DUMP,
        lambda _s, _w: {"/catalogue": distributions("file:///etc/x.ttl")},
        "none of the web",
    ),
    Case(
        "a catalogue with one bad file",
        DUMP,
        lambda s, _w: {
            "/catalogue": distributions(s.address("/a.ttl"), s.address("/b.ttl")),
            "/a.ttl": whole(SMALL.encode()),
            "/b.ttl": whole(b"{{{"),
        },
        "line",
    ),
    Case("pages without end", SPARQL, lambda _s, _w: Growing(), "more than"),
    Case("the same page again and again", SPARQL, lambda _s, _w: Repeating(), "the same page again"),
    Case(
        "an endpoint that gives a page of the web",
        SPARQL,
        lambda _s, _w: Repeating(whole(b"<html>", media_type="text/html")),
        "is of the type",
    ),
    Case(
        "an endpoint with nodes without IRI",
        SPARQL,
        lambda _s, _w: Repeating(whole(b"[] <https://a.example/p> 1 .")),
        "nodes without IRI",
    ),
    Case(
        "rules that forbid it",
        FILE,
        lambda _s, _w: {"/robots.txt": whole(b"User-agent: *\nDisallow: /city"), PATHS[FILE]: whole(SMALL.encode())},
        "is not asked",
    ),
    Case(
        "rules that cannot be had",
        SPARQL,
        lambda _s, _w: {"/robots.txt": whole(b"", status="500 No"), PATHS[SPARQL]: whole(b"")},
        "robots.txt is not given",
    ),
    Case(
        "rules that would fill any memory",
        FILE,
        lambda _s, _w: {
            "/robots.txt": whole(b"".join(b"User-agent: a%d\n" % n for n in range(6_000)) + b"Disallow: /a\n" * 8_000),
            PATHS[FILE]: whole(SMALL.encode()),
        },
        "stopped|memory|time",
    ),
    one("busy for a thousand years", whole(b"", status="503 Busy", Retry_After="31536000000"), "asks to wait until"),
    one("asked too often", whole(b"", status="429 Slow", Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"), "asks to wait"),
    one("busy until nobody knows", whole(b"", status="503 Busy", Retry_After="9" * 50 + "x"), "status 503"),
    Case("a list of no release", RELEASE, lambda _s, _w: {"/releases": whole(SMALL.encode())}, "lists no release"),
    Case(
        "names that climb",
        RELEASE,
        lambda _s, _w: {"/releases": listing("2026-06-30-1/../../secret", "../x")},
        "lists no release",
    ),
    Case(
        "a release without signature",
        RELEASE,
        lambda _s, w: without(released(w.files, FIRST), SIGNATURE),
        "SHA256SUMS.sig is not there",
    ),
    Case(
        "a wrong signature",
        RELEASE,
        lambda _s, w: released({**w.files, SIGNATURE: base64.b64encode(b"x" * 64)}, FIRST),
        "is not a signature over",
    ),
    Case("the key of a stranger", RELEASE, lambda _s, w: released(w.by_stranger(), FIRST), "is not a signature over"),
    Case(
        "a file changed after signing",
        RELEASE,
        lambda _s, w: released(
            {
                **w.files,
                QUADS: w.files[QUADS] + b"<https://a.example/s> <https://a.example/p> <https://a.example/o> .\n",
            },
            FIRST,
        ),
        "not the file that was published",
    ),
    Case(
        "hashes changed after signing",
        RELEASE,
        lambda _s, w: released({**w.files, SUMS: w.files[SUMS] + b"0" * 64 + b"  x\n"}, FIRST),
        "is not a signature over",
    ),
    Case(
        "other counts than stated",
        RELEASE,
        lambda _s, w: released({**w.files, FACTS: w.files[FACTS].replace(b'"quads": ', b'"quads": 9')}, FIRST),
        "quads where",
    ),
    Case(
        "a signed release with blank nodes",
        RELEASE,
        lambda _s, w: released(w.resigned(quads=b"_:a <https://a.example/p> <https://a.example/o> .\n"), FIRST),
        "blank node",
    ),
    Case(
        "signed quads that are none",
        RELEASE,
        lambda _s, w: released(w.resigned(quads=b"this is no quad .\n", facts=None), FIRST),
        "no N-Quad",
    ),
    Case(
        "quads that are not there",
        RELEASE,
        lambda _s, w: without(released(w.files, FIRST), QUADS),
        "hrcr.nq is not there",
    ),
    Case(
        "back in time",
        RELEASE,
        lambda _s, w: released(w.files, FIRST),
        f"older than {SECOND}",
        lambda _s, w: released(w.later, SECOND),
    ),
    Case("an old release under a new name", RELEASE, lambda _s, w: released(w.files, SECOND), "is another one"),
    Case(
        "another release of the same name",
        RELEASE,
        lambda _s, w: released(w.resigned(quads=b""), FIRST, "2026-01-01-1"),
        "is not what it was",
        lambda _s, w: released(w.files, FIRST),
    ),
)


class Onward(Growing):
    """The answers of a stream whose every page leads to another one."""

    def get(self, path: str, default: object = None) -> Answer:
        """Give a page that leads to the next."""
        assert default
        self[path] = whole(b"")
        return default if path == "/robots.txt" else whole(streams.page(to=[f"/{len(self)}"], paths=streams.PATHS))  # type: ignore[return-value]  # it is one


def stream(name: str, words: str, *pages: bytes, first: bytes | None = None) -> Case:
    """A stream of some pages, the first of which is its address; ``first`` is what it was when it was still good."""

    def give(_server: OddServer, _world: World) -> Mapping[str, Answer]:
        return {f"/stream{number or ''}": whole(body) for number, body in enumerate(pages)}

    good = None if first is None else (lambda _s, _w: {PATHS[STREAM]: whole(first)})
    return Case(name, STREAM, give, words, good)


def view(*members: str, to: tuple[str, ...] = ()) -> bytes:
    """The first page of a stream."""
    return streams.page(members, to=to, paths=streams.PATHS)


ODERAU: Final = streams.member(1, "oderau", "Oderau")
STREAMS: Final = (
    Case("a stream without end", STREAM, lambda _s, _w: Onward(), "more than 8 requests"),
    stream("a stream of a thousand ways", "leads to more than 500", view(to=tuple(f"/{n}" for n in range(1_000)))),
    stream(
        "a stream of many ways", "more than 8 requests|not there", view(to=tuple(f"/stream{n}" for n in range(100)))
    ),
    stream("a stream into this machine", "lies elsewhere", view(ODERAU, to=("http://127.0.0.1:1/x",))),
    stream("a stream into the cloud", "lies elsewhere", view(ODERAU, to=("http://169.254.169.254/latest/",))),
    stream("a stream into a file", "lies elsewhere", view(ODERAU, to=("file:///etc/passwd",))),
    Case(
        "a stream that leads on to a private place",
        STREAM,
        lambda _s, _w: {"/stream": whole(view(to=("/x",))), "/x": leads_to("http://10.0.0.1/")},
        "not one of the public web",
    ),
    Case(
        "a stream that leads on in a circle",
        STREAM,
        lambda _s, _w: {"/stream": whole(view(to=("/x",))), "/x": leads_to("/x")},
        "in a circle",
    ),
    stream(
        "a past that changes", "otherwise than it did", view(ODERAU.replace("Oderau", "Fallen")), first=view(ODERAU)
    ),
    stream("a past that moves", "otherwise than it did", view(ODERAU.replace("oderau", "ulm")), first=view(ODERAU)),
    stream("a member of tomorrow", "yet to come", view(streams.member(1, "oderau", "O", day="9999-01-01"))),
    stream("a time that is none", "cannot be read", view(streams.member(1, "oderau", "O", day="long ago"))),
    stream("a page that is none", "is no page of an event stream", SMALL.encode()),
    stream("a page of the web in a stream", "XML or HTML", view(to=("/stream1",)), b"<html><p>Welcome</p></html>"),
    stream("a page that breaks off", "line", view(to=("/stream1",)), view(ODERAU)[:-30]),
    stream("a page with a graph without IRI", "line|no IRI", view(ODERAU) + b"GRAPH [] { city:a a hrc:City }"),
    stream("members without end", "larger than", view(*(streams.member(n, "a", "A" * 999) for n in range(400)))),
    stream("a clique in a stream", "say the same", view(ODERAU, f":1 hrc:x _:n0 . {CLIQUE}")),
    stream(
        "cities of ours alone",
        "nothing that can be taken",
        view(ODERAU.replace("city:oderau", f"<{ROOT}id/city/graz>")),
    ),
)

CASES: Final = (*DOCUMENTS, *SERVERS, *OTHERS, *STREAMS)


class Repeating(Growing):
    """The answers of an endpoint that gives one answer to whatever it is asked."""

    def __init__(self, answer: Answer | None = None) -> None:
        super().__init__()
        self.answer = answer or whole(page(0))

    def get(self, path: str, default: object = None) -> Answer:
        """Give the answer."""
        assert path
        assert default
        return self.answer


def without(answers: dict[str, Answer], file: str) -> dict[str, Answer]:
    """Leave out every path that ends so."""
    return {path: answer for path, answer in answers.items() if not path.endswith(f"/{file}")}


def slug_of(case: Case) -> str:
    """Give the name of the peer of a case."""
    return f"bad-{CASES.index(case)}"


@dataclass(frozen=True)
class Registry:
    """An installation with one good peer and all bad ones on one server, and a client of its pages."""

    settings: Settings
    server: OddServer
    client: FlaskClient

    def harvest(self, slug: str) -> tuple[str, str]:
        """Ask one peer now."""
        with closing(open_harvests(self.settings)) as store:
            store.keep_rules(Rules(f"http://127.0.0.1:{self.server.port}", LONG_AGO, b""))
        answers = iter([["127.0.0.1"], ["169.254.169.254"]])
        fetch = guarded(
            self.server,
            resolve=lambda host, port: next(answers) if host == REBINDING else resolve(host, port),
            seconds=1.0,
        )
        (run,) = harvest_peers(self.settings, slug, again=True, fetch=fetch)
        return run.outcome, run.message

    def messages(self, slug: str) -> list[str]:
        """What the log of a peer says."""
        with closing(open_harvests(self.settings)) as store:
            return [line.message for line in store.lines(slug, most=50)]

    def ours(self) -> tuple[object, ...]:
        """Everything of ours that could change: the ledger, and the bytes of the current release."""
        with closing(open_ledger(self.settings)) as ledger:
            size = ledger.checkpoint().root
        release = wire(self.settings).current()
        return size, release.release.id, release.reader.dump("application/n-quads")


@pytest.fixture(scope="module")
def registry(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    home = tmp_path_factory.mktemp("home")
    with odd_server({"/good.ttl": tagged(SMALL.encode())}) as server:
        listed = [
            peer_turtle(
                slug_of(case),
                prefLabel=f'"{case.name}"@en',
                peerKind=f"peer-kinds:{case.kind}",
                accessURL=f"<{server.address(PATHS[case.kind])}>",
                uriSpace=SCOPE,
                publicKey=key_turtle(key_of(world.home)),
            )
            for case in CASES
        ]
        good = peer_turtle("good", accessURL=f"<{server.address('/good.ttl')}>", uriSpace=SCOPE)
        circle = peer_turtle(
            "circle", peerKind="peer-kinds:ldes", accessURL=f"<{server.address('/stream')}>", uriSpace=SCOPE
        )
        settings = Settings(
            home=home,
            peers=write_peers(home / "peers.ttl", good, circle, *listed),
            harvest_megabytes=1,
            harvest_requests=8,
            harvest_seconds=60,
            query_workers=1,
        )
        record_peers(settings, {}, at=DAY)
        with closing(open_ledger(settings)) as ledger:
            content = fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)
        ReleaseDirectories(home).build(content, day=DAY, standard_version="1.0.0", software_version="0.1.0")
        app = create_app(wire(settings), settings)
        yield Registry(settings, server, app.test_client())
        app.extensions["query_pool"].close()


@pytest.mark.parametrize("case", CASES, ids=[case.name.replace(" ", "-") for case in CASES])
def test_a_bad_peer_harms_nobody_and_is_told_of(case: Case, registry: Registry, world: World) -> None:
    slug, server = slug_of(case), registry.server
    good = server.answers["/good.ttl"]
    before = registry.ours()
    if case.first is not None:
        server.answers = {**case.first(server, world), "/good.ttl": good}
        assert registry.harvest(slug)[0] == "taken"
    held = taken_of(registry.settings).get(slug, [])
    server.answers = case.give(server, world)  # type: ignore[assignment]  # a mapping is enough
    outcome, message = registry.harvest(slug)
    server.answers = {"/good.ttl": good}
    assert outcome == "refused", message
    assert any(each in message for each in case.words.split("|")), message
    assert registry.messages(slug)[0] == message
    assert message.endswith((".", "…"))
    assert [one for one in taken_of(registry.settings)[slug] if one.kind != "peer-run"] == [
        one for one in held if one.kind != "peer-run"
    ]
    assert registry.harvest("good")[0] in ("taken", "unchanged")
    assert registry.ours() == before
    page = registry.client.get(f"/trust/{slug}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<strong>It has failed 1 time since.</strong>" in page.text
    assert message.split("“")[0].split("'")[0].split("<")[0].split("&")[0][:40] in page.text


def test_there_are_enough_of_them_and_each_differs() -> None:
    assert len(CASES) == 91
    assert len({case.name for case in CASES}) == len(CASES)


def test_what_is_beside_the_profile_is_left_out_and_told_while_the_rest_is_taken(
    registry: Registry, world: World
) -> None:
    """A good file with more in it than it may say: of our city, of our verdicts, with hidden signs."""
    assert world.files
    more = f"""{OURS} <{ROOT}id/assessment/x> a hrc:Assessment .
    <https://example.org/id/city/oderau> hrc:standing <{ROOT}vocab/standings/accredited> ;
        hrc:contactPage <https://a.example/\u202e> ."""
    registry.server.answers = {"/good.ttl": tagged((SMALL + more).encode(), '"more"')}
    assert registry.harvest("good")[0] == "taken"
    said = next(one.payload.decode() for one in taken_of(registry.settings)["good"] if one.kind == "peer")
    assert "Oderau" in said
    for word in ("graz", "standing", "\u202e", "contactPage", str(HRC.Assessment)):
        assert word not in said
    told = " ".join(registry.messages("good")[:4])
    assert "1 cities outside the scope" in told
    assert "2 statements beside the profile (contactPage, standing)" in told


def test_all_at_once_the_good_one_is_taken_among_the_bad(registry: Registry, tmp_path: Path) -> None:
    server = registry.server
    server.answers = {"/good.ttl": tagged(SMALL.encode()), "/city.ttl": whole(b"{{{")}
    paths = {"a": "/city.ttl", "b": "/gone", "c": "/good.ttl", "d": "/city.ttl"}
    listed = [peer_turtle(name, accessURL=f"<{server.address(path)}>", uriSpace=SCOPE) for name, path in paths.items()]
    settings = Settings(home=tmp_path / "home", peers=write_peers(tmp_path / "peers.ttl", *listed))
    runs = harvest_peers(settings, fetch=guarded(server))
    assert [run.outcome for run in runs] == ["refused", "refused", "taken", "refused"]


def test_a_stream_that_leads_in_a_circle_is_read_once_and_harms_nobody(registry: Registry) -> None:
    server, good = registry.server, registry.server.answers["/good.ttl"]
    server.asked.clear()
    server.answers = {
        "/good.ttl": good,
        "/stream": whole(view(ODERAU, to=("/a", "/stream", "#here"))),
        "/a": whole(streams.page(to=["/b", "/stream"])),
        "/b": whole(streams.page(to=["/a", "/b"])),
    }
    assert registry.harvest("circle")[0] == "taken"
    assert [head.split(" ")[1] for head in server.asked] == ["/robots.txt", "/stream", "/a", "/b"]
