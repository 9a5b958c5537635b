"""The installation is put together from its settings."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from registry.fold import fold
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts, examples
from registry.namespaces import HRC, RDF, ROOT
from registry.people import Role
from registry.recording import as_events
from registry.settings import Settings
from registry.wiring import back_up, forget_looks, open_documents, open_looks, people, record_accepted, wire
from tests.registry.playing import CITY, OFFICER, order
from tests.registry.test_accepted_submissions import accredited
from tests.registry.test_casework import Desk


def test_artefacts_are_read_once_in_a_process() -> None:
    assert wire(Settings()).artefacts is wire(Settings(port=9)).artefacts is artefacts()


def test_shapes_are_prepared_once_in_a_process() -> None:
    assert wire(Settings())._judge is wire(Settings(port=9))._judge


def test_a_backup_holds_every_database_of_the_home(tmp_path: Path) -> None:
    """Whatever kind of database comes to be there, such as drafts, documents and texts that may have to be erased."""
    settings = Settings(home=tmp_path / "home")
    open_ledger(settings, may_be_new=True).close()
    for name in ("drafts", "documents", "texts", "whatever-comes"):
        with closing(sqlite3.connect(settings.home / f"{name}.sqlite")) as made:
            made.execute("CREATE TABLE notes (body TEXT)")
    copied = back_up(settings, tmp_path / "backup")
    wanted = {f"{name}.sqlite" for name in ("ledger", "drafts", "documents", "texts", "whatever-comes")}
    assert set(copied) == wanted
    assert {path.name for path in (tmp_path / "backup").iterdir()} == {*wanted, "SHA256SUMS"}


def test_what_an_accredited_city_said_is_recorded_once_and_stands_in_a_graph_of_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    raw = next(text for name, text in sorted(examples().items()) if name.startswith("committed"))
    with closing(open_documents(settings)) as documents:
        digest = documents.keep(raw.encode())
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        accredited(Desk.on(ledger), digest)
    assert [record_accepted(settings), record_accepted(settings)] == [1, 0]
    with closing(open_ledger(settings)) as ledger:
        folded = fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)
    ((name, graph),) = folded.graphs.items()
    assert name == URIRef(f"{ROOT}graph/submission/oderau-1")
    said = Graph().parse(data=b"\n".join(graph.lines()).decode(), format="nt")
    assert len(list(said.subjects(RDF.type, HRC.ActionPlan))) == 1
    assert not graph.is_current


def test_a_submission_that_is_not_there_now_is_left_for_the_next_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(home=tmp_path)
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        accredited(Desk.on(ledger), "0" * 64)
    assert record_accepted(settings) == 0
    assert f"the submission {'0' * 64} is in no release" in caplog.text


def test_who_looked_is_forgotten_with_the_account_and_when_a_case_was_closed_long_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path)
    assert forget_looks(settings) == 0
    assert not (tmp_path / "accounts.db").exists()
    registrar = people(settings).registrar
    kept, gone = (registrar.add(f"{name}@city.example", name, [Role.REVIEWER]) for name in ("kept", "gone"))
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        desk = Desk.on(ledger)
        accredited(desk, "a" * 64)
        desk.wait(31)
        desk.work.open(order("open", city=CITY), OFFICER)
    every = {(account.id, f"case/oderau-{number}") for account in (kept, gone) for number in (1, 2)}
    with closing(open_looks(settings)) as looks:
        for account, case in sorted(every):
            looks.look(account, case, 1)
        registrar.erase(gone)
        with monkeypatch.context() as patched:
            patched.setattr("registry.wiring.LOOKS_KEPT", timedelta(days=3650))
            assert forget_looks(settings) == 2
        assert looks.noted() == {pair for pair in every if pair[0] == kept.id}
        assert [forget_looks(settings) for _ in range(2)] == [1, 0]
        assert looks.noted() == {(kept.id, "case/oderau-2")}
