"""Files as evidence: taken in by kind and size, for their city alone, released by a person with a reason."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef

from registry.adapters.evidence_files import EvidenceFiles
from registry.adapters.file_inspection import inspect, stripped
from registry.adapters.personal_data import find_personal_data
from registry.adapters.sql_evidence import SqlEvidence
from registry.case_errors import ReasonMissing
from registry.cases import Actor
from registry.entry import CITY, Entry, Record, Text
from registry.evidence_errors import EvidenceDamaged, EvidenceRefused, UnknownEvidence
from registry.evidence_filing import (
    FILE,
    PUBLIC_COPY,
    REDACTED,
    SEALED,
    EvidenceFiling,
    Looked,
    Source,
    attached,
    held_files,
    may_release,
    release,
    source_of_file,
    sources_of_entry,
    sources_of_graph,
)
from registry.evidence_model import EvidenceFile
from registry.loading import artefacts
from registry.namespaces import DCAT, HRC, VOCAB
from registry.personal_data import personal_data
from registry.registry import Registry
from tests.planted_files import CONTACT, WRITER, pdf

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
GRAZ, LUND = "https://example.org/id/city/graz", "https://example.org/id/city/lund"
STEWARD = Actor(account="s" * 32, roles=frozenset({"steward"}))
PUBLIC = str(VOCAB["sensitivities/public"])
BASE = "https://w3id.org/hrcr/"


def look(raw: bytes, media_type: str, countries: Collection[str]) -> Looked:
    found = inspect(raw, media_type)
    return Looked(personal_data(found, find_personal_data, countries), found.unread)


@pytest.fixture
def filing(tmp_path: Path) -> EvidenceFiling:
    return EvidenceFiling(
        store=EvidenceFiles(tmp_path / "evidence"),
        records=SqlEvidence(f"sqlite:///{tmp_path}/files.sqlite"),
        look=look,
        strip=stripped,
        clock=lambda: NOON,
        most_bytes=100_000,
        groups=frozenset({"pdf", "text"}),
    )


def take(filing: EvidenceFiling, raw: bytes, city: str = GRAZ) -> EvidenceFile:
    return filing.take(raw, "minutes.pdf", city=city, account="f" * 32)


def test_a_file_is_kept_for_its_city_alone(filing: EvidenceFiling) -> None:
    raw = pdf("Minutes")
    file = take(filing, raw)
    assert filing.read(filing.file(file.sha256, GRAZ)) == raw
    assert list(filing.files(GRAZ)) == [file.sha256]
    with pytest.raises(UnknownEvidence):
        filing.file(file.sha256, LUND)
    assert filing.files(LUND) == {}


def test_kinds_and_sizes_that_the_settings_leave_out_are_refused_and_not_kept(filing: EvidenceFiling) -> None:
    for raw in (b"<html>", b"x" * 100_001, b"", b"\x00\x01"):
        with pytest.raises(EvidenceRefused):
            take(filing, raw)
    assert filing.files(GRAZ) == {}


def test_a_file_is_looked_through_and_a_bare_copy_is_another_file(filing: EvidenceFiling) -> None:
    file = take(filing, pdf(f"Write to {CONTACT}"))
    assert {datum.words for datum in filing.look(file).data} >= {WRITER, CONTACT}
    bare = filing.bare(file, account="f" * 32)
    assert bare is not None
    assert bare.sha256 != file.sha256
    assert WRITER not in {datum.words for datum in filing.look(bare).data}
    assert filing.bare(take(filing, b"plain text"), account="f" * 32) is None


def test_numbers_are_looked_for_as_they_are_dialled_in_the_country_of_the_city(filing: EvidenceFiling) -> None:
    file = take(filing, b"At home: 020 7946 0018, after six.")
    assert filing.look(file).data == ()
    assert [datum.words for datum in filing.look(file, {"GB"}).data] == ["020 7946 0018"]


def test_a_file_that_was_changed_on_disk_is_not_given(filing: EvidenceFiling, tmp_path: Path) -> None:
    file = take(filing, b"plain text")
    place = tmp_path / "evidence" / file.sha256[:2] / file.sha256
    place.chmod(0o600)
    place.write_bytes(b"other text")
    with pytest.raises(EvidenceDamaged):
        filing.read(file)


def test_a_file_is_attached_to_a_source_of_an_entry_and_to_nothing_else(registry: Registry) -> None:
    plan = registry.entry_plan
    part = plan.part_of_class(HRC.Evidence)
    assert part is not None
    entry = Entry(
        GRAZ, {CITY: Record(plan.city.name), "evidence-1": Record(part.name, {"title": (Text("Act", "en"),)})}
    )
    changed = attached(entry, "evidence-1", "a" * 64, plan)
    assert sources_of_entry(changed, plan) == (Source("evidence-1", "Act", "a" * 64, ""),)
    for key in (CITY, "evidence-2"):
        with pytest.raises(UnknownEvidence):
            attached(entry, key, "a" * 64, plan)


def test_what_is_not_said_to_be_public_counts_as_sealed() -> None:
    graph = Graph()
    graph.add((URIRef(f"{GRAZ}#act"), HRC.fileSha256, Literal("a" * 64)))
    assert sources_of_graph(graph) == (Source(f"{GRAZ}#act", "act", "a" * 64, SEALED),)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ((PUBLIC, REDACTED), REDACTED),
        ((SEALED, PUBLIC), SEALED),
        ((REDACTED, SEALED, PUBLIC), SEALED),
        ((PUBLIC, "https://example.org/for-friends"), "https://example.org/for-friends"),
        ((PUBLIC, PUBLIC), PUBLIC),
    ],
)
def test_of_sources_with_the_same_file_the_strictest_counts(said: tuple[str, ...], counts: str) -> None:
    other = Source(f"{GRAZ}#other", "Other", "b" * 64, SEALED)
    sources = [Source(f"{GRAZ}#act-{number}", "Act", "a" * 64, each) for number, each in enumerate(said)]
    assert source_of_file([*sources, other], "a" * 64).sensitivity == counts
    with pytest.raises(UnknownEvidence):
        source_of_file(sources, "c" * 64)


def test_what_the_registry_keeps_is_held_as_rules_read_it(filing: EvidenceFiling) -> None:
    file = take(filing, b"plain text")
    graph = Graph()
    for name, digest in (("act", file.sha256), ("lost", "b" * 64)):
        graph.add((URIRef(f"{GRAZ}#{name}"), HRC.fileSha256, Literal(digest)))
    held = held_files(graph, filing.files(GRAZ), base=BASE)
    assert [str(source) for source in held.subjects(HRC.storedCopy)] == [f"{GRAZ}#act"]
    assert [str(value) for value in held.objects(None, HRC.sha256)] == [file.sha256]


@pytest.mark.parametrize(
    ("roles", "city", "may"),
    [
        ({"steward"}, "", True),
        ({"officer"}, GRAZ, True),
        ({"officer"}, LUND, False),
        ({"officer"}, "", False),
        ({"reviewer"}, GRAZ, False),
        ({"decider"}, "", False),
        ({"public"}, "", False),
    ],
)
def test_stewards_and_the_city_s_own_officers_release(roles: set[str], city: str, may: bool) -> None:
    assert may_release(Actor(account="f" * 32, roles=frozenset(roles), city=city), GRAZ) is may


def released(source: Source, file: EvidenceFile, public: EvidenceFile, reason: str = "Looked through.") -> object:
    return release(source, file, public, actor=STEWARD, reason=reason, at=NOON, base=BASE, syntax=artefacts().syntax)


def test_a_release_names_both_hashes_and_says_where_it_will_be(filing: EvidenceFiling) -> None:
    file = take(filing, pdf("Minutes"))
    bare = filing.bare(file, account="f" * 32)
    assert bare is not None
    event = release(
        Source(f"{GRAZ}#act", "Act", file.sha256, REDACTED),
        file,
        bare,
        actor=STEWARD,
        reason="Looked\n through.",
        at=NOON,
        base=BASE,
        syntax=artefacts().syntax,
    )
    assert event.hashes == {FILE: file.sha256, PUBLIC_COPY: bare.sha256}
    assert (event.office, event.account, event.reason) == ("registry-steward", STEWARD.account, "Looked through.")
    facts = Graph().parse(data=event.payload or b"", format="nt")
    assert [str(each) for each in facts.objects(None, DCAT.downloadURL)] == [f"{BASE}evidence/files/{bare.sha256}"]


def test_sealed_files_and_unredacted_ones_and_releases_without_a_reason_are_refused(filing: EvidenceFiling) -> None:
    file = take(filing, b"plain text")
    with pytest.raises(EvidenceRefused, match="The file is sealed"):
        released(Source(f"{GRAZ}#act", "Act", file.sha256, SEALED), file, file)
    with pytest.raises(EvidenceRefused, match="The file is sealed"):
        released(Source(f"{GRAZ}#act", "Act", file.sha256, "https://example.org/for-friends"), file, file)
    with pytest.raises(EvidenceRefused, match="is to be redacted"):
        released(Source(f"{GRAZ}#act", "Act", file.sha256, REDACTED), file, file)
    with pytest.raises(ReasonMissing):
        released(Source(f"{GRAZ}#act", "Act", file.sha256, PUBLIC), file, file, reason=" \n")
    assert released(Source(f"{GRAZ}#act", "Act", file.sha256, PUBLIC), file, file)
