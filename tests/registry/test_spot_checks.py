"""Spot checks: one in ten by a lot that nobody chooses, the same for whoever draws, recorded once a year."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from registry.adapters.sql_ledger import SqlLedger
from registry.case_checks import LAW
from registry.case_errors import NotPermitted, ReasonMissing
from registry.casework import Casework
from registry.ledger_export import export_lines
from registry.ledger_verification import verify_export
from registry.merkle import Tree, leaf_hash
from registry.model import DraftedEvent, RecordedEvent
from registry.positions import STANDING
from registry.sealing import PAYLOAD
from registry.spot_checks import DRAWN, HEAD, Draw, Lots, draw, drawn_in
from registry.verification import Check, Kind
from tests.registry.playing import (
    CITY,
    COMMITTED,
    DECIDER,
    FIRST,
    OFFICER,
    REQUIREMENTS,
    SECOND,
    STEWARD,
    artefacts,
    judged,
    law,
    order,
)
from tests.registry.test_envelope import Key

LOT, PERCENT = sha256(b"a lot").hexdigest(), 10


class Book:
    """A ledger whose clock is moved by hand, with a city that holds a level since June 2027."""

    def __init__(self, place: Path) -> None:
        self.now = datetime(2027, 1, 4, 9, tzinfo=UTC)
        self.ledger = SqlLedger(
            f"sqlite:///{place}/ledger.sqlite", origin="example.org/ledger", signer=Key(1), clock=self.clock
        )
        self.work = Casework(law(), self.ledger, artefacts().syntax, base="https://example.org/", clock=self.clock)

    def clock(self) -> datetime:
        """Give the time, a little later each time."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def wait(self, days: int) -> None:
        """Let days pass, with what they bring about."""
        self.now += timedelta(days=days)
        self.work.tick()

    def accredited(self) -> "Book":
        """Take a case through to a level."""
        name = self.work.open(order("open", city=CITY), OFFICER)[-1].event.envelope.case
        for command, actor, more in (
            ("submit", OFFICER, {}),
            ("find-eligible", STEWARD, {"requirements": REQUIREMENTS}),
            ("assign-reviewer", STEWARD, {"candidate": FIRST}),
            ("assign-reviewer", STEWARD, {"candidate": SECOND}),
            ("open-call", STEWARD, {}),
        ):
            self.work.act(name, order(command, **more), actor)
        self.wait(31)
        for reviewer in (FIRST, SECOND):
            self.work.act(name, order("file-findings", judgements=judged(REQUIREMENTS)), reviewer)
        self.work.act(name, order("reply"), OFFICER)
        self.work.act(name, order("assign-decider", candidate=DECIDER), STEWARD)
        self.work.act(name, order("accredit", level=COMMITTED), DECIDER)
        return self

    def lots(self) -> Lots:
        """Give what the lot gives, from the ledger as it stands."""
        lots = Lots(law())
        for event in self.ledger.read():
            lots.take(event, self.payload(event))
        return lots

    def payload(self, event: RecordedEvent) -> bytes | None:
        """Give the payload of an event of a standing."""
        is_standing = event.envelope.case.startswith(STANDING)
        return self.ledger.payload(event.envelope.hashes[PAYLOAD]) if is_standing else None

    def checks(self) -> list[tuple[Kind, str]]:
        """Give what verifying an export says of spot checks."""
        found: tuple[Check, ...] = verify_export(
            export_lines(self.ledger), keys=[], is_signed=lambda *_: True, law=law()
        )
        return [(check.kind, check.message) for check in found if "spot checks" in check.message]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path)
    with closing(made.ledger):
        yield made


@pytest.mark.parametrize(("many", "few"), [(0, 0), (1, 1), (10, 1), (11, 2), (20, 2), (101, 11)])
def test_a_tenth_is_drawn_and_one_at_least(many: int, few: int) -> None:
    given = draw(2028, LOT, [f"city-{number}" for number in range(many)], PERCENT)
    assert (given.of, len(given.drawn), len(set(given.drawn))) == (many, few, few)


def test_the_lot_is_as_it_is_described() -> None:
    names = [f"city-{number}" for number in range(30)]
    places = {sha256(f"{LOT} 2028 {name}".encode()).hexdigest(): name for name in names}
    first = sorted(places[place] for place in sorted(places)[:3])
    assert draw(2028, LOT, names, PERCENT).drawn == draw(2028, LOT, names[::-1], PERCENT).drawn == tuple(first)


def test_another_lot_and_another_year_give_others_and_nobody_is_favoured() -> None:
    names = [f"city-{number}" for number in range(20)]
    count: Counter[str] = Counter()
    for number in range(1000):
        count.update(draw(2028, sha256(str(number).encode()).hexdigest(), names, PERCENT).drawn)
    assert sum(count.values()) == 2000
    assert set(count) == set(names)
    assert max(count.values()) < 150  # 100 each on average; 5 standard deviations
    assert min(count.values()) > 50
    assert len({draw(year, LOT, names, PERCENT).drawn for year in range(2028, 2048)}) > 10


def test_the_lot_is_the_head_of_the_tree_when_the_year_began(book: Book) -> None:
    book.accredited()
    assert book.lots().draw(2027) == Draw(2027, Tree().root().hex(), 0, ())  # nothing was recorded before
    head = Tree(leaf_hash(event.raw) for event in book.ledger.read()).root().hex()
    assert book.lots().draw(2028) == Draw(2028, head, 1, ("oderau",))
    book.now = datetime(2028, 1, 10, tzinfo=UTC)
    book.work.tick()
    before = [event for event in book.ledger.read() if event.envelope.recorded.year < 2028]
    head = Tree(leaf_hash(event.raw) for event in before).root().hex()
    given = book.lots().draw(2028)
    assert given is not None
    assert (given.head, given.of) == (head, 1)
    assert len(before) < book.ledger.checkpoint().size  # something came after, and changes nothing


def test_who_is_under_review_or_has_no_level_is_not_drawn(book: Book) -> None:
    book.accredited()
    book.now = datetime(2028, 11, 1, tzinfo=UTC)  # the yearly report is missing
    book.work.tick()
    assert book.work.standing(CITY).state == "under-review"
    given = book.lots().draw(2029)
    assert given is not None
    assert (given.of, given.drawn) == (0, ())


def test_a_draw_is_recorded_listed_and_drawn_again_by_whoever_verifies(book: Book) -> None:
    book.accredited()
    book.now = datetime(2028, 1, 10, tzinfo=UTC)
    given = book.lots().draw(2028)
    assert given is not None
    assert not book.lots().is_drawn(2028)
    book.ledger.append(given.events(law()))
    assert book.lots().is_drawn(2028)
    ((year, (event,)),) = book.work.spot_checks().items()
    assert (year, drawn_in(event)) == (2028, (2028, "oderau"))
    assert event.envelope.hashes == {HEAD: given.head, LAW: law().digest}
    assert (event.envelope.office, event.envelope.account) == ("clock", None)
    assert "as one of 1 of 1 cities" in event.envelope.reason
    assert book.checks() == [(Kind.HOLDS, "The spot checks of 2028 are those that the lot gives.")]


@pytest.mark.parametrize("wrong", ["another city", "another lot", "one more"])
def test_a_draw_that_the_lot_did_not_give_is_found(book: Book, wrong: str) -> None:
    book.accredited()
    book.now = datetime(2028, 1, 10, tzinfo=UTC)
    given = book.lots().draw(2028)
    assert given is not None
    names = {"another city": ("karthold",), "another lot": given.drawn, "one more": (*given.drawn, "karthold")}[wrong]
    head = LOT if wrong == "another lot" else given.head
    book.ledger.append(Draw(2028, head, 1, names).events(law()))
    assert book.checks() == [(Kind.BROKEN, "The spot checks of 2028 are not those that the lot gives.")]


def test_what_cannot_be_read_is_named_as_not_checked(book: Book) -> None:
    book.accredited()
    book.now = datetime(2028, 1, 10, tzinfo=UTC)
    given = book.lots().draw(2028)
    assert given is not None
    book.ledger.append(given.events(law()))
    lots = Lots(law())
    for event in book.ledger.read():
        lots.take(event, None)
    ((kind, message),) = [(check.kind, check.message) for check in lots.checks()]
    assert (kind, "not every standing" in message) == (Kind.NOT_CHECKED, True)


def test_a_draw_under_another_law_is_named_as_not_checked(book: Book) -> None:
    """Next year the law may draw one city in five; what was drawn before is not wrong for that."""
    book.accredited()
    book.now = datetime(2028, 1, 10, tzinfo=UTC)
    given = book.lots().draw(2028)
    assert given is not None
    book.ledger.append(given.events(replace(law(), digest="0" * 64)))
    told = "The spot checks of 2028 were drawn under another version of the law than this one."
    assert book.checks() == [(Kind.NOT_CHECKED, told)]


def test_other_events_are_no_draw(book: Book) -> None:
    for case, kind in (("spot-check/2028", DRAWN), ("spot-check/soon/oderau", DRAWN), ("spot-check/2028/oderau", "x")):
        (receipt,) = book.ledger.append([DraftedEvent(case=case, kind=kind, office="clock", reason="No draw.")])
        assert drawn_in(receipt.event) is None, case
    assert book.work.spot_checks() == {}
    assert book.checks() == []


def drawn(book: Book, day: datetime) -> None:
    """Record the draw of a year on a day in it."""
    book.now = day
    given = book.lots().draw(day.year)
    assert given is not None
    book.ledger.append(given.events(law()))


def test_a_draw_that_was_never_made_is_missing_once_its_time_has_passed(book: Book) -> None:
    book.accredited()
    book.now = datetime(2028, 1, 31, tzinfo=UTC)
    book.work.change(CITY, order("file-report"), OFFICER)
    told = "The spot checks of 2028 are to be drawn by 2028-01-31, and are not yet: run `hrcr tick`."
    assert book.checks() == [(Kind.NOT_CHECKED, told)]
    book.now = datetime(2028, 2, 1, tzinfo=UTC)
    book.work.change(CITY, order("note-spot-check"), STEWARD)
    told = "The spot checks of 2028 were not drawn: the law demands 1 of 1 cities that held a level, by 2028-01-31."
    assert book.checks() == [(Kind.BROKEN, told)]
    drawn(book, datetime(2028, 3, 1, tzinfo=UTC))  # late, and there
    assert book.checks() == [(Kind.HOLDS, "The spot checks of 2028 are those that the lot gives.")]


def test_a_year_in_which_nothing_was_recorded_has_a_draw_missing_too(book: Book) -> None:
    book.accredited()
    drawn(book, datetime(2028, 1, 10, tzinfo=UTC))
    drawn(book, datetime(2030, 1, 10, tzinfo=UTC))
    (missing,) = [message for kind, message in book.checks() if kind is Kind.BROKEN]
    assert missing.startswith("The spot checks of 2029 were not drawn")


def test_a_missing_draw_under_another_law_is_named_as_not_checked(book: Book) -> None:
    book.accredited()
    book.now = datetime(2028, 6, 1, tzinfo=UTC)
    book.work.change(CITY, order("file-report"), OFFICER)
    book.ledger.append([DraftedEvent(case="note/1", kind="note", office="clock", reason="x", hashes={LAW: "0" * 64})])
    told = "The spot checks of 2028 were not drawn; the law of that year is another than this one."
    assert book.checks() == [(Kind.NOT_CHECKED, told)]


def test_a_draw_waits_for_a_steward_until_the_city_was_looked_at(book: Book) -> None:
    book.accredited()
    assert book.work.duties(STEWARD) == ()
    drawn(book, datetime(2028, 1, 10, tzinfo=UTC))
    (found,) = book.work.duties(STEWARD)
    assert (found.case, [step.command for step in found.steps]) == ("standing/oderau", ["note-spot-check"])
    assert (found.last_day, found.is_overdue) == (date(2029, 1, 10), False)
    (last,) = [deadline for deadline in book.work.deadlines() if deadline.what == "spot-check"]
    assert (last.last_day, last.roles, last.is_overdue) == (date(2029, 1, 10), ("steward",), False)
    assert [
        duty for who in (FIRST, DECIDER, OFFICER) for duty in book.work.duties(who) if duty.steps == found.steps
    ] == []
    with pytest.raises(ReasonMissing):
        book.work.change(CITY, order("note-spot-check", reason=" "), STEWARD)
    with pytest.raises(NotPermitted):
        book.work.change(CITY, order("note-spot-check"), OFFICER)
    book.now = datetime(2029, 1, 11, tzinfo=UTC)
    assert [duty.is_overdue for duty in book.work.duties(STEWARD)] == [True]
    level = book.work.standing(CITY).level
    book.work.change(CITY, order("note-spot-check", reason="The plan and two meetings were looked at."), STEWARD)
    assert book.work.duties(STEWARD) == ()
    assert "spot-check" not in {deadline.what for deadline in book.work.deadlines()}
    assert book.work.standing(CITY).level == level
    drawn(book, datetime(2029, 1, 12, tzinfo=UTC))
    assert [duty.last_day for duty in book.work.duties(STEWARD)] == [date(2030, 1, 12)]
    assert [kind for kind, _ in book.checks()] == [Kind.HOLDS] * 2


def test_who_holds_no_level_any_more_is_not_waited_for(book: Book) -> None:
    book.accredited()
    drawn(book, datetime(2028, 1, 10, tzinfo=UTC))
    book.work.change(CITY, order("give-up"), OFFICER)
    assert book.work.duties(STEWARD) == ()
