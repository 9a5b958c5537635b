"""Judging one test dossier against the shapes of one criterion, as the registry would."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from rdflib import Graph, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.derivation import DerivedValue, read_derived_values
from registry.dossier import compose, merge, part, reference_data, terms_read
from registry.model import Dossier, Part, Result
from registry.namespaces import HRCSH, SH, STANDARD

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent
CITY = URIRef("https://example.org/id/city/test")
AT = date(2026, 6, 30)


@dataclass(frozen=True)
class Case:
    """One test dossier: its folder (the slug of a shape file), and the results it expects, stated on its first line.

    A second line `# about: <criterion>/<level>` limits the case to results whose value is that requirement, for the
    generic shapes, which report on every requirement; `# judged as: desk profile` says what the registry would.
    """

    path: Path
    expected: Counter[str]
    about: URIRef | None
    is_desk_profile: bool

    @property
    def slug(self) -> str:
        return self.path.parent.name

    def __str__(self) -> str:
        return f"{self.slug}/{self.path.stem}"


def cases() -> list[Case]:
    """Every test dossier, by folder and name."""
    return [_case(path) for path in sorted(CASES.glob("*/*.ttl"))]


def _case(path: Path) -> Case:
    first, second, *_ = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# expect: "), f"{path}: the first line must state the results expected"
    return Case(
        path,
        expected=_expected(first.removeprefix("# expect: ").strip()),
        about=STANDARD[second.removeprefix("# about: ").strip()] if second.startswith("# about: ") else None,
        is_desk_profile=second.strip() == "# judged as: desk profile",
    )


def _expected(stated: str) -> Counter[str]:
    """Read `hrcsh:Shape sh:Component; hrcsh:Other sh:Component x2` as a count of results."""
    results: Counter[str] = Counter()
    for one in stated.split(";") if stated != "nothing" else ():
        shape, component, *times = one.split()
        results[f"{shape} {component}"] += int(times[0].removeprefix("x")) if times else 1
    return results


@cache
def turtle(path: Path) -> Graph:
    return Graph().parse(path, format="turtle")


@cache
def shapes_of(slug: str) -> Graph:
    """The shapes of one criterion (or generic file) with the header of prefixes and the shared windows."""
    return merge(turtle(ROOT / "shapes" / f"{name}.ttl") for name in ("prefixes", "windows", slug))


@cache
def judging_shapes() -> Graph:
    """All shapes that judge, merged: every file but the profile and the lints."""
    files = (path for path in sorted((ROOT / "shapes").glob("*.ttl")) if path.stem not in ("submission", "house"))
    return merge(turtle(path) for path in files)


@cache
def standard_graph() -> Graph:
    """The standard and the vocabularies, merged."""
    files = [path for folder in ("standard", "vocabularies") for path in (ROOT / "ontology" / folder).glob("**/*.ttl")]
    return merge(turtle(path) for path in sorted(files))


@cache
def derived_values() -> tuple[DerivedValue, ...]:
    return read_derived_values(standard_graph())


@cache
def reference(slug: str | None) -> Part:
    """What the shapes of one file (or, for None, all that judge) can read of the standard and the vocabularies."""
    shapes = shapes_of(slug) if slug else judging_shapes()
    return part("reference", reference_data([standard_graph()], read=terms_read([shapes])), OxigraphSyntax())


def dossier(case: Case, *, slug: str | None = None) -> Dossier:
    """Compose the dossier of a file that holds both the city's word and what is held.

    With ``slug`` it carries only the reference data that the shapes of that file can read, which is quicker.
    """
    return compose(
        turtle(case.path),
        turtle(case.path),
        reference(slug),
        city=CITY,
        base="https://example.org/",
        at=AT,
        desk_profile=case.is_desk_profile,
        standard_version=STANDARD["1.0.0"],
        table=derived_values(),
        syntax=OxigraphSyntax(),
    )


def names(results: Iterable[Result], focus: object, about: URIRef | None = None) -> Counter[str]:
    """Count results on one focus node (about one requirement) as `hrcsh:Shape sh:Component` lines."""
    return Counter(
        f"hrcsh:{str(result.source_shape).removeprefix(str(HRCSH))} sh:{str(result.component).removeprefix(str(SH))}"
        for result in results
        if result.focus_node == focus and (about is None or result.value == about)
    )
