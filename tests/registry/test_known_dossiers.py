"""Every dossier that an installation knows is found by its name: profiles, accepted submissions, files."""

from contextlib import closing, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from rdflib import Graph

from registry import known_dossiers as module
from registry.bulk import Task
from registry.errors import SettingsError
from registry.known_dossiers import known_dossiers
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts, examples
from registry.namespaces import EARL, ROOT
from registry.settings import Settings
from registry.wiring import open_documents
from tests.registry.playing import Table
from tests.registry.test_accepted_submissions import accredited, heard
from tests.registry.test_casework import Desk


def test_every_desk_profile_is_known_and_nothing_is_made_in_the_home(tmp_path: Path) -> None:
    dossiers = known_dossiers(Settings(home=tmp_path / "home"))
    assert [*dossiers] == [f"profile/{slug}" for slug in sorted(artefacts().files.cities)]
    assert not (tmp_path / "home").exists()


def test_a_profile_is_what_the_release_judges(tmp_path: Path) -> None:
    task = known_dossiers(Settings(home=tmp_path))["profile/york"]
    assert (task.city, task.is_desk_profile, task.is_raw) == (f"{ROOT}id/city/york", True, False)
    assert len(Graph().parse(data=task.said, format="nt")) == len(artefacts().files.cities["york"])


@pytest.mark.slow
def test_what_an_accredited_city_said_is_known_with_what_reviewers_found(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    raw = next(text for name, text in sorted(examples().items()) if name == "committed")
    with closing(open_documents(settings)) as documents:
        digest = documents.keep(raw.encode())
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        accredited(Desk.on(ledger), digest)
    task = known_dossiers(settings)["submission/oderau-1"]
    assert (task.is_desk_profile, task.is_raw) == (False, False)
    assert str(EARL.outcome).encode() in task.held
    assert task.city.encode() in task.said
    assert [found.name for found in known_dossiers(settings).of(task.city)] == ["submission/oderau-1"]


@pytest.mark.slow
def test_what_is_not_accepted_or_cannot_be_read_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    waiting, lost = Settings(home=tmp_path / "a"), Settings(home=tmp_path / "b")
    with closing(open_ledger(waiting, may_be_new=True)) as ledger:
        heard(Desk.on(ledger), "0" * 64)
    with closing(open_ledger(lost, may_be_new=True)) as ledger:
        accredited(Desk.on(ledger), "0" * 64)
    for settings in (waiting, lost):
        assert not [name for name in known_dossiers(settings) if name.startswith("submission/")]
    assert "the submission of case/oderau-1 cannot be judged again" in caplog.text


def test_of_two_submissions_of_a_city_the_one_accepted_last_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Table(f"case/oderau-{number}") for number in (1, 2))
    first.accredited()
    second.wait(400).accredited()
    cases = SimpleNamespace(cases=lambda: (second.case, first.case))
    monkeypatch.setattr(module, "open_ledger", lambda _: nullcontext())
    monkeypatch.setattr(module, "closing", lambda opened: opened)
    monkeypatch.setattr(module, "open_casework", lambda _settings, _ledger: cases)
    monkeypatch.setattr(module, "_submission", lambda _settings, case, name: Task(name=name, city=case.city, said=b""))
    assert [task.name for task in module._accepted(Settings(home=tmp_path))] == ["submission/oderau-2"]


def test_files_of_a_directory_are_known_by_their_names(tmp_path: Path) -> None:
    for name in ("b.ttl", "a.nt", "notes.txt"):
        (tmp_path / name).write_text("nothing yet")
    dossiers = known_dossiers(Settings(home=tmp_path), tmp_path, ["file/*"])
    assert [*dossiers] == ["file/a", "file/b"]
    assert (dossiers["file/a"].is_raw, dossiers["file/a"].said) == (True, b"nothing yet")
    assert len(list(dossiers.of("https://example.org/id/city/any"))) == 2
    (tmp_path / "a.ttl").write_text("nothing yet")
    with pytest.raises(SettingsError, match=r"holds two files called a; rename a\.ttl"):
        known_dossiers(Settings(home=tmp_path), tmp_path)


def test_a_directory_without_a_submission_and_a_name_that_nothing_has_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"holds no submission: no file there ends in \.nt or \.ttl"):
        known_dossiers(Settings(home=tmp_path), tmp_path)
    with pytest.raises(SettingsError, match="No known dossier is called profile/atlantis; names begin with profile/…"):
        known_dossiers(Settings(home=tmp_path), only=["profile/atlantis"])
