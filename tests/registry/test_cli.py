"""The command line, run as a person would run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rdflib import Graph, URIRef

from registry.cli import main
from registry.confinement import query_confined
from registry.loading import artefacts
from registry.model import Solutions
from registry.namespaces import HRC, PROV, RDF, ROOT
from registry.settings import Settings
from registry.wiring import wire

pytestmark = pytest.mark.slow

HRCR = Path(sys.executable).parent / "hrcr"
NOTHING = """@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://example.org/id/city/nothing> a hrc:City ;
    skos:prefLabel "Nothing"@en ;
    hrc:country <https://w3id.org/hrcr/vocab/countries/XA> .
"""


def hrcr(*arguments: str | Path, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"HRCR_REPAIR_SECONDS": "0", **os.environ, **variables}
    return subprocess.run([HRCR, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture
def nothing(tmp_path: Path) -> Path:
    path = tmp_path / "nothing.ttl"
    path.write_text(NOTHING)
    return path


COMMANDS = sorted(main.commands)


def test_help_names_every_command() -> None:
    told = hrcr("--help").stdout
    for command in COMMANDS:
        assert f"\n  {command} " in told


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    told = hrcr(command, "--help")
    assert told.returncode == 0
    assert len(told.stdout.splitlines()) > 5


def test_a_city_that_says_nothing_is_below_declared(nothing: Path) -> None:
    judged = hrcr("validate", nothing)
    assert (judged.returncode, judged.stderr) == (1, "")
    assert "Machine level   below Declared" in judged.stdout


def test_a_file_that_cannot_be_judged_is_one_sentence_and_exit_code_two(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text(NOTHING + "<https://example.org/id/city/nothing> hrc:termStart .\n")
    judged = hrcr("validate", broken)
    assert (judged.returncode, judged.stdout) == (2, "")
    assert judged.stderr.startswith(f"{broken}: The file is not Turtle: line 7, column ")
    assert "Traceback" not in judged.stderr


def test_of_several_files_the_worst_counts_and_each_is_reported(nothing: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.ttl"
    empty.write_text("")
    judged = hrcr("validate", nothing, empty)
    assert judged.returncode == 2
    assert "nothing.ttl" in judged.stdout
    assert str(empty) in judged.stderr


def test_json_is_for_programs(nothing: Path) -> None:
    told = json.loads(hrcr("validate", nothing, "--format", "json", "--at", "2026-06-30").stdout)
    assert (told["machineLevel"], told["referenceDate"]) == (None, "2026-06-30")


def test_a_day_of_the_wrong_form_is_refused(nothing: Path) -> None:
    refused = hrcr("validate", nothing, "--at", "30.6.2026")
    assert refused.returncode == 2
    assert "write it as YYYY-MM-DD" in refused.stderr


def test_the_dossier_holds_the_assessment_and_the_control(nothing: Path) -> None:
    written = hrcr("dossier", nothing, "--at", "2026-06-30").stdout
    assert written.count("a hrc:Assessment") == 2
    assert "hrc:cutoff12m" in written


def test_the_template_is_turtle_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "template.ttl"
    path.write_text(hrcr("template", "--level", "declared").stdout)
    judged = hrcr("validate", path)
    assert judged.returncode == 2
    assert "does not fit the data-entry profile" in judged.stderr


def test_criteria_are_listed_and_told() -> None:
    assert hrcr("criteria").stdout.count("MCS-") == 40
    assert "What proves it" in hrcr("criteria", "05").stdout
    unknown = hrcr("criteria", "nonsense")
    assert unknown.returncode == 2
    assert "No criterion is called “nonsense”" in unknown.stderr


def test_settings_are_shown_and_a_misspelt_one_refused() -> None:
    assert "HRCR_PORT=9000  (environment)" in hrcr("settings", HRCR_PORT="9000").stdout
    refused = hrcr("settings", HRCR_PROT="9000")
    assert refused.returncode == 2
    assert "HRCR_PROT is not a setting" in refused.stderr


def test_a_query_without_a_release_says_what_to_do(tmp_path: Path) -> None:
    refused = hrcr("query", "ASK {}", cwd=tmp_path)
    assert refused.returncode == 2
    assert "run `hrcr publish`" in refused.stderr


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which everything was judged and published once."""
    home = tmp_path_factory.mktemp("released")
    built = hrcr("publish", "--at", "2026-11-25", "--home", home)
    assert built.returncode == 0, built.stderr
    assert built.stdout.startswith("Release 2026-11-25-1: ")
    return home


def test_a_release_holds_everything_and_no_real_city_has_a_level(released: Path) -> None:
    current = wire(Settings(home=released)).current()
    reader = current.reader
    assert current.release.quads > 150_000
    assert not reader.query(
        "ASK { ?a <https://w3id.org/hrcr/def#level> ?l . ?a <https://w3id.org/hrcr/def#assesses> ?c }"
    )
    assert not reader.query("ASK { ?a <https://w3id.org/hrcr/def#machineLevel> ?l }")
    assert not reader.query("ASK { ?r <http://www.w3.org/ns/earl#outcome> <http://www.w3.org/ns/earl#failed> }")
    cities = reader.query("SELECT ?c { ?c <https://w3id.org/hrcr/def#standing> ?s } ORDER BY ?c")
    assert isinstance(cities, Solutions)
    assert len(cities.rows) == len(artefacts().files.cities)
    graz = reader.graph(URIRef(ROOT + "graph/profile/graz"))
    assert isinstance(graz, Graph)
    assert (URIRef(ROOT + "id/city/graz"), RDF.type, HRC.City) in graz
    assert (URIRef(ROOT + "graph/profile/graz"), RDF.type, PROV.Bundle) in reader.graph(None)
    assert not reader.query('ASK { ?s ?p ?o FILTER(STRSTARTS(STR(?s), "https://example.org/")) }')


def test_a_built_release_is_queried(released: Path) -> None:
    text = "PREFIX hrc: <https://w3id.org/hrcr/def#> SELECT ?l { ?l a hrc:Level ; hrc:order ?o } ORDER BY ?o"
    levels = hrcr("query", text, "--format", "csv", HRCR_HOME=str(released)).stdout.splitlines()
    assert [level.rsplit("/", 1)[-1] for level in levels] == ["l", "declared", "committed", "implementing"]
    count = "SELECT (COUNT(?c) AS ?n) { ?c a <https://w3id.org/hrcr/def#Criterion> }"
    answer, media_type = query_confined(Settings(home=released), count, {False: "application/sparql-results+json"})
    assert media_type == "application/sparql-results+json"
    assert json.loads(answer)["results"]["bindings"][0]["n"]["value"] == "40"
    table = hrcr("query", text, HRCR_HOME=str(released)).stdout.splitlines()
    assert table[0] == "l"
    wrong = hrcr("query", "SELECT ?x {", HRCR_HOME=str(released))
    assert wrong.returncode == 2
    assert "line 1, column" in wrong.stderr


def written(path: Path, *arguments: str | Path) -> Path:
    """Write the workbook that a command gives."""
    told = subprocess.run([HRCR, "template", "--format", "xlsx", *arguments], capture_output=True, timeout=300)
    assert told.returncode == 0
    path.write_bytes(told.stdout)
    return path


def test_a_filled_workbook_is_judged_as_its_file(nothing: Path, tmp_path: Path) -> None:
    workbook = written(tmp_path / "nothing.xlsx", "--filled", nothing)
    file, sheet = (json.loads(hrcr("validate", path, "--format", "json").stdout) for path in (nothing, workbook))
    assert file["requirements"] == sheet["requirements"]
    assert file["city"] == sheet["city"]


def test_an_empty_workbook_says_what_to_fill_in_and_comes_back_with_comments(tmp_path: Path) -> None:
    workbook, annotated = written(tmp_path / "empty.xlsx", "--level", "declared"), tmp_path / "annotated.xlsx"
    told = hrcr("validate", workbook, "--annotated", annotated)
    assert told.returncode == 2
    assert "City!A3: The address of the city is missing" in told.stderr
    comment = load_workbook(annotated)["City"]["A3"].comment
    assert comment is not None
    assert "address of the city" in comment.text


def test_options_of_workbooks_go_with_workbooks(nothing: Path, tmp_path: Path) -> None:
    assert "--filled goes with" in hrcr("template", "--filled", nothing).stderr
    told = hrcr("validate", nothing, nothing, "--annotated", tmp_path / "x.xlsx")
    assert "--annotated goes with one workbook" in told.stderr


@pytest.mark.slow
def test_a_refused_file_is_told_with_what_mends_it_and_as_json_to_programs(tmp_path: Path) -> None:
    file = tmp_path / "city.ttl"
    file.write_text(
        """@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://example.org/id/city/test> a hrc:City ; skos:prefLabel "Test"@en ; hrc:termStart "1.10.2023" ;
            hrc:country <https://w3id.org/hrcr/vocab/countries/XA> ."""
    )
    told = hrcr("validate", file, "--format", "json", HRCR_REPAIR_SECONDS="60")
    assert told.returncode == 2
    assert "To mend it, the smallest change that passes:" in told.stderr
    assert "- write “2023-10-01” at" in told.stderr
    document = json.loads(told.stdout)
    assert (document["name"], document["refused"]) == ("city.ttl", "profile-fault")
    assert document["repair"]["whole"]
