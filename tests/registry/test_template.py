"""The empty file for an officer parses as it stands, and with every line uncommented it is still admitted."""

import re
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.errors import NotFound
from registry.intake import read_submission
from registry.namespaces import HRC, RDF
from registry.registry import Registry
from registry.template import template


def uncommented(text: str) -> str:
    return "\n".join(line.removeprefix("# ") for line in text.splitlines())


def statements(text: str) -> int:
    return sum(line.startswith("# ") for line in text.splitlines())


def test_an_untouched_template_says_only_that_there_is_a_city(registry: Registry) -> None:
    text = template(registry.profile, registry.standard)
    submission = read_submission(text.encode(), "text/turtle", profile=registry.profile, syntax=OxigraphSyntax())
    assert set(submission.graph) == {(submission.city, RDF.type, HRC.City)}


@pytest.mark.parametrize("level", [None, "declared", "committed", "implementing"])
def test_a_template_with_every_line_uncommented_is_admitted(level: str | None, registry: Registry) -> None:
    text = template(registry.profile, registry.standard, level=level)
    raw = uncommented(text).encode()
    submission = read_submission(raw, "text/turtle", profile=registry.profile, syntax=OxigraphSyntax())
    assert len(submission.graph) == statements(text) + 1


def test_every_part_that_an_example_names_is_described(registry: Registry) -> None:
    text = uncommented(template(registry.profile, registry.standard))
    graph = Graph().parse(data=text, format="turtle")
    base = next(iter(graph.subjects(RDF.type, HRC.City)))
    named = {term for term in graph.objects() if isinstance(term, URIRef) and term.startswith(f"{base}#")}
    assert named == set(graph.subjects(RDF.type)) - {base}


def test_every_field_of_the_profile_is_explained(registry: Registry) -> None:
    text = template(registry.profile, registry.standard)
    prose = " ".join(line.removeprefix("## ") for line in text.splitlines() if line.startswith("##"))
    fields = [field for kind in registry.profile.classes.values() for field in kind.properties]
    assert [field.label for field in fields if field.label not in prose] == []
    assert [field.iri for field in fields if field.description.rstrip(".") not in prose] == []
    assert statements(text) >= len(fields)


def test_a_lower_level_asks_for_less(registry: Registry) -> None:
    sizes = [
        statements(template(registry.profile, registry.standard, level=level))
        for level in ("declared", "committed", "Implementing")
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[1]
    assert sizes[2] == statements(template(registry.profile, registry.standard))


def test_a_level_that_does_not_exist_is_named_with_those_that_do(registry: Registry) -> None:
    with pytest.raises(NotFound, match=r"^There is no level “gold”; there are: declared, committed, implementing\.$"):
        template(registry.profile, registry.standard, level="gold")


def test_lines_fit_the_screen_and_name_no_machine(registry: Registry) -> None:
    text = template(registry.profile, registry.standard)
    assert [line for line in text.splitlines() if line.startswith("##") and len(line) > 120] == []
    assert not re.search(str(Path.home()) + "|localhost", text)
