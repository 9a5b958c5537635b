"""Native SHACL engines held against pySHACL: on every test dossier, on mutants of the shapes, on the suite of the W3C.

Measured is what is installed; the others are named. Run it with ``python -m tests.benchmarks.validators``.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Final, Protocol

from rdflib import Graph, URIRef
from rdflib.term import Node
from rdflib.util import from_n3

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.shifty_validator import ShiftyValidator
from registry.adapters.validation_report import results_of
from registry.errors import ValidatorError
from registry.model import Dossier, Result, ValidationReport
from registry.namespaces import SH
from tests.shapes.judging import ROOT, Case, cases, dossier, judging_shapes, shapes_of, turtle
from tests.shapes.mutants import mutants

__all__ = ["ShiftyValidator"]

MUTANT_DIFFERENCES: Final[dict[str, str]] = {}
"""Mutants, by name, on which the native engine differs from pySHACL, with the reason."""

Found = Counter[tuple[str, str, str]]


def _silent(_judged: int) -> None:
    """Tell nothing of how far it has come."""


class Engine(Protocol):
    """What is compared: an engine with its shapes bound."""

    def validate(self, graph: Graph) -> ValidationReport:
        """Validate one graph."""


@dataclass
class Compared:
    """How many were judged by both, and the names of those that came out otherwise."""

    judged: int = 0
    differing: list[str] = field(default_factory=list)


def said(engine: Engine, judged: Dossier) -> Found | str:
    """Give the results on both assessments, or that there is no verdict."""
    focus = (judged.assessment, judged.control)
    try:
        report = engine.validate(judged.graph)
    except ValidatorError:
        return "no verdict"
    return Counter(
        (str(one.focus_node), str(one.source_shape), str(one.value))
        for one in report.results
        if one.focus_node in focus
    )


def differing_dossiers(start: Callable[[Graph], Engine]) -> Compared:
    """Judge every test dossier by the shapes of its file."""
    found = Compared()
    for slug, known in _by_slug():
        native, deciding = start(shapes_of(slug)), PyShaclValidator(shapes_of(slug))
        for case in known:
            found.judged += 1
            judged = dossier(case, slug=slug)
            if said(native, judged) != said(deciding, judged):
                found.differing.append(str(case))
    return found


def differing_mutants(
    start: Callable[[Graph], Engine], *, stride: int = 1, most: int | None = None, tell: Callable[[int], None] = _silent
) -> Compared:
    """Judge two test dossiers by each mutant of the shapes of their file, or by every so many-th mutant, so many."""
    found, number = Compared(), 0
    for slug, known in _by_slug():
        for mutant in mutants(turtle(ROOT / "shapes" / f"{slug}.ttl"), shapes_of(slug)):
            number += 1
            if number % stride:
                continue
            if found.judged == most:
                return found
            found.judged += 1
            native, deciding = start(mutant.shapes), PyShaclValidator(mutant.shapes)
            places = {number % len(known), (7 * number + 3) % len(known)}
            chosen = [dossier(known[place], slug=slug) for place in sorted(places)]
            if any(said(native, judged) != said(deciding, judged) for judged in chosen):
                found.differing.append(mutant.name)
            tell(found.judged)
    return found


def _by_slug() -> Iterator[tuple[str, list[Case]]]:
    every = cases()
    for slug in sorted({case.slug for case in every}):
        yield slug, [case for case in every if case.slug == slug]


class Candidate:
    """A native engine with shapes bound, whatever it takes and gives; what it raises is no verdict."""

    package = ""

    def __init__(self, shapes: Graph) -> None:
        """Read the shapes."""
        self._judge = self._start(shapes)

    def validate(self, graph: Graph) -> ValidationReport:
        """Validate one graph."""
        try:
            return self._judge(graph)
        except BaseException as fault:  # a panic of an engine is no Exception
            if isinstance(fault, KeyboardInterrupt | SystemExit | ValidatorError):
                raise
            raise ValidatorError(f"{type(fault).__name__}: {fault}") from fault

    def _start(self, shapes: Graph) -> Callable[[Graph], ValidationReport]:
        raise NotImplementedError


class ShaclRust(Candidate):
    """shacl-rust reads the shapes anew each time, and leaves out values that were computed."""

    package = "shacl-rust"

    def _start(self, shapes: Graph) -> Callable[[Graph], ValidationReport]:
        engine, text = import_module("shacl_rust"), shapes.serialize(format="turtle")

        def judge(graph: Graph) -> ValidationReport:
            report = engine.validate(graph.serialize(format="nt"), text, data_format="nt")
            rows = report["results"]
            return _report(report["conforms"], [(r["focusNode"], r["sourceShape"], r.get("value")) for r in rows])

        return judge


class Shacl(Candidate):
    """shacl compiles the shapes once."""

    package = "shacl"

    def _start(self, shapes: Graph) -> Callable[[Graph], ValidationReport]:
        compiled = import_module("shacl").Shapes.from_text(shapes.serialize(format="turtle"))

        def judge(graph: Graph) -> ValidationReport:
            report = compiled.validate_text(graph.serialize(format="nt"), "ntriples")
            return _report(report.conforms, [(r.focus_node, r.source_shape, r.value) for r in report.results])

        return judge


class Turbo(Candidate):
    """pyshacl-turbo compiles the shapes once, and takes and gives graphs of rdflib."""

    package = "pyshacl-turbo"

    def _start(self, shapes: Graph) -> Callable[[Graph], ValidationReport]:
        compiled = import_module("pyshacl_turbo").compile_shapes(shapes)

        def judge(graph: Graph) -> ValidationReport:
            conforms, report, _ = compiled.validate(graph)
            return ValidationReport(conforms=conforms, results=results_of(report), graph=report)

        return judge


class Rudof(Candidate):
    """rudof keeps shapes in a session, and reads the data anew each time."""

    package = "pyrudof"

    def _start(self, shapes: Graph) -> Callable[[Graph], ValidationReport]:
        engine = import_module("pyrudof")
        session = engine.Rudof(engine.RudofConfig())
        session.read_shacl(shapes.serialize(format="turtle"), engine.ShaclFormat.Turtle)

        def judge(graph: Graph) -> ValidationReport:
            session.reset_data()
            session.read_data(graph.serialize(format="nt"), engine.RDFFormat.NTriples)
            report = session.validate_shacl()
            return _report(report.conforms, [(r.focus_node, r.source_shape, r.value) for r in report])

        return judge


CANDIDATES: Final[dict[str, tuple[str, Callable[[Graph], Engine]]]] = {
    "shifty": ("pyshifty", ShiftyValidator),
    **{each.package: (each.package, each) for each in (Turbo, ShaclRust, Shacl, Rudof)},
}


def _report(conforms: bool, rows: Iterable[tuple[object, object, object]]) -> ValidationReport:
    """Give rows of focus node, shape and value as a report."""
    found = tuple(
        Result(_term(focus), _term(shape), SH.ConstraintComponent, None, None if value is None else _term(value))
        for focus, shape, value in rows
    )
    return ValidationReport(conforms=conforms, results=found, graph=Graph())


def _term(text: object) -> Node:
    written = str(text)
    found = from_n3(written) if written[:1] in ("<", '"', "_") else None
    return found if isinstance(found, Node) else URIRef(written)


def speed(start: Callable[[Graph], Engine], dossiers: list[Dossier]) -> float:
    """Give the median of how many times faster than pySHACL an engine judges each of some dossiers by all shapes."""
    native, deciding, ratios = start(judging_shapes()), PyShaclValidator(judging_shapes()), []
    deciding.validate(dossiers[0].graph)
    for judged in dossiers:
        times = []
        for engine in (deciding, native):
            begun = time.perf_counter()
            said(engine, judged)
            times.append(time.perf_counter() - begun)
        ratios.append(times[0] / times[1])
    return median(ratios)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stride", type=int, default=1, help="Judge every so many-th mutant only.")
    parser.add_argument("--mutants", type=int, help="Judge so many mutants, and nothing else.")
    parser.add_argument("--only", choices=[*CANDIDATES], nargs="*", default=[*CANDIDATES])
    chosen = parser.parse_args()
    dossiers = [dossier(case) for case in cases()[::90]]
    for name in chosen.only:
        package, start = CANDIDATES[name]
        if chosen.mutants:
            found = differing_mutants(start, stride=chosen.stride, most=chosen.mutants, tell=_every_hundredth)
            _tell("mutants", found)
            continue
        try:
            number = version(package)
        except PackageNotFoundError:
            sys.stdout.write(f"{name}: not installed\n")
            continue
        sys.stdout.write(f"{name} {number}: {speed(start, dossiers):.1f} times faster than pySHACL\n")
        for what, found in (
            ("test dossiers", differing_dossiers(start)),
            ("mutants", differing_mutants(start, stride=chosen.stride)),
        ):
            _tell(what, found)


def _tell(what: str, found: Compared) -> None:
    sys.stdout.write(f"  {what}: {len(found.differing)} of {found.judged} differ: {found.differing}\n")
    sys.stdout.flush()


def _every_hundredth(judged: int) -> None:
    if judged % 100 == 0:
        sys.stdout.write(f"  {judged} mutants judged by both\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
