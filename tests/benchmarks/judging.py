"""How long it takes to judge the fullest example: medians of several runs in one process, and their ratios."""

import sys
import time
from collections.abc import Callable
from statistics import median

import pyshacl
import shacl_rust
import shifty
from rdflib import Graph

from registry.loading import artefacts, examples
from registry.registry import Examination
from registry.settings import Settings
from registry.wiring import warm, wire

RUNS = 7


def measured(work: Callable[[], object]) -> float:
    """The median time of one run, in milliseconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


def main() -> None:
    warm()
    registry = wire(Settings())
    examination = Examination(raw=examples()["implementing"].encode(), name="implementing.ttl")
    dossier = registry.dossier(examination)
    data, shapes = dossier.graph, artefacts().judging_shapes
    copy = Graph()
    copy += data
    data_text, shapes_text = data.serialize(format="nt"), shapes.serialize(format="nt")
    work: dict[str, Callable[[], object]] = {
        "read, check and compose": lambda: registry.dossier(examination),
        "judge (pySHACL, queries prepared once)": lambda: registry.judge(dossier),
        "pySHACL as it comes": lambda: pyshacl.validate(copy, shacl_graph=shapes, inference="none", advanced=False),
        "shifty": lambda: shifty.validate(data, shapes, infer=False, graph_mode="data"),
        "shacl-rust": lambda: shacl_rust.validate(data_text, shapes_text, data_format="nt", shapes_format="nt"),
    }
    base = measured(work["judge (pySHACL, queries prepared once)"])
    sys.stdout.write(f"{len(data)} triples in the dossier, {len(shapes)} in the shapes; medians of {RUNS} runs\n")
    for name, step in work.items():
        taken = measured(step)
        sys.stdout.write(f"{taken:8.0f} ms   {taken / base:5.2f} of a judgement   {name}\n")


if __name__ == "__main__":
    main()
