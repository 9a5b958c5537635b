"""Everything is judged again where something has changed, with the same bytes however many processes work."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from registry.adapters.verdict_files import VerdictFiles
from registry.bulk import Verdict
from registry.bulk_wiring import VERDICTS, Choices, _summary, assess_all, rules_in_force, try_standard
from registry.errors import SettingsError
from registry.impact import Turn
from registry.loading import artefacts
from registry.rejudging import Run
from registry.settings import Settings
from tests.benchmarks.cities import Generator
from tests.registry.drafts_of_standard import asks_more

pytestmark = pytest.mark.bulk

CHOICES = Choices(at=date(2026, 6, 30), is_native=True, processes=2, seed="a")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six made-up cities, and a file that is none."""
    directory = tmp_path_factory.mktemp("cities")
    for city in Generator().cities(6):
        (directory / f"{city.slug}.nt").write_text(city.triples, encoding="utf-8")
    (directory / "broken.ttl").write_text("<a <b", encoding="utf-8")
    return directory


def kept(home: Path) -> dict[str, bytes]:
    return {name: raw for name, _, raw in VerdictFiles(home / VERDICTS)}


def test_the_bytes_are_the_same_however_many_processes_work_and_whatever_the_lot(files: Path, tmp_path: Path) -> None:
    choices = replace(CHOICES, files=files, only=("file/*", "profile/york"))
    one, two = Settings(home=tmp_path / "one"), Settings(home=tmp_path / "two")
    first = assess_all(one, replace(choices, processes=1))
    second = assess_all(two, replace(choices, seed="another"))
    assert kept(one.home) == kept(two.home)
    assert len(kept(one.home)) == 7
    assert (first.known, first.judged, first.seed, second.seed) == (8, 8, "a", "another")
    assert (first.drawn, first.checked) == (5, 4)  # what is no Turtle was drawn, too
    assert [*first.faults] == [*second.faults] == ["file/broken"]
    assert first.notes == second.notes == {}
    assert first.memory > 10_000


def test_only_what_changed_is_judged_again_unless_that_is_asked_for(files: Path, tmp_path: Path) -> None:
    some = tmp_path / "some"
    some.mkdir()
    names = sorted(path.name for path in files.glob("*.nt"))[:3]
    for name in names:
        shutil.copy(files / name, some)
    settings, choices = Settings(home=tmp_path / "home"), replace(CHOICES, files=some, only=("file/*",))
    shown: list[int] = []

    def started(count: int) -> object:
        shown.append(count)
        return shown.append

    def judged(**more: bool) -> int:
        return assess_all(settings, choices, started=started, **more).judged  # type: ignore[arg-type]  # takes what is told

    assert judged() == 3
    before = kept(settings.home)
    assert judged() == 0
    text = (some / names[0]).read_text()
    (some / names[0]).write_text(text.replace("@en", "@en-GB", 1))
    assert judged() == 1
    after = kept(settings.home)
    assert [name for name in after if after[name] != before[name]] == [f"file/{Path(names[0]).stem}"]
    assert judged(again=True) == 3
    assert kept(settings.home) == after
    assert shown == [3, 1, 1, 1, 0, 1, 1, 3, 1, 1, 1]


def test_other_reference_data_are_other_rules() -> None:
    rules = rules_in_force(Settings(), at=date(2026, 6, 30), is_native=True)
    assert dict(rules.hashes) == artefacts().grounds


def test_only_what_both_engines_judged_counts_as_checked() -> None:
    run = Run(("a", "b", "c", "d"), {}, (), sample=frozenset("abc"))
    told = [Verdict(name="a"), Verdict(name="b", note="It panicked."), Verdict(name="c", fault="No Turtle.")]
    summary = _summary(9, run, "seed", told)
    assert (summary.known, summary.judged, summary.drawn, summary.checked) == (9, 4, 3, 1)


def test_a_draft_that_asks_more_tells_who_would_newly_fail_and_touches_nothing(files: Path, tmp_path: Path) -> None:
    draft, settings = asks_more(tmp_path / "draft"), Settings(home=tmp_path / "home")
    choices = replace(CHOICES, files=files, only=("file/*",))
    impact, summary = try_standard(settings, draft, choices)
    assert (impact.cities, summary.drawn, summary.checked) == (6, 5, 4)
    assert Turn.FAILS in {change.turn for change in impact.changes}
    assert impact.before.hashes["standard"] == impact.after.hashes["standard"]
    assert impact.before.hashes["shapes"] != impact.after.hashes["shapes"]
    assert [*impact.unjudged] == ["file/broken"]
    assert not settings.home.exists()
    again, _ = try_standard(settings, draft, replace(choices, processes=1, seed="b"))
    assert again == impact


def test_without_the_extra_a_cluster_is_refused_with_what_to_install(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "registry.adapters.dask_workers", None)
    choices = replace(CHOICES, files=files, only=("file/*",), dask="tcp://127.0.0.1:9", is_native=False)
    with pytest.raises(SettingsError, match=r"install the extra `cluster`"):
        assess_all(Settings(home=tmp_path), choices)
