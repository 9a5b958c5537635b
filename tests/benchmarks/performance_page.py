"""What was measured, as the tables of ``docs/performance.md``; what stands outside the markers is left as it is."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.benchmarks.questions import KINDS

BEGIN: Final = "<!-- measured: begin -->"
END: Final = "<!-- measured: end -->"

_TARGETS: Final[Sequence[tuple[str, str, str, float]]] = (
    ("item", "warm", "oxigraph", 1.5),
    ("aggregate", "warm", "oxigraph", 20),
    ("item", "cold", "oxigraph", 0.3),
    ("join", "cold", "oxigraph", 0.4),
    ("aggregate", "cold", "oxigraph", 0.75),
    ("path", "cold", "oxigraph", 0.75),
    ("item", "cold", "rdflib", 2),
    ("join", "cold", "rdflib", 20),
    ("aggregate", "cold", "rdflib", 20),
)
"""Kind, how it is asked, against whom, and the least ratio."""

_PUBLISHING: Final = 3.0
_BESIDE: Final = 2.0
_HEADS: Final = {"ours": "this registry", "oxigraph": "Oxigraph", "fuseki": "Fuseki", "rdflib": "rdflib-endpoint"}
_NAMES: Final = {kind.key: kind.name for kind in KINDS}

FEW: Final = 4.0
"""Who answers fewer in a second is slow."""
FEW_CONNECTIONS: Final = 2
"""How many ask where answers are slow."""

Facts = Mapping[str, Any]


def write_page(path: Path, facts: Facts) -> None:
    """Put the tables between the markers of a page; raises ValueError when it has none."""
    before, found, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"{path} has no “{BEGIN}” … “{END}”.")
    path.write_text(f"{before}{BEGIN}\n\n{tables(facts)}\n{END}{after}", encoding="utf-8")


def tables(facts: Facts) -> str:
    """Give everything that was measured as Markdown."""
    sizes = facts["sizes"]
    middle = min(sizes, key=lambda size: abs(size["cities"] - 1_000))
    parts = [_conditions(facts), _targets(facts, middle, sizes[-1])]
    parts += [_rates(middle, how) for how in ("cold", "warm")]
    parts += [_growth(sizes), _setting_up(sizes)]
    if "hostile" in facts:
        parts.append(_hostile(facts["hostile"]))
    wrong = list(_wrong(sizes))
    if wrong:
        parts.append("\n".join(["Not timed, because of their answers:", "", *wrong, ""]))
    return "\n".join(parts)


def ratio(size: Facts, kind: str, how: str, other: str) -> float | None:
    """Give the median over the rounds of our rate by another's; None where one of them was not timed."""
    runs = size["kinds"][kind][how]
    if "ours" not in runs or other not in runs:
        return None
    pairs = zip(runs["ours"], runs[other], strict=True)
    return median(ours["rate"] / theirs["rate"] if theirs["rate"] else float("inf") for ours, theirs in pairs)


def _conditions(facts: Facts) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**3
    return (
        f"One machine with {os.cpu_count()} cores and {memory} GiB of memory, {platform.system()}, Python "
        f"{platform.python_version()}; client and servers share it. Medians of {facts['rounds']} interleaved rounds of "
        f"{facts['seconds']:g} seconds with 4 connections; seed {facts['seed']}. Where this registry answered fewer "
        f"than {FEW:g} a second, {FEW_CONNECTIONS} connections asked every server, as so many queries may run long; "
        "these rows say so. What a server cannot do at a size is left out: rdflib-endpoint, which holds everything in "
        "memory, is asked up to 1,000 cities.\n"
    )


def _targets(facts: Facts, middle: Facts, largest: Facts) -> str:
    rows = []
    for kind, how, other, least in _TARGETS:
        found = ratio(middle, kind, how, other)
        rows.append(_target(f"{_NAMES[kind]}, {how}, by {_HEADS[other]}", f"at least {least:g}", found, least))
    seconds = _publishing(largest)
    if seconds is not None:
        what = f"publishing {largest['publishing']['quads']:,} quads, by `oxigraph load`"
        rows.append(_row(what, f"at most {_PUBLISHING:g}", f"{seconds:.2f}", _reached(seconds <= _PUBLISHING)))
    if "hostile" in facts:
        found = _beside(facts["hostile"])
        what = "95th percentile of look-ups beside two hostile clients, by alone"
        rows.append(_row(what, f"at most {_BESIDE:g}", f"{found:.2f}", _reached(found <= _BESIDE)))
    heading = f"### Targets, at {middle['cities']:,} cities\n"
    return "\n".join([heading, _head("ratio of", "target", "measured", ""), *rows, ""])


def _target(what: str, target: str, found: float | None, least: float) -> str:
    if found is None:
        return _row(what, target, "not timed", "")
    return _row(what, target, _number(found), _reached(found >= least))


def _rates(size: Facts, how: str) -> str:
    keys = list(size["engines"])
    others = [key for key in keys if key != "ours"]
    title = "every query distinct (cold)" if how == "cold" else "the same 50 queries again and again (warm)"
    head = [f"{_HEADS[key]}" for key in keys] + [f"ours / {_HEADS[key]}" for key in others] + ["fastest"]
    rows = []
    for kind in KINDS:
        runs = size["kinds"][kind.key][how]
        medians = {key: median(run["rate"] for run in runs[key]) for key in keys if key in runs}
        cells = [_rate(medians.get(key), runs.get(key, [])) for key in keys]
        cells += [_number(ratio(size, kind.key, how, key)) for key in others]
        rows.append(_row(_named(size, kind.key, how), *cells, _HEADS[max(medians, key=lambda key: medians[key])]))
    heading = f"### Requests per second, {size['cities']:,} cities, {title}\n"
    return "\n".join([heading, _head("query", *head), *rows, ""])


def _named(size: Facts, kind: str, how: str) -> str:
    """Name a kind of query, with how many asked where it was not the usual number."""
    few = size["kinds"][kind].get("connections") if how == "cold" else None
    return _NAMES[kind] + (f" ({few} connections)" if few else "")


def _growth(sizes: Sequence[Facts]) -> str:
    keys = list(dict.fromkeys(key for size in sizes for key in size["engines"]))
    rows = []
    for kind in KINDS:
        for key in keys:
            cells = []
            for size in sizes:
                runs = size["kinds"][kind.key]["cold"].get(key, [])
                cells.append(_rate(median(run["rate"] for run in runs) if runs else None, runs))
            rows.append(_row(kind.name, _HEADS[key], *cells))
    heads = [f"{size['cities']:,} cities" for size in sizes]
    return "\n".join(["### Growth: cold requests per second\n", _head("query", "server", *heads), *rows, ""])


def _setting_up(sizes: Sequence[Facts]) -> str:
    rows = []
    for size in sizes:
        for key, engine in size["engines"].items():
            published = size["publishing"]
            loaded = published["store_seconds"] if key == "ours" else engine["load"]
            cells = [f"{loaded:.1f}" if loaded is not None else "when it starts", f"{engine['start']:.1f}"]
            rows.append(_row(f"{size['cities']:,}", _HEADS[key], *cells, f"{engine['megabytes']:,}"))
    told = [
        f"- {size['cities']:,} cities: {size['publishing']['quads']:,} quads; the store took "
        f"{size['publishing']['store_seconds']:.1f} s, {_files(size['publishing']['files_seconds'])}, "
        f"{size['publishing']['megabytes']:,} MiB of memory at most."
        for size in sizes
    ]
    head = _head("cities", "server", "load, seconds", "start, seconds", "memory after the queries, MiB")
    return "\n".join(["### Setting up\n", head, *rows, "", "Publishing:", "", *told, ""])


def _files(seconds: float | None) -> str:
    """Say what the public files took; they are made in memory and left out where that would not do."""
    left_out = "the public files were left out, as they are made in memory"
    return left_out if seconds is None else f"the public files beside it {seconds:.1f} s"


def _hostile(hostile: Facts) -> str:
    rows = []
    for number, turn in enumerate(hostile["rounds"], start=1):
        alone, beside = turn["alone"], turn["beside"]
        said = ", ".join(f"{code}: {times}" for code, times in sorted(turn["hostile"].items()))
        cells = [f"{alone['p50']:.2f}", f"{alone['p95']:.2f}", f"{beside['p50']:.2f}", f"{beside['p95']:.2f}"]
        rows.append(_row(str(number), *cells, f"{beside['p95'] / alone['p95']:.2f}", str(beside["failed"]), said))
    head = _head(
        "round", "alone, p50", "alone, p95", "beside, p50", "beside, p95", "p95 ratio", "failed", "hostile clients got"
    )
    heading = f"### A normal client beside two hostile ones, {hostile['cities']:,} cities, milliseconds\n"
    return "\n".join([heading, head, *rows, ""])


def _publishing(size: Facts) -> float | None:
    loaded = size["engines"].get("oxigraph", {}).get("load")
    return None if loaded is None else size["publishing"]["store_seconds"] / loaded


def _beside(hostile: Facts) -> float:
    return median(turn["beside"]["p95"] / turn["alone"]["p95"] for turn in hostile["rounds"])


def _wrong(sizes: Sequence[Facts]) -> Iterator[str]:
    for size in sizes:
        for kind, found in size["wrong"].items():
            for key, reason in found.items():
                yield f"- {size['cities']:,} cities, {_NAMES[kind]}: {_HEADS[key]} {reason}."


def _rate(rate: float | None, runs: Sequence[Facts]) -> str:
    if rate is None:
        return "–"
    failed = sum(run["failed"] for run in runs)
    return _number(rate) + (f" ({failed} failed)" if failed else "")


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _reached(reached: bool) -> str:
    return "reached" if reached else "**missed**"


def _head(*cells: str) -> str:
    return _row(*cells) + "\n" + "|" + "---|" * len(cells)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
