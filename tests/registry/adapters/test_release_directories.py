"""A release is built beside, switched to at once, and never touched again."""

from datetime import date
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from registry.adapters.release_directories import ReleaseDirectories
from registry.errors import ReleaseError, UnknownRelease
from registry.model import Quad, Release

DAY = date(2026, 6, 30)
EX = "https://example.org/"


def quad(value: str) -> Quad:
    return Quad(URIRef(EX + "a"), URIRef(EX + "says"), Literal(value), None)


def built(directories: ReleaseDirectories, *values: str) -> Release:
    return directories.build(
        (quad(value) for value in values), day=DAY, standard_version="1.0.0", software_version="0.1.0"
    )


def content(directories: ReleaseDirectories) -> set[str]:
    return {str(value) for _, _, value in directories.current().reader.graph(None)}


def test_without_a_release_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(UnknownRelease, match="run `hrcr build`"):
        ReleaseDirectories(tmp_path).current()


def test_a_built_release_is_current_and_says_what_it_was_built_from(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path / "home")
    release = built(directories, "one", "two")
    assert (release.id, release.quads) == ("2026-06-30-1", 2)
    assert directories.current().release == release
    assert content(directories) == {"one", "two"}


def test_the_next_release_of_a_day_has_the_next_number_and_the_old_one_stays(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    first = built(directories, "one")
    reader = directories.current().reader
    second = built(directories, "two")
    assert second.id == "2026-06-30-2"
    assert content(directories) == {"two"}
    assert {str(value) for _, _, value in reader.graph(None)} == {"one"}
    assert first.directory.is_dir()


def test_a_build_that_breaks_leaves_nothing_and_switches_nothing(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    built(directories, "one")

    def broken() -> object:
        yield quad("two")
        raise ReleaseError("broken on the way")

    with pytest.raises(ReleaseError, match="broken on the way"):
        directories.build(broken(), day=DAY, standard_version="1", software_version="1")  # type: ignore[arg-type]  # a generator of quads
    assert content(directories) == {"one"}
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == ["2026-06-30-1"]


def test_a_directory_without_description_is_no_release(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    release = built(directories, "one")
    (release.directory / "release.json").write_text("{}")
    with pytest.raises(ReleaseError, match="is not a release"):
        directories.current()


def test_every_kept_release_is_listed_the_oldest_first_and_opened_by_its_identifier(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    assert directories.kept() == []
    first, second = built(directories, "one"), built(directories, "two")
    assert list(directories.kept()) == [first, second]
    assert {str(value) for _, _, value in directories.open(first.id).reader.graph(None)} == {"one"}


@pytest.mark.parametrize("name", ["2026-06-30-2", "../current", "", "2026-06-30-1/../2026-06-30-1"])
def test_a_release_that_is_not_kept_is_unknown(name: str, tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    built(directories, "one")
    with pytest.raises(UnknownRelease):
        directories.open(name)
