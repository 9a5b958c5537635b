"""Files of evidence keep the same promises in a directory and on an S3-compatible store, which is a real server."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import boto3
import pytest

from registry.adapters import evidence_bucket
from registry.adapters.backups import back_up, bring_back
from registry.adapters.evidence_bucket import EvidenceBucket
from registry.adapters.evidence_files import EvidenceFiles
from registry.errors import SettingsError
from registry.evidence_errors import EvidenceDamaged, EvidenceUnavailable, UnknownEvidence
from registry.evidence_wiring import evidence_files
from registry.ports import EvidenceStore
from registry.settings import Settings
from tests.object_store import object_store

Spoil = Callable[[str, bytes], None]
Kept = tuple[EvidenceStore, Callable[[], EvidenceStore], Spoil]


@pytest.fixture(scope="module")
def new_bucket() -> Iterator[Callable[[], str]]:
    with object_store() as made:
        yield made


def in_directory(place: Path) -> Kept:
    def spoil(digest: str, raw: bytes) -> None:
        path = place / digest[:2] / digest
        path.chmod(0o600)
        path.write_bytes(raw)

    return EvidenceFiles(place), lambda: EvidenceFiles(place), spoil


def in_bucket(url: str) -> Kept:
    def spoil(digest: str, raw: bytes) -> None:
        bucket = url.removeprefix("s3://").partition("/")[0]
        key = f"files/{digest[:2]}/{digest}"
        boto3.session.Session().client("s3").put_object(Bucket=bucket, Key=key, Body=raw)

    return EvidenceBucket(url), lambda: EvidenceBucket(url), spoil


@pytest.fixture(params=["directory", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """A store, the same store opened anew, and what changes a file behind its back."""
    if request.param == "directory":
        return in_directory(tmp_path / "evidence")
    return in_bucket(request.getfixturevalue("new_bucket")() + "/files")


def test_a_file_is_kept_under_its_hash_and_given_back(kept: Kept) -> None:
    store, again, _ = kept
    assert list(store) == []
    digest = store.put(b"minutes")
    assert digest == sha256(b"minutes").hexdigest()
    assert store.get(digest) == b"minutes"
    assert store.get(store.put(b"")) == b""
    other = store.put(bytes(range(256)) * 5_000)
    assert list(again()) == sorted([digest, sha256(b"").hexdigest(), other])
    assert store.put(b"minutes") == digest


def test_a_file_that_was_changed_is_not_given_and_not_taken_for_kept(kept: Kept) -> None:
    store, _, spoil = kept
    digest = store.put(b"minutes")
    spoil(digest, b"minuteS")
    with pytest.raises(EvidenceDamaged, match="is not what was stored"):
        store.get(digest)
    with pytest.raises(EvidenceDamaged):
        store.put(b"minutes")


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n"])
def test_only_a_hash_names_a_file(kept: Kept, name: str) -> None:
    store = kept[0]
    with pytest.raises(UnknownEvidence, match="is no SHA-256"):
        store.get(name)
    with pytest.raises(UnknownEvidence, match="No file of the SHA-256"):
        store.get("0" * 64)


def test_many_who_keep_the_same_and_other_files_at_once_all_succeed(kept: Kept) -> None:
    store = kept[0]
    with ThreadPoolExecutor(8) as pool:
        digests = list(pool.map(lambda number: store.put(f"file {number % 5}".encode()), range(40)))
    assert list(store) == sorted(set(digests))
    assert len(set(digests)) == 5


def test_a_backup_takes_the_files_along_and_brings_them_back(kept: Kept, tmp_path: Path) -> None:
    store, again, _ = kept
    digest = store.put(b"minutes")
    back_up([], tmp_path / "copy", evidence=store)
    assert EvidenceFiles(tmp_path / "copy" / "evidence").get(digest) == b"minutes"
    other = EvidenceFiles(tmp_path / "other")
    bring_back(tmp_path / "copy", tmp_path / "home", evidence=other)
    assert list(other) == list(again()) == [digest]


def test_a_store_that_is_away_or_is_not_there_is_told_and_keeps_nothing(
    new_bucket: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = EvidenceBucket("s3://nobody-made-this")
    for act in (lambda: missing.get("0" * 64), lambda: missing.put(b"minutes"), lambda: list(missing)):
        with pytest.raises(EvidenceUnavailable, match="The store says: NoSuchBucket"):
            act()
    url = new_bucket()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with pytest.raises(EvidenceUnavailable, match=r"could not be kept|cannot be read"):
        EvidenceBucket(url).put(b"minutes")


def test_more_files_than_one_page_of_a_list_are_all_named(
    new_bucket: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_bucket, "PAGE", 3)
    url = new_bucket()
    store, client = EvidenceBucket(url), boto3.session.Session().client("s3")
    digests = sorted(store.put(str(number).encode()) for number in range(10))
    client.put_object(Bucket=url.removeprefix("s3://"), Key="readme.txt", Body=b"")
    assert list(store) == digests


def test_files_of_another_installation_in_the_same_bucket_are_not_named(new_bucket: Callable[[], str]) -> None:
    url = new_bucket()
    whole, part = EvidenceBucket(url), EvidenceBucket(url + "/town")
    ours, theirs = whole.put(b"minutes"), part.put(b"a plan")
    assert (list(whole), list(part)) == ([ours], [theirs])
    with pytest.raises(UnknownEvidence):
        whole.get(theirs)


def test_the_setting_chooses_the_store(new_bucket: Callable[[], str], tmp_path: Path) -> None:
    url = new_bucket()
    digest = evidence_files(Settings.load({}, home=tmp_path, evidence_store=url)).put(b"minutes")
    assert EvidenceBucket(url).get(digest) == b"minutes"
    assert isinstance(evidence_files(Settings(home=tmp_path)), EvidenceFiles)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SettingsError, match="must name a bucket"):
        Settings.load({"HRCR_EVIDENCE_STORE": "https://bucket.example/"})


@pytest.mark.parametrize("url", ["s3://", "https://bucket/x", "s3://me@bucket", "s3://bucket?x=1", "bucket"])
def test_what_names_no_bucket_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="names no bucket"):
        EvidenceBucket(url)
