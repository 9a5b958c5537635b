"""Judging one test dossier against the shapes of one criterion, as the registry would."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from rdflib import Graph, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.derivation import read_derived_values
from registry.dossier import compose, part, reference_data, terms_read
from registry.model import Dossier, Part, Result
from registry.namespaces import HRCSH, SH, STANDARD

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent
CITY = URIRef("https://example.org/id/city/test")
AT = date(2026, 6, 30)


@dataclass(frozen=True)
class Case:
    """One test dossier: its folder (a criterion's slug), and the results it expects, stated on its first line."""

    path: Path
    expected: Counter[str]

    @property
    def slug(self) -> str:
        return self.path.parent.name

    def __str__(self) -> str:
        return f"{self.slug}/{self.path.stem}"


def cases() -> list[Case]:
    """Every test dossier, by folder and name."""
    return [Case(path, _expected(path)) for path in sorted(CASES.glob("*/*.ttl"))]


def _expected(path: Path) -> Counter[str]:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# expect: "), f"{path}: the first line must state the results expected"
    stated = first.removeprefix("# expect: ").strip()
    return Counter() if stated == "nothing" else Counter(" ".join(one.split()) for one in stated.split(";"))


@cache
def turtle(path: Path) -> Graph:
    return Graph().parse(path, format="turtle")


def shapes_of(slug: str) -> Graph:
    """The shapes of one criterion (or generic file) with the header of prefixes and the shared windows."""
    merged = Graph()
    for name in ("prefixes", "windows", slug):
        merged += turtle(ROOT / "shapes" / f"{name}.ttl")
    return merged


@cache
def standard_graph() -> Graph:
    """The standard and the vocabularies, merged."""
    merged = Graph()
    for path in sorted((ROOT / "ontology").glob("standard/**/*.ttl")) + sorted((ROOT / "ontology" / "vocabularies").glob("*.ttl")):
        merged += turtle(path)
    return merged


@cache
def reference() -> Part:
    shapes = [turtle(path) for path in sorted((ROOT / "shapes").glob("*.ttl"))]
    return part("reference", reference_data([standard_graph()], read=terms_read(shapes)), OxigraphSyntax())


def dossier(graph: Graph, *, city: URIRef = CITY, at: date = AT) -> Dossier:
    """Compose a dossier from a file that holds both the city's word and what is held."""
    return compose(
        graph,
        graph,
        reference(),
        city=city,
        base="https://example.org/",
        at=at,
        desk_profile=False,
        standard_version=STANDARD["1.0.0"],
        table=read_derived_values(standard_graph()),
        syntax=OxigraphSyntax(),
    )


def names(results: Iterable[Result], focus: object) -> Counter[str]:
    """Count results on one focus node as `hrcsh:Shape component` lines."""
    return Counter(
        f"hrcsh:{str(result.source_shape).removeprefix(str(HRCSH))} sh:{str(result.component).removeprefix(str(SH))}"
        for result in results
        if result.focus_node == focus
    )
