"""Which cities are looked at again in a year: drawn by lot from those that hold a level; pure.

The lot is the head of the ledger's tree (RFC 9162) over everything recorded before the year began, which holds what
everybody did until then. Each city's place is the SHA-256 of that head in hexadecimal, a space, the year, a space and
the city's name in the ledger; the share that comes first is drawn, one at least. Whoever has the ledger draws the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from registry.case_checks import LAW, read_act
from registry.case_errors import CaseError, MalformedAct
from registry.merkle import Tree, leaf_hash
from registry.model import DraftedEvent, RecordedEvent
from registry.positions import STANDING
from registry.process import CLOCK, Process
from registry.standings import Standing, after_change
from registry.verification import Check, Kind

SHARE: Final = "spot-checks"
"""The threshold of the law that says how many cities of a hundred that hold a level are drawn in a year."""
DRAW: Final = "spot-check-draw"
LOOK: Final = "spot-check"
NOTED: Final = "spot-check-noted"
"""The time limits of the law for the draw of a year and for each check, and the kind of act by which one is done."""
SPOT: Final = "spot-check/"
DRAWN: Final = "spot-check-drawn"
HEAD: Final = "tree-head"
"""Of the event of a city that was drawn: how its case begins, its kind, and the role under which it names the lot."""


@dataclass(frozen=True, slots=True)
class Draw:
    """The draw of one year: the lot in hexadecimal, from how many cities, and the names of those drawn, sorted."""

    year: int
    head: str
    of: int
    drawn: tuple[str, ...]

    def events(self, law: Process) -> list[DraftedEvent]:
        """Give the events by which the draw is recorded, one for each city, with the law that it was made under."""
        share = f"{len(self.drawn)} of {self.of} cities that hold a level"
        return [
            DraftedEvent(
                case=f"{SPOT}{self.year}/{name}",
                kind=DRAWN,
                office=CLOCK,
                reason=f"Drawn by lot to be looked at again in {self.year}, as one of {share}.",
                hashes={HEAD: self.head, LAW: law.digest},
            )
            for name in self.drawn
        ]


def draw(year: int, head: str, holding: Collection[str], percent: int) -> Draw:
    """Draw for a year, with a lot, so many of a hundred from the names of cities that hold a level."""
    places = sorted(holding, key=lambda name: sha256(f"{head} {year} {name}".encode()).digest())
    count = -(-len(places) * percent // 100)
    return Draw(year, head, len(places), tuple(sorted(places[:count])))


def drawn_in(event: RecordedEvent) -> tuple[int, str] | None:
    """Give for which year an event says that a city was drawn, and its name; None for every other event."""
    year, _, name = event.envelope.case.removeprefix(SPOT).partition("/")
    is_one = event.envelope.kind == DRAWN and event.envelope.case.startswith(SPOT) and year.isdecimal() and name
    return (int(year), name) if is_one else None


def open_checks(drawn: Iterable[RecordedEvent], standings: Mapping[str, Standing]) -> dict[str, date]:
    """Give the standings of cities that were drawn and not looked at since, each with the day of its oldest such draw.

    Who holds no level any more is not waited for.
    """
    found: dict[str, date] = {}
    for event in sorted(drawn, key=lambda event: event.envelope.sequence):
        told, at = drawn_in(event), event.envelope.recorded
        name = STANDING + told[1] if told else ""
        standing = standings.get(name)
        if standing is None or not standing.level:
            continue
        if not any(act.kind == NOTED and act.at >= at for act in standing.acts):
            found.setdefault(name, at.date())
    return found


class Lots:
    """The events of a ledger in their order: what the lot gives in each year, and what was recorded as drawn."""

    def __init__(self, process: Process) -> None:
        """Begin before the first event."""
        self._process = process
        self._active = {step.target for step in process.standing_steps.values() if step.level}
        self._tree = Tree()
        self._standings: dict[str, Standing] = {}
        self._unread = False
        self._began: dict[int, Draw | None] = {}
        self._year: int | None = None
        self._recorded: dict[int, set[tuple[str, str]]] = {}
        self._other: set[int] = set()
        self._law = ""
        self._laws: dict[int, str] = {}
        self._last = date.min

    def take(self, event: RecordedEvent, payload: bytes | None) -> None:
        """Take in the next event; only that of a standing needs its payload."""
        envelope = event.envelope
        self._begin(envelope.recorded.year)
        self._tree.append(leaf_hash(event.raw))
        self._law = envelope.hashes.get(LAW, self._law)
        self._laws[envelope.recorded.year] = self._law
        self._last = envelope.recorded.date()
        found = drawn_in(event)
        if found is not None:
            self._recorded.setdefault(found[0], set()).add((found[1], envelope.hashes.get(HEAD, "")))
            self._other |= {found[0]} if envelope.hashes.get(LAW) != self._process.digest else set()
        elif envelope.case.startswith(STANDING):
            known = self._standings.get(envelope.case, Standing(name=envelope.case))
            try:
                if payload is not None:
                    self._standings[envelope.case] = after_change(self._process, known, read_act(envelope, payload))
            except (CaseError, MalformedAct):
                payload = None
            self._unread = self._unread or payload is None

    def draw(self, year: int) -> Draw | None:
        """Give what the lot gives in a year that has begun; None where the standings before it cannot be read."""
        return self._began[year] if year in self._began else self._now(year)

    def is_drawn(self, year: int) -> bool:
        """Say whether the draw of a year is recorded."""
        return year in self._recorded

    def checks(self) -> Iterator[Check]:
        """Say of each year whether the draw recorded is what the lot gives, and of one without that it is missing."""
        for year in sorted(self._began.keys() - self._recorded.keys()):
            yield from self._missing(year)
        for year, recorded in sorted(self._recorded.items()):
            given = self.draw(year)
            if year in self._other:
                yield Check(
                    Kind.NOT_CHECKED,
                    f"The spot checks of {year} were drawn under another version of the law than this one.",
                )
            elif given is None:
                yield Check(Kind.NOT_CHECKED, f"The spot checks of {year}: not every standing before it can be read.")
            elif recorded != {(name, given.head) for name in given.drawn}:
                yield Check(Kind.BROKEN, f"The spot checks of {year} are not those that the lot gives.")
            else:
                yield Check(Kind.HOLDS, f"The spot checks of {year} are those that the lot gives.")

    def _missing(self, year: int) -> Iterator[Check]:
        """Say that the cities of a year were not drawn, where the lot gives some."""
        given, what = self._began[year], f"The spot checks of {year}"
        due = self._process.limits[DRAW].after(date(year, 1, 1))
        if given is None:
            yield Check(Kind.NOT_CHECKED, f"{what}: whether any were due, as not every standing before it can be read.")
        elif given.drawn and self._last <= due:
            yield Check(Kind.NOT_CHECKED, f"{what} are to be drawn by {due}, and are not yet: run `hrcr tick`.")
        elif given.drawn and self._laws.get(year) != self._process.digest:
            yield Check(Kind.NOT_CHECKED, f"{what} were not drawn; the law of that year is another than this one.")
        elif given.drawn:
            count = f"{len(given.drawn)} of {given.of} cities that held a level"
            yield Check(Kind.BROKEN, f"{what} were not drawn: the law demands {count}, by {due}.")

    def _begin(self, year: int) -> None:
        """Draw for each year that began since the event before."""
        for begun in range((self._year or year - 1) + 1, year + 1):
            self._began[begun] = self._now(begun)
            self._laws[begun] = self._law
        self._year = year

    def _now(self, year: int) -> Draw | None:
        if self._unread:
            return None
        active = frozenset(
            name.removeprefix(STANDING) for name, found in self._standings.items() if found.state in self._active
        )
        return draw(year, self._tree.root().hex(), active, self._process.thresholds.get(SHARE, 0))
