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
    """A case or standing that waits for somebody: its name, the steps by their labels, the last day, if it passed."""

    case: str
    steps: tuple[str, ...]
    last_day: date
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody who is to be reminded, and of what."""

    account: Account
    reminders: tuple[Reminder, ...]


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


def due(
    people: Iterable[Account],
    waiting_for: Callable[[Actor], Iterable[Waiting]],
    reminded: Reminded,
    today: date,
) -> tuple[Due, ...]:
    """Give who is to be reminded of what, as far as they were not before; nothing is noted."""
    found = []
    for account in people:
        if account.is_active:
            new = [
                one
                for one in reminders(waiting_for(actor_of(account)), today)
                if not reminded.knows(account.id, one.case, one.last_day)
            ]
            found += [Due(account, tuple(new))] if new else []
    return tuple(found)


def remind(found: Iterable[Due], send: Callable[[Account, Sequence[Reminder]], Delivery], reminded: Reminded) -> int:
    """Remind everybody of what is due, each by one letter; give how many were sent.

    It is noted before a letter goes out, and taken back only where it certainly did not: nobody is reminded twice.
    """
    count = 0
    for each in found:
        account = each.account
        mine = [one for one in each.reminders if reminded.claim(account.id, one.case, one.last_day)]
        if not mine:
            continue
        delivery = send(account, mine)
        count += delivery is not Delivery.REFUSED
        if delivery is Delivery.REFUSED:
            for one in mine:
                reminded.release(account.id, one.case, one.last_day)
    return count
