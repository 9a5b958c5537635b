"""Links of open cases are looked at on a server that misbehaves, are read by who judges, and stand in no ledger."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from rdflib import Graph

from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.sql_ledger import SqlLedger
from registry.case_links import known_of_links, links_of_open_cases
from registry.case_wiring import open_documents
from registry.errors import UnknownRecord
from registry.evidence_wiring import Checked, check_evidence
from registry.fold import fold
from registry.ledger_wiring import export_ledger, open_casework, open_ledger
from registry.loading import artefacts, now
from registry.namespaces import HRC
from registry.recording import as_events
from registry.settings import Settings
from tests.odd_servers import OddServer, odd_server, sends, whole
from tests.registry.playing import CITY, OFFICER, order

BROKEN = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf")
CASE = "case/oderau-1"

pytestmark = pytest.mark.slow


@dataclass
class Desk:
    """An installation with a release of nothing and one case that was handed in."""

    settings: Settings
    server: OddServer
    submission: bytes

    def check(self) -> Checked:
        """Run the daily check."""
        fetch = GuardedFetch(agent="hrcr/test", clock=now, exempt={self.server.place})
        return check_evidence(self.settings, fetch=fetch, more=partial(links_of_open_cases, self.settings))

    def known(self) -> dict[str, str]:
        """Give the state of each source as rules read it, by the end of its name."""
        said = Graph().parse(data=self.submission, format="turtle")
        graph = known_of_links(self.settings, CASE, said)
        return {
            str(source).partition("#")[2]: str(graph.value(check, HRC.linkState)).rsplit("/", 1)[1]
            for check, source in graph.subject_objects(HRC.checks)
        }

    def do(self, name: str, **more: object) -> None:
        """Take a step."""
        with closing(open_ledger(self.settings)) as ledger:
            open_casework(self.settings, ledger).act(CASE, order(name, **more), OFFICER)

    def export(self) -> str:
        """Give the public export of the ledger."""
        path = self.settings.home / "export.jsonl"
        export_ledger(self.settings, path)
        return path.read_text(encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    pages = {"/minutes": whole(b"<p>Minutes</p>", media_type="text/html"), "/broken": BROKEN}
    with odd_server(pages) as server:
        settings = Settings(home=tmp_path, base="https://example.org/", contact="mailto:desk@example.org")
        sources = "\n".join(
            f"<{CITY}#{name}> a hrc:Evidence ; dcat:accessURL <{server.address(f'/{name}')}> ."
            for name in ("minutes", "lost", "broken")
        )
        submission = f"""@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
        <{CITY}> a hrc:City . {sources}""".encode()
        with closing(open_ledger(settings, may_be_new=True)) as ledger, closing(open_documents(settings)) as documents:
            work = open_casework(settings, ledger)
            work.open(order("open", city=CITY, hashes={}), OFFICER)
            hashes = {"submission": documents.keep(submission), "report": documents.keep(b"")}
            work.act(CASE, order("submit", hashes=hashes), OFFICER)
            publish(settings, ledger)
        yield Desk(settings, server, submission)


def publish(settings: Settings, ledger: SqlLedger) -> None:
    """Make a release of what the ledger says of cities."""
    content = fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)
    ReleaseDirectories(settings.home).build(
        content, day=date(2026, 6, 30), standard_version="1.0.0", software_version="0.1.0"
    )


def test_they_are_looked_at_and_read_by_who_judges_and_nothing_of_them_is_recorded(desk: Desk) -> None:
    assert desk.known() == {}
    found = desk.check()
    assert (found.links, found.visited, found.recorded) == (3, 3, ())
    assert dict(found.states) == {"answers": 1, "gone": 1, "to be tried again": 1}
    assert desk.known() == {"minutes": "answers", "lost": "gone"}
    export = desk.export()
    assert "link-check" not in export
    assert desk.server.address("/minutes") not in export
    with closing(open_ledger(desk.settings)) as ledger:
        publish(desk.settings, ledger)
    names = ReleaseDirectories(desk.settings.home).current().reader.names()
    assert not [name for name in names if "link-check" in str(name)]


def test_they_are_asked_once_a_week_like_all_others_and_no_more_when_the_case_is_closed(desk: Desk) -> None:
    assert [str(link.group) for link in links_of_open_cases(desk.settings)] == [CASE] * 3
    desk.check()
    assert desk.check().visited == 0
    desk.do("withdraw", reason="We will come back.", hashes={})
    assert links_of_open_cases(desk.settings) == ()
    assert desk.check().links == 0


def test_a_submission_that_is_not_kept_or_cannot_be_read_has_no_links(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for raw in (b"no Turtle", None):
        monkeypatch.setattr("registry.case_links.open_documents", lambda _settings, raw=raw: Documents(raw))
        assert links_of_open_cases(desk.settings) == ()


class Documents:
    """Gives whatever it was made with."""

    def __init__(self, raw: bytes | None) -> None:
        self._raw = raw

    def read(self, digest: str) -> bytes:
        """Give the bytes, or say that there are none."""
        if self._raw is None:
            raise UnknownRecord(f"No document with the SHA-256 {digest} is kept.")
        return self._raw

    def close(self) -> None:
        """Do nothing."""
