"""Acting in cases: read the case, decide, record; a step is taken when the ledger has it, and not before."""

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from secrets import token_hex
from threading import RLock

from registry.case_checks import LAW, read_act
from registry.case_errors import IllegalTransition
from registry.case_export import case_lines
from registry.case_fold import take
from registry.case_record import payload_of
from registry.cases import Act, Actor, Case, Command, after
from registry.commitment import SALT
from registry.errors import UnknownCase, UnknownRecord
from registry.impartiality import Ties
from registry.ledger_export import export_lines
from registry.lifecycle import Offer, decide, due_acts, offers
from registry.model import DraftedEvent, Receipt, RecordedEvent
from registry.ports import Clock, Ledger, Syntax
from registry.positions import CASE, STANDING, Position
from registry.process import Process
from registry.queues import Deadline, Waiting, deadlines, duties, positions_of, queue
from registry.sealing import PAYLOAD
from registry.spot_checks import drawn_in, open_checks
from registry.standing_changes import change, follow
from registry.standings import Standing
from registry.tick import tick


class Casework:
    """The cases of one installation, kept in step with its ledger.

    ``tied`` gives the organisations that what the registry knows ties to a city.
    """

    def __init__(
        self,
        process: Process,
        ledger: Ledger,
        syntax: Syntax,
        *,
        base: str,
        clock: Clock,
        tied: Callable[[str], frozenset[str]] = lambda city: frozenset({city}),
    ) -> None:
        """Take in nothing yet; the ledger is read when something is asked."""
        self._process = process
        self._ledger = ledger
        self._syntax = syntax
        self._base = base
        self._clock = clock
        self._tied = tied
        self._lock = RLock()
        self._read = 0
        self._cases: dict[str, Case] = {}
        self._standings: dict[str, Standing] = {}
        self._latest: dict[str, str] = {}
        self._spot_checks: dict[int, list[RecordedEvent]] = {}

    @property
    def ledger(self) -> Ledger:
        """The ledger that the cases are on; what else a process records goes there too, so that it stops with it."""
        return self._ledger

    def cases(self) -> tuple[Case, ...]:
        """Give every case as it stands, in the order of their opening."""
        with self._lock:
            self._catch_up()
            return tuple(self._cases.values())

    def case(self, name: str) -> Case:
        """Give one case; raise UnknownCase when there is none of that name."""
        with self._lock:
            self._catch_up()
            if name not in self._cases:
                raise UnknownCase(f"There is no case “{name}”; look at the list of cases.")
            return self._cases[name]

    def export(self, name: str) -> Iterator[bytes]:
        """Give the lines of the public export of a case; raise UnknownCase unless it is closed.

        A case that is still open is refused in the same words as one that is not there.
        """
        if name not in self.closed():
            raise UnknownCase(f"There is no closed case “{name}”; a case can be read by everybody when it has ended.")
        return case_lines(self._ledger, name)

    def export_all(self) -> Iterator[bytes]:
        """Give the lines of the export of the whole ledger, without the payloads of cases that are not closed.

        Their envelopes are there all the same, with opaque accounts and times: signatures and tree are over these.
        """
        closed = self.closed()
        return export_lines(self._ledger, encloses=lambda event: _is_public(event.envelope.case, closed))

    def closed(self) -> frozenset[str]:
        """Name the cases that have ended."""
        return frozenset(case.name for case in self.cases() if self._process.states[case.state].is_final)

    def standing(self, city: str) -> Standing:
        """Give where a city stands, by its IRI; nothing was recorded of one that stands nowhere."""
        name = STANDING + self._slug(city)
        return self.standing_named(name) or Standing(name=name)

    def standing_named(self, name: str) -> Standing | None:
        """Give a standing by its name in the ledger; None where nothing was recorded under it."""
        with self._lock:
            self._catch_up()
            return self._standings.get(name)

    def open(self, command: Command, actor: Actor) -> Sequence[Receipt]:
        """Begin a case of the city that a command names, under the next free name; one accreditation at a time.

        Raises what ``act`` raises.
        """
        with self._lock:
            self._catch_up()
            city = command.particulars.city
            of_city = [case for case in self._cases.values() if case.city == city]
            case = Case(name=f"{CASE}{self._slug(city)}-{len(of_city) + 1}")
            running = [one.name for one in of_city if not self._process.states[one.state].is_final]
            acts = decide(self._process, case, command, actor, self.now(case))
            if acts[-1].particulars.case_kind in {self._cases[name].kind for name in running} - {"serious-concern"}:
                raise IllegalTransition(f"The city has a case that is not closed, {running[0]}; go on with that one.")
            return self._append(acts)

    def act(self, name: str, command: Command, actor: Actor, *, read: str | None = None) -> Sequence[Receipt]:
        """Take a step in a case, with the change of standing and the steps of time that follow at once.

        ``read`` is the hash of the case's last event as the actor has seen it, None when they saw none. Raises
        UnknownCase, every error of ``lifecycle.decide``, and what the ledger raises: LedgerConflict when somebody else
        has acted in between. Nothing has then happened.
        """
        with self._lock:
            case = self.case(name)
            at = self.now(case)
            acts = decide(self._process, case, command, actor, at, ties=self.ties(case))
            moved = _moved(self._process, case, acts)
            acts += follow(self._process, self.standing(case.city), moved, acts[-1], actor)
            acts += due_acts(self._process, moved, at)
            return self._append(acts, read={name: read} if read is not None else {})

    def change(self, city: str, command: Command, actor: Actor) -> Sequence[Receipt]:
        """Change where a city stands without a case: list it, file its report, give its level up."""
        with self._lock:
            standing = self.standing(city)
            at = max([self._clock(), *(act.at for act in standing.acts[-1:])])
            return self._append(change(self._process, standing, command, actor, at))

    def tick(self) -> Sequence[Receipt]:
        """Take every step that time alone brings about; nothing when it was just done."""
        with self._lock:
            cases = self.cases()
            times = [act.at for case in cases for act in case.acts[-1:]]
            times += [act.at for standing in self._standings.values() for act in standing.acts[-1:]]
            return self._append(tick(self._process, cases, self._standings.values(), max([self._clock(), *times])))

    def queue(self, actor: Actor) -> tuple[Waiting, ...]:
        """Give what waits for somebody, the most urgent first."""
        return queue(self._process, self.cases(), actor, self._clock(), ties=self.ties)

    def duties(self, actor: Actor) -> tuple[Waiting, ...]:
        """Give where the standing of a city waits for somebody, for a report or a spot check, the most urgent first."""
        with self._lock:
            self._catch_up()
            standings = tuple(self._standings.values())
            return duties(self._process, standings, actor, self._clock(), drawn=self._open_checks())

    def offers(self, case: Case, actor: Actor) -> tuple[Offer, ...]:
        """Give the steps of somebody's offices where a case stands, each with why it is not open where it is not."""
        return offers(self._process, case, actor, self.now(case), ties=self.ties(case))

    def events(self, name: str) -> Sequence[RecordedEvent]:
        """Give the events of a case in their order, the first for its first act."""
        return self._ledger.case(name)

    def receipt(self, name: str, number: int, account: str) -> Receipt:
        """Give the receipt for an act of a case by its number, to whoever acted; raise UnknownRecord to others."""
        events = self._ledger.case(name)
        if not 0 < number <= len(events) or events[number - 1].envelope.account != account:
            raise UnknownRecord(f"There is no receipt of yours for act {number} in {name}.")
        return self._ledger.receipt(events[number - 1].envelope.sequence)

    def deadlines(self) -> tuple[Deadline, ...]:
        """Give every last day, the earliest first."""
        with self._lock:
            cases, standings = self.cases(), tuple(self._standings.values())
            return deadlines(self._process, cases, standings, self._clock(), drawn=self._open_checks())

    def spot_checks(self) -> Mapping[int, Sequence[RecordedEvent]]:
        """Give the events by which cities were drawn to be looked at again, by year."""
        with self._lock:
            self._catch_up()
            return {year: tuple(events) for year, events in sorted(self._spot_checks.items())}

    def positions(self) -> tuple[Position, ...]:
        """Give where every case and standing stands as the tables hold it, which are made again when they lag."""
        while True:
            size, found = self._ledger.positions()
            if size == self._ledger.checkpoint().size:
                return tuple(found)
            self.refold()

    def refold(self) -> None:
        """Make the tables of positions again from the events alone."""
        with self._lock:
            done = False
            while not done:
                self._catch_up()
                found = positions_of(self._process, self._cases.values(), self._standings.values())
                done = self._ledger.refold(found, size=self._read)

    def version(self, name: str) -> str | None:
        """Give the hash of the last event of a case or standing: what whoever acts has read."""
        with self._lock:
            self._catch_up()
            return self._latest.get(name)

    def ties(self, case: Case) -> Ties:
        """Give what ties others to the city of a case: in the graph, and by having acted for it within the years."""
        limit, now = self._process.conflict_rules["acted-for-the-city"].limit, self._clock().date()
        bound = {slug for slug, role in self._process.roles.items() if role.bound_to_city}
        with self._lock:
            accounts = {
                act.account
                for other in self._cases.values()
                if other.city == case.city and other.name != case.name
                for act in other.acts
                if act.office in bound and act.account and (limit is None or now <= limit.after(act.at.date()))
            }
            return Ties(self._tied(case.city), frozenset(accounts))

    def now(self, case: Case | None = None) -> datetime:
        """Give the time of the next act: now, and not before the last act of a case or of the standing of its city."""
        if case is None:
            return self._clock()
        acts = (*case.acts[-1:], *(self.standing(case.city).acts[-1:] if case.city else ()))
        return max([self._clock(), *(act.at for act in acts)])

    def _slug(self, city: str) -> str:
        """Give a city's name in the ledger: its own, with a mark of its address where that is not one of ours."""
        slug = city.rstrip("/").rsplit("/", 1)[-1].partition("#")[0]
        plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign == "-") else "-" for sign in slug)[:64]
        ours = city == f"{self._base}id/city/{plain}"
        return plain if ours else f"{plain.strip('-') or 'city'}-{sha256(city.encode()).hexdigest()[:8]}"

    def _open_checks(self) -> dict[str, date]:
        drawn = (event for events in self._spot_checks.values() for event in events)
        return open_checks(drawn, self._standings)

    def _catch_up(self) -> None:
        for event in self._ledger.read(self._read + 1):
            envelope = event.envelope
            if envelope.case.startswith((CASE, STANDING)):
                act = read_act(envelope, self._ledger.payload(envelope.hashes[PAYLOAD]))
                take(self._process, act, self._cases, self._standings)
                self._latest[envelope.case] = event.hash
            elif (drawn := drawn_in(event)) is not None:
                self._spot_checks.setdefault(drawn[0], []).append(event)
            self._read = envelope.sequence

    def _append(self, acts: Sequence[Act], *, read: dict[str, str] | None = None) -> Sequence[Receipt]:
        previous = self._latest | (read or {})
        drafts = [
            DraftedEvent(
                case=act.case,
                kind=act.kind,
                office=act.office,
                account=act.account,
                reason=self._told(act),
                claimed=act.at,
                payload=self._syntax.canonical(payload_of(act, base=self._base, salt=token_hex(SALT))),
                hashes={**act.hashes, LAW: self._process.digest},
                previous=previous.get(act.case),
            )
            for act in acts
        ]
        return self._ledger.append(drafts, positions=self._after(acts)) if drafts else ()

    def _told(self, act: Act) -> str:
        """Give what an envelope says of why an act was done: in a case the words of the law, as it is read by more."""
        return self._process.case_steps[act.rule].definition if act.case.startswith(CASE) else act.reason

    def _after(self, acts: Iterable[Act]) -> dict[str, Position]:
        """Give where the cases and standings of some acts stand after them."""
        cases, standings = ChainMap[str, Case]({}, self._cases), ChainMap[str, Standing]({}, self._standings)
        for act in acts:
            take(self._process, act, cases, standings)
        return positions_of(self._process, cases.maps[0].values(), standings.maps[0].values())


def _is_public(name: str, closed: Collection[str]) -> bool:
    return not name.startswith(CASE) or name in closed


def _moved(process: Process, case: Case, acts: Iterable[Act]) -> Case:
    for act in acts:
        case = after(process, case, act)
    return case
