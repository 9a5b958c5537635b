"""Who sees what of a case while it runs: findings stay apart until they are in, concerns until they are released."""

from registry.cases import PANEL, Actor, Case, Contribution, Seat
from registry.contributions import was_called
from registry.process import Process


def is_public(process: Process, case: Case) -> bool:
    """Say whether everybody may know of a case: from when the public may speak in it, or it is decided or closed."""
    is_closed = any(process.states[stay.state].is_final for stay in case.stays)
    return bool(case.rulings) or is_closed or was_called(process, case)


def may_see(process: Process, case: Case, actor: Actor) -> bool:
    """Say whether somebody may know of a case before everybody may: its city, who has a part in it, and stewards."""
    return is_public(process, case) or has_part(case, actor)


def submission_shown(process: Process, case: Case, actor: Actor) -> bool:
    """Say whether somebody may read the submission: everybody from the public call on, others who may see the case."""
    return bool(case.rulings) or was_called(process, case) or has_part(case, actor)


def has_part(case: Case, actor: Actor) -> bool:
    """Say whether somebody belongs to a case: its city, who has a part in it, and stewards."""
    is_of_city = bool(actor.city) and actor.city == case.city and "officer" in actor.roles
    return bool(actor.account) and (is_of_city or actor.account in case.parts or "steward" in actor.roles)


def is_review_closed(process: Process, case: Case) -> bool:
    """Say whether the findings were laid before the city."""
    return any(process.states[stay.state].hears_city for stay in case.stays)


def seats_shown(process: Process, case: Case, actor: Actor) -> tuple[Seat, ...]:
    """Give the seats whose findings somebody may see.

    Each reviewer sees their own; of the two, each sees the other's when both are in; the third sees them after filing.
    When the review is closed, whoever has a part in the case and the city see all, and everybody after a decision.
    """
    filed = [seat for seat in case.seats if seat.judgements is not None]
    if case.rulings:
        return tuple(filed)
    own = case.seat_of(actor.account) if actor.account else None
    if is_review_closed(process, case):
        return tuple(filed) if has_part(case, actor) else ()
    if own is None or own.judgements is None:
        return ()
    if own.number > PANEL:
        return tuple(filed)
    panel = [seat for seat in filed if seat.number <= PANEL]
    return tuple(panel) if len(panel) == PANEL else (own,)


def contributions_shown(case: Case, actor: Actor) -> tuple[Contribution, ...]:
    """Give the contradictions and concerns that somebody may see: those released, and to a steward all."""
    if actor.account and "steward" in actor.roles:
        return case.contributions
    return tuple(found for found in case.contributions if found.released is not None)
