"""Each release continues the feed of the one before it: the full pages are the same files."""

import shutil
from pathlib import Path

from registry.adapters.release_directories import ReleaseDirectories, public_files
from registry.feed import INDEX, Edition, page_path, read_extent, replayed
from registry.feeding import feed_files
from registry.model import Release
from registry.ports import CARRIED
from tests.editions import DAY, content

FIRST = {f"profile/c{number:03}": "one" for number in range(60)}
SECOND = {**FIRST, "profile/c000": "two", "profile/c001": ""}


def build(releases: ReleaseDirectories, said: dict[str, str], *, told: list[Edition] | None = None) -> Release:
    held = content(said)
    return releases.build(
        held,
        day=DAY,
        standard_version="1",
        software_version="1",
        files=lambda made, _reader: {
            "hrcr.nq": b"",
            **feed_files(releases, Edition(made.id, made.day, held), lambda: told or []),
        },
    )


def feed_of(release: Release) -> dict[str, bytes]:
    folder = release.directory / CARRIED
    return {f"{CARRIED}{path.name}": path.read_bytes() for path in folder.iterdir()}


def test_a_full_page_is_carried_from_release_to_release_and_never_written_again(tmp_path: Path) -> None:
    releases = ReleaseDirectories(tmp_path)
    first, second = build(releases, FIRST), build(releases, SECOND)
    assert read_extent(releases.file(second.id, INDEX)).members == 62
    assert (first.directory / page_path(1)).samefile(second.directory / page_path(1))
    assert not (first.directory / page_path(2)).samefile(second.directory / page_path(2))
    assert feed_of(second)[page_path(2)].startswith(feed_of(first)[page_path(2)])
    assert feed_of(first)[page_path(2)] != feed_of(second)[page_path(2)]


def test_one_after_the_other_gives_what_all_at_once_give(tmp_path: Path) -> None:
    releases = ReleaseDirectories(tmp_path)
    first, second = build(releases, FIRST), build(releases, SECOND)
    editions = [Edition(first.id, DAY, content(FIRST)), Edition(second.id, DAY, content(SECOND))]
    assert feed_of(second) == replayed(editions)


def test_after_a_release_without_a_feed_it_is_made_from_the_first_release_on(tmp_path: Path) -> None:
    releases = ReleaseDirectories(tmp_path)
    first = build(releases, FIRST)
    before = feed_of(first)
    shutil.rmtree(first.directory / CARRIED)
    second = build(releases, SECOND, told=[Edition(first.id, DAY, content(FIRST))])
    assert feed_of(second)[page_path(1)] == before[page_path(1)]
    assert read_extent(releases.file(second.id, INDEX)).members == 62


def test_the_feed_stands_in_no_list_of_hashes(tmp_path: Path) -> None:
    release = build(ReleaseDirectories(tmp_path), FIRST)
    assert set(public_files(release.directory)) == {"hrcr.nq", "release.json"}
