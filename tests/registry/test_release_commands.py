"""Releases from the command line: listed, compared, checked, signed, as a person would do it."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from registry.adapters.ed25519_key import Ed25519Key
from registry.adapters.release_directories import ReleaseDirectories
from registry.dumps import PUBLIC_KEY, release_files
from registry.loading import artefacts
from registry.model import Folded, FoldedGraph
from tests.lines import line
from tests.registry.test_cli import hrcr

pytestmark = pytest.mark.slow

ITEM = URIRef("https://w3id.org/hrcr/id/city/aldermoor")
LABEL = URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")
GRAPH = URIRef("https://w3id.org/hrcr/graph/profile/aldermoor")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with a key and two signed releases."""
    home = tmp_path / "home"
    assert hrcr("new-key", tmp_path / "key.pem").returncode == 0
    key = Ed25519Key(tmp_path / "key.pem")
    for day, text in ((date(2026, 6, 30), "Aldermoor"), (date(2026, 7, 1), "Town of Aldermoor")):
        said = line(ITEM, LABEL, Literal(text, lang="en"))
        ReleaseDirectories(home).build(
            Folded({GRAPH: FoldedGraph(text, lambda said=said: [said])}),
            day=day,
            standard_version="1.0.0",
            software_version="0.1.0",
            files=lambda made, reader: release_files(made, reader, artefacts().described, signer=key),
        )
    return home


def test_kept_releases_are_listed_the_oldest_first(home: Path, tmp_path: Path) -> None:
    told = hrcr("releases", "--home", home)
    assert [line.split("  ")[0] for line in told.stdout.splitlines()] == ["2026-06-30-1", "2026-07-01-1"]
    assert "make one with `hrcr publish`" in hrcr("releases", "--home", tmp_path / "empty").stdout


def test_two_releases_are_compared_for_people_and_for_programs(home: Path) -> None:
    told = hrcr("diff", "2026-06-30-1", "2026-07-01-1", "--home", home).stdout
    assert "1 items differ, 0 outcomes of requirements differ." in told
    assert f"changed  {ITEM}" in told
    assert 'was  "Aldermoor"@en' in told
    assert 'is   "Town of Aldermoor"@en' in told
    facts = json.loads(hrcr("diff", "2026-06-30-1", "2026-07-01-1", "--format", "json", "--home", home).stdout)
    assert [item["item"] for item in facts["items"]] == [str(ITEM)]
    unknown = hrcr("diff", "2026-06-30-1", "2026-06-30-9", "--home", home)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "No release “2026-06-30-9” is kept" in unknown.stderr


def test_every_kept_release_is_checked_and_a_changed_file_is_named(home: Path) -> None:
    key = home / "releases" / "2026-06-30-1" / PUBLIC_KEY
    shutil.copy(key, home.parent / "public.pem")
    good = hrcr("verify", "--home", home, "--key", home.parent / "public.pem")
    assert good.returncode == 0
    assert good.stdout.count("nothing broken was found") == 2
    assert "not checked" not in good.stdout
    (home / "releases" / "2026-07-01-1" / "hrcr.ttl").write_text("# changed\n")
    bad = hrcr("verify", "--home", home, "--key", home.parent / "public.pem")
    assert bad.returncode == 1
    assert "hrcr.ttl is not the file that was published" in bad.stdout


def test_downloaded_files_are_checked_without_a_server_and_what_is_missing_is_said(home: Path, tmp_path: Path) -> None:
    release = home / "releases" / "2026-07-01-1"
    copy = tmp_path / "copy"
    shutil.copytree(release, copy, ignore=shutil.ignore_patterns("store", "release.json"))
    told = hrcr("verify", copy)
    assert told.returncode == 0
    assert "anybody could enclose a key" in told.stdout
    assert "the engine's own directory is not here" in told.stdout
    changed = tmp_path / "changed"
    shutil.copytree(release, changed)
    shutil.rmtree(changed / "store")
    shutil.copytree(home / "releases" / "2026-06-30-1" / "store", changed / "store")
    assert "or does not say what hrcr.nq says" in hrcr("verify", changed).stdout
    damaged = next((changed / "store").glob("CURRENT"))
    damaged.write_text("nothing")
    told = hrcr("verify", changed)
    assert told.returncode == 1
    assert "The engine's own directory cannot be read" in told.stdout


def test_what_is_no_release_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "city.ttl").write_text("")
    refused = hrcr("verify", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "holds no release and is no export of a ledger" in refused.stderr
    assert "holds no release" in hrcr("verify", tmp_path / "city.ttl").stderr
    no_key = hrcr("verify", "--key", tmp_path / "city.ttl")
    assert "is no Ed25519 public key in PEM" in no_key.stderr
