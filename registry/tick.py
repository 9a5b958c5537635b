"""What time alone brings about, in cases and in standings; purely procedural, and nothing the second time; pure."""

from collections.abc import Iterable
from datetime import datetime

from registry.cases import Act, Case
from registry.lifecycle import due_acts
from registry.process import Process
from registry.standing_changes import due_changes
from registry.standings import Standing


def tick(process: Process, cases: Iterable[Case], standings: Iterable[Standing], at: datetime) -> tuple[Act, ...]:
    """Give every step that is due by ``at``, each with its rule, case by case in the order of their names."""
    acts: list[Act] = []
    for case in sorted(cases, key=lambda case: case.name):
        acts += due_acts(process, case, at)
    for standing in sorted(standings, key=lambda standing: standing.name):
        acts += due_changes(process, standing, at)
    return tuple(acts)
