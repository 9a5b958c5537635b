"""What a worker does with one dossier: by either engine the same outcomes, and a fault instead of a verdict."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from rdflib import Graph

from registry.bulk import Order, Rules, Task
from registry.bulk_judging import _bench, judge, parts_of, prepare
from registry.errors import PortError, ValidatorError
from registry.judging_errors import EnginesDiffer
from registry.loading import artefacts, examples
from registry.model import ValidationReport
from registry.ports import Validator
from registry.registry import Examination
from registry.report import assertions
from registry.settings import Settings
from registry.wiring import wire

pytestmark = pytest.mark.slow

AT, BASE = date(2026, 6, 30), "https://example.org/"
HASHES = tuple(sorted(artefacts().grounds.items()))
RULES = Rules(hashes=HASHES, at=AT, base=BASE)
NATIVE = replace(RULES, is_native=True)
TASK = Task(name="file/committed", city="", said=examples()["committed"].encode(), is_raw=True)


class Broken:
    """An engine that cannot judge, or says that everything conforms."""

    engine = "a broken engine 1"

    def __init__(self, *, is_silent: bool) -> None:
        self._is_silent = is_silent

    def validate(self, graph: Graph, *, shapes: object = ()) -> ValidationReport:  # noqa: ARG002  # the shape of the port
        if self._is_silent:
            return ValidationReport(conforms=True, results=self._control, graph=Graph())
        raise ValidatorError("a broken engine 1 could not judge: it panicked")

    @property
    def _control(self) -> tuple[()]:
        return ()


@pytest.fixture
def native() -> Iterator[dict[str, object]]:
    """The bench of this process, whose native engine may be changed; it is put back at the end."""
    bench = _bench("", HASHES)
    kept: Validator = bench.native
    yield bench.__dict__
    bench.__dict__["native"] = kept


def test_a_verdict_is_what_examining_the_file_gives() -> None:
    (verdict,) = judge(Order(TASK, (RULES,), "key"))
    registry = wire(Settings(base=BASE))
    report = registry.examine(Examination(raw=TASK.said, name="committed.ttl", at=AT))
    assert verdict.document == artefacts().syntax.canonical(assertions(report))
    level = report.machine_level.label if report.machine_level else ""
    assert (verdict.name, verdict.key, verdict.level) == ("file/committed", "key", level)


def test_both_engines_give_the_same_verdict_but_for_their_names() -> None:
    (deciding,), (native,) = judge(Order(TASK, (RULES,))), judge(Order(TASK, (NATIVE,), is_checked=True))
    assert native.engine.startswith("shifty ")
    assert native.found == deciding.found
    assert native.document == deciding.document.replace(deciding.engine.encode(), native.engine.encode())


def test_where_the_native_engine_crashes_the_other_judges_and_it_is_said(native: dict[str, object]) -> None:
    native["native"] = Broken(is_silent=False)
    (verdict,) = judge(Order(TASK, (NATIVE,)))
    assert verdict.engine.startswith("pySHACL ")
    assert verdict.note == "a broken engine 1 could not judge: it panicked"
    assert verdict.found == judge(Order(TASK, (RULES,)))[0].found


def test_an_engine_that_reports_nothing_is_void_and_not_a_city_that_passed(native: dict[str, object]) -> None:
    native["native"] = Broken(is_silent=True)
    (verdict,) = judge(Order(TASK, (NATIVE,)))
    assert verdict.note.startswith("This run is void")
    assert verdict.engine.startswith("pySHACL ")


def test_an_engine_that_differs_ends_the_run(native: dict[str, object]) -> None:
    class Differing(Broken):
        engine = "a differing engine 1"

        def validate(self, graph: Graph, *, shapes: object = ()) -> ValidationReport:  # noqa: ARG002  # the shape of the port
            report = _bench("", HASHES).deciding.validate(graph)
            kept = [one for one in report.results if "control" in str(one.focus_node)]
            return ValidationReport(conforms=True, results=tuple(kept), graph=report.graph)

    native["native"] = Differing(is_silent=True)
    with pytest.raises(EnginesDiffer, match=r"on [a-z-]+/[a-z]+: a differing engine 1 says passed, pySHACL .* says "):
        judge(Order(TASK, (NATIVE,), is_checked=True))
    assert judge(Order(TASK, (NATIVE,)))[0].engine == "a differing engine 1"


def test_a_file_that_cannot_be_read_gives_its_fault_and_no_verdict() -> None:
    (verdict,) = judge(Order(replace(TASK, said=b"<a <b"), (RULES,)))
    assert "is not Turtle" in verdict.fault
    assert (verdict.document, verdict.found) == (b"", ())


def test_by_two_rules_nothing_is_kept_but_outcomes() -> None:
    found = judge(Order(TASK, (NATIVE, NATIVE)))
    assert [verdict.document for verdict in found] == [b"", b""]
    assert found[0].found == found[1].found != ()


def test_the_parts_of_a_dossier_are_hashed_as_a_report_states_them() -> None:
    (verdict,) = judge(Order(TASK, (RULES,)))
    for digest in parts_of(TASK, RULES).values():
        assert digest.encode() in verdict.document


def test_a_worker_with_another_standard_refuses() -> None:
    other = replace(RULES, hashes=(("shapes", "0" * 64), ("standard", "0" * 64)))
    with pytest.raises(PortError, match="other reference data in the installed software than the run was started"):
        prepare([other])
