"""A mirror holds what was published, byte for byte, or what it held before."""

import base64
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from registry import mirror as mirroring
from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.adapters.mirrored_releases import HomeOfMirror
from registry.adapters.release_directories import ReleaseDirectories, public_files
from registry.dumps import SIGNATURE, SUMS
from registry.fetch_errors import BrokenAnswer, Unreachable
from registry.mirror import Mirror
from registry.mirror_errors import MirrorRefused
from registry.mirror_wiring import open_mirror
from registry.settings import Settings
from registry.verification import Kind
from registry.verification_wiring import verify_path
from tests.publisher import ITEM, LABEL, Publisher, giving, publisher

pytestmark = pytest.mark.slow

FIRST, SECOND, THIRD = "2026-06-30-1", "2026-06-30-2", "2026-06-30-3"


@pytest.fixture
def source(tmp_path: Path) -> Publisher:
    """An instance with one release."""
    found = publisher(tmp_path / "there")
    found.publish("Aldermoor", "Alder Moor")
    return found


@pytest.fixture
def address(source: Publisher) -> Iterator[str]:
    with giving(source) as address:
        yield address


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


@pytest.fixture
def mirror(address: str, home: Path) -> Mirror:
    return open_mirror(Settings(home=home), address)


def held(home: Path) -> tuple[str, set[str]]:
    """What readers of the mirror get: the current release and its labels."""
    opened = ReleaseDirectories(home).current()
    return opened.release.id, {str(label) for label in opened.reader.graph(None).objects(ITEM, LABEL)}


def test_the_newest_release_is_taken_first_and_is_what_was_published(
    mirror: Mirror, source: Publisher, home: Path
) -> None:
    source.publish("Aldermoor", "Town of Aldermoor")
    (taken,) = mirror.follow()
    assert held(home) == (SECOND, {"Aldermoor", "Town of Aldermoor"})
    published = public_files(source.home / "releases" / SECOND)
    kept = public_files(taken.directory)
    assert {name: body for name, body in kept.items() if name != "release.json"} == {
        name: body for name, body in published.items() if name != "release.json"
    }
    checks = verify_path(taken.directory, keys=(source.signer.public_key,))
    assert {check.kind for check in checks} == {Kind.HOLDS}
    assert not (home / "incoming").exists()
    assert mirror.source.keys == (source.signer.public_key,)


def test_every_release_that_follows_is_taken_in_its_order(mirror: Mirror, source: Publisher, home: Path) -> None:
    mirror.follow()
    source.publish("Aldermoor", "Town of Aldermoor")
    source.publish("Town of Aldermoor", "City of Aldermoor", "Alder Moor")
    assert [release.id for release in mirror.follow()] == [SECOND, THIRD]
    assert held(home) == (THIRD, {"Town of Aldermoor", "City of Aldermoor", "Alder Moor"})
    assert [release.id for release in ReleaseDirectories(home).kept()] == [FIRST, SECOND, THIRD]
    for release in ReleaseDirectories(home).kept():
        checks = verify_path(release.directory, keys=(source.signer.public_key,))
        assert {check.kind for check in checks} == {Kind.HOLDS}


def test_a_list_that_has_not_changed_costs_one_request_and_files_that_are_held_none(
    mirror: Mirror, source: Publisher
) -> None:
    mirror.follow()
    source.asked.clear()
    assert mirror.follow() == ()
    assert source.asked == [("/releases", "")]
    source.asked.clear()
    source.publish("Aldermoor", "Town of Aldermoor")
    mirror.follow()
    fetched = [path.rpartition("/")[2] for path, _ in source.asked]
    assert "hrcr.nq" in fetched
    assert "codebook.md" not in fetched


def other_bytes(source: Publisher) -> None:
    source.given[f"/releases/{SECOND}/hrcr.ttl"] += b"# changed\n"


def half(source: Publisher) -> None:
    del source.given[f"/releases/{SECOND}/hrcr.jsonld"]


def unsigned(source: Publisher) -> None:
    del source.given[f"/releases/{SECOND}/{SIGNATURE}"]


def signed_anew(source: Publisher) -> None:
    """Somebody else signs, and encloses a key of their own."""
    path = source.home.parent / "other.pem"
    new_key(path)
    forge(source, SECOND, Ed25519Key(path))


def changed_and_signed(source: Publisher) -> None:
    """The owner of the key signs a release whose quads are not in order."""
    lines = source.given[f"/releases/{SECOND}/hrcr.nq"].splitlines(keepends=True)
    source.given[f"/releases/{SECOND}/hrcr.nq"] = b"".join(reversed(lines))
    forge(source, SECOND, source.signer)


def one_quad_less(source: Publisher) -> None:
    """The owner of the key signs fewer triples than the manifest states."""
    lines = source.given[f"/releases/{SECOND}/hrcr.nq"].splitlines(keepends=True)
    source.given[f"/releases/{SECOND}/hrcr.nq"] = b"".join(line for line in lines if b"graph/profile" in line)
    forge(source, SECOND, source.signer)


def an_old_one_under_a_new_name(source: Publisher) -> None:
    for path, body in list(source.given.items()):
        if path.startswith(f"/releases/{FIRST}/"):
            source.given[path.replace(FIRST, SECOND)] = body


def elsewhere(source: Publisher) -> None:
    source.given[f"/releases/{SECOND}/{SUMS}"] += f"{'0' * 64}  ../../current\n".encode()


def no_list(source: Publisher) -> None:
    source.given["/releases"] = b"<html>"


def set_back(source: Publisher) -> None:
    lines = source.given["/releases"].splitlines(keepends=True)
    source.given["/releases"] = b"".join(line.replace(b"2026-06-30", b"2026-06-29") for line in lines)


def rewritten(source: Publisher) -> None:
    source.given[f"/releases/{FIRST}/{SUMS}"] += b" "


def forge(source: Publisher, identifier: str, signer: Ed25519Key) -> None:
    """Make hashes and signature of a release fit what is given."""
    start = f"/releases/{identifier}/"
    names = [line.split("  ")[1] for line in source.given[start + SUMS].decode().splitlines()]
    sums = "".join(f"{sha256(source.given[start + name]).hexdigest()}  {name}\n" for name in names).encode()
    source.given[start + SUMS] = sums
    source.given[start + SIGNATURE] = base64.b64encode(signer.sign(sums)) + b"\n"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (other_bytes, "hrcr.ttl is longer than is stated"),
        (half, r"is not whole: hrcr.jsonld is not at .* \(status 404\)"),
        (unsigned, "a mirror takes signed releases only"),
        (signed_anew, "is not signed with the key that was pinned at first or given"),
        (changed_and_signed, "hrcr.nq is not canonical"),
        (one_quad_less, "Its default graph has not the"),
        (an_old_one_under_a_new_name, "does not say of itself that it is that release"),
        (elsewhere, "no list of its files"),
        (no_list, "describes its releases in a way that is not RDF"),
        (set_back, "older than 2026-06-30-1, which is held"),
        (rewritten, "no release may ever change"),
    ],
)
def test_what_is_not_what_was_published_is_refused_and_what_is_held_stays(
    mirror: Mirror, source: Publisher, home: Path, spoil: Callable[[Publisher], None], sentence: str
) -> None:
    mirror.follow()
    source.publish("Aldermoor", "Town of Aldermoor")
    spoil(source)
    with pytest.raises(MirrorRefused, match=sentence):
        mirror.follow()
    assert held(home) == (FIRST, {"Aldermoor", "Alder Moor"})
    assert [path.name for path in (home / "releases").iterdir()] == [FIRST]
    source.give()
    assert [release.id for release in mirror.follow()] == [SECOND]


def test_a_key_is_trusted_with_the_first_release_that_is_taken_and_not_before(
    mirror: Mirror, source: Publisher, home: Path
) -> None:
    source.publish("Aldermoor", "Town of Aldermoor")
    changed_and_signed(source)
    with pytest.raises(MirrorRefused, match="is not canonical"):
        mirror.follow()
    assert HomeOfMirror(home).source() == mirror.source
    assert mirror.source.keys == ()
    source.give()
    again = open_mirror(Settings(home=home), mirror.source.address)
    assert [release.id for release in again.follow()] == [SECOND]
    assert HomeOfMirror(home).source() == again.source
    assert again.source.keys == (source.signer.public_key,)


def test_where_readers_find_the_instance_is_remembered_though_nothing_is_new(mirror: Mirror, home: Path) -> None:
    mirror.follow()
    again = open_mirror(Settings(home=home), mirror.source.address, keys=(b"n" * 32,), site="https://a.example")
    assert again.follow() == ()
    known = HomeOfMirror(home).source()
    assert known is not None
    assert (known.site, known.keys) == ("https://a.example/", mirror.source.keys)


def test_a_download_goes_on_where_it_broke_off(
    mirror: Mirror, source: Publisher, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirroring, "PIECE", 300)
    source.publish(*(f"Label {number}" for number in range(20)))
    assert len(source.given[f"/releases/{SECOND}/hrcr.nq"]) > 1_000
    source.cut = 700
    with pytest.raises(BrokenAnswer):
        mirror.follow()
    source.cut = None
    source.asked.clear()
    mirror.follow()
    assert held(home)[0] == SECOND
    assert next(part for path, part in source.asked if path.endswith(".nq")) == "bytes=600-899"


def test_a_start_that_was_another_is_not_gone_on_with(
    mirror: Mirror, source: Publisher, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirroring, "PIECE", 300)
    HomeOfMirror(home).append(FIRST, "hrcr.nq", b"something else")
    mirror.follow()
    assert held(home)[0] == FIRST
    assert next(part for path, part in source.asked if path.endswith(".nq")) == "bytes=14-313"


def test_a_source_that_does_not_answer_takes_nothing_away(mirror: Mirror, source: Publisher, home: Path) -> None:
    mirror.follow()
    lost = open_mirror(Settings(home=home), mirror.source.address)
    source.given["/releases"] = b""
    with giving(source) as gone:
        pass
    with pytest.raises(Unreachable):
        open_mirror(Settings(home=home.with_name("other")), gone).follow()
    assert lost.follow() == ()
    assert held(home)[0] == FIRST


def test_one_mirroring_of_a_home_at_a_time(mirror: Mirror, home: Path) -> None:
    with HomeOfMirror(home).alone(), pytest.raises(MirrorRefused, match="Another `hrcr mirror` is at work"):
        mirror.follow()
    assert len(mirror.follow()) == 1


def test_a_day_later_comes_after_whatever_its_number(mirror: Mirror, source: Publisher, home: Path) -> None:
    mirror.follow()
    source.publish("Aldermoor", day=date(2026, 7, 1))
    assert [release.id for release in mirror.follow()] == ["2026-07-01-1"]
    assert held(home) == ("2026-07-01-1", {"Aldermoor"})
