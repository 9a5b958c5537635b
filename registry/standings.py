"""Where a city stands, as decisions, reports and time have left it; pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from registry.case_errors import IllegalTransition
from registry.cases import Act, fits
from registry.process import NEW, Process


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The standing of one city as its acts have left it.

    ``former`` is the last standing that was not a passing one; ``level`` is the level held, even while it is set
    aside. ``due`` is the day on which the next yearly report is due, ``missed`` how many are missing in a row, and
    ``waits`` says whether a passing standing ends when the missing report comes.
    """

    name: str
    city: str = ""
    state: str = NEW
    former: str = NEW
    level: str = ""
    granted: datetime | None = None
    due: date | None = None
    missed: int = 0
    waits: bool = False
    acts: tuple[Act, ...] = ()


def fold_standing(process: Process, acts: Iterable[Act], *, name: str) -> Standing:
    """Give the standing that acts in their order have made; raise IllegalTransition when one fits no step."""
    standing = Standing(name=name)
    for act in acts:
        standing = after_change(process, standing, act)
    return standing


def after_change(process: Process, standing: Standing, act: Act) -> Standing:
    """Give the standing after one more act; raise IllegalTransition when the act fits no step of the law."""
    step = process.standing_steps.get(act.rule)
    if step is None or not fits(step, act, standing.state, standing.acts):
        raise IllegalTransition(
            f"The act {act.number} of {act.case}, “{act.kind}”, fits no step of the law from the standing "
            f"“{standing.state or 'new'}”; compare the ledger with an export."
        )
    changed = _EFFECTS.get(act.kind, _nothing)(process, standing, act)
    state = standing.former if step.returns_to_former else step.target or standing.state
    former = standing.former if state in process.passing else state
    return replace(changed, state=state, former=former, acts=(*standing.acts, act))


def _nothing(_process: Process, standing: Standing, _act: Act) -> Standing:
    return standing


def _listed(_process: Process, standing: Standing, act: Act) -> Standing:
    return replace(standing, city=act.particulars.city)


def _granted(process: Process, standing: Standing, act: Act) -> Standing:
    due = process.limits["yearly-report"].after(act.at.date())
    return replace(standing, level=act.particulars.level, granted=act.at, due=due, missed=0, waits=False)


def _ended(_process: Process, standing: Standing, _act: Act) -> Standing:
    return replace(standing, level="", granted=None, due=None, missed=0, waits=False)


def _reported(process: Process, standing: Standing, _act: Act) -> Standing:
    """Take the report as the missing one where one is missing, else as that of the year."""
    return replace(standing, missed=0) if standing.missed else replace(standing, due=_next(process, standing))


def _missed(process: Process, standing: Standing, _act: Act) -> Standing:
    return replace(standing, missed=standing.missed + 1, due=_next(process, standing), waits=True)


def _next(process: Process, standing: Standing) -> date | None:
    """Give the day on which the report after the one due is due, counted from the decision so that no day drifts."""
    if standing.granted is None or standing.due is None:
        return None
    year, count = process.limits["yearly-report"], 1
    while (due := year.after(standing.granted.date(), count)) <= standing.due:
        count += 1
    return due


def _settled(_process: Process, standing: Standing, _act: Act) -> Standing:
    return replace(standing, waits=False)


_EFFECTS: Final[Mapping[str, Callable[[Process, Standing, Act], Standing]]] = {
    "city-listed": _listed,
    "level-granted": _granted,
    "level-taken-away": _ended,
    "level-given-up": _ended,
    "level-lapsed": _ended,
    "report-filed": _reported,
    "report-missed": _missed,
    "report-missed-again": _missed,
    "standing-returned": _settled,
    "level-suspended": _settled,
    "level-restored": _settled,
}
"""What kinds of acts leave behind beside the standing itself, which is data."""
EFFECTIVE: Final = frozenset(_EFFECTS)
