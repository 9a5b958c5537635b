"""Each kind of peer is really asked, its word read in a child, judged by our standard, and published beside ours."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, URIRef

from registry.harvest_wiring import harvest_peers, mapping_text
from registry.ledger_wiring import open_ledger
from registry.loading import examples
from registry.namespaces import DCT, EARL, HRC, ROOT, SKOS
from registry.peer_errors import HarvestRunning, PeerFault, UnknownPeer
from registry.peer_wiring import open_harvests, peers, record_peers, taken_of
from registry.recording import as_events
from registry.settings import Settings
from tests.odd_servers import OddServer, odd_server, whole
from tests.registry.harvesting import (
    DAY,
    SCOPE,
    SMALL,
    Endpoint,
    guarded,
    key_of,
    release_of,
    released,
    tagged,
)
from tests.registry.peers import key_turtle, peer_turtle, write_peers
from tests.registry.streams import PATHS, member, page

pytestmark = pytest.mark.slow

ODERAU = URIRef("https://example.org/id/city/oderau")
Peered = Callable[..., Settings]


@pytest.fixture
def peered(tmp_path: Path) -> Peered:
    """Give the settings of an installation with one peer."""

    def give(**changes: str | None) -> Settings:
        listed = write_peers(tmp_path / "peers.ttl", peer_turtle(**{"uriSpace": SCOPE, **changes}))
        return Settings(home=tmp_path / "home", peers=listed)

    return give


def outcome(settings: Settings, server: OddServer, **options: Any) -> tuple[str, str]:
    (run,) = harvest_peers(settings, fetch=guarded(server), **options)
    return run.outcome, run.message


def graphs(settings: Settings) -> dict[str, Graph]:
    found = taken_of(settings)["north"]
    return {one.case: Graph().parse(data=one.payload.decode(), format="nt") for one in found}


def lines(settings: Settings) -> list[str]:
    with closing(open_harvests(settings)) as store:
        return [f"{line.outcome}: {line.message}" for line in store.lines("north", most=50)]


def test_a_file_of_a_city_is_taken_judged_and_asked_for_conditionally(peered: Peered) -> None:
    with odd_server({"/city.ttl": tagged(examples()["declared"].encode())}) as server:
        settings = peered(accessURL=f"<{server.address('/city.ttl')}>")
        assert outcome(settings, server) == ("taken", "1 graphs, 1 of them judged by the standard in force here.")
        assert server.header("User-Agent") == "hrcr/test"
        assert outcome(settings, server)[0] == "waiting"
        assert outcome(settings, server, again=True)[0] == "unchanged"
        assert server.header("If-None-Match") == '"1"'
    said = graphs(settings)
    (claims, verdict, runs) = (
        next(graph for case, graph in said.items() if case.startswith(f"{kind}/north"))
        for kind in ("peer", "peer-assessment", "peer-run")
    )
    city = URIRef("https://example.org/id/city/sandermere")
    assert (city, HRC.reliesOn, URIRef(f"{city}#declaration")) in claims
    assert EARL.passed in set(verdict.objects(None, EARL.outcome))
    assert EARL.failed not in set(verdict.objects(None, EARL.outcome))
    assert len(set(runs.subjects(DCT.type, None))) == 2


def test_a_catalogue_gives_every_distribution_in_rdf(peered: Peered) -> None:
    other = SMALL.replace("oderau", "narrowmere").replace("Oderau", "Narrowmere")
    with odd_server({"/one.ttl": tagged(SMALL.encode(), '"a"'), "/two": tagged(other.encode(), '"b"')}) as server:
        catalogue = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
        <a:1> dcat:downloadURL <{server.address("/one.ttl")}> .
        <a:2> dcat:downloadURL <{server.address("/two")}> ;
            dcat:mediaType <https://www.iana.org/assignments/media-types/text/turtle> ."""
        server.answers["/catalogue"] = whole(catalogue.encode())
        settings = peered(peerKind="peer-kinds:dcat-dump", accessURL=f"<{server.address('/catalogue')}>")
        assert outcome(settings, server) == ("taken", "2 graphs, 2 of them judged by the standard in force here.")
        assert outcome(settings, server, again=True)[0] == "unchanged"
        server.answers["/two"] = tagged(other.replace("Narrowmere", "Broadmere").encode(), '"c"')
        assert outcome(settings, server, again=True)[0] == "taken"
    names = {str(label) for graph in graphs(settings).values() for label in graph.objects(None, SKOS.prefLabel)}
    assert names == {"Oderau", "Broadmere"}


def test_an_endpoint_is_asked_page_by_page_for_the_scope_alone(peered: Peered) -> None:
    city = Graph().parse(data=SMALL, format="turtle")
    for number in range(1_100):
        act = URIRef(f"{ODERAU}#act-{number}")
        city.parse(data=f"<{act}> a <{HRC.Declaration}> .", format="turtle")
    city.parse(data=f"<{ROOT}id/city/graz> a <{HRC.City}> .", format="turtle")
    with odd_server({}) as server:
        server.answers = Endpoint(city)
        settings = peered(peerKind="peer-kinds:sparql-endpoint", accessURL=f"<{server.address('/sparql')}>")
        assert outcome(settings, server)[0] == "taken"
        assert [head.split(" ")[1].partition("?")[0] for head in server.asked] == ["/robots.txt", "/sparql", "/sparql"]
    said = next(graph for case, graph in graphs(settings).items() if case.startswith("peer/"))
    assert len(set(said.subjects(None, HRC.Declaration))) == 1_100
    assert not [subject for subject in said.subjects() if "graz" in str(subject)]


def test_an_event_stream_of_cities_is_followed_and_what_it_takes_back_is_gone(peered: Peered) -> None:
    first = [member(1, "oderau", "Oderau"), member(2, "narrowmere", "Narrowmere")]
    pages = {
        "/stream": tagged(page(to=["/1"], paths=PATHS), '"view"'),
        "/1": whole(page(first, to=["/2"]), Cache_Control="public, max-age=31536000, immutable"),
        "/2": tagged(page([member(3, "oderau", "Oderau on the Oder", day="2026-02-01")]), '"a"'),
    }
    with odd_server(pages) as server:
        settings = peered(peerKind="peer-kinds:ldes", accessURL=f"<{server.address('/stream')}>")
        assert outcome(settings, server) == ("taken", "2 graphs, 2 of them judged by the standard in force here.")
        assert "Accept: application/n-quads, application/trig, text/turtle;q=0.5" in server.asked[-1]
        assert outcome(settings, server, again=True)[0] == "unchanged"
        assert [head.split(" ")[1] for head in server.asked] == ["/robots.txt", "/stream", "/1", "/2", "/stream", "/2"]
        assert labels(settings) == {"Oderau on the Oder", "Narrowmere"}
        server.answers["/2"] = whole(page([member(4, "narrowmere", day="2026-02-02")], to=["/gone"]))
        assert outcome(settings, server, again=True)[0] == "refused"
        assert labels(settings) == {"Oderau on the Oder", "Narrowmere"}
        server.answers["/gone"] = whole(page([member(5, "oderau", day="2026-02-03")]))
        assert outcome(settings, server, again=True) == (
            "taken",
            "0 graphs, 0 of them judged by the standard in force here.",
        )
        assert labels(settings) == set()


def test_an_event_stream_longer_than_a_run_is_read_in_several(peered: Peered) -> None:
    settled = {"Cache_Control": "immutable"}
    pages = {f"/{n}": whole(page([member(n, f"city-{n}", f"{n}")], to=[f"/{n + 1}"]), **settled) for n in range(1, 5)}
    with odd_server({**pages, "/0": whole(page(to=["/1"], paths=PATHS)), "/5": whole(page())}) as server:
        settings = peered(peerKind="peer-kinds:ldes", accessURL=f"<{server.address('/0')}>")
        short = replace(settings, harvest_requests=3)
        for _ in range(2):
            told, message = outcome(short, server, again=True)
            assert told == "unfinished"
            assert message.endswith("and what was taken before stays. The next run goes on where this one ended.")
            assert outcome(short, server)[0] == "waiting"
        assert outcome(short, server, again=True)[0] == "taken"
        assert labels(settings) == {"1", "2", "3", "4"}
        asked = [head.split(" ")[1] for head in server.asked]
        assert [path for path in asked if asked.count(path) > 1] == ["/0", "/0", "/0"]


def labels(settings: Settings) -> set[str]:
    """The names of the cities that the peer speaks of."""
    return {
        str(label)
        for case, graph in graphs(settings).items()
        if case.startswith("peer/")
        for label in graph.objects(None, SKOS.prefLabel)
    }


def test_a_signed_release_of_another_registry_is_verified_and_taken_graph_by_graph(
    peered: Peered, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    verdict = Graph().parse(
        data=f"""<https://example.org/id/assessment/1> <{HRC.assesses}> <{ODERAU}> .
        <https://example.org/id/assessment/1#a> <{EARL.subject}> <{ODERAU}> ; <{EARL.result}> <a:r> .
        <a:r> <{EARL.outcome}> <{EARL.passed}> .""".replace("a:r", "https://example.org/r"),
        format="turtle",
    )
    said = Graph().parse(data=SMALL, format="turtle")
    files = release_of(source, {"profile/oderau": said, "assessment/oderau": verdict, "ontology/x": verdict})
    with odd_server(released(files, "2026-06-30-1")) as server:
        settings = peered(
            peerKind="peer-kinds:hrcr-release",
            accessURL=f"<{server.address('/')}>",
            publicKey=key_turtle(key_of(source)),
        )
        assert outcome(settings, server)[0] == "taken"
        assert outcome(settings, server, again=True)[0] == "unchanged"
    found = graphs(settings)
    assert list(found) == [
        "peer-assessment/north/profile/oderau",
        "peer-run/north",
        "peer/north/assessment/oderau",
        "peer/north/profile/oderau",
    ]
    assert set(found["peer/north/profile/oderau"]) == set(said)
    assert set(found["peer/north/assessment/oderau"]) == set(verdict)


def test_a_mapping_brings_a_plain_description_into_our_terms(peered: Peered) -> None:
    plain = """@prefix s: <https://schema.org/> .
    <https://example.org/id/city/oderau> a s:City ; s:name "Oderau" ; s:addressCountry "XA" ;
        s:url <https://oderau.example/> ; s:population 9 .
    <https://example.org/id/city/oderau#charter> a s:Legislation ; s:name "Charter of Oderau"@en ;
        s:spatialCoverage <https://example.org/id/city/oderau> ; s:legislationDate "2024-05-02" ;
        s:legislationIdentifier "2024/7" ; s:url <https://oderau.example/charter> ."""
    with odd_server({"/city": tagged(plain.encode())}) as server:
        settings = peered(accessURL=f"<{server.address('/city')}>", mapping='"schema-org-city"')
        assert outcome(settings, server)[0] == "taken"
    said = next(graph for case, graph in graphs(settings).items() if case.startswith("peer/"))
    assert str(said.value(ODERAU, SKOS.prefLabel)) == "Oderau"
    assert str(said.value(ODERAU, HRC.country)).endswith("/countries/XA")
    charter = URIRef(f"{ODERAU}#charter")
    assert (str(said.value(charter, DCT.issued)), str(said.value(charter, HRC.actIdentifier))) == (
        "2024-05-02",
        "2024/7",
    )
    assert not [line for line in lines(settings) if line.startswith("left out")]


def test_what_was_taken_is_published_beside_ours_and_never_among_it(peered: Peered) -> None:
    with odd_server({"/city.ttl": tagged(SMALL.encode())}) as server:
        settings = peered(accessURL=f"<{server.address('/city.ttl')}>")
        outcome(settings, server)
    assert record_peers(settings, taken_of(settings), at=DAY) == 4
    with closing(open_ledger(settings)) as ledger:
        kinds = {event.kind for event in as_events(ledger.read(), ledger.payload)}
    assert kinds == {"peer", "peer-assessment", "peer-run", "trust"}


def test_a_mapping_that_is_nowhere_is_told(peered: Peered) -> None:
    settings = peered(mapping='"nowhere"')
    with pytest.raises(PeerFault, match="names the mapping “nowhere”; those there are: schema-org-city"):
        mapping_text(peers(settings)[0])


def test_a_mapping_that_is_nowhere_keeps_no_other_peer_waiting(tmp_path: Path) -> None:
    with odd_server({"/city.ttl": tagged(SMALL.encode())}) as server:
        here = f"<{server.address('/city.ttl')}>"
        listed = write_peers(
            tmp_path / "peers.ttl",
            peer_turtle("a-wrong-one", accessURL=here, mapping='"nowhere"'),
            peer_turtle("north", accessURL=here, uriSpace=SCOPE),
        )
        settings = Settings(home=tmp_path / "home", peers=listed)
        wrong, north = harvest_peers(settings, fetch=guarded(server))
    assert (wrong.outcome, north.outcome) == ("refused", "taken")
    assert "names the mapping “nowhere”" in wrong.message


def test_one_peer_is_asked_by_name_and_two_harvests_never_run_at_once(peered: Peered) -> None:
    settings = peered(peerState="peer-states:suspended")
    assert [run.outcome for run in harvest_peers(settings, "north")] == ["not active"]
    with pytest.raises(UnknownPeer):
        harvest_peers(settings, "south")
    with closing(open_harvests(settings)) as store, store.alone(), pytest.raises(HarvestRunning):
        harvest_peers(settings)


def test_each_line_of_a_mapping_says_who_maps_what_how_and_how_surely() -> None:
    """SSSOM: a header of comments, then a table with the columns that the standard asks for."""
    folder = Path("ontology/mappings")
    queries = sorted(path.stem for path in folder.glob("*.rq"))
    assert queries == sorted(path.name.removesuffix(".sssom.tsv") for path in folder.glob("*.sssom.tsv"))
    for name in queries:
        query = (folder / f"{name}.rq").read_text(encoding="utf-8")
        text = (folder / f"{name}.sssom.tsv").read_text(encoding="utf-8").splitlines()
        head, rows = (
            [line for line in text if line.startswith("#")],
            [line for line in text if not line.startswith("#")],
        )
        assert {"#mapping_set_id", "#license", "#curie_map"} <= {line.partition(":")[0] for line in head}
        columns = rows[0].split("\t")
        for row in rows[1:]:
            said = dict(zip(columns, row.split("\t"), strict=True))
            assert said["predicate_id"].startswith("skos:")
            assert said["mapping_justification"].startswith("semapv:")
            assert said["author_id"]
            assert 0 < float(said["confidence"]) <= 1
            assert said["object_id"] in query
            assert f"s:{said['subject_id'].partition(':')[2]}" in query
