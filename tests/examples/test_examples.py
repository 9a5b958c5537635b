"""The fictional examples say on their first lines what they reach or fail, and that is what the registry says."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from rdflib import RDF, Graph

from registry.model import Outcome
from registry.namespaces import HRC
from registry.registry import Examination
from tests.examples import example_files as files

MAIN = ["committed", "declared", "implementing", "informal"]
NEAR_MISSES = files.near_misses()
HELD = sorted(str(path.relative_to(files.EXAMPLES / "held")) for path in (files.EXAMPLES / "held").rglob("*.ttl"))
FIRST_DAY, LAST_DAY = date(2026, 11, 10), date(2027, 10, 26)
FORMS = {"json-ld": "application/ld+json", "nt": "application/n-triples"}


def test_the_examples_are_the_four_cities_and_at_least_fourteen_near_misses() -> None:
    assert sorted(path.stem for path in files.EXAMPLES.glob("*.ttl")) == MAIN
    assert len(NEAR_MISSES) == 26
    assert [*(f"{name}.ttl" for name in MAIN), "near-miss/evidence-dead.ttl", "near-miss/setback-left-out.ttl"] == HELD


def test_every_near_miss_fails_in_a_way_of_its_own_and_together_they_touch_most_criteria() -> None:
    failed = {name: files.expected_failures(f"near-miss/{name}") for name in NEAR_MISSES}
    criteria = {slug.partition("/")[0] for slugs in failed.values() for slug in slugs}
    assert len(criteria) == 23
    assert {len({slug.partition("/")[0] for slug in slugs}) for slugs in failed.values()} == {1, 2}


@pytest.mark.parametrize("name", [*MAIN, *(f"near-miss/{name}" for name in NEAR_MISSES)])
def test_an_example_has_two_comment_lines_and_sorted_prefixes_that_it_uses(name: str) -> None:
    text = (files.EXAMPLES / f"{name}.ttl").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == text.splitlines()[:2]
    prefixes = re.findall(r"^@prefix (\S+):", text, re.MULTILINE)
    assert prefixes == sorted(prefixes)
    body = re.sub(r'<[^>\n]*>|"[^"\n]*"', "", text.partition("\n\n")[2]) + text.partition("\n\n")[2].replace('"^^', " ")
    assert [prefix for prefix in prefixes if not re.search(rf"(?<![\w-]){prefix}:", body)] == []


def test_every_example_speaks_of_a_city_of_the_invented_country() -> None:
    found = set()
    for path in files.EXAMPLES.rglob("*.ttl"):
        graph = Graph().parse(path)
        if path.is_relative_to(files.EXAMPLES / "held"):
            continue
        (city,) = graph.subjects(RDF.type, HRC.City)
        assert [str(country) for country in graph.objects(city, HRC.country)] == [
            "https://w3id.org/hrcr/vocab/countries/XA"
        ]
        found.add(str(city))
    assert len(found) == len(MAIN) + len(NEAR_MISSES)


@pytest.mark.slow
@pytest.mark.parametrize("at", [FIRST_DAY, LAST_DAY], ids=str)
@pytest.mark.parametrize("name", MAIN)
def test_an_example_reaches_exactly_its_levels_alone_and_with_what_is_held(name: str, at: date) -> None:
    alone, with_held = files.expected_levels(name)
    assert files.levels(files.examine(name, at=at)) == alone
    assert files.levels(files.examine(name, with_held=True, at=at)) == with_held


@pytest.mark.slow
def test_the_implementing_city_passes_every_requirement_there_is() -> None:
    report = files.examine("implementing", with_held=True)
    assert set(files.outcomes(report).values()) == {Outcome.PASSED}
    assert files.those(files.examine("implementing"), Outcome.FAILED, Outcome.CANNOT_TELL) == set()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "above"), [("declared", "Committed"), ("committed", "Implementing")])
def test_an_example_below_the_top_fails_musts_of_the_next_level_only(name: str, above: str) -> None:
    failed = files.those(files.examine(name, with_held=True), Outcome.FAILED)
    assert failed & files.musts(above)
    assert (
        failed & (files.musts("Declared") | (files.musts("Committed") if above == "Implementing" else set())) == set()
    )


@pytest.mark.slow
def test_a_theme_label_gives_a_city_no_level() -> None:
    held = files.held("informal")
    assert held is not None
    assert list(Graph().parse(held).objects(None, HRC.informalConcept)) != []
    report = files.examine("informal", with_held=True)
    assert {"formal-act/declared", "universal-declaration-as-norm/declared"} <= files.those(report, Outcome.FAILED)


@pytest.mark.slow
@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_fails_exactly_what_its_first_line_names(name: str) -> None:
    report = files.examine(f"near-miss/{name}", with_held=True)
    assert files.those(report, Outcome.FAILED) == files.expected_failures(f"near-miss/{name}")
    assert files.those(report, Outcome.CANNOT_TELL, Outcome.INAPPLICABLE) == set()


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_the_same_city_in_another_syntax_has_the_same_outcomes(form: str) -> None:
    path = files.EXAMPLES / "implementing.ttl"
    raw = Graph().parse(path).serialize(format=form, encoding="utf-8")
    written = files.registry().examine(Examination(raw=raw, name="implementing", media_type=FORMS[form], at=files.AT))
    assert files.outcomes(written) == files.outcomes(files.examine("implementing"))


def validate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("hrcr"), "validate", *map(str, arguments)]
    environment = {**os.environ, "HRCR_REPAIR_SECONDS": "0"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "code", "level"),
    [
        (["declared"], 0, "Declared"),
        (["implementing"], 0, "Implementing"),
        (["informal"], 1, "below Declared"),
        (["near-miss/only-proclaimed-by-the-mayor"], 1, "below Declared"),
        (["declared", "informal"], 1, "Declared"),
    ],
)
def test_the_command_line_leaves_with_0_from_declared_on_and_with_1_below(
    names: list[str], code: int, level: str
) -> None:
    judged = validate(*(files.EXAMPLES / f"{name}.ttl" for name in names), "--at", "2026-12-01")
    assert (judged.returncode, judged.stderr) == (code, "")
    assert re.search(rf"^Machine level +{level}\b", judged.stdout, re.MULTILINE)


@pytest.mark.slow
def test_the_command_line_says_the_level_where_what_is_held_is_given() -> None:
    paths = files.EXAMPLES / "committed.ttl", "--with", files.EXAMPLES / "held" / "committed.ttl"
    judged = validate(*paths, "--at", "2026-12-01")
    assert (judged.returncode, judged.stderr) == (0, "")
    assert re.search(r"^Level +Committed\b", judged.stdout, re.MULTILINE)


@pytest.mark.slow
def test_the_command_line_leaves_with_2_where_a_file_cannot_be_judged(tmp_path: Path) -> None:
    text = (files.EXAMPLES / "declared.ttl").read_text(encoding="utf-8")
    bad = tmp_path / "bad.ttl"
    bad.write_text(f"{text}\n<#declaration> hrc:storedCopy <https://copies.example/1> .\n", encoding="utf-8")
    judged = validate(files.EXAMPLES / "declared.ttl", bad, "--at", "2026-12-01")
    assert judged.returncode == 2
    assert judged.stderr.startswith(f"{bad}: The statement ")
