"""The competency questions: each is well kept, and each gives exactly its answer on a release built from the tree."""

import csv
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from rdflib import Graph

from registry.loading import questions
from registry.model import Outcome, Report, Solutions
from registry.namespaces import PREFIXES, ROOT
from registry.ports import OpenRelease
from registry.queries import QueryForm, examine_query
from registry.query_tokens import tokens
from registry.settings import Settings
from registry.wiring import wire
from tests.questions import from_cities, from_turtle
from tests.questions.release import JUDGED, build, everything, judge

FOLDER: Final = Path(__file__).parent
SHARED: Final = FOLDER.parents[2] / "shared" / "cities.json"
QUESTIONS: Final = questions()
READ: Final = {path.stem: path for path in sorted((FOLDER / "expected").glob("*.csv"))}
"""Whole results that were read against the data files, by slug."""
ABOUT_ASSESSMENTS: Final = ("25-demonstrated-where", "26-not-shown-for-a-city", "27-how-cities-were-judged")
AUDIENCES: Final = {"researchers", "networks", "officers", "reviewers", "inhabitants"}
HEADER: Final = re.compile(
    r"# (?P<words>\S.+\?(?: \(.+\))?)\n# For: (?P<audience>\w+)\n# Keywords: (?P<keywords>\S.*)\n\n"
)
MOST_SECONDS: Final = 2.0

Rows = list[tuple[str, ...]]


@pytest.fixture(scope="session")
def artefacts() -> Graph:
    """Every Turtle file of the tree in one graph."""
    return everything(wire(Settings()).artefacts)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> OpenRelease:
    """A release without assessments, built once."""
    return build(tmp_path_factory.mktemp("release"))


def ask(release: OpenRelease, slug: str) -> tuple[tuple[str, ...], Rows]:
    """Give the variables and the rows of a question as texts, an unbound variable as the empty text."""
    began = time.process_time()
    solutions = release.reader.query(QUESTIONS[slug])
    assert time.process_time() - began < MOST_SECONDS
    assert isinstance(solutions, Solutions)
    return solutions.variables, texts(solutions.rows)


def texts(rows: Iterable[Iterable[object]]) -> Rows:
    return [tuple("" if value is None else str(value) for value in row) for row in rows]


def projected_sort_keys(text: str) -> list[str]:
    """Give the variables after the last ORDER BY."""
    return re.findall(r"\?(\w+)", text.rsplit("ORDER BY", 1)[1])


def test_there_are_fifty_three_questions_and_each_has_one_expected_answer() -> None:
    proven = Counter([*from_turtle.EXPECTED, *READ, *ABOUT_ASSESSMENTS])
    assert len(QUESTIONS) == 53
    assert proven == Counter(list(QUESTIONS))
    assert (len(from_turtle.EXPECTED), len(READ), len(from_cities.EXPECTED)) == (25, 25, 13)
    assert [int(slug[:2]) for slug in QUESTIONS] == list(range(1, 54))


def test_questions_serve_every_audience() -> None:
    matches = [HEADER.match(text) for text in QUESTIONS.values()]
    audiences = Counter(match["audience"] for match in matches if match)
    assert set(audiences) == AUDIENCES
    assert min(audiences.values()) >= 5


@pytest.mark.parametrize("slug", QUESTIONS)
def test_a_question_says_in_words_what_it_asks_and_for_whom(slug: str) -> None:
    match = HEADER.match(QUESTIONS[slug])
    assert match is not None
    assert match["audience"] in AUDIENCES
    assert len(match["keywords"].split(", ")) >= 3
    assert max(len(line) for line in QUESTIONS[slug].splitlines()) <= 120


@pytest.mark.parametrize("slug", QUESTIONS)
def test_a_question_declares_the_prefixes_it_uses_and_no_others(slug: str) -> None:
    text = QUESTIONS[slug]
    declared = re.findall(r"^PREFIX (\w+): <(.+)>$", text, re.MULTILINE)
    used = {token.text.split(":")[0] for token in tokens(text.split("SELECT", 1)[1]) if token.kind == "name"}
    assert declared == [(prefix, str(PREFIXES[prefix])) for prefix in sorted(used)]


@pytest.mark.parametrize("slug", QUESTIONS)
def test_a_question_may_be_asked_by_the_public_and_puts_its_rows_in_order(slug: str) -> None:
    text = QUESTIONS[slug]
    assert examine_query(text) is QueryForm.SELECT
    assert "LIMIT" not in text
    assert text.count("ORDER BY") == 1


@pytest.mark.slow
@pytest.mark.parametrize("slug", sorted({*QUESTIONS} - {*ABOUT_ASSESSMENTS}))
def test_the_order_of_rows_is_total_and_no_row_stands_twice(slug: str, release: OpenRelease) -> None:
    variables, rows = ask(release, slug)
    places = [variables.index(key) for key in projected_sort_keys(QUESTIONS[slug])]
    keys = Counter(tuple(row[place] for place in places) for row in rows)
    assert [key for key, times in keys.items() if times > 1] == []
    assert rows


@pytest.mark.slow
@pytest.mark.parametrize("slug", from_turtle.EXPECTED)
def test_a_question_gives_what_plain_python_finds_in_the_files(
    slug: str, release: OpenRelease, artefacts: Graph
) -> None:
    _, rows = ask(release, slug)
    assert sorted(rows) == sorted(texts(from_turtle.EXPECTED[slug](artefacts)))


@pytest.mark.slow
@pytest.mark.parametrize("slug", READ)
def test_a_question_gives_the_rows_that_were_read_against_the_files(slug: str, release: OpenRelease) -> None:
    """After a change of the data: ask again, read every row against the files, and write it to expected/."""
    with READ[slug].open(encoding="utf-8", newline="") as stream:
        header, *expected = csv.reader(stream)
    variables, rows = ask(release, slug)
    assert (list(variables), [list(row) for row in rows]) == (header, expected)


@pytest.mark.shared
@pytest.mark.parametrize("slug", from_cities.EXPECTED)
def test_a_question_gives_what_the_compilation_says(slug: str, release: OpenRelease) -> None:
    columns, compute = from_cities.EXPECTED[slug]
    variables, rows = ask(release, slug)
    places = [variables.index(column) for column in columns]
    found = {tuple(short(row[place]) for place in places) for row in rows}
    assert found == set(compute(from_cities.Compilation(SHARED)))


def short(value: str) -> str:
    """Give the last part of an IRI of the registry or of an authority; other texts as they are."""
    named = value.startswith((ROOT, "http://publications.europa.eu/"))
    return value.rsplit("/", 1)[1] if named else value


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """The judgements of a few cities."""
    return judge(tmp_path_factory.mktemp("judging"))


@pytest.mark.slow
def test_the_questions_about_assessments_give_what_the_reports_say(reports: dict[str, Report], tmp_path: Path) -> None:
    release = build(tmp_path, reports)
    criteria = {criterion.iri: criterion.notation for criterion in wire(Settings()).standard.criteria}
    shown: list[tuple[object, ...]] = []
    missing: list[tuple[object, ...]] = []
    made: list[tuple[object, ...]] = []
    for slug in JUDGED:
        report, city = reports[slug], f"{ROOT}id/city/{slug}"
        label, day = slug.capitalize(), report.dossier.reference_date
        for found in report.outcomes:
            asked = found.requirement
            what = criteria[asked.criterion], asked.level.order, asked.iri, asked.label
            if found.outcome is Outcome.PASSED:
                shown.append((*what, city, label, day))
            elif slug == "york":
                outcome = f"http://www.w3.org/ns/earl#{found.outcome}"
                missing.append((*what, asked.obligation.replace("-", " ").capitalize(), outcome, asked.what_proves_it))
        standard = f"{ROOT}standard/{report.standard_version}"
        made += [(city, label, day, report.engine, standard, *part) for part in report.hashes.items()]
    answered = [sorted(ask(release, slug)[1]) for slug in ABOUT_ASSESSMENTS]
    assert answered == [sorted(texts(shown)), sorted(texts(missing)), sorted(texts(made))]
    assert all(answered)
