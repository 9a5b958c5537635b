"""The ledger is the one truth: files are recorded once, corrections are events, and a release comes from it alone."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.release_directories import public_files
from registry.adapters.sql_ledger import SqlLedger
from registry.errors import BackDated, LedgerUnavailable, ReleaseError
from registry.events import STEWARD
from registry.feed import PAGE_SIZE
from registry.fold import fold
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.model import Event
from registry.namespaces import HRC, ROOT, VOCAB
from registry.ports import CARRIED
from registry.recording import as_events, to_record
from registry.registry import Registry
from registry.settings import Settings
from registry.wiring import wire
from tests.registry.playing import CITY, COMMITTED, DECIDER, OFFICER
from tests.registry.test_casework import Desk
from tests.registry.test_cli import hrcr
from tests.registry.test_decisions import decided

pytestmark = pytest.mark.slow

DAY = date(2026, 6, 30)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    with closing(open_ledger(Settings(home=tmp_path), may_be_new=True)) as opened:
        yield opened


def event(slug: str, said: str, day: date = DAY) -> Event:
    payload = f'<https://example.org/{slug}> <https://example.org/says> "{said}" .\n'.encode()
    graph = URIRef(f"{ROOT}graph/profile/{slug}")
    return Event(1, "profile", f"profile/{slug}", STEWARD, day.isoformat(), "Compiled.", graph, payload)


def record(ledger: SqlLedger, *events: Event) -> list[str]:
    """Record what is new of some files, and give the reasons."""
    drafts = to_record(events, ledger.read())
    ledger.append(drafts)
    return [draft.reason for draft in drafts]


def content(ledger: SqlLedger) -> set[bytes]:
    lines = fold(as_events(ledger.read(), ledger.payload), OxigraphSyntax())
    return {line for line in lines if b"/says>" in line and b"/graph/" not in line}


def test_what_was_recorded_is_not_recorded_again(ledger: SqlLedger) -> None:
    assert record(ledger, event("a", "one"), event("b", "two")) == ["Compiled.", "Compiled."]
    assert record(ledger, event("a", "one", date(2026, 7, 1)), event("b", "two")) == []
    assert len(list(ledger.read())) == 2


def test_a_changed_file_is_a_correction_that_names_what_it_corrects(ledger: SqlLedger) -> None:
    record(ledger, event("a", "one"), event("b", "two"))
    assert record(ledger, event("a", "changed"), event("b", "two")) == ["Compiled. It corrects event 1."]
    assert content(ledger) == {
        b'<https://example.org/a> <https://example.org/says> "changed" .',
        b'<https://example.org/b> <https://example.org/says> "two" .',
    }
    assert len(ledger.case("profile/a")) == 2


def test_a_file_that_is_gone_is_taken_out_once_and_may_come_back(ledger: SqlLedger) -> None:
    record(ledger, event("a", "one"), event("b", "two"))
    (reason,) = record(ledger, event("b", "two"))
    assert reason.startswith("Taken out")
    assert record(ledger, event("b", "two")) == []
    assert content(ledger) == {b'<https://example.org/b> <https://example.org/says> "two" .'}
    assert record(ledger, event("a", "one"), event("b", "two")) == ["Compiled. It corrects event 3."]


def test_a_day_to_come_is_refused_and_nothing_is_recorded(ledger: SqlLedger) -> None:
    with pytest.raises(BackDated):
        record(ledger, event("a", "one", date(2999, 1, 1)))
    assert list(ledger.read()) == []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with two releases, the second of other assessments."""
    home = tmp_path_factory.mktemp("home")
    registry = wire(Settings(home=home))
    registry.publish({}, at=DAY)
    judged = Graph()
    judged.add((URIRef("https://example.org/a"), URIRef("https://example.org/says"), Literal("judged")))
    registry.publish({"graz": judged}, at=date(2026, 7, 1))
    return home


def test_a_release_comes_out_of_the_ledger_alone_byte_for_byte(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "copy", symlinks=True)
    shutil.rmtree(tmp_path / "copy" / "releases")
    (tmp_path / "copy" / "current").unlink()
    release = wire(Settings(home=tmp_path / "copy")).rebuild()
    assert release.id == "2026-07-01-1"
    assert public_files(release.directory) == public_files(home / "releases" / release.id)
    assert (tmp_path / "copy" / "current").resolve() == release.directory.resolve()
    feeds = [
        {path.name: path.read_bytes() for path in (place / CARRIED).iterdir()}
        for place in (release.directory, home / "current")
    ]
    assert feeds[0] == feeds[1]
    assert len(feeds[0]) > 3


def test_what_the_first_release_told_in_full_pages_stands_in_the_second_unchanged(home: Path) -> None:
    first, second = (home / "releases" / name / CARRIED for name in ("2026-06-30-1", "2026-07-01-1"))
    members = json.loads((first / "index.json").read_text())["members"]
    assert members == json.loads((second / "index.json").read_text())["members"] - 1
    for page in range(1, members // PAGE_SIZE + 1):
        assert (first / f"{page}.nq").samefile(second / f"{page}.nq")


def test_a_release_that_stands_rightly_stays_and_another_is_not_overwritten(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "copy", symlinks=True)
    release = wire(Settings(home=tmp_path / "copy")).rebuild()
    with (release.directory / "hrcr.ttl").open("ab") as file:
        file.write(b"# changed\n")
    changed = hashlib.sha256((release.directory / "hrcr.ttl").read_bytes()).hexdigest()
    with pytest.raises(ReleaseError, match="move it away"):
        wire(Settings(home=tmp_path / "copy")).rebuild()
    assert hashlib.sha256((release.directory / "hrcr.ttl").read_bytes()).hexdigest() == changed
    assert [path.name for path in (tmp_path / "copy" / "releases").glob(".*")] == []


def test_publishing_again_records_nothing_and_makes_no_release(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "copy", symlinks=True)
    settings = Settings(home=tmp_path / "copy")
    with closing(open_ledger(settings)) as opened:
        before = len(list(opened.read()))
    for _ in range(2):
        assert wire(settings).publish({}, at=date(2026, 7, 2)).id == "2026-07-02-1"
    with closing(open_ledger(settings)) as opened:
        kinds = [each.envelope.kind for each in opened.read(before + 1)]
    assert kinds == ["assessment", "release"]


def test_the_command_says_what_it_made_and_what_is_missing(home: Path, tmp_path: Path) -> None:
    told = hrcr("rebuild", "--home", home)
    assert (told.returncode, "as it was published" in told.stdout) == (0, True)
    nothing = hrcr("rebuild", "--home", tmp_path)
    assert (nothing.returncode, "tells of no release yet" in nothing.stderr) == (2, True)


def test_a_registry_without_a_ledger_publishes_nothing(registry: Registry) -> None:
    alone = Registry(artefacts(), validator=registry._validator, releases=registry._releases, clock=registry._clock)
    with pytest.raises(LedgerUnavailable):
        alone.publish({}, at=DAY)


def test_what_cases_come_to_is_in_the_next_release_and_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", base="https://example.org/")
    registry = wire(settings)
    before = registry.publish({}, at=DAY)
    with closing(open_ledger(settings)) as ledger:
        desk = Desk.on(ledger)
        decided(desk)
        running = registry.publish({}, at=DAY)
        assert running.id == before.id, "a case that runs changes no release"
        desk.do("accredit", DECIDER, level=COMMITTED)
        release = registry.publish({}, at=DAY)
        assert release.id != before.id
        graphs = {str(name).removeprefix(f"{ROOT}graph/") for name in release.graphs}
        assert {"decision/oderau-1", "standing/oderau"} <= graphs
        reader = registry.current().reader
        (standing,) = reader.graph(None).objects(URIRef(CITY), HRC.standing)
        assert standing == VOCAB["standings/accredited-committed"]
        files = public_files(release.directory)
        desk.do("appeal", OFFICER)
    shutil.rmtree(settings.home / "releases")
    again = wire(settings).rebuild()
    assert again.id == release.id
    assert public_files(again.directory) == files
