"""What peers claim is judged alike by either way; where the native engine fails or differs, it decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import pytest
from rdflib import Graph

from registry import peer_judging
from registry.adapters.child_process import ChildProcess
from registry.confinement import READY
from registry.errors import PortError, RegistryError, SubmissionError, ValidatorError
from registry.judging_errors import EnginesDiffer
from registry.loading import examples
from registry.namespaces import EARL
from registry.peer_judging import by_deciding_engine, by_native_engine
from registry.settings import Settings

pytestmark = pytest.mark.slow

DAY, SETTINGS = date(2026, 6, 30), Settings()
NAMES = ("declared", "informal")


@dataclass
class Here:
    """A place for work that is no child, and in which some work dies."""

    dies: tuple[str, ...] = ()
    done: list[str] = field(default_factory=list)

    def call(self, work: Callable[..., Any], *arguments: object) -> Any:
        name = work.__name__
        self.done.append(name)
        if name in self.dies:
            raise PortError("The child was ended by SIGSEGV.")
        return work(*arguments)


@pytest.fixture(scope="module")
def claims() -> dict[str, bytes]:
    files = {name: Graph().parse(data=examples()[name], format="turtle") for name in NAMES}
    said = {name: graph.serialize(format="nt").encode() for name, graph in files.items()}
    return {**said, "nothing": b"<a:s> <a:p> <a:o> .\n"}


def outcomes(found: bytes) -> set[tuple[object, object]]:
    graph = Graph().parse(data=found.decode(), format="nt")
    results = {node: graph.value(node, EARL.result) for node in graph.subjects(EARL.result)}
    return {(graph.value(node, EARL.test), graph.value(result, EARL.outcome)) for node, result in results.items()}


def told(found: dict[str, bytes | RegistryError]) -> dict[str, object]:
    return {name: str(one) if isinstance(one, RegistryError) else outcomes(one) for name, one in found.items()}


def by_both(place: object, claims: dict[str, bytes]) -> tuple[dict[str, object], dict[str, object]]:
    here = cast(ChildProcess, place)
    found = [dict(judge(here, SETTINGS, claims, DAY)) for judge in (by_native_engine, by_deciding_engine)]
    assert [*map(len, found)] == [3, 3]
    native, deciding = map(told, found)
    return native, deciding


def test_in_children_both_ways_find_the_same(claims: dict[str, bytes]) -> None:
    place = ChildProcess(deadline_seconds=120, memory_bytes=4 * 1024**3, preloaded=READY)
    native, deciding = by_both(place, claims)
    assert native == deciding
    assert len(cast(set[object], native["declared"])) > 50
    assert EARL.passed in {found for _, found in cast(set[Any], native["declared"])}
    assert str(native["nothing"]).startswith("The file names no city")


def test_where_a_child_dies_over_the_native_engine_the_other_judges(claims: dict[str, bytes]) -> None:
    here = Here(dies=("_judged_natively",))
    native, deciding = by_both(here, claims)
    assert native == deciding
    assert here.done == ["_judged_natively", *["_judged"] * 6]


def test_where_the_native_engine_cannot_say_the_other_judges(
    claims: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mute:
        engine = "mute 1"

        def validate(self, *_graphs: Graph, **_options: object) -> None:
            raise ValidatorError("It crashed.")

    monkeypatch.setattr(peer_judging.Bench, "native", Mute())
    here = Here()
    native, deciding = by_both(here, claims)
    assert native == deciding
    assert here.done == ["_judged_natively", *["_judged"] * 3]


def test_where_the_engines_differ_nothing_is_given(claims: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def differ(*_reports: object) -> None:
        raise EnginesDiffer("They differ.")

    monkeypatch.setattr(peer_judging, "demand_agreement", differ)
    with pytest.raises(EnginesDiffer):
        next(by_native_engine(cast(ChildProcess, Here()), SETTINGS, claims, DAY))


def test_nothing_is_judged_where_nothing_changed() -> None:
    here = Here()
    assert list(by_native_engine(cast(ChildProcess, here), SETTINGS, {}, DAY)) == []
    assert here.done == []


def test_a_graph_that_cannot_be_judged_keeps_no_other_from_it(claims: dict[str, bytes]) -> None:
    found = dict(by_native_engine(cast(ChildProcess, Here()), SETTINGS, claims, DAY))
    assert isinstance(found["nothing"], SubmissionError)
    assert [name for name, one in found.items() if isinstance(one, bytes)] == [*NAMES]
