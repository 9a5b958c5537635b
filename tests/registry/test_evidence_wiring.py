"""The daily check as it runs: over a real release, and what it records is folded into the next one."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import Graph, Literal, URIRef

from registry.accepted_submissions import to_record
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.release_directories import ReleaseDirectories
from registry.cli import main
from registry.evidence_wiring import beside, check_evidence, evidence_files, held_links
from registry.fold import fold
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts, now
from registry.model import DraftedEvent
from registry.namespaces import DCAT, HRC, RDF, ROOT
from registry.recording import as_events
from registry.settings import Settings
from tests.odd_servers import OddServer, odd_server, whole
from tests.registry.playing import CITY
from tests.registry.test_accepted_submissions import accredited
from tests.registry.test_casework import Desk

DAY = date(2026, 6, 30)


def hrcr(*arguments: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, list(arguments))


pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[OddServer]:
    with odd_server({"/minutes": whole(b"<p>Minutes</p>", media_type="text/html")}) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, server: OddServer) -> Settings:
    """An installation whose release knows one city with two sources, of which one is gone."""
    settings = Settings(home=tmp_path, contact="mailto:desk@example.org")
    city = f"{ROOT}id/city/oderau"
    turtle = f"""@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
    <{city}> a hrc:City . <{city}#minutes> a hrc:Evidence ; dcat:accessURL <{server.address("/minutes")}> .
    <{city}#lost> a hrc:Evidence ; dcat:accessURL <{server.address("/lost")}> ."""
    payload = artefacts().syntax.canonical(Graph().parse(data=turtle, format="turtle"))
    event = DraftedEvent(
        case="profile/oderau", kind="profile", office="registry-steward", reason="Told.", payload=payload
    )
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        ledger.append([event])
    build(settings)
    return settings


def build(settings: Settings) -> None:
    """Make the next release from the ledger alone."""
    with closing(open_ledger(settings)) as ledger:
        content = fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)
    ReleaseDirectories(settings.home).build(content, day=DAY, standard_version="1.0.0", software_version="0.1.0")


def test_a_check_says_how_links_stand_and_the_next_release_says_so_too(settings: Settings, server: OddServer) -> None:
    fetch = GuardedFetch(agent="hrcr/test", clock=now, exempt={server.place})
    begun: list[int] = []
    found = check_evidence(settings, fetch=fetch, started=lambda count: begun.append(count) or (lambda _done: None))
    assert (found.links, found.visited, dict(found.states), begun) == (2, 2, {"answers": 1, "gone": 1}, [2])
    assert [one.group for one in found.recorded] == ["oderau"]
    build(settings)
    reader = ReleaseDirectories(settings.home).current().reader
    graph = reader.graph(URIRef(f"{ROOT}graph/link-check/oderau"))
    assert set(graph.objects(None, HRC.httpStatus)) == {Literal(200), Literal(404)}
    (digest,) = graph.objects(None, HRC.sha256)
    assert evidence_files(settings).get(str(digest)) == b"<p>Minutes</p>"
    again = check_evidence(settings, fetch=fetch)
    assert (again.visited, again.recorded) == (0, ())
    assert check_evidence(settings, fetch=fetch, all_again=True).visited == 2


def test_what_is_held_of_links_is_given_by_city(settings: Settings, server: OddServer) -> None:
    assert held_links(settings, ("oderau",)) == {}
    check_evidence(settings, fetch=GuardedFetch(agent="hrcr/test", clock=now, exempt={server.place}))
    held = held_links(settings, ("oderau", "arran"))
    assert list(held) == ["oderau"]
    assert len(list(held["oderau"].subjects(None, HRC.LinkCheck))) == 2


def test_files_beside_an_export_are_compared_with_its_events(
    settings: Settings, server: OddServer, tmp_path: Path
) -> None:
    check_evidence(settings, fetch=GuardedFetch(agent="hrcr/test", clock=now, exempt={server.place}))
    export, copies = tmp_path / "ledger.jsonl", settings.home / "evidence"
    assert hrcr("export", str(export), "--home", str(settings.home)).exit_code == 0
    right = hrcr("verify", str(export), "--evidence", str(copies))
    assert "holds        Files at hand are what events name: 1 × evidence." in right.output
    (file,) = [path for path in copies.rglob("*") if path.is_file()]
    file.chmod(0o600)
    file.write_bytes(b"something else")
    wrong = hrcr("verify", str(export), "--evidence", str(copies))
    assert wrong.exit_code == 1
    assert f"The file {file.parent.name}/{file.name} is not what its name says." in wrong.output
    assert beside(export, None) == ()


def test_of_what_a_city_said_in_cases_only_what_was_accepted_last_is_looked_at(
    tmp_path: Path, server: OddServer
) -> None:
    settings = Settings(home=tmp_path, contact="mailto:desk@example.org")
    fetch, digests = GuardedFetch(agent="hrcr/test", clock=now, exempt={server.place}), ("a" * 64, "b" * 64)
    said = dict(zip(digests, (sources(server, "first"), sources(server, "second")), strict=True))
    for number, digest in enumerate(digests, start=1):
        with closing(open_ledger(settings, may_be_new=True)) as ledger:
            desk = Desk.on(ledger, after=timedelta(days=70 * (number - 1)))
            desk.name = f"case/oderau-{number}"
            accredited(desk, digest)
            desk.wait(31)
            ledger.append([*to_record(desk.work.cases(), ledger.case, said.get)])
        build(settings)
        found = check_evidence(settings, fetch=fetch, all_again=True)
        assert (found.links, [one.group for one in found.recorded]) == (1, [f"submission/oderau-{number}"])
    assert [head.split()[1] for head in server.asked] == ["/first", "/second"]
    build(settings)
    reader = ReleaseDirectories(settings.home).current().reader
    graphs = [reader.graph(URIRef(f"{ROOT}graph/link-check/submission/oderau-{number}")) for number in (1, 2)]
    assert [len(list(graph.subjects(RDF.type, HRC.LinkCheck))) for graph in graphs] == [1, 1]
    assert list(reader.graph(None).subjects(RDF.type, HRC.LinkCheck)) == []


def sources(server: OddServer, name: str) -> bytes:
    """Give what a city says that names one address, as the ledger keeps it."""
    source, address = f"{CITY}#{name}", server.address(f"/{name}")
    return f"<{source}> <{DCAT.accessURL}> <{address}> .\n<{source}> <{RDF.type}> <{HRC.Evidence}> .\n".encode()


def test_the_links_that_a_peer_names_are_the_peers_to_look_after(settings: Settings, server: OddServer) -> None:
    turtle = f"""@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
    <https://north.example/id/city/x#a> a hrc:Evidence ; dcat:accessURL <{server.address("/theirs")}> ."""
    payload = artefacts().syntax.canonical(Graph().parse(data=turtle, format="turtle"))
    said = DraftedEvent(
        case="peer/north/city/x", kind="peer", office="registry-steward", reason="Said.", payload=payload
    )
    with closing(open_ledger(settings)) as ledger:
        ledger.append([said])
    build(settings)
    fetch = GuardedFetch(agent="hrcr/test", clock=now, exempt={server.place})
    assert check_evidence(settings, fetch=fetch).links == 2
