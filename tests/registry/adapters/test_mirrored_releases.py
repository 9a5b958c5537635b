"""The home of a mirror: what is on its way, whose releases they are, and how one becomes current."""

import os
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from registry.adapters.mirrored_releases import SOURCE, HomeOfMirror, read_source
from registry.adapters.release_directories import ReleaseDirectories
from registry.errors import ReleaseError, SettingsError
from registry.mirror_errors import MirrorRefused
from registry.mirror_ports import Source
from registry.model import Release
from registry.ports import ReleaseReader

DAY = date(2026, 6, 30)
ID = "2026-06-30-1"


def line(value: str) -> bytes:
    return f'<https://example.org/a> <https://example.org/says> "{value}" .\n'.encode()


def bring(home: HomeOfMirror, identifier: str, *values: str) -> Release:
    """Bring the N-Quads of a release, and make it current."""
    home.drop(identifier, "hrcr.nq")
    home.append(identifier, "hrcr.nq", b"".join(sorted(map(line, values))))
    return home.admit(Release(identifier, DAY, "1.0.0", "0.1.0", 0, Path()), lambda _reader: None)


def test_whose_releases_they_are_is_remembered(tmp_path: Path) -> None:
    home = HomeOfMirror(tmp_path / "home")
    source = Source(address="https://a.example/", site="https://b.example/", keys=(b"k" * 32,))
    assert home.source() is None
    home.pin(source)
    assert HomeOfMirror(tmp_path / "home").source() == source == read_source(tmp_path / "home")
    (tmp_path / "home" / SOURCE).write_text('{"address": 1}')
    with pytest.raises(SettingsError, match="does not say whose releases lie here"):
        home.source()


def test_a_file_grows_until_it_is_whole_and_can_be_dropped(tmp_path: Path) -> None:
    home, digest = HomeOfMirror(tmp_path), sha256(b"one two").hexdigest()
    assert home.fetched(ID, "tables/a.csv", digest) == 0
    home.append(ID, "tables/a.csv", b"one ")
    assert (home.fetched(ID, "tables/a.csv", digest), home.is_whole(ID, "tables/a.csv", digest)) == (4, False)
    home.append(ID, "tables/a.csv", b"two")
    assert home.is_whole(ID, "tables/a.csv", digest)
    assert home.files(ID) == {"tables/a.csv": b"one two"}
    home.drop(ID, "tables/a.csv")
    assert home.files(ID) == {}


def test_the_store_of_a_release_is_what_its_quads_say_from_nothing_and_from_the_one_before(tmp_path: Path) -> None:
    home = HomeOfMirror(tmp_path)
    assert home.held() is None
    bring(home, ID, "one", "two", "three")
    assert home.held() == ID
    release = bring(home, "2026-06-30-2", "two", "three", "four")
    opened = ReleaseDirectories(tmp_path).current()
    assert (opened.release.id, release.quads) == ("2026-06-30-2", 3)
    assert opened.reader.dump("application/n-quads") == b"".join(sorted(map(line, ("two", "three", "four"))))
    assert home.file(ID, "hrcr.nq") == b"".join(sorted(map(line, ("one", "two", "three"))))
    assert not (tmp_path / "incoming").exists()


def test_a_file_that_is_held_is_taken_over_and_never_written_to(tmp_path: Path) -> None:
    home = HomeOfMirror(tmp_path)
    release = bring(home, ID, "one")
    raw = (release.directory / "hrcr.nq").read_bytes()
    assert home.fetched("2026-06-30-2", "hrcr.nq", sha256(raw).hexdigest()) == len(raw)
    home.append("2026-06-30-2", "hrcr.nq", line("two"))
    assert (release.directory / "hrcr.nq").read_bytes() == raw
    assert home.fetched("2026-06-30-2", "hrcr.ttl", "0" * 64) == 0


def test_what_a_check_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    home = HomeOfMirror(tmp_path)
    bring(home, ID, "one")
    home.append("2026-06-30-2", "hrcr.nq", line("two"))

    def refuse(reader: ReleaseReader) -> None:
        assert b"two" in reader.dump("application/n-quads")
        raise MirrorRefused("not this one")

    with pytest.raises(MirrorRefused, match="not this one"):
        home.admit(Release("2026-06-30-2", DAY, "1.0.0", "0.1.0", 0, Path()), refuse)
    assert home.held() == ID
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == [ID]
    assert home.files("2026-06-30-2") == {"hrcr.nq": line("two")}


def test_another_release_of_a_name_that_is_kept_is_refused_and_the_same_one_is_not(tmp_path: Path) -> None:
    home = HomeOfMirror(tmp_path)
    bring(home, ID, "one")
    bring(home, "2026-06-30-2", "two")
    assert bring(home, ID, "one").id == home.held() == ID
    with pytest.raises(ReleaseError, match="another release of the same name"):
        bring(home, "2026-06-30-2", "three")
    assert home.file("2026-06-30-2", "hrcr.nq") == line("two")


def test_quads_that_are_none_are_no_release(tmp_path: Path) -> None:
    home = HomeOfMirror(tmp_path)
    home.append(ID, "hrcr.nq", b"nothing of the kind\n")
    with pytest.raises(ReleaseError, match="could not be written"):
        home.admit(Release(ID, DAY, "1.0.0", "0.1.0", 0, Path()), lambda _reader: None)
    assert home.held() is None


def test_what_a_killed_mirror_left_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "releases" / ".draft-1" / "store").mkdir(parents=True)
    bring(HomeOfMirror(tmp_path), ID, "one")
    assert sorted(os.listdir(tmp_path / "releases")) == [ID]


def test_only_one_is_at_work_in_a_home(tmp_path: Path) -> None:
    first, second = HomeOfMirror(tmp_path), HomeOfMirror(tmp_path)
    with first.alone(), pytest.raises(MirrorRefused, match="Another"), second.alone():
        pass
    with second.alone():
        pass
