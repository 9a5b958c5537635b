"""The public files of a release: what stands in them, that they are signed, and that they are the same every time."""

import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyoxigraph
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from rdflib import Graph
from rdflib.compare import isomorphic

from registry.adapters.ed25519_key import Ed25519Key, is_signed, new_key
from registry.adapters.oxigraph_store import OxigraphBuilder, OxigraphReader
from registry.dumps import (
    DOCUMENTS,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    SUMS,
    public_key_pem,
    read_public_key,
    read_public_keys,
    read_sums,
    release_files,
)
from registry.fold import fold
from registry.model import Release
from registry.registry import Registry
from tests.server.conftest import events, turtle

TABLES = {f"tables/{name}.csv" for name in ("cities", "declarations", "adoptions", "outcomes")}
PATHS = {*DOCUMENTS, *TABLES, "tables/csvw.json", "tables/codebook.md", MANIFEST, SUMS}
RELEASE = Release("2026-06-30-1", date(2026, 6, 30), "1.0.0", "0.1.0", 2, Path())
SHA = b"0" * 64
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()


@pytest.fixture(scope="module")
def reader(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> OxigraphReader:
    graphs = {"profile/aldermoor": turtle("aldermoor.ttl"), "assessment/aldermoor": turtle("aldermoor-assessment.ttl")}
    store = tmp_path_factory.mktemp("release") / "store"
    OxigraphBuilder().build(store, fold(events(graphs), registry.artefacts.syntax))
    return OxigraphReader(store)


@pytest.fixture(scope="module")
def files(registry: Registry, reader: OxigraphReader) -> Mapping[str, bytes]:
    return release_files(RELEASE, reader, registry.artefacts.described, signer=None)


def test_every_document_stands_in_the_sums_and_nothing_is_signed_without_a_key(files: Mapping[str, bytes]) -> None:
    assert set(files) == PATHS
    expected = {path: hashlib.sha256(files[path]).hexdigest() for path in PATHS - {SUMS}}
    assert files[SUMS] == "".join(f"{expected[path]}  {path}\n" for path in sorted(expected)).encode()
    assert read_sums(files[SUMS]) == (expected, True)


@pytest.mark.parametrize("raw", [b"", b"\xff\n", b"0 x\n", b"%b x\n" % SHA, b"%b  x\n%b  x\n" % (SHA, SHA), b"\n"])
def test_what_is_no_list_of_hashes_is_told(raw: bytes) -> None:
    assert read_sums(raw)[1] is False


def test_lines_that_can_be_read_are_given_beside_those_that_cannot() -> None:
    assert read_sums(b"%b  tables/a b.csv\nno hash\n" % SHA) == ({"tables/a b.csv": SHA.decode()}, False)


def test_the_n_quads_are_sorted_lines_without_a_blank_node(files: Mapping[str, bytes]) -> None:
    lines = files["hrcr.nq"].splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) > 100
    assert not any(line.startswith(b"_:") for line in lines)


def test_turtle_and_json_ld_say_what_the_default_graph_says(files: Mapping[str, bytes], reader: OxigraphReader) -> None:
    default = reader.graph(None)
    assert isomorphic(Graph().parse(data=files["hrcr.ttl"], format="turtle"), default)
    parsed = pyoxigraph.parse(files["hrcr.jsonld"], pyoxigraph.RdfFormat.JSON_LD)
    assert {str(quad.triple) for quad in parsed} == {
        line.removesuffix(" .") for line in default.serialize(format="nt").splitlines() if line
    }


def test_with_a_key_the_sums_are_signed_and_the_public_half_is_enclosed(
    registry: Registry, reader: OxigraphReader, tmp_path: Path
) -> None:
    public = new_key(tmp_path / "key.pem")
    signed = release_files(RELEASE, reader, registry.artefacts.described, signer=Ed25519Key(tmp_path / "key.pem"))
    assert read_public_key(signed[PUBLIC_KEY]) == public
    assert f"  {PUBLIC_KEY}\n".encode() in signed[SUMS]
    signature = base64.b64decode(signed[SIGNATURE])
    assert is_signed(public, signature, signed[SUMS])
    assert not is_signed(public, signature, signed[SUMS] + b" ")


def test_a_public_key_is_written_as_others_write_it_and_read_again() -> None:
    pem = public_key_pem(KEY.public_bytes_raw())
    assert pem == KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert load_pem_public_key(pem).public_bytes_raw() == read_public_key(pem)  # type: ignore[union-attr]  # it is Ed25519


@pytest.mark.parametrize("text", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", b"\xff", b"key"])
def test_another_text_is_no_public_key(text: bytes) -> None:
    assert read_public_key(text) is None


BUILD = """
import hashlib, random, sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from registry.adapters.release_directories import ReleaseDirectories
from registry.dumps import release_files
from registry.fold import fold
from registry.settings import Settings
from registry.loading import artefacts
from tests.server.conftest import events, turtle
files = artefacts().files
graphs = {f"reference/{slug}": graph for slug, graph in files.reference.items()}
graphs |= {f"ontology/{slug}": graph for slug, graph in files.ontology.items()}
graphs["profile/aldermoor"] = turtle("aldermoor.ttl")
syntax = artefacts().syntax
told = [replace(event, payload=syntax.canonical(graphs[event.case])) for event in events(graphs)]
random.Random(sys.argv[2]).shuffle(told)
release = ReleaseDirectories(Path(sys.argv[1])).build(
    fold(told, syntax), day=date(2026, 6, 30), standard_version="1.0.0", software_version="0.1.0",
    files=lambda made, reader: release_files(made, reader, artefacts().described, signer=None))
for path in sorted(release.directory.rglob("*")):
    if path.is_file() and "store" not in path.parts:
        print(path.relative_to(release.directory), hashlib.sha256(path.read_bytes()).hexdigest())
"""


@pytest.mark.slow
def test_the_same_events_give_the_same_bytes_whatever_the_seed_the_locale_and_the_order(tmp_path: Path) -> None:
    told = set()
    for number, (seed, locale, zone) in enumerate(
        (("0", "C", "UTC"), ("1", "tr_TR.UTF-8", "Asia/Tokyo"), ("2", "", ""))
    ):
        variables = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        run = [sys.executable, "-c", BUILD, str(tmp_path / str(number)), seed]
        told.add(subprocess.run(run, env=variables, capture_output=True, text=True, check=True).stdout)
    assert len(told) == 1
    assert {line.split()[0] for line in told.pop().splitlines()} == PATHS | {"release.json"}


def test_several_public_keys_may_stand_in_one_file() -> None:
    one, other = public_key_pem(bytes(32)), public_key_pem(bytes(range(32)))
    assert read_public_keys(one) == (bytes(32),)
    assert read_public_keys(one + b"\n" + other) == (bytes(32), bytes(range(32)))
    assert read_public_keys(one + b"no key\n" + other) == ()
    assert read_public_keys(one + b"no key\n") == ()
    assert read_public_keys(b"") == ()
