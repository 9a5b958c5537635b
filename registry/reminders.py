"""Reminders of what waits for somebody: once for each last day, shortly before it or after it has passed; pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from registry.accounts import actor_of
from registry.cases import Actor
from registry.desk_ports import Delivery, Reminded
from registry.people import Account
from registry.positions import CASE
from registry.queues import Waiting

AHEAD: Final = timedelta(days=7)
"""How long before a last day whoever can act is reminded of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One case that waits for somebody: its number, the steps by their labels, the last day, and whether it passed."""

    case: str
    steps: tuple[str, ...]
    last_day: date
    is_overdue: bool


def reminders(waiting: Iterable[Waiting], today: date) -> tuple[Reminder, ...]:
    """Give what somebody is to be reminded of: what comes due within ``AHEAD``, and what is overdue."""
    return tuple(
        Reminder(
            case=found.case.removeprefix(CASE),
            steps=tuple(step.label for step in found.steps),
            last_day=found.last_day,
            is_overdue=found.last_day < today,
        )
        for found in waiting
        if found.last_day is not None and found.last_day - AHEAD <= today
    )


def remind(
    people: Iterable[Account],
    waiting_for: Callable[[Actor], Iterable[Waiting]],
    send: Callable[[Account, Sequence[Reminder]], Delivery],
    reminded: Reminded,
    today: date,
) -> int:
    """Remind everybody of what they were not reminded of before, each by one letter; give how many were sent.

    It is noted before a letter goes out, and taken back only where it certainly did not: nobody is reminded twice.
    """
    count = 0
    for account in people:
        if not account.is_active:
            continue
        due = [
            found
            for found in reminders(waiting_for(actor_of(account)), today)
            if reminded.claim(account.id, found.case, found.last_day)
        ]
        if not due:
            continue
        delivery = send(account, due)
        count += delivery is not Delivery.REFUSED
        if delivery is Delivery.REFUSED:
            for found in due:
                reminded.release(account.id, found.case, found.last_day)
    return count
