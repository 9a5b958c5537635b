"""Acts folded into the cases and standings that they have made; pure."""

from collections.abc import MutableMapping

from registry.cases import Act, Case, after
from registry.positions import CASE
from registry.process import Process
from registry.standings import Standing, after_change


def take(
    process: Process, act: Act, cases: MutableMapping[str, Case], standings: MutableMapping[str, Standing]
) -> None:
    """Put the case or standing of one more act, by its name, as it stands after it; a new one is begun.

    Raises IllegalTransition when the act fits no step of the law; nothing is changed then.
    """
    name = act.case
    if name.startswith(CASE):
        cases[name] = after(process, cases.get(name, Case(name=name)), act)
    else:
        standings[name] = after_change(process, standings.get(name, Standing(name=name)), act)
