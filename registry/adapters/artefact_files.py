"""Reading the published artefacts from the checkout or from the installed wheel."""

import json
from pathlib import Path

from rdflib import Graph

import registry
from registry.model import ArtefactFiles
from registry.namespaces import ROOT
from registry.ports import Syntax

_PACKAGE = Path(registry.__file__).parent


def artefact_root() -> Path:
    """Give the directory that holds ontology/, shapes/ and data/: inside the wheel, else the checkout."""
    packaged = _PACKAGE / "artefacts"
    return packaged if packaged.is_dir() else _PACKAGE.parent


def load_artefacts(syntax: Syntax, root: Path | None = None) -> ArtefactFiles:
    """Read every artefact file; ``root`` is another directory with the same folders."""
    home = root or artefact_root()
    return ArtefactFiles(
        ontology=_graphs(home / "ontology", "*.ttl", syntax),
        vocabularies=_graphs(home / "ontology" / "vocabularies", "*.ttl", syntax),
        standard=_graphs(home / "ontology" / "standard", "**/*.ttl", syntax),
        shapes=_graphs(home / "shapes", "*.ttl", syntax),
        reference=_graphs(home / "data" / "reference", "*.ttl", syntax),
        cities=_graphs(home / "data" / "cities", "*.ttl", syntax),
    )


def bundled_contexts(root: Path | None = None) -> dict[str, object]:
    """Give the bundled JSON-LD contexts by IRI."""
    path = (root or artefact_root()) / "ontology" / "context.jsonld"
    return {ROOT + "context.jsonld": json.loads(path.read_text(encoding="utf-8"))} if path.exists() else {}


def question_texts(root: Path | None = None) -> dict[str, str]:
    """Give the competency questions as query texts by slug."""
    return _texts((root or artefact_root()) / "ontology" / "questions", "*.rq")


def example_texts(root: Path | None = None) -> dict[str, str]:
    """Give the fictional examples as Turtle texts by path below data/examples, without the ending."""
    return _texts((root or artefact_root()) / "data" / "examples", "**/*.ttl")


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    return {
        str(path.relative_to(folder).with_suffix("")): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob(pattern))
    }


def _graphs(folder: Path, pattern: str, syntax: Syntax) -> dict[str, Graph]:
    return {
        path.stem: syntax.parse(path.read_bytes(), "text/turtle", base="", most_triples=10_000_000)
        for path in sorted(folder.glob(pattern))
    }
