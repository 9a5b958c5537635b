"""Every fact of the shared compilation is in the data, or left out for a reason that docs/data.md counts."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
HRC = Namespace("https://w3id.org/hrcr/def#")
ORG = Namespace("http://www.w3.org/ns/org#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
ITEMS = "https://w3id.org/hrcr/id/"
SEED = {"graz", "salzburg", "vienna", "york", "barcelona", "utrecht", "middelburg", "lund", "rosario", "gwangju"}
VOCABULARY = "https://w3id.org/hrcr/vocab/"
RANK_CLAIM = re.compile(
    r"\b(?:first|second|third|fifth|sixth|best|leading|largest|oldest)\b(?: [\w-]+){0,4} "
    r"(?:city|cities|town|municipality|community|commission|council|country|world)\b",
    re.IGNORECASE,
)
REASONS = ("Unconfirmed", "Not found", "Rank claim")
# Things that are known by name and carry no claim of their own.
WITHOUT_SOURCE = {HRC.City, HRC.Evidence, ORG.Organization, URIRef("http://purl.org/linked-data/registry#RegisterItem")}

Counts = dict[tuple[str, str], tuple[int, ...]]


@pytest.fixture(scope="module")
def files() -> dict[str, Graph]:
    """Each Turtle file of the profiles and the reference data, parsed, by its path below data/."""
    paths = sorted([*(ROOT / "data/cities").glob("*.ttl"), *(ROOT / "data/reference").glob("*.ttl")])
    return {path.relative_to(ROOT / "data").as_posix(): Graph().parse(path) for path in paths}


@pytest.fixture(scope="module")
def identifiers(files: dict[str, Graph]) -> Counter[str]:
    return Counter(str(value) for graph in files.values() for value in graph.objects(None, DCTERMS.identifier))


@pytest.fixture(scope="module")
def facts() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Each fact of cities.json by slug/property/number: the kind of its record, its property, the fact."""
    path = SHARED / "cities.json"
    if not path.exists():
        pytest.fail(f"{path} is missing; run without -m shared where there is no shared folder")
    found = {}
    for record in json.loads(path.read_text(encoding="utf-8")):
        numbers: Counter[str] = Counter()
        for fact in record["facts"]:
            name = fact["property"]
            numbers[name] += 1
            found[f"{record['slug']}/{name}/{numbers[name]}"] = (record["record_type"], name, fact)
    return found


def reason_to_leave_out(name: str, fact: dict[str, Any]) -> str | None:
    if fact["confidence"] == "unconfirmed":
        return "Not found" if str(fact["value"]).startswith("not found") else "Unconfirmed"
    return "Rank claim" if name == "rank_claim" else None


def fact_of(identifier: str) -> str:
    """The fact an identifier stands for: a fourth part only numbers further statements of one fact."""
    return "/".join(identifier.split("/")[:3])


def table_of_the_documentation() -> Counts:
    """The counting table of docs/data.md without its sums: (record, property) -> facts, in, out by reason."""
    counts: Counts = {}
    for line in (ROOT / "docs/data.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[1].startswith("`"):
            counts[cells[0], cells[1].strip("`")] = tuple(int(cell) for cell in cells[2:])
    return counts


def is_item(node: Node) -> bool:
    return isinstance(node, URIRef) and str(node).startswith(ITEMS)


@pytest.mark.shared
def test_the_facts_in_the_data_are_exactly_those_that_no_reason_leaves_out(
    facts: dict[str, tuple[str, str, dict[str, Any]]], identifiers: Counter[str]
) -> None:
    expected = {key for key, (_, name, fact) in facts.items() if reason_to_leave_out(name, fact) is None}
    assert len(facts) == 1100
    assert {fact_of(identifier) for identifier in identifiers} == expected


@pytest.mark.shared
def test_the_table_of_the_documentation_counts_every_fact_in_or_out(
    facts: dict[str, tuple[str, str, dict[str, Any]]], identifiers: Counter[str]
) -> None:
    held = {fact_of(identifier) for identifier in identifiers}
    counted: dict[tuple[str, str], Counter[str]] = {}
    for key, (kind, name, fact) in facts.items():
        row = counted.setdefault((kind, name), Counter())
        row["Facts"] += 1
        row["In"] += key in held
        row[str(reason_to_leave_out(name, fact))] += 1
    recounted = {key: (row["Facts"], row["In"], *(row[reason] for reason in REASONS)) for key, row in counted.items()}
    assert all(total == sum(rest) for total, *rest in recounted.values())
    assert table_of_the_documentation() == recounted


@pytest.mark.shared
def test_the_confidence_of_every_single_claim_is_that_of_its_fact(
    facts: dict[str, tuple[str, str, dict[str, Any]]], files: dict[str, Graph]
) -> None:
    stated, expected = {}, {}
    for graph in files.values():
        for node, identifier in graph.subject_objects(DCTERMS.identifier):
            if len(set(graph.objects(node, DCTERMS.identifier))) == 1:
                stated[str(identifier)] = str(graph.value(node, HRC.confidence)).rsplit("/", 1)[1]
                expected[str(identifier)] = facts[fact_of(str(identifier))][2]["confidence"]
    assert stated == expected


@pytest.mark.shared
def test_every_claim_rests_on_the_addresses_its_fact_names(
    facts: dict[str, tuple[str, str, dict[str, Any]]], files: dict[str, Graph]
) -> None:
    stated, expected = {}, {}
    for graph in files.values():
        for node, identifier in graph.subject_objects(DCTERMS.identifier):
            sources = graph.objects(node, HRC.supportedBy)
            stated[str(identifier)] = {str(graph.value(source, DCAT.accessURL)) for source in sources}
            fact = facts[fact_of(str(identifier))][2]
            named = [fact["source_url"], *(more["url"] for more in fact.get("additional_sources", []))]
            expected[str(identifier)] = set(named)
    assert stated == expected


def test_the_table_has_a_row_for_every_property_and_adds_up() -> None:
    rows = table_of_the_documentation().values()
    assert len(rows) == 71
    assert tuple(map(sum, zip(*rows, strict=True))) == (1100, 1035, 38, 14, 13)


def test_there_are_68_profiles_and_four_reference_files_with_the_seed_among_them(files: dict[str, Graph]) -> None:
    profiles = {Path(name).stem for name in files if name.startswith("cities/")}
    assert (len(profiles), len(files)) == (68, 72)
    assert profiles >= SEED


def test_no_identifier_stands_on_two_claims(identifiers: Counter[str]) -> None:
    assert [identifier for identifier, times in identifiers.items() if times > 1] == []


def test_every_claim_has_a_source_and_a_confidence(files: dict[str, Graph]) -> None:
    missing = []
    for name, graph in files.items():
        for node in set(graph.subjects()):
            types = set(graph.objects(node, RDF.type))
            claims = set(graph.objects(node, DCTERMS.identifier)) or not types & WITHOUT_SOURCE
            named_only = types & {HRC.Event, HRC.Network} and name.startswith("reference/")
            sourced = (node, HRC.supportedBy, None) in graph and (node, HRC.confidence, None) in graph
            if claims and not sourced and not named_only:
                missing.append((name, node))
    assert missing == []


def test_every_source_has_a_web_address_a_publisher_and_a_date_or_none_printed(files: dict[str, Graph]) -> None:
    faults = []
    for name, graph in files.items():
        for source in graph.subjects(RDF.type, HRC.Evidence):
            addresses = [str(value) for value in graph.objects(source, DCAT.accessURL)]
            dated = [(source, term, None) in graph for term in (DCTERMS.issued, HRC.undated, HRC.earliest)]
            publishers = list(graph.objects(source, DCTERMS.publisher))
            if len(addresses) != 1 or len(publishers) != 1 or dated.count(True) != 1:
                faults.append((name, source))
    assert faults == []


def test_every_address_is_http_or_https(files: dict[str, Graph]) -> None:
    addresses = {str(value) for graph in files.values() for value in graph.objects(None, DCAT.accessURL)}
    assert len(addresses) == 420
    assert [address for address in addresses if not address.startswith(("http://", "https://"))] == []


def test_every_item_that_is_pointed_at_is_known(files: dict[str, Graph]) -> None:
    known = {node for graph in files.values() for node in graph.subjects()}
    pointed_at = {node for graph in files.values() for node in graph.objects() if is_item(node)}
    assert pointed_at - known == set()


def test_every_concept_that_is_pointed_at_is_in_a_vocabulary(files: dict[str, Graph]) -> None:
    vocabularies = Graph()
    for path in sorted((ROOT / "ontology/vocabularies").glob("*.ttl")):
        vocabularies.parse(path)
    pointed_at = {str(node) for graph in files.values() for node in graph.objects() if isinstance(node, URIRef)}
    concepts = {node for node in pointed_at if node.startswith(VOCABULARY)}
    assert len(concepts) > 100
    assert concepts - {str(node) for node in vocabularies.subjects()} == set()


def test_no_text_of_ours_claims_to_be_first_or_best(files: dict[str, Graph]) -> None:
    claims = []
    for name, graph in files.items():
        for subject, predicate, text in graph:
            page_title = predicate == DCTERMS.title and (subject, DCAT.accessURL, None) in graph
            if isinstance(text, Literal) and not page_title and RANK_CLAIM.search(text):
                claims.append((name, str(text)))
    assert claims == []


def test_no_profile_speaks_of_a_level_or_an_outcome(files: dict[str, Graph]) -> None:
    levels = [(name, node) for name, graph in files.items() for node in graph.subjects(HRC.level)]
    texts = {name: (ROOT / "data" / name).read_text(encoding="utf-8") for name in files}
    words = [
        (name, word)
        for name, text in texts.items()
        for word in ("failed", "earl:", "standings:accredited")
        if word in text
    ]
    assert (levels, words) == ([], [])
