"""What is read of another instance's list and manifest, and what is refused in them."""

import json
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph

from registry.mirror_errors import MirrorRefused
from registry.mirroring import described, facts_of, listed, order, sizes_of, sums_of, to_take, triples_in
from registry.model import Release

ID = "2026-06-30-2"
SHA = "0" * 64


def manifest(identifier: str = ID, **other: str) -> Graph:
    """What a release says of itself, as far as a mirror reads it."""
    said = {"issued": identifier.rsplit("-", 1)[0], "title": "hrcr 0.1.0", "version": "1.0.0"} | other
    iri = f"https://w3id.org/hrcr/release/{identifier}"
    return Graph().parse(
        data=f"""@prefix dct: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
        @prefix prov: <http://www.w3.org/ns/prov#> . @prefix void: <http://rdfs.org/ns/void#> .
        <{iri}> dct:identifier "{identifier}" ; dct:issued "{said["issued"]}" ; void:triples 7 .
        <{iri}#publication> prov:used <https://w3id.org/hrcr/standard/{said["version"]}> .
        <{iri}#software> dct:title "{said["title"]}"@en .
        <{iri}#hrcr.nq> dcat:downloadURL <https://w3id.org/hrcr/releases/{identifier}/hrcr.nq> ; dcat:byteSize 120 .
        """,
        format="turtle",
    )


def catalogue(*identifiers: str) -> Graph:
    graph = Graph()
    for each in identifiers:
        graph.parse(
            data=f"""<https://w3id.org/hrcr/catalogue> <http://www.w3.org/ns/dcat#dataset> <https://e.example/{each}> .
            <https://e.example/{each}> <http://purl.org/dc/terms/identifier> "{each}" .""",
            format="turtle",
        )
    return graph


def test_releases_are_listed_by_day_and_number_and_not_by_their_letters() -> None:
    found = listed(catalogue("2026-06-30-10", "2026-06-30-9", "2026-06-29-11"))
    assert found == ("2026-06-29-11", "2026-06-30-9", "2026-06-30-10")


@pytest.mark.parametrize("name", ["", "../../etc", "2026-13-01-1", "2026-06-30", "2026-06-30-0", "2026-06-30-1/x"])
def test_what_is_no_name_of_a_release_is_refused(name: str) -> None:
    with pytest.raises(MirrorRefused, match="names no release"):
        order(name)
    with pytest.raises(MirrorRefused):
        listed(catalogue("2026-06-30-1", "x" + name.replace("/", "")))


def test_what_is_newer_is_taken_in_order_and_at_first_the_newest_alone() -> None:
    known = ["2026-07-01-1", "2026-06-30-2", "2026-06-30-1"]
    assert to_take(known, None) == ("2026-07-01-1",)
    assert to_take(known, "2026-06-30-1") == ("2026-06-30-2", "2026-07-01-1")
    assert to_take(known, "2026-07-01-1") == to_take([], None) == to_take([], ID) == ()
    with pytest.raises(MirrorRefused, match="older than 2026-07-01-2, which is held"):
        to_take(known, "2026-07-01-2")


def test_hashes_are_read_by_path_and_no_path_leads_elsewhere() -> None:
    assert sums_of(ID, f"{SHA}  hrcr.nq\n{SHA}  tables/cities.csv\n".encode()) == {
        "hrcr.nq": SHA,
        "tables/cities.csv": SHA,
    }
    for path in (
        "../x",
        "/x",
        "a/../b",
        "store/CURRENT",
        "store.json",
        "feed/1.nt",
        "witness/checkpoint",
        ".hidden",
        "a//b",
        "a\\b",
    ):
        with pytest.raises(MirrorRefused, match="no list of its files"):
            sums_of(ID, f"{SHA}  {path}\n".encode())
    for raw in (b"", b"\xff\n", f"{SHA} x\n".encode(), f"{SHA}  x\n{SHA}  x\n".encode()):
        with pytest.raises(MirrorRefused):
            sums_of(ID, raw)


def test_a_release_is_what_its_own_manifest_says() -> None:
    found = described(ID, manifest(), b"one .\ntwo .\n")
    assert (found.id, found.day, found.standard_version, found.software_version) == (
        ID,
        date(2026, 6, 30),
        "1.0.0",
        "0.1.0",
    )
    assert found.quads == 2
    assert triples_in(manifest(), ID) == 7
    assert sizes_of(manifest()) == {f"https://w3id.org/hrcr/releases/{ID}/hrcr.nq": 120}
    facts = json.loads(facts_of(Release(ID, date(2026, 6, 30), "1.0.0", "0.1.0", 2, Path())))
    assert facts == {"id": ID, "day": "2026-06-30", "quads": 2, "standard": "1.0.0", "software": "0.1.0"}


@pytest.mark.parametrize(
    "said",
    [
        Graph(),
        manifest("2026-06-30-1"),
        manifest(issued="2026-06-29"),
        manifest(title="other 1"),
        manifest(title="hrcr ../x"),
        manifest(version="a/b"),
    ],
)
def test_the_manifest_of_another_release_is_refused(said: Graph) -> None:
    with pytest.raises(MirrorRefused, match="does not say of itself"):
        described(ID, said, b"")
