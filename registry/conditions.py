"""The conditions of the law on steps of a case, each looked up by its name in the data; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registry.case_errors import CaseError, IllegalTransition, NotPermitted, StepIncomplete, TooEarly, TooLate
from registry.cases import PANEL, Actor, Case, Command, Judgement, Seat
from registry.impartiality import NO_TIES, Ties
from registry.model import Outcome
from registry.process import Process, Transition
from registry.time_limits import is_over, last_day

FINDABLE: Final = (Outcome.PASSED, Outcome.FAILED, Outcome.CANNOT_TELL, Outcome.INAPPLICABLE)
"""What a person may find, in the order in which it is offered."""

_TENSES: Final = {"time-over": "is", "time-left": "was"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who asks, in which case, when; ``command`` is None while it is only asked what would be possible."""

    process: Process
    case: Case
    actor: Actor
    at: datetime
    ties: Ties = NO_TIES
    command: Command | None = None

    @property
    def seat(self) -> Seat | None:
        """The seat that whoever asks has in the case."""
        return self.case.seat_of(self.actor.account)


def demand(situation: Situation, step: Transition) -> None:
    """Raise the error of the first condition of a step that is not met."""
    for slug in step.conditions:
        kind, holds = CONDITIONS[slug]
        if not holds(situation):
            raise kind(
                f"“{step.label}” is not possible in {situation.case.name}: it needs that "
                f"{situation.process.conditions[slug].label}{_when(situation, slug)}."
            )


def free_seat(case: Case) -> int:
    """Give the number of the next free seat: one of two, or the third when two reviewers differ; 0 when none is."""
    taken = {seat.number for seat in case.seats}
    wanted = range(1, PANEL + 2 if case.disputed else PANEL + 1)
    return next((number for number in wanted if number not in taken), 0)


def levels_granted(process: Process) -> frozenset[str]:
    """Give the levels that the law knows how to grant, by IRI."""
    return frozenset(step.level for step in process.standing_steps.values()) - {""}


def _when(situation: Situation, slug: str) -> str:
    last = last_day(situation.process, situation.case)
    if last is None or slug not in _TENSES:
        return ""
    return f" (its last day {_TENSES[slug]} {last.isoformat()})"


def _not_alone(_found: Situation) -> bool:
    return False


def _city_named(found: Situation) -> bool:
    return found.command is None or bool(found.command.particulars.city)


def _enclosed(role: str) -> Callable[[Situation], bool]:
    return lambda found: found.command is None or role in found.command.hashes


def _requirements_named(found: Situation) -> bool:
    given = found.command.particulars.requirements if found.command else ("",)
    return 0 < len(given) == len(set(given))


def _time_left(found: Situation) -> bool:
    return not is_over(found.process, found.case, found.at)


def _time_over(found: Situation) -> bool:
    return is_over(found.process, found.case, found.at)


def _not_noted(found: Situation) -> bool:
    return not found.case.is_noted


def _seat_free(found: Situation) -> bool:
    return free_seat(found.case) > 0


def _candidate_named(found: Situation) -> bool:
    return found.command is None or found.command.candidate is not None


def _panel_mixed(found: Situation) -> bool:
    """Say whether it is told for whom a reviewer stands, and one of two stands for those whom the law names."""
    if found.command is None:
        return True
    sector, number = found.command.particulars.sector, free_seat(found.case)
    wanted = found.process.conditions["panel-mixed"].sectors
    panel = [seat for seat in found.case.seats if seat.number <= PANEL]
    is_last = number <= PANEL and len(panel) == PANEL - 1
    return bool(sector) and (not is_last or bool(wanted & {sector, *(seat.sector for seat in panel)}))


def _reviewer_removable(found: Situation) -> bool:
    if found.command is None:
        return any(seat.judgements is None for seat in found.case.seats)
    seat = found.case.seat_of(found.command.particulars.subject)
    return seat is not None and seat.judgements is None


def _decider_removable(found: Situation) -> bool:
    decider = found.case.decider
    return decider is not None and (found.command is None or found.command.particulars.subject == decider)


def _sits_as_reviewer(found: Situation) -> bool:
    return found.seat is not None


def _sits_as_decider(found: Situation) -> bool:
    return found.case.decider is not None and found.case.decider == found.actor.account


def _decider_missing(found: Situation) -> bool:
    return found.case.decider is None


def _not_yet_filed(found: Situation) -> bool:
    return found.seat is not None and found.seat.judgements is None


def _findings_fit(found: Situation) -> bool:
    if found.command is None or found.seat is None:
        return True
    given = found.command.particulars.judgements
    named = [judgement.requirement for judgement in given]
    return sorted(named) == sorted(found.case.due(found.seat)) and all(map(_is_whole, given))


def _is_whole(judgement: Judgement) -> bool:
    told = judgement.reason.strip() and judgement.evidence and judgement.outcome in FINDABLE
    return bool(told) and (judgement.outcome is not Outcome.INAPPLICABLE or bool(judgement.law))


def _findings_complete(found: Situation) -> bool:
    filed = {seat.number for seat in found.case.seats if seat.judgements is not None}
    return set(range(1, PANEL + 1)) <= filed and (not found.case.disputed or PANEL + 1 in filed)


def _claim_named(found: Situation) -> bool:
    return found.command is None or bool(found.command.particulars.claim and "text" in found.command.hashes)


def _organisation_named(found: Situation) -> bool:
    return found.command is None or bool(found.command.particulars.organisation)


def _something_held_back(found: Situation) -> bool:
    return any(concern.is_held_back for concern in found.case.contributions)


def _concern_held_back(found: Situation) -> bool:
    if found.command is None:
        return True
    concern = found.case.contribution(found.command.particulars.concern)
    return concern is not None and concern.is_held_back


def _concern_unanswered(found: Situation) -> bool:
    concerns = (
        found.case.contributions
        if found.command is None
        else tuple(filter(None, [found.case.contribution(found.command.particulars.concern)]))
    )
    return any(concern.released is not None and concern.answered is None for concern in concerns)


def _nothing_held_back(found: Situation) -> bool:
    return not _something_held_back(found)


def _city_was_heard(found: Situation) -> bool:
    return found.case.is_heard


def _level_named(found: Situation) -> bool:
    levels = levels_granted(found.process)
    return found.command is None or (found.command.particulars.level in levels and "report" in found.command.hashes)


CONDITIONS: Final[Mapping[str, tuple[type[CaseError], Callable[[Situation], bool]]]] = {
    "not-alone": (IllegalTransition, _not_alone),
    "city-named": (StepIncomplete, _city_named),
    "submission-enclosed": (StepIncomplete, _enclosed("submission")),
    "requirements-named": (StepIncomplete, _requirements_named),
    "time-left": (TooLate, _time_left),
    "time-over": (TooEarly, _time_over),
    "not-noted": (IllegalTransition, _not_noted),
    "seat-free": (IllegalTransition, _seat_free),
    "candidate-fits": (StepIncomplete, _candidate_named),
    "panel-mixed": (StepIncomplete, _panel_mixed),
    "reviewer-removable": (IllegalTransition, _reviewer_removable),
    "decider-removable": (IllegalTransition, _decider_removable),
    "sits-as-reviewer": (NotPermitted, _sits_as_reviewer),
    "sits-as-decider": (NotPermitted, _sits_as_decider),
    "decider-missing": (IllegalTransition, _decider_missing),
    "not-yet-filed": (IllegalTransition, _not_yet_filed),
    "findings-fit": (StepIncomplete, _findings_fit),
    "findings-complete": (TooEarly, _findings_complete),
    "claim-named": (StepIncomplete, _claim_named),
    "organisation-named": (StepIncomplete, _organisation_named),
    "text-enclosed": (StepIncomplete, _enclosed("text")),
    "something-held-back": (IllegalTransition, _something_held_back),
    "concern-held-back": (StepIncomplete, _concern_held_back),
    "concern-unanswered": (IllegalTransition, _concern_unanswered),
    "nothing-held-back": (TooEarly, _nothing_held_back),
    "city-was-heard": (TooEarly, _city_was_heard),
    "level-named": (StepIncomplete, _level_named),
    "report-named": (StepIncomplete, _enclosed("report")),
}
"""Each condition with the error that it raises; who is to be assigned is looked at beside (``impartiality``)."""
