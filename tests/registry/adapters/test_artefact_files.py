"""Artefacts are found in the checkout and read file by file."""

from pathlib import Path

from registry.adapters.artefact_files import (
    artefact_root,
    bundled_contexts,
    example_texts,
    load_artefacts,
    question_texts,
)
from registry.adapters.oxigraph_syntax import OxigraphSyntax

ROOT = Path(__file__).parents[3]


def test_the_checkout_is_the_root() -> None:
    assert artefact_root() == ROOT


def test_every_turtle_file_is_read_under_its_name() -> None:
    files = load_artefacts(OxigraphSyntax())
    assert set(files.cities) == {path.stem for path in (ROOT / "data" / "cities").glob("*.ttl")}
    assert set(files.shapes) == {path.stem for path in (ROOT / "shapes").glob("*.ttl")}
    assert {"standard", "matters", "formal-act"} <= set(files.standard)
    assert all(len(graph) for graph in files.vocabularies.values())


def test_another_root_gives_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "one.ttl").write_text("<https://example.org/a> <https://example.org/b> 1 .")
    files = load_artefacts(OxigraphSyntax(), tmp_path)
    assert {name: len(graph) for name, graph in files.shapes.items()} == {"one": 1}
    assert not files.cities


def test_contexts_questions_and_examples_are_texts_by_name() -> None:
    assert list(bundled_contexts()) == ["https://w3id.org/hrcr/context.jsonld"]
    assert all("SELECT" in text or "CONSTRUCT" in text or "ASK" in text for text in question_texts().values())
    assert {"declared", "committed", "implementing", "informal", "held/declared"} <= set(example_texts())
