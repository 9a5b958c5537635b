"""The tables of a release: right CSV, one row one fact, keys that are keys, a code book that omits no column."""

import csv
import io
import json
from collections.abc import Mapping

import pytest
from rdflib import Graph, URIRef

from registry.artefacts import Artefacts
from registry.loading import artefacts as load
from registry.namespaces import EARL, HRC
from registry.ports import OpenRelease
from registry.settings import Settings
from registry.tables import table_files
from tests.questions import release as questions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def artefacts() -> Artefacts:
    return load()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenRelease:
    home = tmp_path_factory.mktemp("home")
    return questions.build(home, questions.judge(Settings(home=home).home))


@pytest.fixture(scope="module")
def files(opened: OpenRelease, artefacts: Artefacts) -> Mapping[str, bytes]:
    return table_files(opened.reader, artefacts.described.tables, artefacts.described.table_queries)


def rows(files: Mapping[str, bytes], slug: str) -> list[dict[str, str]]:
    text = files[f"tables/{slug}.csv"].decode("utf-8")
    assert "\r\n" in text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_city_has_one_row_with_what_its_profile_says(files: Mapping[str, bytes], artefacts: Artefacts) -> None:
    told = {row["city"]: row for row in rows(files, "cities")}
    expected = {str(city): graph for graph in artefacts.files.cities.values() for city in graph.subjects(HRC.standing)}
    assert set(told) == set(expected)
    for iri, row in told.items():
        graph, city = expected[iri], URIRef(iri)
        assert row["country"] == str(graph.value(city, HRC.country))
        assert row["standing"] == str(graph.value(city, HRC.standing))
        assert row["submittedByCity"] == "false"


def test_every_adoption_that_the_turtle_states_has_rows_with_its_sources(
    files: Mapping[str, bytes], artefacts: Artefacts
) -> None:
    told = {(row["city"], row["instrument"], row["relation"]) for row in rows(files, "adoptions")}
    stated = set()
    for graph in artefacts.files.cities.values():
        city = next(graph.subjects(HRC.standing))
        for relation in (HRC.adoptsAsGuidingNorm, HRC.accedesTo, HRC.cites):
            speakers = {city, *graph.objects(city, HRC.reliesOn), *graph.objects(city, HRC.act)}
            stated |= {
                (str(city), str(value), str(relation)) for each in speakers for value in graph.objects(each, relation)
            }
    assert told == stated
    assert all(row["address"].startswith("http") and row["publisher"] for row in rows(files, "adoptions"))


def test_every_outcome_of_every_judged_city_has_one_row_and_none_says_failed(
    files: Mapping[str, bytes], artefacts: Artefacts
) -> None:
    told = rows(files, "outcomes")
    assert len(told) == len(questions.JUDGED) * len(artefacts.standard.requirements)
    assert {row["outcome"] for row in told} <= {str(EARL.passed), str(EARL.cantTell), str(EARL.untested)}
    assert b"failed" not in files["tables/outcomes.csv"]


@pytest.mark.parametrize("slug", ["cities", "declarations", "adoptions", "outcomes"])
def test_a_key_names_one_row_and_rows_are_sorted(files: Mapping[str, bytes], artefacts: Artefacts, slug: str) -> None:
    (table,) = (table for table in artefacts.described.tables if table.slug == slug)
    told = rows(files, slug)
    assert list(told[0]) == [column.name for column in table.columns]
    keys = [tuple(row[name] for name in table.key) for row in told]
    assert len(set(keys)) == len(keys)
    assert [tuple(row.values()) for row in told] == sorted(tuple(row.values()) for row in told)


def test_the_code_book_says_what_every_column_means(files: Mapping[str, bytes], artefacts: Artefacts) -> None:
    metadata, book = json.loads(files["tables/csvw.json"]), files["tables/codebook.md"].decode()
    assert metadata["@context"][0] == "http://www.w3.org/ns/csvw"
    assert [table["url"] for table in metadata["tables"]] == [
        f"{table.slug}.csv" for table in artefacts.described.tables
    ]
    for table in metadata["tables"]:
        header = next(csv.reader(io.StringIO(files[f"tables/{table['url']}"].decode(), newline="")))
        columns = table["tableSchema"]["columns"]
        assert [column["name"] for column in columns] == header
        for column in columns:
            assert len(column["dc:description"]) > 10, column["name"]
            assert f"| `{column['name']}` |" in book


def test_a_definition_comes_from_the_ontology_where_the_term_is_ours(artefacts: Artefacts) -> None:
    terms: Graph = artefacts.files.ontology["hrc"]
    ours = [c for table in artefacts.described.tables for c in table.columns if c.term.startswith(str(HRC))]
    assert len(ours) > 20
    assert all((column.term, None, None) in terms for column in ours)
