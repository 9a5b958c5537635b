"""A release is built beside, switched to at once, and never touched again."""

import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, URIRef

from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.store_address import read_address
from registry.adapters.store_servers import read_servers
from registry.errors import ReleaseError, UnknownRelease
from registry.model import Folded, FoldedGraph, Release
from registry.ports import ReleaseReader
from tests.graph_stores import graph_store
from tests.lines import line

DAY = date(2026, 6, 30)
EX = "https://example.org/"


def said(value: str) -> bytes:
    return line(URIRef(EX + "a"), URIRef(EX + "says"), Literal(value))


def built(directories: ReleaseDirectories, *values: str) -> Release:
    return directories.build(
        Folded({}, tuple(said(value) for value in values)), day=DAY, standard_version="1.0.0", software_version="0.1.0"
    )


def content(directories: ReleaseDirectories) -> set[str]:
    return {str(value) for _, _, value in directories.current().reader.graph(None)}


def test_without_a_release_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(UnknownRelease, match="run `hrcr publish`"):
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
        yield said("two")
        raise ReleaseError("broken on the way")

    with pytest.raises(ReleaseError, match="broken on the way"):
        directories.build(Folded({}, broken()), day=DAY, standard_version="1", software_version="1")  # type: ignore[arg-type]  # a generator
    assert content(directories) == {"one"}
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == ["2026-06-30-1"]


def test_what_is_carried_over_is_the_same_file_unless_it_is_written_anew(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    given = ({"feed/1.nq": b"full", "feed/2.nq": b"begun"}, {"feed/2.nq": b"begun, more"})
    made = [
        directories.build(
            Folded({}, (said(str(number)),)),
            day=DAY,
            standard_version="1",
            software_version="1",
            files=lambda _release, _reader, files=files: files,  # type: ignore[misc]  # a default binds the loop's value
        )
        for number, files in enumerate(given)
    ]
    first, second = (release.directory / "feed" for release in made)
    assert (first / "1.nq").samefile(second / "1.nq")
    assert [(place / "2.nq").read_bytes() for place in (first, second)] == [b"begun", b"begun, more"]
    assert directories.file(made[1].id, "feed/1.nq") == b"full"
    with pytest.raises(UnknownRelease, match=r"has no file feed/3\.nq"):
        directories.file(made[1].id, "feed/3.nq")


def test_what_is_carried_over_is_copied_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_place: Path, _target: Path) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    directories = ReleaseDirectories(tmp_path)
    for number, files in enumerate(({"feed/1.nq": b"full"}, {})):
        release = directories.build(
            Folded({}, (said(str(number)),)),
            day=DAY,
            standard_version="1",
            software_version="1",
            files=lambda _release, _reader, files=files: files,  # type: ignore[misc]  # a default binds the loop's value
        )
    assert (release.directory / "feed" / "1.nq").read_bytes() == b"full"


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


def test_a_file_of_a_release_is_read_without_opening_its_store(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    release = built(directories, "one")
    shutil.rmtree(release.directory / "store")
    assert directories.file(release.id, "release.json") == (release.directory / "release.json").read_bytes()
    for identifier, path in ((release.id, "hrcr.nq"), ("2026-06-30-2", "release.json"), ("../current", "release.json")):
        with pytest.raises(UnknownRelease):
            directories.file(identifier, path)


SAID = st.frozensets(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=4)
CONTENTS = st.dictionaries(st.sampled_from(["one", "two", "three"]), st.tuples(SAID, st.sampled_from("pq")), max_size=3)


def content_of(graphs: Mapping[str, tuple[frozenset[tuple[str, str]], str]]) -> Folded:
    """What a release holds: graphs that may say the same thing twice, or something of one another; not all current."""
    folded, about = {}, []
    for slug, (pairs, reason) in graphs.items():
        name = URIRef(EX + slug)
        lines = [line(URIRef(EX + subject), URIRef(EX + "says"), Literal(value)) for subject, value in sorted(pairs)]
        lines += [line(URIRef(EX + "two"), URIRef(EX + "because"), Literal("p"))] if len(pairs) > 2 else []
        about.append(line(name, URIRef(EX + "because"), Literal(reason)))
        folded[name] = FoldedGraph(repr((sorted(pairs), reason)), partial(iter, lines), is_current=slug != "three")
    return Folded(folded, tuple(about))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(CONTENTS, min_size=2, max_size=4))
def test_a_release_from_a_checkpoint_says_what_one_from_nothing_says(history: list[dict[str, Any]]) -> None:
    facts = {"standard_version": "1.0.0", "software_version": "0.1.0"}
    with TemporaryDirectory() as folder:
        advancing, fresh = ReleaseDirectories(Path(folder) / "a"), ReleaseDirectories(Path(folder) / "b")
        for number, graphs in enumerate(history):
            advancing.build(content_of(graphs), day=DAY + timedelta(days=number), **facts)
        fresh.build(content_of(history[-1]), day=DAY, **facts)
        dumps = [found.current().reader.dump("application/n-quads") for found in (advancing, fresh)]
    assert dumps[0] == dumps[1]


def test_what_is_unchanged_on_the_same_day_is_not_published_again(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    facts = {"standard_version": "1.0.0", "software_version": "0.1.0"}
    one = content_of({"one": (frozenset({("a", "x")}), "p")})
    first = directories.build(one, day=DAY, **facts)
    assert directories.build(one, day=DAY, **facts) == first
    assert directories.build(content_of({"one": (frozenset({("a", "x")}), "q")}), day=DAY, **facts).id == "2026-06-30-2"
    assert directories.build(one, day=DAY + timedelta(days=1), **facts).id == "2026-07-01-1"
    assert [release.id for release in directories.kept()] == ["2026-06-30-1", "2026-06-30-2", "2026-07-01-1"]


def test_what_is_put_beside_the_store_is_there_with_the_release_or_not_at_all(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    facts = {"day": DAY, "standard_version": "1.0.0", "software_version": "0.1.0"}

    def broken(release: Release, reader: ReleaseReader) -> Mapping[str, bytes]:
        raise KeyError(release.id, reader)

    release = directories.build(
        Folded({}, (said("one"),)), **facts, files=lambda found, _: {"a/b.txt": found.id.encode()}
    )
    assert (release.directory / "a" / "b.txt").read_bytes() == b"2026-06-30-1"
    with pytest.raises(KeyError):
        directories.build(Folded({}, (said("two"),)), **facts, files=broken)
    assert [path.name for path in (tmp_path / "releases").iterdir()] == ["2026-06-30-1"]


def test_a_release_is_opened_once_while_it_is_current(tmp_path: Path) -> None:
    directories = ReleaseDirectories(tmp_path)
    built(directories, "one")
    first = directories.current()
    assert directories.current() is first
    built(directories, "two")
    assert directories.current().release.id == "2026-06-30-2"


def test_releases_go_to_and_fro_between_two_servers_and_all_stay_readable(tmp_path: Path) -> None:
    with graph_store() as one, graph_store() as two:
        directories = ReleaseDirectories(tmp_path, read_servers(f"{one.setting} {two.setting}"))
        readers = []
        for word in ("one", "two", "three", "four"):
            built(directories, word)
            readers.append(directories.current().reader)
        lies = [read_address(release.directory) for release in directories.kept()]
        assert lies == [None, None, one.address, two.address]
        dumps = [reader.dump("application/n-quads") for reader in readers]
        assert len(set(dumps)) == 4
        assert dumps == [directories.open(each.id).reader.dump("application/n-quads") for each in directories.kept()]


def test_a_server_that_fails_changes_nothing(tmp_path: Path) -> None:
    with graph_store() as one, graph_store() as two:
        directories = ReleaseDirectories(tmp_path, read_servers(f"{one.setting} {two.setting}"))
        built(directories, "one")
        two.answering = lambda *_: None
        with pytest.raises(ReleaseError, match="could not be brought"):
            built(directories, "two")
        assert directories.current().release.id == "2026-06-30-1"
        assert [path.name for path in (tmp_path / "releases").iterdir()] == ["2026-06-30-1"]
        two.answering = lambda *answer: answer
        built(directories, "two")
        assert read_address(directories.current().release.directory) == two.address
