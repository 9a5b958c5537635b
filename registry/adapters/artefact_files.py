"""Reading the published artefacts from the checkout or from the installed wheel."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rdflib import Graph

import registry
from registry.model import ArtefactFiles
from registry.namespaces import ROOT
from registry.ports import Syntax

_PACKAGE: Final = Path(registry.__file__).parent
_NO_LIMIT: Final = 10_000_000


def artefact_root() -> Path:
    """Give the directory that holds ontology/, shapes/ and data/: inside the wheel, else the checkout."""
    packaged = _PACKAGE / "artefacts"
    return packaged if packaged.is_dir() else _PACKAGE.parent


def load_artefacts(syntax: Syntax, root: Path | None = None) -> ArtefactFiles:
    """Find every artefact file; ``root`` is another directory with the same folders."""
    home = root or artefact_root()
    return ArtefactFiles(
        ontology=GraphFolder(home / "ontology", "*.ttl", syntax),
        vocabularies=GraphFolder(home / "ontology" / "vocabularies", "*.ttl", syntax),
        standard=GraphFolder(home / "ontology" / "standard", "**/*.ttl", syntax),
        process=GraphFolder(home / "ontology" / "process", "*.ttl", syntax),
        shapes=GraphFolder(home / "shapes", "*.ttl", syntax),
        repairs=GraphFolder(home / "shapes" / "repairs", "*.ttl", syntax),
        reference=GraphFolder(home / "data" / "reference", "*.ttl", syntax),
        cities=GraphFolder(home / "data" / "cities", "*.ttl", syntax),
        tables=GraphFolder(home / "ontology" / "tables", "*.ttl", syntax),
        table_queries=_texts(home / "ontology" / "tables", "*.rq"),
        catalogue=GraphFolder(home / "ontology" / "catalogue", "*.ttl", syntax),
        statistics=_texts(home / "ontology" / "statistics", "*.rq"),
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


def mapping_texts(root: Path | None = None) -> dict[str, str]:
    """Give the mappings of foreign vocabularies as CONSTRUCT query texts by name."""
    return _texts((root or artefact_root()) / "ontology" / "mappings", "*.rq")


def mapping_tables(root: Path | None = None) -> dict[str, str]:
    """Give the tables (SSSOM/TSV) that justify those mappings, as texts by the same names."""
    found = _texts((root or artefact_root()) / "ontology" / "mappings", "*.sssom.tsv")
    return {name.removesuffix(".sssom"): text for name, text in found.items()}


def harvest_texts(root: Path | None = None) -> dict[str, str]:
    """Give the queries by which others are asked, as texts by name."""
    return _texts((root or artefact_root()) / "ontology" / "harvest", "*.rq")


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    return {
        str(path.relative_to(folder).with_suffix("")): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob(pattern))
    }


class GraphFolder(Mapping[str, Graph]):
    """The graphs of a folder by file name without its ending; each file is read when it is first asked for."""

    def __init__(self, folder: Path, pattern: str, syntax: Syntax) -> None:
        self._paths = {path.stem: path for path in sorted(folder.glob(pattern))}
        self._read: dict[str, Graph] = {}
        self._syntax = syntax

    def __getitem__(self, name: str) -> Graph:
        if name not in self._read:
            raw = self._paths[name].read_bytes()
            self._read[name] = self._syntax.parse(raw, "text/turtle", base="", most_triples=_NO_LIMIT)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
