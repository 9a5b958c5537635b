"""Judging everything again and trying a draft, as an operator does it."""

import csv
from pathlib import Path

import pytest
from rdflib import Graph

from registry.namespaces import PROV
from tests.benchmarks.cities import Generator
from tests.registry.drafts_of_standard import asks_more
from tests.registry.test_cli import hrcr

pytestmark = pytest.mark.bulk


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cities")
    for city in Generator().cities(3):
        (directory / f"{city.slug}.nt").write_text(city.triples, encoding="utf-8")
    return directory


def test_everything_is_judged_listed_and_made_again(files: Path, tmp_path: Path) -> None:
    home = ("--home", tmp_path)
    run = ("--native", "--from", files, "--only", "file/*", "--at", "2026-06-30", "--processes", "1")
    first = hrcr("assess", *run, *home, "--seed", "abc")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("3 of 3 known dossiers judged; the others have not changed.\n")
    assert "3 of them were judged by pySHACL as well, and agree (seed abc)." in first.stdout
    assert "0 of 3 known dossiers judged" in hrcr("assess", *run, *home).stdout
    listed = hrcr("verdicts", "--from", files, *home).stdout.splitlines()
    assert len(listed) == 3
    assert all("as of 2026-06-30  standard 1." in line and line.endswith("  current") for line in listed)
    assert hrcr("verdicts", "--outdated", "--from", files, *home).stdout == "No verdict is outdated.\n"
    place = next((tmp_path / "verdicts").glob("*/*/*.nt"))
    told = hrcr("verify", place, "--documents", files, *home)
    assert (told.returncode, "byte for byte" in told.stdout) == (0, True)
    place.write_bytes(place.read_bytes().replace(b"earl#passed", b"earl#failed", 1))
    told = hrcr("verify", place, "--documents", files, *home)
    assert (told.returncode, "BROKEN" in told.stdout) == (1, True)


def test_a_draft_is_tried_and_its_impact_written_in_three_forms(files: Path, tmp_path: Path) -> None:
    draft, to = asks_more(tmp_path / "draft"), tmp_path / "impact"
    told = hrcr(
        *("standard", "try", draft, "--to", to, "--native", "--from", files, "--only", "file/*"),
        *("--at", "2026-06-30", "--home", tmp_path / "home", "--processes", "1"),
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("3 cities judged by both: ")
    assert "<h1>What a draft of the standard would change</h1>" in (to / "impact.html").read_text()
    with (to / "impact.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert rows
    assert f"{len(rows)} differ in all" in told.stdout
    graph = Graph().parse(to / "impact.ttl")
    assert len([*graph.subject_objects(PROV.wasRevisionOf)]) == len(rows)
    assert not (tmp_path / "home").exists()


def test_what_cannot_be_done_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert "say --all, or --only PATTERN" in hrcr("assess").stderr
    told = hrcr("standard", "try", tmp_path)
    assert (told.returncode, "holds no draft of the standard" in told.stderr) == (2, True)
    told = hrcr("assess", "--only", "profile/atlantis", "--home", tmp_path)
    assert (told.returncode, "No known dossier is called profile/atlantis" in told.stderr) == (2, True)
    assert "No verdict is kept yet" in hrcr("verdicts", "--home", tmp_path).stdout


def test_a_file_that_cannot_be_judged_is_named_and_changes_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<a <b")
    told = hrcr("assess", "--from", tmp_path, "--only", "file/*", "--home", tmp_path / "home")
    assert told.returncode == 1
    assert "file/broken: NOT judged: The file is not Turtle" in told.stderr
