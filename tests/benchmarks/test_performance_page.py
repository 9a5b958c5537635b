"""The page says what was measured, a miss as a miss."""

from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.performance_page import BEGIN, END, ratio, tables, write_page
from tests.benchmarks.questions import KINDS


def run(rate: float) -> dict[str, float]:
    return {"rate": rate, "failed": 0, "requests": 100, "p50": 1.0, "p95": 2.0}


def measured(ours: list[float], theirs: list[float]) -> dict[str, Any]:
    engines = {
        "ours": {"name": "this registry", "load": None, "start": 2.0, "megabytes": 200},
        "oxigraph": {"name": "Oxigraph", "load": 10.0, "start": 0.1, "megabytes": 50},
    }
    runs = {"ours": [run(rate) for rate in ours], "oxigraph": [run(rate) for rate in theirs]}
    size = {
        "cities": 1_000,
        "publishing": {"store_seconds": 25.0, "files_seconds": 5.0, "quads": 1_200_000, "megabytes": 900},
        "engines": engines,
        "kinds": {kind.key: {"cold": runs, "warm": runs} for kind in KINDS},
        "wrong": {},
    }
    return {"rounds": 3, "seconds": 3, "seed": 1, "sizes": [size]}


def rows(facts: dict[str, Any], start: str) -> list[str]:
    return [line for line in tables(facts).splitlines() if line.startswith(start)]


def test_a_ratio_is_the_median_of_the_rounds_ratios_not_the_ratio_of_medians() -> None:
    size = measured([10, 90, 40], [100, 100, 20])["sizes"][0]
    assert ratio(size, "item", "cold", "oxigraph") == pytest.approx(0.9)
    assert ratio(size, "item", "cold", "fuseki") is None


def test_a_target_is_reached_or_missed_by_its_number() -> None:
    reached, missed = measured([50] * 3, [100] * 3), measured([20] * 3, [100] * 3)
    assert rows(reached, "| item look-up, cold, by Oxigraph |")[0].endswith("| 0.50 | reached |")
    assert rows(missed, "| item look-up, cold, by Oxigraph |")[0].endswith("| 0.20 | **missed** |")
    assert rows(reached, "| publishing")[0].endswith("| 2.50 | reached |")


def test_the_fastest_server_is_named_whoever_it_is() -> None:
    assert rows(measured([50] * 3, [100] * 3), "| path |")[0].endswith("| Oxigraph |")
    assert rows(measured([200] * 3, [100] * 3), "| path |")[0].endswith("| this registry |")


def test_failed_requests_and_wrong_answers_are_told() -> None:
    facts = measured([50] * 3, [100] * 3)
    facts["sizes"][0]["kinds"]["item"]["cold"]["ours"][0]["failed"] = 7
    facts["sizes"][0]["wrong"] = {"path": {"oxigraph": "answered otherwise than the others"}}
    assert "(7 failed)" in rows(facts, "| item look-up |")[0]
    assert "- 1,000 cities, path: Oxigraph answered otherwise than the others." in tables(facts)


def test_hostile_clients_are_a_target_too() -> None:
    facts = measured([50] * 3, [100] * 3)
    alone, beside = run(100) | {"p95": 2.0}, run(80) | {"p95": 5.0}
    facts["hostile"] = {"cities": 1_000, "rounds": [{"alone": alone, "beside": beside, "hostile": {"503": 3}}]}
    assert rows(facts, "| 95th percentile")[0].endswith("| 2.50 | **missed** |")


def test_only_what_stands_between_the_markers_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nearlier numbers\n{END}\nafter\n", encoding="utf-8")
    write_page(page, measured([50] * 3, [100] * 3))
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "earlier numbers" not in text


def test_a_page_without_markers_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("words\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no"):
        write_page(page, measured([50] * 3, [100] * 3))
    assert page.read_text(encoding="utf-8") == "words\n"


def test_what_was_left_out_or_asked_by_fewer_is_told() -> None:
    facts = measured([50] * 3, [100] * 3)
    assert "the public files beside it 5.0 s, 900 MiB" in tables(facts)
    facts["sizes"][0]["publishing"]["files_seconds"] = None
    facts["sizes"][0]["kinds"]["text"] = {**facts["sizes"][0]["kinds"]["text"], "connections": 2}
    assert "the public files were left out, as they are made in memory, 900 MiB" in tables(facts)
    assert len(rows(facts, "| text filter (2 connections) |")) == 1
    assert len(rows(facts, "| text filter |")) == len(rows(facts, "| join |")) - 1
