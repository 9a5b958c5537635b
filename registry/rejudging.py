"""A run over many dossiers: a drawn sample is judged by both engines first, and only then the others by one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from registry.bulk import Order, Rules, Task, Verdict, drawn, key_of
from registry.judging_ports import Workers

Work = Callable[[Order], tuple[Verdict, ...]]
"""From one order to a verdict by each of its rules."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be judged by which rules: names in their order, tasks by name, and the names judged twice."""

    names: tuple[str, ...]
    tasks: Mapping[str, Task]
    rules: tuple[Rules, ...]
    sample: frozenset[str]


def due(
    tasks: Mapping[str, Task],
    rules: tuple[Rules, ...],
    *,
    is_kept: Callable[[str, str], bool] = lambda _name, _key: False,
    seed: str,
) -> Run:
    """Give the run over every dossier whose verdict is not kept; ``is_kept`` says so by name and key.

    With a native engine a sample is drawn by the seed.
    """
    names = tuple(name for name in tasks if not is_kept(name, key_of(tasks[name], rules[0])))
    return Run(names, tasks, rules, drawn(names, seed=seed) if rules[0].is_native else frozenset())


def verdicts(run: Run, workers: Workers, work: Work) -> Iterator[tuple[Verdict, ...]]:
    """Judge them all; give the verdicts of the sample first, once all of them agree, then the others in their order.

    Where a process died over a dossier, that is judged by the engine that decides, and the verdict says so; where it
    dies then too, the verdict says that there is none. Raises EnginesDiffer before any verdict is given.
    """
    yield from [*_judged(run, workers, work, [name for name in run.names if name in run.sample])]
    yield from _judged(run, workers, work, [name for name in run.names if name not in run.sample])


def _judged(run: Run, workers: Workers, work: Work, names: Iterable[str]) -> Iterator[tuple[Verdict, ...]]:
    for order, found in workers.run(work, (_order(run, name) for name in names)):
        yield found or _once_more(order, workers, work)


def _order(run: Run, name: str) -> Order:
    task = run.tasks[name]
    return Order(task, run.rules, key_of(task, run.rules[0]), is_checked=name in run.sample)


def _once_more(order: Order, workers: Workers, work: Work) -> tuple[Verdict, ...]:
    died = "the process that judged it died"
    if order.rules[0].is_native:
        for _, found in workers.run(work, [replace(order, is_checked=False, may_be_native=False)]):
            if found is not None:
                return tuple(replace(verdict, note=f"{died} under the native engine") for verdict in found)
        died += ", under either engine"
    return tuple(Verdict(name=order.task.name, fault=f"{died}; nothing else can be said of it") for _ in order.rules)
