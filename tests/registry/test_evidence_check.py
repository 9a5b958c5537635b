"""The check of links against a real server that moves, breaks, changes, leads in circles and serves without end."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from registry.adapters.artefact_files import bundled_contexts
from registry.adapters.child_process import ChildProcess
from registry.adapters.evidence_files import EvidenceFiles
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.sql_link_visits import SqlLinkVisits
from registry.evidence_check import BETWEEN, EvidenceCheck, Recorded, held_of_links
from registry.evidence_errors import CheckRunning
from registry.evidence_model import Link, LinkState, Visit
from registry.fetch_ports import Fetched, FetchLimits
from registry.ledger_wiring import open_ledger
from registry.link_facts import CASE
from registry.link_visits import Pace
from registry.namespaces import HRC, ROOT
from registry.settings import Settings
from tests.odd_servers import Answer, OddServer, leads_to, odd_server, sends, whole

SYNTAX = OxigraphSyntax(bundled_contexts())
PAGE = b"<html><body><p>Minutes of 3 May</p><script>nonce = 1</script></body></html>"
ENDLESS = sends(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", b"x" * 1000, pause=0.01, times=100_000)
BROKEN = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf")

pytestmark = pytest.mark.slow


def page(body: bytes = PAGE, **fields: str) -> Answer:
    return whole(body, media_type="text/html", **fields)


@dataclass
class Bench:
    """A check of the links to one server, on a clock that is turned by hand."""

    server: OddServer
    home: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(days=900))
    pauses: list[float] = field(default_factory=list)

    def link(self, path: str) -> Link:
        """Give the link to a path of the server, by a source of its name."""
        source = URIRef(f"{ROOT}id/city/oderau#{path.strip('/') or 'home'}")
        return Link("oderau", source, self.server.address(path))

    def check(self, visits: SqlLinkVisits) -> EvidenceCheck:
        """Put a check together, as a new process would."""
        limits = FetchLimits(seconds=1.0, most_bytes=200_000, most_redirects=3)
        return EvidenceCheck(
            fetch=GuardedFetch(agent="hrcr/test", clock=lambda: self.now, limits=limits, exempt={self.server.place}),
            store=EvidenceFiles(self.home / "evidence"),
            visits=visits,
            confinement=ChildProcess(deadline_seconds=10, memory_bytes=1024**3),
            syntax=SYNTAX,
            clock=lambda: self.now,
            pause=self.pauses.append,
            pace=Pace(),
            base=ROOT,
        )

    def run(self, *paths: str, again: bool = False) -> list[Recorded]:
        """Look at some paths and record what is new."""
        with (
            closing(SqlLinkVisits(self.home / "visits.sqlite")) as visits,
            closing(open_ledger(Settings(home=self.home), may_be_new=True)) as ledger,
        ):
            check, links = self.check(visits), [self.link(path) for path in paths]
            check.look(links, all_again=again, advance=lambda _count: None)
            return check.record(links, ledger)

    def known(self) -> Mapping[str, Visit]:
        """Give what is known, by path."""
        with closing(SqlLinkVisits(self.home / "visits.sqlite")) as visits:
            return {address.partition(str(self.server.port))[2]: visit for address, visit in visits.known().items()}

    def state(self, path: str) -> LinkState | None:
        """Give how a path stands."""
        return self.known()[path].state

    def pass_days(self, days: float) -> None:
        """Turn the clock."""
        self.now += timedelta(days=days)

    def held(self) -> Graph:
        """Give what the ledger holds of the links."""
        with closing(open_ledger(Settings(home=self.home))) as ledger:
            return held_of_links("oderau", ledger, SYNTAX)

    def events(self) -> list[Mapping[str, str]]:
        """Give the hashes of each event on the links."""
        with closing(open_ledger(Settings(home=self.home))) as ledger:
            return [event.envelope.hashes for event in ledger.case(CASE + "oderau")]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with odd_server({"/page": page(ETag='"1"'), "/file": whole(b"%PDF-1.7", media_type="application/pdf")}) as server:
        yield Bench(server, tmp_path)


def test_a_first_look_keeps_a_copy_and_records_one_event(bench: Bench) -> None:
    assert [one.group for one in bench.run("/page", "/file")] == ["oderau"]
    digest = sha256(PAGE).hexdigest()
    assert EvidenceFiles(bench.home / "evidence").get(digest) == PAGE
    (hashes,) = bench.events()
    assert {digest, sha256(b"%PDF-1.7").hexdigest()} == {hashes["evidence-1"], hashes["evidence-2"]}
    assert {str(value) for value in bench.held().objects(None, HRC.httpStatus)} == {"200"}


def test_run_twice_it_asks_nobody_and_records_nothing(bench: Bench) -> None:
    bench.run("/page")
    asked = len(bench.server.asked)
    assert bench.run("/page") == []
    assert (len(bench.server.asked), len(bench.events())) == (asked, 1)


def test_a_later_look_is_conditional_and_a_month_later_the_record_is_confirmed(bench: Bench) -> None:
    bench.run("/page")
    bench.server.answers["/page"] = whole(b"", status="304 Not Modified")
    for days, events in ((8, 1), (8, 1), (16, 2)):
        bench.pass_days(days)
        bench.run("/page")
        assert len(bench.events()) == events
        assert bench.server.header("If-None-Match") == '"1"'
    assert bench.state("/page") is LinkState.ANSWERS


def test_a_changed_word_is_drift_and_a_changed_nonce_is_not(bench: Bench) -> None:
    bench.run("/page")
    bench.pass_days(8)
    bench.server.answers["/page"] = page(PAGE.replace(b"nonce = 1", b"nonce = 2"))
    assert bench.run("/page") == []
    bench.pass_days(8)
    changed = PAGE.replace(b"3 May", b"4 May")
    bench.server.answers["/page"] = page(changed)
    (recorded,) = bench.run("/page")
    assert [(one.source, one.before, one.after) for one in recorded.drifts] == [
        (recorded.drifts[0].source, "answers (200)", "changed (200)")
    ]
    store = EvidenceFiles(bench.home / "evidence")
    assert store.get(sha256(PAGE).hexdigest()) == PAGE
    assert store.get(sha256(changed).hexdigest()) == changed
    assert bench.events()[-1]["evidence-1"] == sha256(changed).hexdigest()
    assert len(list(store)) == 2


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("gone", LinkState.GONE),
        ("moved", LinkState.MOVED),
        ("kind", LinkState.TYPE_CHANGED),
        ("shut", LinkState.REFUSED),
    ],
)
def test_each_kind_of_drift_is_seen_in_one_look(bench: Bench, name: str, state: LinkState) -> None:
    bench.run("/page")
    bench.pass_days(8)
    bench.server.answers["/page"] = {
        "gone": whole(b"", status="410 Gone"),
        "moved": leads_to("/there"),
        "kind": whole(b"%PDF-1.7", media_type="application/pdf"),
        "shut": whole(b"no", status="403 Forbidden"),
    }[name]
    bench.server.answers["/there"] = page()
    (recorded,) = bench.run("/page")
    assert bench.state("/page") is state
    assert recorded.drifts[0].after.startswith(str(state))
    assert len(bench.events()) == 2


@pytest.mark.alone
@pytest.mark.parametrize("name", ["circle", "endless", "broken", "silent", "error"])
def test_a_server_in_trouble_is_given_three_days_and_then_called_unreachable(bench: Bench, name: str) -> None:
    bench.run("/page")
    bench.server.answers["/page"] = {
        "circle": leads_to("/page"),
        "endless": ENDLESS,
        "broken": BROKEN,
        "silent": lambda _connection, _head: time.sleep(2),
        "error": whole(b"", status="503 Service Unavailable"),
    }[name]
    bench.pass_days(8)
    for attempt in (1, 2):
        begun = time.monotonic()
        assert bench.run("/page") == []
        assert time.monotonic() - begun < 8
        assert (bench.state("/page"), bench.known()["/page"].failures) == (LinkState.ANSWERS, attempt)
        bench.pass_days(1)
    (recorded,) = bench.run("/page")
    assert bench.state("/page") is LinkState.UNREACHABLE
    assert recorded.drifts[0].after.startswith("unreachable")
    bench.server.answers["/page"] = page()
    bench.pass_days(3)
    (back,) = bench.run("/page")
    assert (back.drifts[0].after, bench.state("/page")) == ("answers (200)", LinkState.ANSWERS)


def test_one_that_is_too_large_answers_and_has_no_copy(bench: Bench) -> None:
    bench.server.answers["/page"] = whole(b"x" * 300_000, media_type="text/plain")
    bench.run("/page")
    assert bench.state("/page") is LinkState.ANSWERS
    assert list(EvidenceFiles(bench.home / "evidence")) == []


def test_one_address_of_many_sources_is_asked_once_and_one_server_with_pauses(bench: Bench) -> None:
    with closing(SqlLinkVisits(bench.home / "visits.sqlite")) as visits:
        ledger = open_ledger(Settings(home=bench.home), may_be_new=True)
        check = bench.check(visits)
        twin = Link("arran", URIRef(f"{ROOT}id/city/arran#minutes"), bench.link("/page").address)
        links = [bench.link("/page"), twin, bench.link("/file")]
        done: list[int] = []
        assert check.look(links, all_again=False, advance=done.append) == 2
        assert [one.group for one in check.record(links, ledger)] == ["arran", "oderau"]
        ledger.close()
    assert len(bench.server.asked) == 2
    assert bench.pauses == [BETWEEN]
    assert sum(done) == 2


def test_what_broke_off_goes_on_where_it_was(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second fetch is cut off as by a kill; the next run asks only for what is not known, and records all."""
    fetch, calls = GuardedFetch.__call__, [0]

    def cut_off(self: GuardedFetch, address: str, **options: str) -> Fetched:
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        return fetch(self, address, **options)

    monkeypatch.setattr(GuardedFetch, "__call__", cut_off)
    with pytest.raises(KeyboardInterrupt):
        bench.run("/file", "/page")
    assert list(bench.known()) == ["/file"]
    bench.run("/file", "/page")
    assert [head.split()[1] for head in bench.server.asked] == ["/file", "/page"]
    assert len(list(bench.held().subjects(None, HRC.LinkCheck))) == 2


def test_two_checks_at_once_are_one_too_many(bench: Bench) -> None:
    with closing(SqlLinkVisits(bench.home / "visits.sqlite")) as visits, visits.alone(), pytest.raises(CheckRunning):
        bench.run("/page")
    assert bench.server.asked == []


def test_nothing_private_is_asked(tmp_path: Path) -> None:
    with odd_server({"/page": page()}) as server:
        bench = Bench(server, tmp_path)
        bench.server = OddServer(server.port, {})
        fetch = GuardedFetch(agent="hrcr/test", clock=lambda: bench.now)
        with closing(SqlLinkVisits(tmp_path / "visits.sqlite")) as visits:
            ledger = open_ledger(Settings(home=tmp_path), may_be_new=True)
            check = bench.check(visits)
            check._fetch = fetch  # without the exemption of tests
            check.look([bench.link("/page")], all_again=False, advance=lambda _count: None)
            ledger.close()
        assert bench.state("/page") is LinkState.UNREACHABLE
        assert server.asked == []
