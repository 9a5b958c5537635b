"""The data and the documentation name offices and posts, never persons."""

import re
from pathlib import Path

import pytest
from rdflib import RDF, Graph

ROOT = Path(__file__).parents[2]
NAMES = Path(__file__).with_name("removed-names.txt").read_text(encoding="utf-8").splitlines()
FILES = sorted([*(ROOT / "data").rglob("*.ttl"), *(ROOT / "data").rglob("*.md"), *(ROOT / "docs").rglob("*.md")])
TITLE_WITH_NAME = re.compile(
    r"\b(?:Cllr|Councillor|Councilman|Councilwoman|(?:Lord |Deputy )?Mayor|Alderman|Alderwoman|Alderperson"
    r"|Mr|Mrs|Ms|Dr|Prof|Professor|Mag|Bürgermeister(?:in)?|Stadtrat|Stadträtin|Alcalde(?:sa)?|Wethouder)\.? "
    r"(?!of\b)[A-ZÀ-Þ][a-zß-ÿ]+"
)
PERSON_TERMS = (
    "http://xmlns.com/foaf/0.1/name",
    "http://xmlns.com/foaf/0.1/givenName",
    "http://xmlns.com/foaf/0.1/familyName",
    "http://xmlns.com/foaf/0.1/Person",
    "http://www.w3.org/ns/person#Person",
    "http://www.w3.org/ns/prov#Person",
    "http://schema.org/Person",
    "https://schema.org/Person",
    "http://www.w3.org/2006/vcard/ns#fn",
    "http://www.w3.org/2006/vcard/ns#Individual",
)


def short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_the_lint_reads_every_profile_and_the_whole_list_of_names() -> None:
    profiles = [file for file in FILES if file.parent == ROOT / "data" / "cities"]
    assert (len(profiles), len(NAMES), len(set(NAMES))) == (68, 66, 66)


def test_no_removed_name_occurs_in_data_or_documentation() -> None:
    names = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in NAMES))
    found = [(short(file), names.findall(file.read_text(encoding="utf-8"))) for file in FILES]
    assert [item for item in found if item[1]] == []


def test_no_title_or_office_is_followed_by_a_name_in_the_data() -> None:
    found = [
        (short(file), match.group())
        for file in FILES
        if file.suffix == ".ttl" and "examples" not in file.parts
        for match in TITLE_WITH_NAME.finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["Cllr Jane Doe", "the Lord Mayor Jane Doe", "Prof. Doe", "Dr. Doe", "Bürgermeisterin Doe", "Mayor Doe"],
)
def test_the_pattern_sees_a_title_followed_by_a_name(text: str) -> None:
    assert TITLE_WITH_NAME.search(text) is not None


@pytest.mark.parametrize(
    "text", ["the Lord Mayor, with the support", "Mayor of York", "Lord Mayor of York (office)", "Stadtrat und Bezirk"]
)
def test_the_pattern_lets_an_office_alone_pass(text: str) -> None:
    assert TITLE_WITH_NAME.search(text) is None


def test_no_term_for_persons_is_used_in_the_data() -> None:
    found = []
    for file in FILES:
        if file.suffix == ".ttl":
            graph = Graph().parse(file)
            used = {str(term) for term in [*graph.predicates(), *graph.objects(None, RDF.type)]}
            found += [(short(file), term) for term in PERSON_TERMS if term in used]
    assert found == []
