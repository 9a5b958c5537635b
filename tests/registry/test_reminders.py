"""Who is reminded of what: what comes due soon or is over, once for each last day, by one letter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from registry.accounts import actor_of
from registry.cases import Actor
from registry.desk_ports import Delivery
from registry.people import Account, Role
from registry.queues import Waiting, queue
from registry.reminders import AHEAD, Reminder, due, remind, reminders
from registry.time_limits import last_day
from tests.registry.playing import FIRST, OFFICER, REQUIREMENTS, START, STEWARD, Table, judged, law


@dataclass
class Memory:
    """Who was reminded of what, and what was taken back."""

    claimed: set[tuple[str, str, date]] = field(default_factory=set)

    def claim(self, account: str, case: str, day: date) -> bool:
        """Note it."""
        is_first = (account, case, day) not in self.claimed
        self.claimed.add((account, case, day))
        return is_first

    def knows(self, account: str, case: str, day: date) -> bool:
        """Look."""
        return (account, case, day) in self.claimed

    def release(self, account: str, case: str, day: date) -> None:
        """Take it back."""
        self.claimed.discard((account, case, day))


@dataclass
class Post:
    """What was sent to whom."""

    delivery: Delivery = Delivery.TAKEN
    sent: list[tuple[str, tuple[Reminder, ...]]] = field(default_factory=list)

    def __call__(self, account: Account, found: Sequence[Reminder]) -> Delivery:
        """Send."""
        self.sent.append((account.id, tuple(found)))
        return self.delivery


def somebody(actor: Actor, *, is_active: bool = True) -> Account:
    assert actor.account is not None
    roles = frozenset(Role(role) for role in actor.roles)
    return Account(
        id=actor.account,
        email="x@x.example",
        name="x",
        roles=roles,
        city=actor.city or None,
        organisation=actor.organisation or None,
        created=START,
        is_active=is_active,
    )


def waiting(table: Table, actor: Actor) -> tuple[Waiting, ...]:
    return queue(law(), [table.case], actor, table.now)


def run(table: Table, memory: Memory, post: Post, *people: Account) -> int:
    found = due(people, lambda actor: waiting(table, actor), memory, table.now.date())
    return remind(found, post, memory)


def test_of_what_lies_further_ahead_nobody_is_reminded() -> None:
    table = Table().reviewed()
    last = last_day(law(), table.case)
    assert last is not None
    for before, count in ((AHEAD + timedelta(days=1), 0), (AHEAD, 1), (timedelta(0), 1), (-timedelta(days=1), 1)):
        found = reminders(waiting(table, FIRST), last - before)
        assert len(found) == count
        for reminder in found:
            assert (reminder.case, reminder.last_day) == ("oderau-1", last)
            assert reminder.is_overdue is (before < timedelta(0))
            assert "File findings" in reminder.steps


def test_each_is_reminded_once_of_a_last_day() -> None:
    table, memory, post = Table().reviewed().wait(55), Memory(), Post()
    people = [somebody(who) for who in (FIRST, STEWARD, OFFICER)]
    assert run(table, memory, post, *people) == 2
    assert run(table, memory, post, *people) == 0
    assert run(table.wait(10), memory, post, *people) == 0
    told = {account: found for account, (found,) in post.sent}
    assert {account: found.steps for account, found in told.items()} == {
        FIRST.account: ("File findings",),
        STEWARD.account: ("Assign a decider",),
    }
    assert not [found for found in told.values() if found.is_overdue or found.case != "oderau-1"]


def test_another_last_day_is_another_reminder() -> None:
    table, memory, post = Table().reviewed().wait(55), Memory(), Post()
    run(table, memory, post, somebody(FIRST))
    table.do("ask-city", FIRST, reason="Which council?")
    table.wait(5)
    table.do("clarify", OFFICER)
    assert run(table, memory, post, somebody(FIRST)) == 1
    first, second = (found[0].last_day for _account, found in post.sent)
    assert second == first + timedelta(days=5)


def test_who_has_acted_and_who_is_gone_is_not_reminded() -> None:
    table, post = Table().reviewed().wait(55), Post()
    assert run(table, Memory(), post, somebody(FIRST, is_active=False)) == 0
    table.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    assert run(table, Memory(), post, somebody(FIRST)) == 0
    assert post.sent == []


def test_what_was_refused_is_tried_again_and_what_may_have_arrived_is_not() -> None:
    table = Table().reviewed().wait(55)
    for delivery, count, again in ((Delivery.REFUSED, 0, 1), (Delivery.UNCERTAIN, 1, 0), (Delivery.TAKEN, 1, 0)):
        memory = Memory()
        assert run(table, memory, Post(delivery), somebody(FIRST)) == count
        assert run(table, memory, Post(), somebody(FIRST)) == again


def test_an_account_acts_as_the_law_knows_it() -> None:
    assert actor_of(somebody(FIRST)) == FIRST


def test_of_two_runs_that_found_the_same_one_reminds() -> None:
    table, memory, post = Table().reviewed().wait(55), Memory(), Post()
    found = due([somebody(FIRST)], lambda actor: waiting(table, actor), memory, table.now.date())
    assert [remind(found, post, memory) for _ in range(2)] == [1, 0]
    assert len(post.sent) == 1
