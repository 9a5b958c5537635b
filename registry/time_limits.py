"""When the time of a step is over: whole days in UTC, without the time that a question to the city takes; pure."""

from datetime import date, datetime, timedelta

from registry.cases import Case
from registry.process import Process


def last_day(process: Process, case: Case) -> date | None:
    """Give the last day of the time that a case has in its state, None where the law sets no limit.

    Time that the case spent in a state that stops the clock is added in whole days.
    """
    state = process.states.get(case.state)
    if state is None or state.limit is None:
        return None
    stopping = {slug for slug, other in process.states.items() if other.stops_clock_of == state.slug}
    since, stopped = case.stays[-1].since, timedelta()
    for stay in reversed(case.stays[:-1]):
        if stay.state not in stopping | {state.slug} or not stopping:
            break
        if stay.state == state.slug:
            since = stay.since
        elif stay.until is not None:
            stopped += stay.until - stay.since
    return state.limit.after(since.date()) + timedelta(days=-(-stopped // timedelta(days=1)))


def is_over(process: Process, case: Case, at: datetime) -> bool:
    """Say whether the last day of the time that a case has in its state has passed."""
    last = last_day(process, case)
    return last is not None and at.date() > last
