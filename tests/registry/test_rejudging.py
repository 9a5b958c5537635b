"""A run judges its sample first, keeps to the order of names, and goes on over dossiers that kill a process."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from registry.bulk import Order, Rules, Task, Verdict, key_of
from registry.judging_errors import EnginesDiffer
from registry.rejudging import due, verdicts

TASKS = {name: Task(name=name, city="", said=name.encode()) for name in (f"file/{n:03}" for n in range(300))}
NATIVE = Rules(hashes=(), at=date(2026, 6, 30), base="https://example.org/", is_native=True)
DECIDING = Rules(hashes=(), at=date(2026, 6, 30), base="https://example.org/")


@dataclass
class Here:
    """Workers in this process; an item named in ``deadly`` kills one while the native engine may judge."""

    deadly: frozenset[str] = frozenset()
    always: bool = False
    seen: list[Order] = field(default_factory=list)

    def run(
        self, work: Callable[[Order], tuple[Verdict, ...]], items: Iterable[Order]
    ) -> Iterator[tuple[Order, tuple[Verdict, ...] | None]]:
        for item in items:
            self.seen.append(item)
            dies = item.task.name in self.deadly and (item.may_be_native or self.always)
            yield item, None if dies else work(item)

    def close(self) -> None:
        """Nothing is open."""


def judge(order: Order) -> tuple[Verdict, ...]:
    return tuple(Verdict(name=order.task.name, key=order.key) for _ in order.rules)


def test_the_sample_comes_first_and_the_others_in_their_order() -> None:
    run, here = due(TASKS, (NATIVE,), seed="a"), Here()
    names = [verdict.name for (verdict,) in verdicts(run, here, judge)]
    assert len(run.sample) == 6
    assert names == [*sorted(run.sample), *(name for name in TASKS if name not in run.sample)]
    assert [order.is_checked for order in here.seen] == [True] * 6 + [False] * 294
    assert all(order.key == key_of(order.task, NATIVE) for order in here.seen)


def test_without_a_native_engine_nothing_is_judged_twice() -> None:
    run = due(TASKS, (DECIDING,), seed="a")
    assert run.sample == frozenset()


def test_what_is_kept_is_not_due() -> None:
    kept = {(name, key_of(task, NATIVE)) for name, task in TASKS.items() if name < "file/290"}
    run = due(TASKS, (NATIVE,), is_kept=lambda name, key: (name, key) in kept, seed="a")
    assert run.names == tuple(name for name in TASKS if name >= "file/290")
    assert len(run.sample) == 5


def test_a_difference_in_the_sample_ends_the_run_before_any_verdict_is_given() -> None:
    run, given = due(TASKS, (NATIVE,), seed="a"), []
    last = max(run.sample)

    def differing(order: Order) -> tuple[Verdict, ...]:
        if order.is_checked and order.task.name == last:
            raise EnginesDiffer("They differ.")
        return judge(order)

    with pytest.raises(EnginesDiffer):
        given.extend(verdicts(run, Here(), differing))
    assert given == []


def test_a_dossier_that_kills_the_native_engine_is_judged_by_the_other_and_says_so() -> None:
    run, here = due(TASKS, (NATIVE, NATIVE), seed="a"), Here(frozenset({"file/007"}))
    found = {pair[0].name: pair for pair in verdicts(run, here, judge)}
    assert len(found) == 300
    assert [verdict.note for verdict in found["file/007"]] == [
        "the process that judged it died under the native engine"
    ] * 2
    assert {pair[0].note for name, pair in found.items() if name != "file/007"} == {""}


@pytest.mark.parametrize(("rules", "words"), [(NATIVE, "under either engine"), (DECIDING, "nothing else can be said")])
def test_a_dossier_that_kills_every_process_has_no_verdict_and_says_so(rules: Rules, words: str) -> None:
    run = due(TASKS, (rules,), seed="a")
    here = Here(frozenset({"file/007"}), always=True)
    found = {verdict.name: verdict for (verdict,) in verdicts(run, here, judge)}
    assert words in found["file/007"].fault
    assert {verdict.fault for name, verdict in found.items() if name != "file/007"} == {""}
